"""Agreement is 1 with oneself, falls with the order, and needs no equal tokenizer."""

import pytest

from authorship.datamodels import Author
from explain.agreement import align, compare
from explain.datamodels import Attribution, WordScore

TEXT = "вечер сошёл на пристань тихо и без ветра а старик всё чинил сеть"
WORDS = TEXT.split()


def attribution(scores: list[float]) -> Attribution:
    words, start = [], 0
    for word, score in zip(WORDS, scores, strict=False):
        words.append(WordScore(start, start + len(word), word, score))
        start += len(word) + 1
    return Attribution(Author("A", 0, "A", "A"), tuple(words), (), 1.0, 0.0, 0.0, 0.0, 5, 0.1)


RISING = [index - 6.2 for index in range(len(WORDS))]


def test_a_model_agrees_with_itself_at_any_scale():
    same = compare(attribution(RISING), attribution([3 * score for score in RISING]))
    assert same.spearman == pytest.approx(1) and same.top_overlap == 1


def test_opposite_signs_are_opposite_reasons_over_the_same_words():
    opposite = compare(attribution(RISING), attribution([-score for score in RISING]))
    assert opposite.spearman == pytest.approx(-1) and opposite.top_overlap == 1


def test_overlap_counts_the_ten_strongest():
    first = attribution([9.0] * 3 + [1.0] * 7 + [0.0] * 3)
    second = attribution([0.0] * 3 + [1.0] * 7 + [9.0] * 3)
    assert compare(first, second).top_overlap == pytest.approx(0.7)


def test_equal_scores_have_no_rank_correlation():
    assert compare(attribution([0.0] * len(WORDS)), attribution(RISING)).spearman is None
    assert compare(attribution([1.0]), attribution([1.0])).spearman is None


def test_words_that_one_model_reads_as_one_are_one():
    first = [WordScore(0, 4, "доро", 1.0), WordScore(4, 5, "-", 0.5), WordScore(6, 8, "га", 2.0)]
    second = [WordScore(0, 8, "доро-\nга", 3.0)]
    left, right = align(first, second)
    assert left.tolist() == [3.5] and right.tolist() == [3.0]


def test_mass_in_agreement_is_one_less_half_the_distance():
    first, second = attribution([3.0, -1.0, 2.0, 0.0]), attribution([-1.0, -2.0, 4.0, 1.0])
    left, right = ([word.score for word in one.words] for one in (first, second))
    masses = sum(map(abs, left)), sum(map(abs, right))
    distance = sum(abs(a / masses[0] - b / masses[1]) for a, b in zip(left, right, strict=True))
    assert compare(first, second).mass_overlap == pytest.approx(1 - distance / 2)


def test_mass_is_shared_wholly_with_oneself_and_not_at_all_with_the_reverse():
    one = attribution(RISING)
    assert compare(one, attribution([2 * score for score in RISING])).mass_overlap == pytest.approx(1)
    assert compare(one, attribution([-score for score in RISING])).mass_overlap == 0
    assert compare(one, attribution([0.0] * len(RISING))).mass_overlap == 0


def test_common_words_are_counted_of_as_many_as_there_are():
    short = compare(attribution([1.0, 2.0, 3.0]), attribution([3.0, 2.0, 1.0]))
    assert (short.strongest, short.common) == (3, 3)
    assert compare(attribution(RISING), attribution(RISING)).strongest == 10
