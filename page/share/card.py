"""A verdict as a picture to share: the sentence, a bar for each model, and the strongest words.

`python -m page.share.card` draws the picture that a link to the page is previewed with.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from authorship.numerals import Language, localised, probability
from authorship.predict.results import known_authors
from authorship.predict.verdict import phrases, say
from explain.datamodels import WordScore
from explain.report.citation import say_day
from explain.report.highlights import strongest, tint_of
from explain.report.html import name_of, plain_name
from explain.report.json import Result
from explain.report.wording import document_words
from page.i18n.about import about_messages

SIZE = WIDTH, HEIGHT = 1200, 630  # what previews of links are cut to
PREVIEW = Path(__file__).parents[1] / "assets" / "preview.png"
_MARGIN = 72
_PAPER, _INK, _FAINT, _RULE, _ACCENT = "#f6f1e7", "#221d17", "#665d51", "#dcd2c0", "#7c2d1f"
_FOR, _AGAINST = (37, 99, 235), (217, 95, 2)  # as in explain/report/highlights.py
_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_LONGEST_WORD = 24
_WORDS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One model's first author; `share` from 0 to 1, `said` as it is written."""

    role: str
    author: str
    share: float
    said: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a picture says; `words` are strong ones with their scores, as drawn and as written."""

    brand: str
    headline: str
    bars: tuple[Bar, ...] = ()
    words: tuple[tuple[str, float, str], ...] = ()
    note: str = ""


def make_card(result: Result, language: Language) -> Card:
    """The picture of a result; of a text that is outside the sentence alone."""
    words = document_words(language)
    brand = words.title.format(name="").strip()
    predictions = {role: model.prediction for role, model in result.models.items()}
    verdict = say(
        result.verdict,
        known_authors(*predictions.values()),
        phrases(language),
        lambda author: name_of(author, words),
    )
    named = [plain_name(result.citation.name)]
    note = " · ".join([*named, say_day(result.citation.made, words), result.address]).rstrip(" ·")
    if result.verdict.outside:
        return Card(brand, verdict, note=note)
    firsts = {role: one.top_k(1)[0] for role, one in predictions.items()}
    bars = tuple(
        Bar(
            words.roles[role],
            name_of(one.author, words),
            one.probability,
            probability(one.probability, words),
        )
        for role, one in firsts.items()
    )
    strong = [
        (_shown(word), word.score, localised(f"{word.score:+.2f}", words)) for word in _strongest(result)
    ]
    return Card(brand, verdict, bars, tuple(strong), note)


def _strongest(result: Result) -> list[WordScore]:
    """The strongest words that are no marks, by the first model that is explained."""
    found = [model.attribution for model in result.models.values() if model.attribution]
    if not found or not found[0].converged:
        return []
    return strongest([word for word in found[0].words if any(map(str.isalnum, word.text))], _WORDS)


def _shown(word: WordScore) -> str:
    text = plain_name(word.text)
    return text if len(text) <= _LONGEST_WORD else f"{text[:_LONGEST_WORD]}…"


def draw_card(card: Card) -> bytes:
    """The picture as PNG."""
    image = Image.new("RGB", SIZE, _PAPER)
    drawing = ImageDraw.Draw(image)
    drawing.rectangle((0, 0, WIDTH, 10), _ACCENT)
    drawing.text((_MARGIN, 56), card.brand, _ACCENT, _font(34))
    top = _headline(drawing, card.headline, 118)
    for bar in card.bars:
        top = _bar(drawing, bar, top)
    _chips(drawing, card, top + 14)
    drawing.text((_MARGIN, HEIGHT - 62), _cut(card.note, _font(22, sans=True)), _FAINT, _font(22, sans=True))
    stream = io.BytesIO()
    image.quantize(128).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _font(size: int, sans: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / ("DejaVuSans.ttf" if sans else "DejaVuSerif.ttf"), size)


def _headline(drawing: ImageDraw.ImageDraw, said: str, top: int) -> int:
    """The sentence in as many lines as it needs, smaller where it is long; where it ends."""
    size = next(size for size in (52, 44, 36, 30, 24) if len(_lines(said, _font(size))) <= 3 or size == 24)
    for line in list(_lines(said, _font(size)))[:4]:
        drawing.text((_MARGIN, top), line, _INK, _font(size))
        top += round(size * 1.28)
    return top + 26


def _lines(said: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in said.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= WIDTH - 2 * _MARGIN or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [_cut(line, font) for line in lines]


def _cut(said: str, font: ImageFont.FreeTypeFont) -> str:
    """As much of a line as the picture is wide."""
    while said and font.getlength(said) > WIDTH - 2 * _MARGIN:
        said = f"{said[: len(said) * 9 // 10]}…" if len(said) > 10 else ""
    return said


def _bar(drawing: ImageDraw.ImageDraw, bar: Bar, top: int) -> int:
    font, right = _font(26, sans=True), WIDTH - _MARGIN
    drawing.text((_MARGIN, top), f"{bar.role}: {bar.author}", _INK, font)
    drawing.text((right, top), bar.said, _INK, font, anchor="ra")
    drawing.rectangle((_MARGIN, top + 40, right, top + 50), _RULE)
    drawing.rectangle((_MARGIN, top + 40, _MARGIN + (right - _MARGIN) * bar.share, top + 50), _ACCENT)
    return top + 76


def _chips(drawing: ImageDraw.ImageDraw, card: Card, top: int) -> None:
    """The strongest words on the colours that they have on the page."""
    font, left = _font(27), float(_MARGIN)
    fullest = max((abs(score) for _, score, _ in card.words), default=0.0)
    for word, score, said in card.words:
        text = f"{word} {said}"
        width = font.getlength(text) + 24
        if left + width > WIDTH - _MARGIN:
            break
        colour = _mixed(_FOR if score > 0 else _AGAINST, tint_of(score, fullest, True))
        drawing.rounded_rectangle((left, top, left + width, top + 46), 6, colour)
        drawing.text((left + 12, top + 5), text, _INK, font)
        left += width + 14


def _mixed(colour: tuple[int, int, int], opacity: float) -> tuple[int, int, int]:
    """A colour of some opacity on paper."""
    paper = [int(_PAPER[place : place + 2], 16) for place in (1, 3, 5)]
    red, green, blue = (
        round(below + (above - below) * opacity) for above, below in zip(colour, paper, strict=True)
    )
    return red, green, blue


def preview_card() -> Card:
    """What a link to the page itself is previewed with: an invented verdict on our own pastiche."""
    words, about = document_words("ru"), about_messages("ru")
    strong = tuple(zip(about.preview_words, (2.1, 1.4, 0.9, -0.6), about.preview_scores, strict=True))
    bars = tuple(
        Bar(words.roles[role], about.preview_author, value, said)
        for role, value, said in zip(words.roles, (0.962, 0.954), about.preview_shares, strict=True)
    )
    return Card(words.title.format(name="").strip(), about.preview_headline, bars, strong, about.described)


if __name__ == "__main__":
    PREVIEW.write_bytes(draw_card(preview_card()))
