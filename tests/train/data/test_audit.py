"""The audit counts rightly and finds what leaks."""

import numpy as np
import pytest

from train.data.audit import (
    PERMUTATIONS,
    Signature,
    WorkReport,
    check_sides,
    digest,
    mid_sentence_names,
    minhash,
    near_duplicates,
    shared_names,
    words_of,
)
from train.data.split import names_author, surname


def words(seed: int, count: int = 400) -> str:
    """A made-up text of so many random words."""
    generator = np.random.default_rng(seed)
    return " ".join("".join(generator.choice(list("абвгдежзик"), 6)) for _ in range(count))


def signature(split: str, text: str) -> Signature:
    """A signature of a text in a split."""
    return Signature(split, "Автор", f"{split}-{len(text)}", minhash(text))


def report(split: str, title: str, text: str = "слово", names: frozenset[str] = frozenset()) -> WorkReport:
    """What became of a made-up work."""
    return WorkReport(split, "Автор", title, len(text), len(text), 1, {}, digest(text), names)


def test_minhash_estimates_the_jaccard_similarity_of_word_runs() -> None:
    first, second = words(1), words(1, 200) + " " + words(2, 200)

    def runs(text: str) -> set[tuple[str, ...]]:
        split = words_of(text)
        return {tuple(split[start : start + 5]) for start in range(len(split) - 4)}

    exact = len(runs(first) & runs(second)) / len(runs(first) | runs(second))
    estimate = float((minhash(first) == minhash(second)).mean())
    assert minhash(first).shape == (PERMUTATIONS,)
    assert estimate == pytest.approx(exact, abs=3 * (exact * (1 - exact) / PERMUTATIONS) ** 0.5)


def test_near_duplicates_are_found_across_splits_only() -> None:
    copy = words(1)
    items = [signature("train", copy), signature("train", copy), signature("test", copy + " конец")]
    pairs = near_duplicates([*items, signature("test", words(5))])
    assert len(pairs) == 2
    assert all({pair.first[:4], pair.second[:4]} == {"trai", "test"} for pair in pairs)
    assert all(pair.similarity > 0.9 for pair in pairs)


@pytest.mark.parametrize("text", ["", "слово", "два слова"])
def test_short_texts_have_a_signature(text: str) -> None:
    assert minhash(text).shape == (PERMUTATIONS,)


def test_a_title_on_both_sides_is_an_error() -> None:
    with pytest.raises(ValueError, match="train/Автор/Река"):
        check_sides([report("train", "Река", "один"), report("test", "Река", "другой")])


def test_the_same_words_on_both_sides_are_an_error() -> None:
    with pytest.raises(ValueError, match="test/Автор/Ручей"):
        check_sides([report("train", "Река", "Тихо, ёлки."), report("test", "Ручей", "— Тихо… Елки!")])


def test_different_works_and_repeats_within_a_split_are_no_error() -> None:
    check_sides([report("train", "Река"), report("train", "Ручей"), report("test", "Море", "иное")])


def test_names_are_those_within_sentences() -> None:
    assert mid_sentence_names("Утром пришёл Ефим. Дождь лил, и Марья, Дарья, Я спали.") == {
        "Ефим",
        "Марья",
        "Дарья",
    }


def test_the_share_of_names_counts_the_authors_training_works() -> None:
    reports = [
        report("train", "Река", names=frozenset({"Ефим", "Марья"})),
        report("test", "Море", names=frozenset({"Ефим", "Дарья"})),
    ]
    assert shared_names(reports) == {"Автор/Море": 0.5}


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("Грин А. С.", "О Грине писали. Грина любили.", True),
        ("Грин А. С.", "О Гриневе писали. Гринев спал.", False),
        ("Грин А. С.", "О Грине писали.", False),
        ("Гоголь Н. В.", "У Гоголя и с Гоголем", True),
        ("Белый А.", "Белый снег лежал. Белого снега много.", False),
        ("Белый А.", "Тогда Андрей Белый писал, а у Белого были гости", True),
        ("Мамин-Сибиряк Д. Н.", "О Мамине-Сибиряке и у Мамина", True),
        ("Короленко В. Г.", "у Короленко и с Короленко", True),
        ("", "Грин и Грин", False),
    ],
)
def test_excerpts_that_name_their_author(name: str, text: str, named: bool) -> None:
    assert names_author(text, surname(name)) is named
