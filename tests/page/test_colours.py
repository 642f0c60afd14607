"""The colours that carry meaning, as colour-blind eyes see them; read from the page's own styles.

Protanopia and deuteranopia by Machado, Oliveira and Fernandes (2009), tritanopia, for which that model is
not made, by Brettel, Viénot and Mollon (1997), as coloraide has them; distances are CIEDE2000.
"""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from coloraide import Color

from explain.report.highlights import DARK, DARK_DEPTH, FULLEST_TINT, SEEN_TINT, STYLE
from page.book.picture import COLOURS, DASHES
from page.launch import _look

PAGE = Path(__file__).resolve().parents[2] / "page"
SELECTORS = {"light": ":root, .gradio-container {", "dark": ".dark, .dark .gradio-container"}
EYES = {"normal": None, "protanopia": "protan", "deuteranopia": "deutan", "tritanopia": "tritan"}
LINES = [f"s{slot}" for slot in range(6)]
TOLD_APART = 15.0  # CIEDE2000; 1 is just noticeable side by side
ABOVE_PAPER = 8.0
READABLE = 4.5  # WCAG 2, level AA, for text
schemes = pytest.mark.parametrize("scheme", SELECTORS)
eyes = pytest.mark.parametrize("eye", EYES)


def css(name: str) -> str:
    """One of the page's style sheets."""
    return (PAGE / "assets" / name).read_text(encoding="utf-8")


def colours(scheme: str) -> dict[str, Color]:
    """The colours that a scheme names, `#rrggbb` or `r g b`."""
    found: dict[str, Color] = {}
    for sheet in (css("style.css"), css("book.css")):
        block = sheet.partition(SELECTORS[scheme])[2].partition("}")[0]
        for name, value in re.findall(r"--([\w-]+): (#\w{6}|\d+ \d+ \d+);", block):
            found[name] = colour(value)
    return found


def colour(value: str) -> Color:
    """A colour as the style sheets write it."""
    return Color(value) if value.startswith("#") else Color(f"rgb({value})")


def seen(colour: Color, eye: str) -> Color:
    """The colour that a person with all their cones would have to be shown to see the same."""
    lacking = EYES[eye]
    method = "brettel" if lacking == "tritan" else "machado"
    return colour.filter(lacking, 1.0, method=method) if lacking else colour


def distance(one: Color, other: Color, eye: str) -> float:
    """CIEDE2000 as that eye sees both."""
    return seen(one, eye).delta_e(seen(other, eye), method="2000")


def tint(hue: Color, ground: Color, share: float) -> Color:
    """A hue over its ground."""
    return ground.mix(hue, share, space="srgb")


def tint_in(scheme: str, opacity: float) -> float:
    """The opacity of a word's colour there."""
    return opacity * (DARK_DEPTH if scheme == "dark" else 1.0)


@schemes
@eyes
def test_what_speaks_for_is_told_from_what_speaks_against(scheme: str, eye: str) -> None:
    """The strongest words and the palest of the ten, which also differs from the paper."""
    named = colours(scheme)
    for opacity in (FULLEST_TINT, FULLEST_TINT / 2, SEEN_TINT):
        sides = [tint(named[side], named["sheet"], tint_in(scheme, opacity)) for side in ("for", "against")]
        assert distance(*sides, eye) >= TOLD_APART
        assert min(distance(side, named["sheet"], eye) for side in sides) >= ABOVE_PAPER


@schemes
@eyes
def test_likewise_on_the_page_that_is_saved(scheme: str, eye: str) -> None:
    style, paper = (STYLE, Color("white")) if scheme == "light" else (DARK, Color("#121212"))
    ink = Color("black" if scheme == "light" else "white")
    hues = [
        colour(re.search(rf"--ig-{side}: (\d+ \d+ \d+)", style)[1])  # type: ignore[index]
        for side in ("for", "against")
    ]
    for opacity in (FULLEST_TINT, SEEN_TINT):
        sides = [tint(hue, paper, tint_in(scheme, opacity)) for hue in hues]
        assert distance(*sides, eye) >= TOLD_APART
        assert min(distance(side, paper, eye) for side in sides) >= ABOVE_PAPER
        assert min(ink.contrast(side) for side in sides) >= READABLE


@schemes
@eyes
def test_the_lines_of_the_chart_are_told_apart(scheme: str, eye: str) -> None:
    named = colours(scheme)
    for one, other in combinations(LINES, 2):
        assert distance(named[one], named[other], eye) >= TOLD_APART, (one, other)


@eyes
def test_likewise_in_the_picture_that_is_saved(eye: str) -> None:
    for one, other in combinations(map(Color, COLOURS), 2):
        assert distance(one, other, eye) >= TOLD_APART


@schemes
def test_words_and_names_can_be_read_on_every_colour(scheme: str) -> None:
    named = colours(scheme)
    for side in ("for", "against"):
        ground = tint(named[side], named["sheet"], tint_in(scheme, FULLEST_TINT))
        assert named["ink"].contrast(ground) >= READABLE
    stripe = tint(named["ink"], named["sheet"], 0.26)  # of a masked word
    assert named["ink"].contrast(stripe) >= READABLE
    for name in (*LINES, "faint", "accent"):
        assert named[name].contrast(named["paper"]) >= READABLE, name


def test_lines_differ_in_dashes_too() -> None:
    rules = {name: re.search(rf"\.chart \.{name} {{ ([^}}]*)}}", css("book.css")) for name in LINES}
    dashes = [re.search(r"stroke-dasharray: ([\d. ]+)", rule[1]) if rule else None for rule in rules.values()]
    assert len({dash[1] if dash else "" for dash in dashes}) == len(LINES)
    assert len(set(DASHES)) == len(DASHES) == len(COLOURS)


def test_strong_words_differ_in_their_underlines_too() -> None:
    kinds = re.findall(r"\.ig-strong(?:\.ig-against)? { text-decoration[^}]*}", STYLE)
    assert len(kinds) == 2 and "dashed" in kinds[1] and all(one != other for one, other in pairwise(kinds))


def test_what_holds_for_some_screens_is_written_as_gradio_binds_it() -> None:
    """It puts its container before each selector, also in `:is`, and of rules for media serves no other."""
    style = _look()["css"]
    for media in re.finditer(r"@(?:media|container)[^{]*\{((?:[^{}]*\{[^{}]*\})*)", style):
        for selector in re.findall(r"([^{}]+)\{[^{}]*\}", media[1]):
            assert ".gradio-container" not in selector and not re.search(r":\w+\([^)]*,", selector), selector
