"""From a book as it was scanned to its prose: pure functions from text to text."""

import re

from train.data.paragraphs import join_lines, wrap_width
from train.data.paratext import drop_head, drop_headings, drop_marks_only, drop_notes, drop_tail
from train.data.typography import tidy_spaces, unify_characters, unify_dots, unify_marks

LONGEST_NOTE = 3000

_BRACED_NOTE = re.compile(rf" ?\{{[^{{}}]{{0,{LONGEST_NOTE}}}\}}")
_BRACKETED_NOTE = re.compile(r" ?(?<![а-яё])\[(?!\d+\])[^\[\]]{3,1500}\]")
_EDITED_LETTERS = re.compile(r"(?<=[а-яёА-ЯЁ.])\[([а-яё]+)\]")
_BRACKET_MARK = re.compile(r" ?\[(?:\d{1,3}|\*+)\]| ?\(\*+\d*\)")
_STAR_MARK = re.compile(r"(?<=[а-яёa-z».!?,…\])])(?<!\b[а-яёa-z])\*{1,2}\d*\)?(?![*\w])")
_NUMBER_MARK = re.compile(
    r"(?<=[а-яёa-z]{2})\d{1,2}(?=[\s,.!?;:)»…-]|$)|(?:(?<=[а-яё][,!?…;»])|(?<=[а-яё]{3}\.))\d{1,2}(?=[\s,.]|$)"
)
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿœŒ]")
_LATIN_WORDS = re.compile(r"[A-Za-zÀ-ÿ]{2,}\W+[A-Za-zÀ-ÿ]{2,}")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
_SENTENCE = re.compile(r"(?<=[.!?…»])\s+(?=[«—]? ?[A-ZА-ЯЁÀ-Ý])")


def clean_book(raw: str) -> str:
    """The prose of a book, one paragraph a line; cleaning it again changes nothing."""
    text = drop_bracketed_notes(drop_braced_notes(unify_characters(raw)))
    text = join_lines(drop_apparatus(text))
    text = unify_dots(tidy_spaces(drop_note_marks(unify_marks(text))))
    return join_lines(drop_foreign(text), width=0)


def drop_apparatus(text: str) -> str:
    """The lines of the text without head, headings, notes, marks and tail."""
    lines = [line.strip() for line in text.split("\n")]
    width = wrap_width(lines)
    lines = drop_marks_only(drop_notes(lines))
    lines = drop_head(drop_headings(lines, width), width)
    return "\n".join(drop_tail(lines))


def drop_braced_notes(text: str) -> str:
    """Notes set into the text in braces, nested ones from the inside out, and braced marks."""
    while "{" in text:
        shorter = _BRACED_NOTE.sub("", text)
        if shorter == text:
            return text.replace("{", "").replace("}", "")
        text = shorter
    return text.replace("}", "")


def drop_bracketed_notes(text: str) -> str:
    """Translations and remarks set into the text in square brackets; letters an editor added stay.

    >>> drop_bracketed_notes("Он сказал: merci [спасибо (фр.)] и вольн[ости].")
    'Он сказал: merci и вольности.'
    """
    if "[" not in text:
        return text
    return _BRACKETED_NOTE.sub("", _EDITED_LETTERS.sub(r"\1", text))


def drop_note_marks(text: str) -> str:
    """The marks of notes in the text: `слово[1]`, `слово*`, `слово2`; names like `князь Р**` stay.

    >>> drop_note_marks("Он пил квас[3] и сбитень*; графиня Л*** ела.")
    'Он пил квас и сбитень; графиня Л*** ела.'
    """
    text = _BRACKET_MARK.sub("", text)
    return _NUMBER_MARK.sub("", _STAR_MARK.sub("", text))


def drop_foreign(text: str) -> str:
    """Paragraphs and sentences mostly in Latin letters go; Russian ones keep their foreign words."""
    paragraphs = (
        drop_foreign_sentences(paragraph) if _LATIN_WORDS.search(paragraph) else paragraph
        for paragraph in text.split("\n")
    )
    return tidy_spaces("\n".join(paragraph for paragraph in paragraphs if _CYRILLIC.search(paragraph)))


def drop_foreign_sentences(paragraph: str) -> str:
    """A paragraph without its foreign sentences; the dash of speech stays with what follows."""
    sentences = _SENTENCE.split(paragraph)
    kept = [sentence for sentence in sentences if not is_foreign(sentence)]
    if len(kept) == len(sentences):
        return paragraph
    rest = " ".join(kept)
    spoken = paragraph.startswith("— ") and rest and not rest.startswith("—")
    return f"— {rest}" if spoken else rest


def is_foreign(sentence: str) -> bool:
    """Whether a sentence holds more Latin than Cyrillic letters."""
    latin = len(_LATIN.findall(sentence))
    return latin > 1 and latin > len(_CYRILLIC.findall(sentence))
