"""What surrounds the columns claims nothing that the pair does not keep."""

from dataclasses import replace

import pytest

from authorship.datamodels import Author
from authorship.models.bundle import ModelBundle
from authorship.models.calibration import Calibration
from page.examples import BOOK, EXAMPLES, is_known
from page.excerpt.pair_service import Reader
from page.excerpt.verdict import render_model
from page.frame import render_guide, render_masthead
from page.i18n.english import ENGLISH
from page.i18n.messages import Messages
from page.i18n.russian import RUSSIAN
from page.screen import label
from page.session import Session

CALIBRATED = Calibration(1.3, -2.0)
LANGUAGES = pytest.mark.parametrize("words", [RUSSIAN, ENGLISH], ids=["ru", "en"])


def author(key: str, name: str) -> Author:
    return Author(key, 0, name, key)


@LANGUAGES
def test_percentages_are_promised_of_a_calibrated_pair_alone(words: Messages) -> None:
    promise = words.guide[0][1]
    assert promise in render_guide(4, words) and "caution" not in render_masthead(4, words)
    without = render_guide(4, words, ("teacher", "student"))
    assert promise not in without and words.uncalibrated_percentages in without
    assert words.uncalibrated in render_masthead(4, words, ("teacher", "student"))


@LANGUAGES
def test_one_model_without_calibration_is_named(words: Messages) -> None:
    said = words.uncalibrated_one.format(role=words.student)
    assert said in render_masthead(4, words, ("student",)) and said in render_guide(4, words, ("student",))
    assert words.teacher not in said


def test_the_pair_is_asked(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> None:
    measured = replace(tiny_student, calibration=CALIBRATED)
    assert Reader(tiny_bundle, tiny_student).uncalibrated == ("teacher", "student")
    assert Reader(tiny_bundle, measured).uncalibrated == ("teacher",)
    assert ENGLISH.uncalibrated_fact in render_model("teacher", tiny_bundle, None, ENGLISH)
    assert ENGLISH.uncalibrated_fact not in render_model("student", measured, None, ENGLISH)


def test_an_example_is_offered_of_known_authors_only() -> None:
    known = [author("Gogol", "Гоголь Н. В."), author("Чехов", "Чехов"), author("Bely", "Белый А.")]
    offered = [name for name in EXAMPLES if is_known(name, known)]
    assert offered == [name for name in EXAMPLES if name not in ("two_hands", BOOK)]


def test_nothing_is_offered_that_the_pair_cannot_answer() -> None:
    four = [author(f"A{number}", f"Автор {number}") for number in range(4)]
    values = label(four, Session())
    assert values["hint"] == "" and not any(values[name].visible for name in EXAMPLES)
    many = [author(f"A{number}", f"Автор {number}") for number in range(34)] + [
        author("Chekhov", "Чехов А. П.")
    ]
    values = label(many, Session())
    assert RUSSIAN.examples_title in values["hint"]
    assert [values[name].visible for name in EXAMPLES] == [is_known(name, many) for name in EXAMPLES]
    assert values["author"].choices[-1] == ("А.\u00a0П.\u00a0Чехов", "Chekhov")
