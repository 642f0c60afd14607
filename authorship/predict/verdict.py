"""What both models and the judge of the text come to: one verdict with a degree of certainty, in words.

Which words fit is decided here alone, for the page, the command line, the API and what is saved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from authorship.datamodels import Author, Judgement, Outside, OutsideKind, Prediction, Stretch

Certainty = Literal["outside", "nobody", "open", "likely", "certain"]

# Calibrated probabilities of the less sure of the two models.
CERTAIN = 0.95
LIKELY = 0.5
# From this probability of being today's prose on, no author is called almost certain.
DOUBTFULLY_MODERN = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer for a text.

    certainty:
        - "outside": the text is nothing that the models can judge, `outside` says what; no author.
        - "nobody": none of the known authors; `author` is merely the most alike.
        - "open": no author stands out, or the models differ: `author` is the teacher's first.
        - "likely": `author` more than anyone else known.
        - "certain": `author`, almost certainly; never said of a pair that nobody has calibrated.
    author: None where the text is outside.
    rival: whom the student names, where that is another than `author`.
    outside: what the text is instead, for certainty "outside".
    """

    certainty: Certainty
    author: Author | None = None
    rival: Author | None = None
    outside: Outside | None = None

    @property
    def named(self) -> Author | None:
        """The author whom it names, None where it leaves that open."""
        return self.author if self.certainty in ("likely", "certain") else None


def decide(teacher: Prediction, student: Prediction, judgement: Judgement) -> Verdict:
    """The verdict on a text that both models have read."""
    if judgement.outside is not None:
        return Verdict("outside", outside=judgement.outside)
    first, other = teacher.top_k(1)[0], student.top_k(1)[0]
    agreed = first.author.key == other.author.key
    rival = None if agreed else other.author
    if teacher.unknown and student.unknown:
        return Verdict("nobody", first.author, rival)
    least = min(first.probability, other.probability)
    doubted = teacher.unknown or student.unknown or judgement.modern >= DOUBTFULLY_MODERN
    honest = teacher.calibrated and student.calibrated
    if agreed and least >= CERTAIN and honest and not doubted:
        return Verdict("certain", first.author)
    if agreed and least >= LIKELY:
        return Verdict("likely", first.author)
    return Verdict("open", first.author, rival)


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's phrases; names stand in the nominative.

    alone: a verdict that has no rival. Fields: {author}, and {known} for how many authors are known.
    between: one with a rival; {rival} is filled in too.
    outside: what a text is instead of prose of the time, by its kind; "language" is one that was not told.
        Field: {partly}, the word `partly` where only a part of the text is so, else nothing.
    language: the same where the language was told, which {language} names.
    languages: how ISO 639-1 codes are named there; their hyphens do not break.
    stretch: a part of a book by its certainty.
    nobody: who of the known wrote what none of them did.
    somebody: the same as one of several hands.
    """

    alone: Mapping[Certainty, str]
    between: Mapping[Certainty, str]
    outside: Mapping[OutsideKind, str]
    language: str
    languages: Mapping[str, str]
    stretch: Mapping[Certainty, str]
    partly: str
    nobody: str
    somebody: str


ENGLISH = Phrases(
    alone={
        "certain": "Almost certainly {author}",
        "likely": "More likely {author} than anyone else here",
        "open": "Hard to tell: both models put {author} first, but without much certainty",
        "nobody": "Probably none of the {known}, most like {author}",
    },
    between={
        "open": "Hard to tell: the teacher leans to {author}, the student to {rival}",
        "nobody": "Probably none of the {known}, most like {author} to the teacher, {rival} to the student",
    },
    outside={
        "noise": "This is not prose of these authors’ time: {partly}letters do not go as in Russian words",
        "repetition": "This is not prose of these authors’ time: {partly}the same thing over and over",
        "language": "This is not Russian prose of these authors’ time: {partly}it is in another language",
        "markup": "This is not prose of these authors’ time: {partly}many digits, signs or Latin letters, as "
        "in markup, tables or lists (save a web page as an .html file and open that: its tags are left out)",
        "modern": "This is not prose of these authors’ time: {partly}it sounds like Russian of today",
        "other": "This is not prose of these authors’ time: {partly}words do not stand in the order of prose",
    },
    language="This is not Russian prose of these authors’ time: {partly}it is in {language}",
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
        "outside": "not prose of these authors’ time",
    },
    partly="in part ",
    nobody="nobody known",
    somebody="somebody unknown",
)

RUSSIAN = Phrases(
    alone={
        "certain": "Почти наверняка {author}",
        "likely": "Скорее {author}, чем кто-либо другой из этих\u00a0{known}",
        "open": "Трудно сказать: у обеих моделей ближе всех {author}, но уверенности мало",
        "nobody": "Похоже, никто из этих\u00a0{known}, а ближе всех {author}",
    },
    between={
        "open": "Трудно сказать: по учителю ближе всех {author}, по ученику — {rival}",
        "nobody": "Похоже, никто из этих\u00a0{known}; по учителю ближе всех {author}, по ученику — {rival}",
    },
    outside={
        "noise": "Это не проза времени этих авторов: {partly}буквы идут не так, как в русских словах",
        "repetition": "Это не проза времени этих авторов: {partly}одно и то же раз за разом",
        "language": "Это не русская проза времени этих авторов: {partly}написано на другом языке",
        "markup": "Это не проза времени этих авторов: {partly}много цифр, знаков или латиницы, как в "
        "разметке, таблице или перечне (страницу сайта сохраните файлом .html и откройте его: теги будут "
        "пропущены)",
        "modern": "Это не проза времени этих авторов: {partly}звучит так, как пишут в наши дни",
        "other": "Это не проза времени этих авторов: {partly}слова стоят не в том порядке, как в прозе",
    },
    language="Это не русская проза времени этих авторов: {partly}написано {language}",
    languages={
        "be": "по\u2011белорусски",
        "bg": "по\u2011болгарски",
        "cs": "по\u2011чешски",
        "cu": "по\u2011церковнославянски",
        "de": "по\u2011немецки",
        "en": "по\u2011английски",
        "fr": "по\u2011французски",
        "kk": "по\u2011казахски",
        "ky": "по\u2011киргизски",
        "mk": "по\u2011македонски",
        "mn": "по\u2011монгольски",
        "pl": "по\u2011польски",
        "sr": "по\u2011сербски",
        "tg": "по\u2011таджикски",
        "tt": "по\u2011татарски",
        "uk": "по\u2011украински",
    },
    stretch={
        "certain": "почти наверняка {author}",
        "likely": "скорее {author}, чем кто-либо другой",
        "open": "может быть, {author}",
        "nobody": "никто из известных, а ближе всех {author}",
        "outside": "не проза времени этих авторов",
    },
    partly="частью ",
    nobody="никто из известных",
    somebody="кто-то неизвестный",
)


def spoken_name(author: Author, language: Literal["ru", "en"]) -> str:
    """A name as one says it: "Гоголь Н. В." becomes "Н. В. Гоголь", its blanks unbreakable; English stays."""
    if language == "en":
        return author.name_en
    surname, _, initials = author.name.partition(" ")
    return f"{initials} {surname}".replace(" ", "\u00a0") if "." in initials else author.name


def phrases(language: Literal["ru", "en"]) -> Phrases:
    """The table in a language."""
    return RUSSIAN if language == "ru" else ENGLISH


def say(verdict: Verdict, known: int, table: Phrases, name: Callable[[Author], str]) -> str:
    """A verdict as one sentence; `known` counts the authors, `name` writes one as it is to be read.

    Raises:
        ValueError: a verdict that names an author has none.
    """
    if verdict.outside is not None:
        return f"{say_outside(verdict.outside, table)}."
    if verdict.author is None:
        raise ValueError(f"A verdict with certainty {verdict.certainty!r} names an author: give one.")
    between = verdict.rival is not None and verdict.certainty in table.between
    template = (table.between if between else table.alone)[verdict.certainty]
    rival = name(verdict.rival) if verdict.rival else ""
    said = template.format(author=name(verdict.author), rival=rival, known=known)
    return f"{said.rstrip('.')}."  # a name may end with an initial and its full stop


def say_outside(outside: Outside, table: Phrases) -> str:
    """What a text is that the models cannot judge, as a sentence without its full stop."""
    language = table.languages.get(outside.language)
    told = outside.kind == "language" and language
    template = table.language if told else table.outside[outside.kind]
    return template.format(language=language, partly=table.partly if outside.partly else "")


def say_stretch(stretch: Stretch, table: Phrases, name: Callable[[Author], str]) -> str:
    """Whose a part of a book is in one model's eyes, and how surely, as part of a sentence."""
    return table.stretch[stretch_certainty(stretch)].format(author=name(stretch.author))


def stretch_certainty(stretch: Stretch) -> Certainty:
    """How sure one model is of a part of a book, by its mean probability."""
    if stretch.outside:
        return "outside"
    if stretch.unknown:
        return "nobody"
    if stretch.certainty >= CERTAIN:
        return "certain"
    return "likely" if stretch.certainty >= LIKELY else "open"
