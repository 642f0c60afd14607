"""What is drawn is escaped, ordered, and honest about what is uncertain."""

from dataclasses import replace
from typing import get_args

import pytest

from authorship.datamodels import Author, Prediction
from authorship.errors import TextError, TextProblem
from authorship.predict.verdict import Certainty
from explain.datamodels import Attribution, TokenScore, WordScore
from page.examples import PASTICHES, example
from page.excerpt.agreement import render_agreement
from page.excerpt.reasons import render_excerpt, render_progress, render_strongest
from page.excerpt.results import Reading, Reasons
from page.excerpt.verdict import SHORT, problem_message, render_problem, render_ranking, render_verdict
from page.i18n.english import ENGLISH
from page.i18n.messages import Messages
from page.i18n.russian import RUSSIAN
from page.i18n.wording import percent

HOSTILE = "<img src=x onerror=alert(1)>"
AUTHORS = (Author("A", 0, f"Первый {HOSTILE}", f"First {HOSTILE}"), Author("B", 1, "Второй", "Second"))
TEXT = "Слово за слово ${1+1}"


def predict(first: float, unknown: bool = False) -> Prediction:
    """A prediction that gives the first author this probability."""
    return Prediction(AUTHORS, (0.0, 0.0), (first, 1 - first), unknown, 0.1)


def attribute(error: float = 0.001) -> Attribution:
    """An explanation of `TEXT` with two scored words."""
    words = (WordScore(0, 5, "Слово", 0.5), WordScore(9, 14, "слово", -0.2))
    tokens = tuple(TokenScore(word.start, word.stop, word.text, word.score) for word in words)
    return Attribution(AUTHORS[0], words, tokens, 1.0, 0.7, 0.0, error, 9, 0.5)


def test_names_are_escaped_and_ordered() -> None:
    html = render_ranking(predict(0.25), 2, ENGLISH)
    assert HOSTILE not in html and "&lt;img" in html
    assert html.index("Second") < html.index("First")
    assert "75.0%" in html and "width:75.00%" in html


def test_only_as_many_authors_as_asked() -> None:
    assert render_ranking(predict(0.25), 1, ENGLISH).count("<li>") == 1


def test_abstaining_keeps_the_ranking_and_means_nobody_only_where_both_do() -> None:
    certainties: tuple[Certainty, ...] = ("likely", "nobody", "outside")
    wary = predict(0.4, unknown=True)
    alone, both, outside = (render_ranking(wary, 2, ENGLISH, certainty) for certainty in certainties)
    assert all("unsure" in html and html.count("<li>") == 2 for html in (alone, both, outside))
    badge, unusual = ENGLISH.unknown_badge, ENGLISH.unusual_note
    assert [[text in html for text in (badge, unusual)] for html in (outside, both, alone)] == [
        [False, False], [True, False], [False, True],
    ]  # fmt: skip
    assert "unsure" not in render_ranking(predict(0.4), 2, ENGLISH, "likely")


@pytest.mark.parametrize("words", [RUSSIAN, ENGLISH])
def test_the_verdict_is_in_words_and_both_in_numbers(words: Messages) -> None:
    html = render_verdict(Reading(TEXT, 1, predict(0.99), predict(0.98, unknown=True)), words)
    first = "Скорее" if words is RUSSIAN else "More likely"
    assert html.startswith(f'<p class="verdict">{first} ') and HOSTILE not in html
    assert percent(0.99, words) in html and percent(0.98, words) in html
    assert words.unknown_badge not in html


def test_a_short_text_tells_how_often_its_like_is_right() -> None:
    said = {}
    for length in (SHORT - 1, SHORT):
        for teacher in (predict(0.9), predict(0.9, unknown=True)):
            student = replace(predict(0.8), unknown=teacher.unknown)
            reading = Reading("а" * length, 1, teacher, student)
            assert 'class="short"' not in render_verdict(reading, ENGLISH)
            said[length, teacher.unknown] = render_verdict(reading, ENGLISH, 0.712)
    told = [place for place, html in said.items() if "71% of cases" in html]
    assert told == [(SHORT - 1, False)]


FORMATS = ("PDF", "DjVu", "TIFF", "DOC", "Word XML", "Mobipocket", "XML")


def test_every_problem_has_a_message_in_both_languages() -> None:
    problems = [
        TextError("empty", ""),
        TextError("too_short", "", characters=12, minimum=200),
        TextError("not_cyrillic", ""),
        TextError("not_text", ""),
        TextError("too_large", "", size=6_000_000, limit=5_000_000),
        TextError("too_large", "", characters=200_000, limit=100_000),
        TextError("other_format", "", format="PDF"),
        TextError("archive", "", format="RAR"),
        TextError("encrypted", ""),
        TextError("damaged", ""),
        TextError("hostile", ""),
        TextError("unknown_encoding", "", encoding="<b>"),
    ]
    assert {problem.code for problem in problems} == set(get_args(TextProblem))
    for words in (RUSSIAN, ENGLISH):
        assert len({problem_message(problem, words) for problem in problems}) == len(problems)
        remedies = {
            name: problem_message(TextError("other_format", "", format=name), words) for name in FORMATS
        }
        assert "OCR" in remedies["PDF"] and ".docx" in remedies["XML"] and "<" not in remedies["DOC"]
        assert len(set(remedies.values())) == len(FORMATS) and set(words.remedies) <= set(FORMATS)
    assert "<b>" not in render_problem(problem_message(problems[-1], ENGLISH))
    assert render_problem("") == ""


@pytest.mark.parametrize("pieces", [False, True])
def test_an_excerpt_is_inert_with_and_without_scores(pieces: bool) -> None:
    author = replace(AUTHORS[0], name='" onmouseover="x')
    for reasons in (Reasons(), Reasons("done", attribute())):
        html = render_excerpt("teacher", TEXT, author, reasons, pieces, RUSSIAN)
        assert "${" not in html and 'onmouseover="x' not in html


def test_an_inexact_explanation_is_marked() -> None:
    exact, rough = Reasons("done", attribute()), Reasons("done", attribute(error=0.2))
    assert ENGLISH.uncertain not in render_progress("teacher", exact, ENGLISH)
    assert ENGLISH.uncertain in render_progress("teacher", rough, ENGLISH)
    assert "rough" in render_excerpt("teacher", TEXT, AUTHORS[0], rough, False, ENGLISH)


def test_progress_tells_each_stage() -> None:
    stages = {
        ENGLISH.waiting: Reasons(),
        "3 of 9": Reasons("running", None, 3, 9),
        ENGLISH.stopped_early: Reasons("stopped"),
        ENGLISH.stopped: Reasons("stopped", attribute()),
        ENGLISH.stranger: Reasons("stranger"),
    }
    for expected, reasons in stages.items():
        assert expected in render_progress("student", reasons, ENGLISH)


def test_strongest_words_are_given_once() -> None:
    html = render_strongest(attribute(), ENGLISH)
    assert html.count("<span>") == 2
    assert render_strongest(None, ENGLISH) == ""


def test_agreement_waits_for_both() -> None:
    done = Reasons("done", attribute())
    assert render_agreement(done, Reasons("running", attribute()), ENGLISH) == ""
    assert "1.00" in render_agreement(done, done, ENGLISH)
    rough = Reasons("done", attribute(error=0.2))
    assert ENGLISH.reasons_unsure in render_agreement(done, rough, ENGLISH)


@pytest.mark.parametrize("name", PASTICHES)
def test_pastiches_are_a_page_long(name: str) -> None:
    assert 1500 <= len(example(name)) <= 2600
