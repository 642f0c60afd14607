"""Style or topic: which words carry what a text is about, so that a verdict can be tried without them."""

from collections.abc import Sequence
from typing import Literal, get_args

from authorship.text.letters.old_spelling import analyser
from authorship.text.names import name_spans
from explain.verification import overlapping
from explain.words import Span

Cover = Literal["nothing", "names", "content"]
COVERS: tuple[Cover, ...] = get_args(Cover)
# OpenCorpora's grammemes: nouns, verbs with infinitives, participles and gerunds, adjectives.
_CONTENT = {"NOUN", "VERB", "INFN", "PRTF", "PRTS", "GRND", "ADJF", "ADJS", "COMP"}
# "Который" and "этот" are adjectives to the dictionary, "был" a verb; they say nothing of the topic.
_PRONOUN = "Apro"
_AUXILIARIES = {"быть", "мочь", "стать"}


def covered_words(text: str, words: Sequence[Span], cover: Cover) -> tuple[Span, ...]:
    """The words that a position of the switch masks: none, names, or names and content words."""
    if cover == "nothing":
        return ()
    names = overlapping(words, name_spans(text))
    if cover == "names":
        return names
    content = {(start, stop) for start, stop in words if is_content(text[start:stop].lower())}
    return tuple(sorted({*names, *content}))


def is_content(word: str) -> bool:
    """Whether a lower-case word is most probably a noun, a verb or an adjective.

    >>> [is_content(word) for word in ("пристань", "дремала", "рыжая", "который", "однако", "был", "…")]
    [True, True, True, False, False, False, False]
    """
    if not any(map(str.isalpha, word)):
        return False
    likeliest = analyser().parse(word)[0]
    tag = likeliest.tag
    if _PRONOUN in tag or likeliest.normal_form in _AUXILIARIES:
        return False
    return str(tag.POS) in _CONTENT
