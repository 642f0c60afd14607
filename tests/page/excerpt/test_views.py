"""What is drawn is escaped, ordered, and honest about what is uncertain."""

import re
from dataclasses import replace
from html import escape, unescape
from itertools import product
from typing import Any, get_args

import pytest

from authorship.datamodels import Author, Prediction
from authorship.errors import TextError, TextProblem
from authorship.numerals import percent
from authorship.predict.verdict import Certainty
from explain.datamodels import Attribution, TokenScore, WordScore
from page.examples import PASTICHES, example
from page.excerpt.reasons import (
    Seen,
    View,
    render_agreement,
    render_coloured,
    render_exactness,
    render_explained,
    render_progress,
    render_strongest,
    see,
)
from page.excerpt.results import ROLES, Reading, Reasons
from page.excerpt.verdict import (
    SHORT,
    problem_message,
    render_problem,
    render_ranking,
    render_rankings,
    render_verdict,
    say_verdict,
)
from page.i18n.english import ENGLISH
from page.i18n.messages import Messages
from page.i18n.russian import RUSSIAN
from page.i18n.wording import display_name
from page.masking.downloads import render_citation
from page.session import Session

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
def test_the_verdict_is_in_words_and_each_model_has_one_bar(words: Messages) -> None:
    reading = Reading(TEXT, 1, predict(0.99), predict(0.98, unknown=True))
    said, bars = render_verdict(reading, words), render_rankings(reading, words)
    first = "Скорее" if words is RUSSIAN else "More likely"
    assert said.startswith(f'<p class="verdict">{first} ') and HOSTILE not in said + bars
    shown, others = zip(*(part.split("<details>") for part in bars.split("</section>")[:2]), strict=True)
    for share, one, other in zip((0.99, 0.98), shown, others, strict=True):
        assert one.count("<li>") == other.count("<li>") == 1 and percent(share, words) in one
        assert words.more.format(count=1) in other
    assert words.caution.split("{", 1)[0] in said and words.unknown_badge not in bars


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
        TextError("left_out", ""),
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


def seen(view: View, teacher: Reasons, student: Reasons | None = None, **options: Any) -> Seen:
    """A view of `TEXT` by two authors' names."""
    return see(view, TEXT, (AUTHORS[0], None), teacher, student or teacher, **options)


def test_a_text_is_inert_with_and_without_scores() -> None:
    author = replace(AUTHORS[0], name='" onmouseover="x')
    for view in get_args(View):
        for reasons in (Reasons(), Reasons("done", attribute())):
            for pieces in (False, True):
                html = render_coloured(
                    replace(seen(view, reasons, pieces=pieces), author=author, rival=author), RUSSIAN
                )
                assert "${" not in html and 'onmouseover="x' not in html


def test_an_inexact_explanation_is_marked() -> None:
    exact, rough = Reasons("done", attribute()), Reasons("done", attribute(error=0.2))
    both = (("teacher", exact), ("student", rough))
    assert ENGLISH.uncertain in render_progress(both, ENGLISH) and "20.0%" in render_exactness(rough, ENGLISH)
    assert ENGLISH.uncertain not in render_progress((both[0], ("student", exact)), ENGLISH)
    for view, marked in (("teacher", False), ("student", True), ("differences", True)):
        assert ('class="excerpt rough"' in render_coloured(seen(view, exact, rough), ENGLISH)) is marked


def test_progress_tells_each_stage_of_the_model_under_way() -> None:
    done = Reasons("done", attribute())
    stages = {
        ENGLISH.waiting: Reasons(),
        "3 of 9": Reasons("running", None, 3, 9),
        ENGLISH.stopped_early: Reasons("stopped"),
        ENGLISH.stopped: Reasons("stopped", attribute()),
        ENGLISH.stranger: Reasons("stranger"),
    }
    for expected, reasons in stages.items():
        html = render_progress((("teacher", done), ("student", reasons)), ENGLISH)
        assert expected in html and "Student" in html and "Teacher" not in html
    assert "done" in render_progress((("teacher", done), ("student", done)), ENGLISH)


def test_the_strongest_words_are_links_with_numbers_and_marks_at_the_edge() -> None:
    view = seen("teacher", Reasons("done", attribute()))
    html, text = render_strongest(view, RUSSIAN), render_coloured(view, RUSSIAN)
    assert re.findall(r'data-at="(\d+)" class="(\w+)"', html) == [("0", "for"), ("9", "against")]
    for number in ("+0,50", "−0,20"):
        assert f"<b>{number}</b>" in html and f'data-score="{number}"' in text
    assert re.findall(r'<button[^>]* data-at="(\d+)"', text) == ["0", "9"]
    assert "<li>" not in render_strongest(seen("teacher", Reasons()), RUSSIAN)


def test_differences_are_of_shares_so_that_equal_reasons_of_any_size_differ_nowhere() -> None:
    one = attribute()
    twice = replace(one, words=tuple(replace(word, score=2 * word.score) for word in one.words))
    against = replace(one, words=tuple(replace(word, score=-word.score) for word in one.words))
    none = seen("differences", Reasons("done", one), Reasons("done", twice))
    assert [word.score for word in none.scored] == pytest.approx([0.0, 0.0])
    opposite = seen("differences", Reasons("done", one), Reasons("done", against))
    assert [round(word.score) for word in opposite.scored] == [143, -57]
    waits = render_coloured(seen("differences", Reasons("done", one), Reasons()), ENGLISH)
    assert ENGLISH.differences_wait in waits


def test_where_the_models_disagree_it_says_whom_the_words_are_for() -> None:
    reading = Reading(TEXT, 1, predict(0.9), predict(0.2))
    for author, other in ((AUTHORS[0], AUTHORS[1]), (AUTHORS[1], AUTHORS[0])):
        html = render_explained(reading, author, None, ENGLISH)
        role = ENGLISH.student if other is AUTHORS[1] else ENGLISH.teacher
        assert escape(ENGLISH.not_first.format(role=role, first=other.name_en)) in html
        assert 'data-press="own"' in html
    assert "data-press" not in render_explained(
        Reading(TEXT, 1, predict(0.9), predict(0.8)), AUTHORS[0], None, ENGLISH
    )


def test_the_differences_say_what_the_student_changed_and_whose_each_colour_is() -> None:
    """Not that the colours are for and against the author: here they tell one model from the other."""
    told = {0.9: "student_alike", 0.8: "student_less_sure", 0.95: "student_surer", 0.2: "student_other"}
    for (probability, field), words in product(told.items(), (ENGLISH, RUSSIAN)):
        reading = Reading(TEXT, 1, predict(0.9), predict(probability))
        html = render_explained(reading, AUTHORS[0], None, words, "differences")
        names = [display_name(reading.of(role).top_k(1)[0].author, words) for role in ROLES]
        shares = [percent(reading.of(role).top_k(1)[0].probability, words) for role in ROLES]
        said = getattr(words, field).format(
            first=names[0], other=names[1], teacher=shares[0], student=shares[1]
        )
        assert escape(said) in html
        assert escape(words.differences_legend.format(author=names[0])) in html
        assert escape(words.explained.partition("{")[0]) not in html


@pytest.mark.parametrize("words", [ENGLISH, RUSSIAN])
def test_a_citation_brings_the_verdict_and_both_percents(words: Messages) -> None:
    reading = Reading(TEXT, 1, predict(0.9), predict(0.8))
    said = unescape(render_citation(Session(language=words.language, reading=reading)))
    assert say_verdict(reading, words) in said
    assert percent(0.9, words) in said and percent(0.8, words) in said


def test_agreement_waits_for_both() -> None:
    done = Reasons("done", attribute())
    assert render_agreement(done, Reasons("running", attribute()), ENGLISH) == ""
    assert "1.00" in render_agreement(done, done, ENGLISH)
    rough = Reasons("done", attribute(error=0.2))
    assert ENGLISH.reasons_unsure in render_agreement(done, rough, ENGLISH)


@pytest.mark.parametrize("name", PASTICHES)
def test_pastiches_are_a_page_long(name: str) -> None:
    assert 1500 <= len(example(name)) <= 2600


def test_the_students_reasons_are_seen_until_the_teachers_are_whole_unless_another_choice_was_made() -> None:
    """So that colours come first, and change once; what the reader chose is never changed."""
    session, attribution = Session(), attribute()
    seen = []
    for teacher, student in (
        (Reasons(), Reasons()),
        (Reasons(), Reasons("running", attribution)),
        (Reasons("running", attribution), Reasons("done", attribution)),
        (Reasons("done", attribution), Reasons("done", attribution)),
        (Reasons("stranger"), Reasons("done", attribution)),
    ):
        session.teacher, session.student = teacher, student
        seen.append(session.seen)
        assert replace(session, view="differences").seen == "differences"
    assert seen == ["teacher", "student", "student", "teacher", "teacher"]
