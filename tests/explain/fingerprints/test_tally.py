"""Excerpts to traits to an author's strongest: sums, names, and no one book's hero in front."""

import pytest

from authorship.encode import encode
from authorship.models.bundle import ModelBundle
from explain.attribution import attribute, find_words
from explain.fingerprints.tally import Explained, Scored, Tally, find_occurrences, fold_mark

PLAIN = "Пришёл Базаров — и молча сел у окна, улыбнувшись."


def explained(text: str, scores: dict[str, float]) -> Explained:
    """Every word scored by its small letters, else 0; each word is one token."""
    spans = [
        Scored(start, stop, scores.get(text[start:stop].lower(), 0.0)) for start, stop in find_words(text)
    ]
    return Explained(tuple(spans), tuple(spans), True)


def tally_of(*excerpts: tuple[str, str, dict[str, float]]) -> Tally:
    tally = Tally()
    for work, text, scores in excerpts:
        tally.add(work, find_occurrences(text, explained(text, scores)))
    return tally


def test_the_scores_add_up_to_the_attribution(tiny_bundle: ModelBundle, sample_text: str) -> None:
    encoded = encode(sample_text, tiny_bundle.tokenizer)
    attribution = attribute(tiny_bundle, encoded, tiny_bundle.authors[0], max_nodes=9)
    tally = Tally()
    for work in ("один", "два"):
        tally.add(work, find_occurrences(sample_text, Explained.of(attribution)))
    expected = 2 * sum(word.score for word in attribution.words)
    assert tally.total() == pytest.approx(expected, abs=1e-3)
    inside = 2 * (attribution.score - attribution.baseline_score - attribution.convergence_delta)
    assert tally.total() == pytest.approx(inside, abs=1e-3)


def test_one_books_hero_is_not_the_authors() -> None:
    """Базаров shouts in one work, "окна" speaks softly in two."""
    tally = tally_of(
        ("Первая", PLAIN, {"базаров": 9.0, "окна": 0.2}),
        ("Вторая", "Он стоял у окна и молчал.", {"окна": 0.3}),
    )
    words = tally.strongest("word")
    assert [word.text for word in words] == ["окна"]
    assert words[0].score == pytest.approx(0.5) and words[0].works == words[0].excerpts == 2


def test_a_hero_of_several_books_is_flagged_as_a_name() -> None:
    tally = tally_of(*((work, PLAIN, {"базаров": 1.0, "окна": 0.5}) for work in ("А", "Б", "В")))
    flags = {word.text: word.name for word in tally.strongest("word")}
    assert flags == {"Базаров": True, "окна": False}
    assert tally.names_share() == pytest.approx(2 / 3)


def test_an_author_of_one_work_needs_two_excerpts() -> None:
    once = tally_of(("Роман", PLAIN, {"окна": 1.0}))
    twice = tally_of(("Роман", PLAIN, {"окна": 1.0}), ("Роман", PLAIN, {"окна": 1.0}))
    assert once.strongest("word") == ()
    assert [word.text for word in twice.strongest("word")] == ["окна"]


def test_a_word_against_the_author_is_no_mark_of_theirs() -> None:
    tally = tally_of(*((work, PLAIN, {"окна": -1.0}) for work in ("А", "Б")))
    assert tally.strongest("word") == ()


def test_an_ending_needs_three_words_and_no_names() -> None:
    text = "Он смеялся, кланялся и улыбался; Иванов тоже, и Петров, и Сидоров, и Егоров."
    scores = {
        word: 1.0 for word in ("смеялся", "кланялся", "улыбался", "иванов", "петров", "сидоров", "егоров")
    }
    tally = tally_of(("А", text, scores), ("Б", text, scores))
    assert [ending.text for ending in tally.strongest("ending")] == ["-лся"]
    fewer = "Он смеялся и кланялся."
    assert tally_of(("А", fewer, scores), ("Б", fewer, scores)).strongest("ending") == ()


def test_pieces_show_where_they_are_cut() -> None:
    text = "Улыбнувшись"
    tokens = (Scored(0, 3, 0.5), Scored(3, 7, 0.25), Scored(7, 11, 1.0))
    found = list(find_occurrences(text, Explained((Scored(0, 11, 1.75),), tokens, True)))
    assert [one.key for one in found if one.kind == "piece"] == ["улы-", "-бнув-", "-шись"]


@pytest.mark.parametrize(("mark", "folded"), [("–", "—"), ("...", "…"), (".", "."), ("”", "»"), ("!", "!")])
def test_marks_of_one_meaning_count_as_one(mark: str, folded: str) -> None:
    assert fold_mark(mark) == folded
