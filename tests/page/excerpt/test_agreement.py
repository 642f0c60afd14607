"""What the page says of agreement is what was computed, set where it belongs on the measured scale."""

import re
from dataclasses import replace

import pytest

from authorship.datamodels import Author
from explain.agreement import CrossTransfer, Drop, Reach, Scale
from explain.datamodels import Attribution, WordScore
from page.excerpt.reasons import render_agreement
from page.excerpt.results import Reasons
from page.i18n.english import ENGLISH
from page.i18n.russian import RUSSIAN

REACH = Reach(pair=0.6, low=0.5, high=0.7, ceiling=0.8, floor=0.0)
SCALE = Scale("t", "s", "x.csv", 21, 0, "mean", *[REACH] * 5)


def reasons(scores: list[float]) -> Reasons:
    """A finished explanation of so many words."""
    words = tuple(WordScore(3 * place, 3 * place + 2, "да", score) for place, score in enumerate(scores))
    return Reasons("done", Attribution(Author("A", 0, "A", "A"), words, (), 1.0, 0.0, 0.0, 0.0, 9, 0.5))


RISING = [place - 5.7 for place in range(12)]


def test_equal_reasons_stand_at_the_ceiling_and_reversed_ones_at_the_floor() -> None:
    one, reverse = reasons(RISING), reasons([-score for score in RISING])
    alike, unlike = (render_agreement(one, other, ENGLISH, SCALE) for other in (one, reverse))
    assert ENGLISH.reasons_alike in alike and 'class="here" style="left:100.0%"' in alike
    assert ENGLISH.reasons_unlike in unlike and 'class="here" style="left:0.0%"' in unlike
    assert 'class="typical" style="left:75.0%"' in alike and "−1.00" in unlike


def test_the_verdict_goes_by_the_scale_where_there_is_one() -> None:
    one, other = reasons(RISING), reasons([*RISING[6:], *RISING[:6]])
    low = replace(SCALE, spearman=Reach(-0.9, -1.0, -0.8, ceiling=-0.6, floor=-1.0))
    assert ENGLISH.reasons_unlike in render_agreement(one, other, ENGLISH)
    assert ENGLISH.reasons_alike in render_agreement(one, other, ENGLISH, low)


def test_without_a_scale_there_is_no_picture() -> None:
    html = render_agreement(reasons(RISING), reasons(RISING), ENGLISH)
    assert 'class="likeness"' not in html and "of the 10 weightiest words 10" in html


@pytest.mark.parametrize(("own", "said"), [(0.5, True), (0.001, False)])
def test_losses_are_said_where_they_can_be(own: float, said: bool) -> None:
    transfer = CrossTransfer(Drop(0.4, 0.2), Drop(own, own * 0.9))
    html = render_agreement(reasons(RISING), reasons(RISING), ENGLISH, None, transfer)
    assert "50%" in html and ("90%" in html) is said
    turned = CrossTransfer(transfer.student, transfer.teacher)
    # each sentence stands by itself, and tells what the share is of
    for words, end in ((RUSSIAN, "собственных доводов."), (ENGLISH, "own reasons are masked.")):
        for one in (transfer, turned):
            told = render_agreement(reasons(RISING), reasons(RISING), words, None, one)
            assert told.count(end) == 1 + said


def test_scores_without_order_have_no_place() -> None:
    html = render_agreement(reasons(RISING), reasons([0.0] * 12), RUSSIAN, SCALE)
    assert "на —" in html and 'class="likeness"' not in html


def test_both_languages_fill_in_every_field() -> None:
    transfer = CrossTransfer(Drop(0.4, 0.2), Drop(0.4, 0.4))
    for words in (RUSSIAN, ENGLISH):
        html = render_agreement(reasons(RISING), reasons(RISING), words, SCALE, transfer)
        assert not re.search(r"[{}]", html) and html.count("<p>") == 1 + len(words.meaning) + 1
    assert "21\u00a0отрывку" in render_agreement(reasons(RISING), reasons(RISING), RUSSIAN, SCALE)
