"""What a comparison of two texts is called in words: one table for the page, the command lines and files."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, floor, log, log10

from authorship.numerals import Language, decimal, localised, whole
from authorship.predict.verdict import phrases, say_outside
from authorship.same_hand.answer import SHORT, Caution, Said
from authorship.same_hand.datamodels import Comparison, Strength, quantile

_GREATEST = 1_000_000  # a ratio that is written out; calibration says nothing of more


@dataclass(frozen=True, slots=True)
class HandPhrases:
    """One language's phrases; fields in braces are filled in.

    same, different: what a comparison says, by its strength; `void` where a side cannot be compared.
    likelier: what the figure means where the texts speak for one hand, `unlikelier` for two, `alike` neither.
    times: the noun after a number, after 2, 3, 4 and fractions first.
    candidates: the caption of a table of several; `nobody` is none of them.
    probability: fields {prior} and {probability}. usual: fields {same}, {different}, {here}.
    reached: how rare the figure is; fields {same} and {different}, shares of pairs.
    cautions: by their kind; "short" stands twice, for either side.
    """

    language: Language
    same: Mapping[Strength, str]
    different: Mapping[Strength, str]
    void: str
    candidates: str
    nobody: str
    candidate: str
    likelihood: str
    probable: str
    likelier: str
    unlikelier: str
    alike: str
    more_than: str
    times: tuple[str, str]
    probability: str
    usual: str
    interval: str
    reached: str
    one_author: str
    two_authors: str
    this_pair: str
    plot_key: str
    scale_title: str
    scale: str
    outside: str
    outside_void: str
    outside_modern: str
    short_known: str
    short_disputed: str
    unequal: str
    shared: str
    limits: str


ENGLISH = HandPhrases(
    language="en",
    same={
        "none": "The texts speak neither for one hand nor for two",
        "weak": "The texts speak weakly for one hand",
        "moderate": "The texts speak moderately for one hand",
        "moderately strong": "The texts speak moderately strongly for one hand",
        "strong": "The texts speak strongly for one hand",
        "very strong": "The texts speak very strongly for one hand",
    },
    different={
        "none": "The texts speak neither for one hand nor for two",
        "weak": "The texts speak weakly for two hands",
        "moderate": "The texts speak moderately for two hands",
        "moderately strong": "The texts speak moderately strongly for two hands",
        "strong": "The texts speak strongly for two hands",
        "very strong": "The texts speak very strongly for two hands",
    },
    void="There is no answer: one of the texts cannot be compared",
    candidates="Who it is, if it was {prior} probable before that it is one of these, all alike",
    nobody="none of these",
    candidate="candidate",
    likelihood="likelihood ratio",
    probable="probability",
    likelier="Texts like these are {ratio} likelier if one author wrote both sides than if two did.",
    unlikelier="Texts like these are {ratio} likelier if two authors wrote them than if one did.",
    alike="Texts like these are about as likely from one author as from two.",
    more_than="more than {ratio}",
    times=("times", "times"),
    probability="Whoever held one author {prior} probable before should now hold it {probability} probable.",
    usual="At these lengths nine pairs of ten have: by one author from {same}, by two authors of one time "
    "from {different}. These texts have {here}. Above 1 speaks for one author, below 1 for two.",
    interval="{low} to {high}",
    reached="No less alike are {different} of pairs by two authors, no more alike {same} of pairs by one.",
    one_author="one author",
    two_authors="two authors",
    this_pair="these texts",
    plot_key="A thin line holds nine pairs of ten, a thick one the middle half, the stroke is the middle "
    "pair.",
    scale_title="What the words mean",
    scale="By the scale of the European Network of Forensic Science Institutes (ENFSI, 2015): a likelihood "
    "ratio under 2 speaks for neither, from 2 weakly, from 10 moderately, from 100 moderately strongly, from "
    "1,000 strongly, from 10,000 very strongly. The ratio says how much the texts change what was held "
    "before, not how probable one author is.",
    outside="{name}: {what}.",
    outside_void="Nothing here can be compared with it.",
    outside_modern="The measure was never tried on such prose: take its figures for rough ones.",
    short_known="The known texts together are shorter than {short} characters ({characters}). At such "
    "lengths even texts by one author differ much, and an answer is seldom more than weak.",
    short_disputed="The disputed text is shorter than {short} characters ({characters}). At such lengths "
    "even texts by one author differ much, and an answer is seldom more than weak.",
    unequal="One side is more than ten times as long as the other: what counts is the shorter one.",
    shared="{share} of the disputed text’s runs of eight words stand word for word in a known text. Copies, "
    "quotations and other editions are alike whoever wrote them: take them out.",
    limits="Subject, kind and time count as well as the hand: two stories by one author on different matters "
    "may look less alike than two authors on one. An imitation deceives the measure: pastiches written to "
    "try it spoke strongly for the hands that they imitate. Translations were not tried. A text of which "
    "half is by another speaks as often for two hands as for one. It is no expert opinion.",
)

RUSSIAN = HandPhrases(
    language="ru",
    same={
        "none": "Тексты не говорят ни за одну руку, ни за две",
        "weak": "Тексты слабо говорят за одну руку",
        "moderate": "Тексты умеренно говорят за одну руку",
        "moderately strong": "Тексты довольно сильно говорят за одну руку",
        "strong": "Тексты сильно говорят за одну руку",
        "very strong": "Тексты очень сильно говорят за одну руку",
    },
    different={
        "none": "Тексты не говорят ни за одну руку, ни за две",
        "weak": "Тексты слабо говорят за две разные руки",
        "moderate": "Тексты умеренно говорят за две разные руки",
        "moderately strong": "Тексты довольно сильно говорят за две разные руки",
        "strong": "Тексты сильно говорят за две разные руки",
        "very strong": "Тексты очень сильно говорят за две разные руки",
    },
    void="Ответа нет: один из текстов сравнивать нельзя",
    candidates="Кто это, если до чтения вероятность, что это один из них, — {prior}, и все равны",
    nobody="никто из них",
    candidate="кандидат",
    likelihood="отношение правдоподобия",
    probable="вероятность",
    likelier="Такие тексты в {ratio} вероятнее, если обе стороны написал один автор, чем если разные.",
    unlikelier="Такие тексты в {ratio} вероятнее, если их написали разные авторы, чем если один.",
    alike="Такие тексты примерно одинаково вероятны и у одного автора, и у разных.",
    more_than="более чем {ratio}",
    times=("раза", "раз"),
    probability="Кто прежде считал одного автора вероятным на {prior}, теперь вправе считать — на "
    "{probability}.",
    usual="На таких длинах у девяти пар из десяти: одного автора — от {same}, двух авторов одного времени — "
    "от {different}. У этих текстов — {here}. Больше 1 — за одного автора, меньше 1 — за двух.",
    interval="{low} до {high}",
    reached="Не меньше похожи {different} пар двух авторов, не больше похожи {same} пар одного автора.",
    one_author="один автор",
    two_authors="два автора",
    this_pair="эти тексты",
    plot_key="Тонкая линия — девять пар из десяти, толстая — средняя половина, штрих — средняя пара.",
    scale_title="Что значат эти слова",
    scale="По шкале Европейской сети судебно-экспертных учреждений (ENFSI, 2015): отношение правдоподобия "
    "до 2 не говорит ни за что, от 2 — слабо, от 10 — умеренно, от 100 — довольно сильно, от 1000 — "
    "сильно, от 10\u202f000 — очень сильно. Оно говорит, насколько тексты меняют прежнее мнение, а не "
    "насколько вероятен один автор.",
    outside="{name}: {what}.",
    outside_void="Сравнивать с ним нечего.",
    outside_modern="На такой прозе мера не проверена: считайте числа приблизительными.",
    short_known="Бесспорные тексты вместе короче {short} знаков (их {characters}). На такой длине даже "
    "тексты одного автора сильно расходятся, и ответ редко бывает сильнее слабого.",
    short_disputed="Спорный текст короче {short} знаков (их {characters}). На такой длине даже тексты одного "
    "автора сильно расходятся, и ответ редко бывает сильнее слабого.",
    unequal="Одна сторона больше чем в десять раз длиннее другой: решает та, что короче.",
    shared="{share} восьмисловий спорного текста дословно стоят в одном из бесспорных. Копии, цитаты и "
    "другие издания похожи, кто бы их ни написал: уберите их.",
    limits="Предмет, жанр и время значат не меньше руки: две вещи одного автора о разном могут быть не так "
    "похожи, как вещи двух авторов об одном. Подражание обманывает меру: пастиши, написанные для пробы, "
    "сильно говорили за руку тех, кому они подражают. На переводах она не проверена. Текст, половина "
    "которого чужая, говорит за две руки так же часто, как за одну. Это не экспертиза.",
)


def hand_phrases(language: Language) -> HandPhrases:
    """The table in a language."""
    return RUSSIAN if language == "ru" else ENGLISH


def say_answer(answer: Said, words: HandPhrases) -> str:
    """What it comes to, as a sentence without its full stop."""
    found = answer.comparison
    if answer.void:
        return words.void
    return (words.same if found.same else words.different)[found.strength]


def say_ratio(found: Comparison, words: HandPhrases) -> str:
    """How much likelier the texts are by one author, or by two."""
    if found.strength == "none":
        return words.alike
    ratio = exp(min(abs(found.log_ratio), 50))
    said = _times(write_number(min(ratio, _GREATEST), words), words)
    said = words.more_than.format(ratio=said) if ratio > _GREATEST else said
    return (words.likelier if found.same else words.unlikelier).format(ratio=said)


def _times(number: str, words: HandPhrases) -> str:
    """So many times; Russian has another form after 2, 3, 4 and fractions."""
    few = number[-1] in "234" and number[-2:-1] != "1"
    fraction = localised(".", words) in number
    return f"{number}\u00a0{words.times[0 if few or fraction else 1]}"


def say_probability(found: Comparison, prior: float, words: HandPhrases) -> str:
    """What a reader who held one author `prior` probable should hold now."""
    return words.probability.format(
        prior=write_share(prior, words), probability=write_share(found.probability(prior), words)
    )


def say_usual(found: Comparison, words: HandPhrases) -> str:
    """What pairs of such lengths have, and how rare these texts are among them."""
    intervals = {
        name: words.interval.format(
            low=write_ratio(quantile(values, 0.05), words), high=write_ratio(quantile(values, 0.95), words)
        )
        for name, values in (("same", found.usual.same), ("different", found.usual.different))
    }
    told = words.usual.format(here=write_ratio(found.log_ratio, words), **intervals)
    below, above = found.usual.rarity(found.log_ratio)
    shares = {"same": write_share(below, words), "different": write_share(above, words)}
    return f"{told} {words.reached.format(**shares)}"


def say_caution(caution: Caution, words: HandPhrases) -> str:
    """What makes an answer worth less, and how much, in a sentence or two."""
    if caution.kind == "outside" and caution.outside is not None:
        what = say_outside(caution.outside, phrases(words.language))
        modern = caution.outside.kind == "modern"
        told = words.outside.format(name=caution.name, what=what[0].lower() + what[1:])
        return f"{told} {words.outside_modern if modern else words.outside_void}"
    if caution.kind == "short":
        form = words.short_known if caution.name == "known" else words.short_disputed
        numbers = whole(caution.characters, words), whole(SHORT, words)
        return form.format(characters=numbers[0], short=numbers[1])
    if caution.kind == "shared":
        return words.shared.format(share=write_share(caution.share, words))
    return words.unequal


def write_ratio(log_ratio: float, words: HandPhrases) -> str:
    """A likelihood ratio with two figures: 450, 1.7, and of less than 1 its fraction, 1/450."""
    bound = log(_GREATEST)
    number = write_number(exp(min(abs(log_ratio), bound)), words)
    sign = "" if abs(log_ratio) <= bound else ">\u00a0" if log_ratio > 0 else "<\u00a0"
    return f"{sign}{number}" if log_ratio >= 0 or number == "1" else f"{sign}1/{number}"


def write_number(value: float, words: HandPhrases) -> str:
    """Two figures of a number from 1 up: 1.7, 45, 4,500."""
    digits = 1 - floor(log10(value)) if value > 0 else 0
    rounded = round(value, digits)
    if rounded < 10 and rounded != int(rounded):
        return decimal(rounded, 1, words)
    return whole(round(rounded), words)


def write_share(share: float, words: HandPhrases) -> str:
    """A share in percents, with a decimal near either end and never a false 0 or 100."""
    held = min(max(share, 0.001), 0.999)
    sign = "<\u00a0" if share < 0.001 else ">\u00a0" if share > 0.999 else ""
    digits = 1 if held < 0.0995 or held > 0.9005 else 0
    number = f"{100 * held:.{digits}f}".removesuffix(".0")
    return sign + localised(f"{number}%", words)
