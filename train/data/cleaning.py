"""From a book as it was scanned to its prose: pure functions from text to text."""

import html
import re
from itertools import pairwise

from authorship.text.letters.folding import fold, join_word
from train.data.paratext import drop_head, drop_headings, drop_marks_only, drop_notes, drop_tail

_HYPHENATED = re.compile(r"([а-яёА-ЯЁ]+)-$")
_FIRST_WORD = re.compile(r"^[а-яё]+")
_HYPHEN_PARTS = re.compile(r"([а-яё]{2,})- ([а-яё]+)")
_ENDED = tuple('.!?…:;»")”]')


def join_lines(text: str, width: int | None = None) -> str:
    """One line a paragraph: scanning hyphens gone, hard line breaks joined, empty lines dropped.

    `width` is the length of a full line in characters, 0 where lines are paragraphs; found out if not given.
    """
    lines = text.split("\n")
    width = wrap_width(lines) if width is None else width
    words = _vocabulary(text) if re.search(r"[а-яё]-(?:\n+| )[а-яё]", text) else frozenset()
    paragraphs: list[str] = []
    before = ""
    for line, after_empty in _lines_with_gaps(lines):
        if paragraphs and continues(before, line, 0 if after_empty else width):
            paragraphs[-1] = join_pair(paragraphs[-1], line, words)
        else:
            paragraphs.append(line)
        before = line
    return join_parts("\n".join(paragraphs), words)


def wrap_width(lines: list[str]) -> int:
    """Characters a full line holds in a hard-wrapped text, 0 where lines are whole paragraphs."""
    lengths = sorted(len(line) for line in lines if line.strip())
    if len(lengths) < 20:
        return 0
    widest = lengths[int(len(lengths) * 0.99)]
    near = sum(length > widest * 0.8 for length in lengths)
    return widest if 40 <= widest <= 110 and near > len(lengths) * 0.45 else 0


def continues(before: str, line: str, width: int) -> bool:
    """Whether `line` goes on with the paragraph whose last printed line is `before`."""
    if before.endswith("-") and _HYPHENATED.search(before) and _FIRST_WORD.match(line):
        return True
    if not before.endswith(_ENDED) and re.match(r"[а-яё]", line):
        return before[-1:] in ",-" or before[-1:].isalpha()
    if not width or (re.match(r"(?:-|—|–) ?[^\d]", line) and before.endswith(_ENDED)):
        return False
    return len(before) > width * 0.8 or not before.endswith(_ENDED)


def join_pair(before: str, line: str, words: frozenset[str] = frozenset()) -> str:
    """Two printed lines as one, a hyphenated word put together.

    >>> join_pair("Он сказал сло-", "во и ушёл.")
    'Он сказал слово и ушёл.'
    """
    left, right = _HYPHENATED.search(before), _FIRST_WORD.match(line)
    if not (left and right):
        return f"{before} {line}"
    word = join_word(left.group(1), right.group(), words)
    return before[: left.start()] + word + line[right.end() :]


def join_parts(text: str, words: frozenset[str] = frozenset()) -> str:
    """Hyphens that scanning left inside a line: `изме- нились`; between two known words it is a dash."""
    return _HYPHEN_PARTS.sub(lambda match: _join_part(match, words), text)


def _join_part(match: re.Match[str], words: frozenset[str]) -> str:
    """One `left- right`, as a word, a hyphenated word or two words with a dash."""
    left, right = match.groups()
    whole = join_word(left, right, words)
    known = left in words and right in words and len(right) > 1
    return f"{left} — {right}" if known and whole.lower() not in words and "-" not in whole else whole


def _vocabulary(text: str) -> frozenset[str]:
    """The words of a text, lower-cased, hyphenated ones whole, without those cut at a line's end."""
    return frozenset(re.findall(r"(?<![\w-])[а-яё]+(?:-[а-яё]+)*(?![\w-])", text.lower()))


def _lines_with_gaps(lines: list[str]) -> list[tuple[str, bool]]:
    """The lines that hold something, each with whether an empty one stood before it."""
    pairs = pairwise(["", *(line.strip() for line in lines)])
    return [(line, not before) for before, line in pairs if line]


_SPACES = re.compile(r"[^\S\n]+")
_SPACED_WORD = re.compile(r"(?<!\w)(?:[а-яёА-ЯЁ] ){4,}[а-яё](?!\w)")
_SPACED_DOTS = re.compile(r"\.(?: ?\.){2,}")


def unify_characters(text: str) -> str:
    """Letters as the models read them, plain spaces, no marks of emphasis; lines stay as they are."""
    if "&" in text:
        text = html.unescape(text)
    text = text.replace("\r\n", "\n").replace("``", '"')
    folded = fold(text, join=False).text
    # Words become whole only where emphasis is gone from between their letters.
    return fold(drop_emphasis(_SPACES.sub(" ", folded)), join=False).text


def drop_emphasis(text: str) -> str:
    """Underscores, spaced letters and editors' angle brackets go: `с_л_о_в_о`, `_слово_`, `сл<ово>`."""
    text = text.replace("<<", "«").replace(">>", "»")
    if "_" in text:
        text = re.sub(r"^_ ?(?=[А-ЯЁ][а-яё]*[^\w_])", "— ", re.sub("_{2,}", "", text), flags=re.MULTILINE)
        text = re.sub(r"(?<=[,.;:!?])_(?=\w)", " ", text)
        text = re.sub(r"(?<=[^\W_])_(?=[^\W_])|_", "", text)
    text = re.sub(r"[<>|~^]", "", text)
    return _SPACED_WORD.sub(lambda match: match.group().replace(" ", ""), text)


def unify_marks(text: str) -> str:
    """Quotes, dashes, dots and the spaces around them in their one form."""
    return tidy_spaces(unify_dots(tidy_spaces(unify_dashes(unify_quotes(text)))))


_OPENING = re.compile(r'(?:(?<=^)|(?<=[\s(\[«—–-]))"(?=[^\s])', re.MULTILINE)


def unify_quotes(text: str) -> str:
    """Every quote becomes « or ».

    >>> unify_quotes('„Да“, "нет", ‘ну’')
    '«Да», «нет», ‘ну’'
    """
    text = text.replace("''", '"').replace("„", "«").replace("”", '"')
    text = re.sub(r"“(?=\w)", "«", text).replace("“", "»")
    text = _OPENING.sub("«", text)
    text = re.sub(r'"(?=\s|$|[,.;:!?…)\]»—-])|(?<=[\w.!?…,»])"', "»", text, flags=re.MULTILINE)
    return text.replace('"', "«")


_LINE_DASH = re.compile(r"^ ?(?:-{1,3}|[–—―])[ \t]*(?=[^\s\d-])", re.MULTILINE)
_PARTICLE = re.compile(r" -(?=(?:то|нибудь|либо|ка|таки|с)\b)")


def unify_dashes(text: str) -> str:
    """Dashes become "—" with spaces around, hyphens stay; at the head of a line "— ".

    >>> unify_dashes("--Да,-- сказал он - и ушёл куда-то.")
    '— Да, — сказал он — и ушёл куда-то.'
    """
    text = re.sub(r"(?<=\d) ?(?:-{2,}|[–—]) ?(?=\d)", "-", text)
    text = re.sub(r"(?<=\b[а-яёА-ЯЁ])[—–](?=[а-яё])", "-", text)
    text = _PARTICLE.sub("-", text)
    text = _LINE_DASH.sub("— ", text)
    text = re.sub(r" ?(?:-{2,}|[–—―])-* ?", " — ", text)
    text = re.sub(r" -(?: |(?=[«А-Яа-яЁё])|$)|(?<=[,.!?…»;:)])-(?: |$)", " — ", text, flags=re.MULTILINE)
    text = re.sub(r"^ — ", "— ", text, flags=re.MULTILINE)
    return re.sub(r"(?<!\S)[-—](?: +[-—](?!\S))+", "—", text)


def unify_dots(text: str) -> str:
    """Three dots and more become one mark; after "!" and "?" the two dots of Russian print stay."""
    text = _SPACED_DOTS.sub("…", text)
    text = re.sub(r"(?<![.!?\d])\.\.(?!\.)", "…", text)
    text = re.sub(r"…[.…]+", "…", text)
    return re.sub(r"(?<=[!?])(?:…|\.{3,})", "..", text)


def tidy_spaces(text: str) -> str:
    """Single spaces, none before a closing mark, none at the ends of lines, no empty lines."""
    text = re.sub(r" {2,}", " ", text)
    text = re.sub(r" +(?=[,;:!?»)\]]|\.(?!\.)|…(?!\w))", "", text)
    text = re.sub(r"(?<=[«(\[]) +", "", text)
    return re.sub(r" *\n\s*", "\n", text).strip()


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
