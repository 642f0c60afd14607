"""What a verdict is called in words: one table for the page, the command lines and what is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from authorship.datamodels import Author, Outside, OutsideKind, Stretch
from authorship.verdict import CERTAIN, LIKELY, Certainty, Verdict


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's phrases; names stand in the nominative.

    alone: a verdict that has no rival. Fields: {author}, and {known} for how many authors are known.
    between: one with a rival; {rival} is filled in too.
    outside: what a text is instead of prose of the time, by its kind; "language" is one that was not told.
    language: the same where the language was told, which {language} names.
    languages: how ISO 639-1 codes are named there.
    stretch: a part of a book by its certainty.
    nobody: who wrote what none of the known authors did.
    """

    alone: Mapping[Certainty, str]
    between: Mapping[Certainty, str]
    outside: Mapping[OutsideKind, str]
    language: str
    languages: Mapping[str, str]
    stretch: Mapping[Certainty, str]
    nobody: str


ENGLISH = Phrases(
    alone={
        "certain": "Almost certainly {author}",
        "likely": "More likely {author} than anyone else here",
        "open": "Hard to tell: both models put {author} first, but without much certainty",
        "nobody": "Not by any of the {known}, most like {author}",
    },
    between={
        "open": "Hard to tell: the teacher leans to {author}, the student to {rival}",
        "nobody": "Not by any of the {known}, most like {author} to the teacher, {rival} to the student",
    },
    outside={
        "noise": "This is not prose of the time: letters at random, not words",
        "repetition": "This is not prose of the time: the same thing over and over",
        "language": "This is not Russian prose of the time: it is in another language",
        "markup": "This is not prose of the time: it is markup or program code",
        "modern": "This is not prose of the time: it is Russian of today",
        "other": "This is not prose of the time: it is a text of another kind",
    },
    language="This is not Russian prose of the time: it is in {language}",
    languages={
        "be": "Belarusian",
        "bg": "Bulgarian",
        "cs": "Czech",
        "cu": "Church Slavonic",
        "de": "German",
        "en": "English",
        "fr": "French",
        "kk": "Kazakh",
        "ky": "Kyrgyz",
        "mk": "Macedonian",
        "mn": "Mongolian",
        "pl": "Polish",
        "sr": "Serbian",
        "tg": "Tajik",
        "tt": "Tatar",
        "uk": "Ukrainian",
    },
    stretch={
        "certain": "almost certainly {author}",
        "likely": "more likely {author} than anyone else",
        "open": "perhaps {author}",
        "nobody": "nobody known, most like {author}",
    },
    nobody="nobody known",
)

RUSSIAN = Phrases(
    alone={
        "certain": "Почти наверняка {author}",
        "likely": "Скорее {author}, чем кто-либо другой из этих {known}",
        "open": "Трудно сказать: у обеих моделей ближе всех {author}, но уверенности мало",
        "nobody": "Никто из этих {known}, а ближе всех {author}",
    },
    between={
        "open": "Трудно сказать: у учителя ближе всех {author}, у ученика — {rival}",
        "nobody": "Никто из этих {known}; у учителя ближе всех {author}, у ученика — {rival}",
    },
    outside={
        "noise": "Это не проза того времени: буквы подряд, а не слова",
        "repetition": "Это не проза того времени: одно и то же раз за разом",
        "language": "Это не русская проза того времени: написано на другом языке",
        "markup": "Это не проза того времени: разметка или программный код",
        "modern": "Это не проза того времени: так пишут в наши дни",
        "other": "Это не проза того времени: текст другого рода",
    },
    language="Это не русская проза того времени: написано {language}",
    languages={
        "be": "по-белорусски",
        "bg": "по-болгарски",
        "cs": "по-чешски",
        "cu": "по-церковнославянски",
        "de": "по-немецки",
        "en": "по-английски",
        "fr": "по-французски",
        "kk": "по-казахски",
        "ky": "по-киргизски",
        "mk": "по-македонски",
        "mn": "по-монгольски",
        "pl": "по-польски",
        "sr": "по-сербски",
        "tg": "по-таджикски",
        "tt": "по-татарски",
        "uk": "по-украински",
    },
    stretch={
        "certain": "почти наверняка {author}",
        "likely": "скорее {author}, чем кто-либо другой",
        "open": "может быть, {author}",
        "nobody": "никто из известных, а ближе всех {author}",
    },
    nobody="никто из известных",
)


def phrases(language: Literal["ru", "en"]) -> Phrases:
    """The table in a language."""
    return RUSSIAN if language == "ru" else ENGLISH


def say(verdict: Verdict, known: int, table: Phrases, name: Callable[[Author], str]) -> str:
    """A verdict as one sentence; `known` counts the authors, `name` writes one as it is to be read.

    Raises:
        ValueError: a verdict that names an author has none.
    """
    if verdict.outside is not None:
        return f"{_outside(verdict.outside, table)}."
    if verdict.author is None:
        raise ValueError(f"A verdict with certainty {verdict.certainty!r} names an author: give one.")
    between = verdict.rival is not None and verdict.certainty in table.between
    template = (table.between if between else table.alone)[verdict.certainty]
    rival = name(verdict.rival) if verdict.rival else ""
    said = template.format(author=name(verdict.author), rival=rival, known=known)
    return f"{said.rstrip('.')}."  # a name may end with an initial and its full stop


def _outside(outside: Outside, table: Phrases) -> str:
    language = table.languages.get(outside.language)
    if outside.kind == "language" and language:
        return table.language.format(language=language)
    return table.outside[outside.kind]


def say_stretch(stretch: Stretch, table: Phrases, name: Callable[[Author], str]) -> str:
    """Whose a part of a book is in one model's eyes, and how surely, as part of a sentence."""
    return table.stretch[stretch_certainty(stretch)].format(author=name(stretch.author))


def stretch_certainty(stretch: Stretch) -> Certainty:
    """How sure one model is of a part of a book, by its mean probability."""
    if stretch.unknown:
        return "nobody"
    if stretch.certainty >= CERTAIN:
        return "certain"
    return "likely" if stretch.certainty >= LIKELY else "open"
