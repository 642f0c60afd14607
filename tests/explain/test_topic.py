"""Names and content words are found among the words that a model can be asked without."""

import pytest

from explain.attribution import find_words
from explain.masking import COVERS, covered_words, is_content, overlapping

TEXT = "Однако приезжий Лукич, который был рыжим, не то чтобы молчал: он тихо чинил сеть."


def masked(cover: str) -> list[str]:
    """The words of `TEXT` that a position of the switch masks."""
    found = next(one for one in COVERS if one == cover)
    return [TEXT[start:stop] for start, stop in covered_words(TEXT, find_words(TEXT), found)]


def test_each_position_masks_more() -> None:
    assert masked("nothing") == []
    assert masked("names") == ["Лукич"]
    assert masked("content") == ["приезжий", "Лукич", "рыжим", "молчал", "чинил", "сеть"]


@pytest.mark.parametrize("word", ["", "…", "12", "не", "и", "который", "однако", "был", "этого", "весь"])
def test_function_words_and_marks_are_left(word: str) -> None:
    assert not is_content(word)


def test_overlapping_is_what_a_comparison_of_all_pairs_finds() -> None:
    words, spans = [(0, 3), (4, 5), (5, 9), (10, 12)], [(2, 4), (6, 7), (8, 9)]
    expected = [one for one in words if any(one[0] < stop and start < one[1] for start, stop in spans)]
    assert list(overlapping(words, spans)) == expected
    assert overlapping(words, []) == ()
