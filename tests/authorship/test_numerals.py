"""Numbers have the marks of their language, and claim no more than is known."""

import pytest

from authorship.numerals import decimal, localised, percent, probability, rounded_percent, signed, whole
from explain.report.wording import document_words

RUSSIAN, ENGLISH = document_words("ru"), document_words("en")


@pytest.mark.parametrize(
    ("share", "russian", "english"),
    [(0.6234, "62,3 %", "62.3%"), (0.0001, "< 0,1 %", "< 0.1%"), (0.9999, "> 99,9 %", "> 99.9%"),
     (1.0, "100,0 %", "100.0%"), (0.0, "0,0 %", "0.0%")],
)  # fmt: skip
def test_shares_have_one_decimal_and_no_false_certainty(share: float, russian: str, english: str) -> None:
    assert percent(share, RUSSIAN) == russian.replace(" ", "\u00a0")
    assert percent(share, ENGLISH) == english.replace(" ", "\u00a0")


@pytest.mark.parametrize(("share", "shown"), [(0.0, "<\u00a00.1%"), (1.0, ">\u00a099.9%"), (0.5, "50.0%")])
def test_no_probability_is_said_to_be_nothing_or_all(share: float, shown: str) -> None:
    assert probability(share, ENGLISH) == shown


def test_numbers_have_the_marks_of_the_language() -> None:
    assert decimal(-0.5, 2, RUSSIAN) == "−0,50"
    assert (whole(1500, RUSSIAN), whole(1500, ENGLISH)) == ("1500", "1,500")
    assert (whole(12345, RUSSIAN), whole(12345, ENGLISH)) == ("12\u202f345", "12,345")
    assert (rounded_percent(0.625, RUSSIAN), localised("+1.50%", RUSSIAN)) == ("62\u00a0%", "+1,50\u00a0%")


def test_scores_have_a_sign_unless_they_round_to_nothing() -> None:
    scores = (0.5, -0.25, 0.006, 0.004, -0.004, 0.0)
    assert [signed(one, ENGLISH) for one in scores] == ["+0.50", "−0.25", "+0.01", "0.00", "0.00", "0.00"]
    assert [signed(one, RUSSIAN) for one in scores[:3]] == ["+0,50", "−0,25", "+0,01"]
