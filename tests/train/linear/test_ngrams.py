"""The n-gram model is additive over characters and tells authors, not works, apart."""

import numpy as np
import pytest

from train.linear.discriminant import fit_ngrams
from train.linear.ngram_features import (
    FIRST_WORD,
    ORDERS,
    all_features,
    families,
    gram_codes,
    symbol_codes,
    word_codes,
)
from train.linear.ngrams import NgramModel, choose_features, count_matrix, make_vocabulary, normalised

MANNERS = {
    "Alpha": "ну что же, голубчик, этакая, право, оказия вышла со мною нынче. ",
    "Beta": "дождь. ветер. пустая дорога. человек шёл один и молчал до утра. ",
}
TOPICS = ("море парус мачта волна берег", "поле рожь телега мужик нива", "зала свечи бал мундир вальс")


def draw(writer: str, topic: str, generator: np.random.Generator, words: int = 80) -> str:
    """Words of a manner, half of them of a topic."""
    return " ".join(generator.choice(MANNERS[writer].split() + topic.split() * 3, words))


def corpus(seed: int) -> tuple[list[str], list[str], list[str]]:
    """Texts, writers and works; each work of an author has a topic of its own."""
    generator = np.random.default_rng(seed)
    rows = [
        (draw(writer, topic, generator), writer, topic)
        for writer, topics in (("Alpha", TOPICS[:2]), ("Beta", TOPICS[1:]))
        for topic in topics
        for _ in range(15)
    ]
    texts, writers, works = zip(*rows, strict=True)
    return list(texts), list(writers), list(works)


@pytest.fixture(scope="module")
def model() -> NgramModel:
    texts, writers, works = corpus(seed=0)
    return fit_ngrams([symbol_codes(text) for text in texts], writers, works, size=2000)


def test_editions_and_case_give_the_same_codes():
    assert symbol_codes("Ёлка – «да»\n").tolist() == symbol_codes('елка — "да" ').tolist()


def test_codes_of_different_families_never_meet():
    found = [set(features.tolist()) for features, _ in families(symbol_codes("аааа яяяя,,,, мы"))]
    assert sum(map(len, found)) == len(set.union(*found))
    assert len(found) == len(ORDERS) + 2


def test_a_word_has_one_code_wherever_it_stands_and_others_have_others():
    words, starts = word_codes(symbol_codes("Кот, тот кот. ток"))
    assert starts.tolist() == [0, 3, 5, 9, 12, 14]
    assert words[0] == words[3] and len(set(words.tolist())) == 5 and words.min() >= FIRST_WORD


def test_a_feature_counts_for_a_character_of_the_text_and_none_twice():
    codes = symbol_codes("Он шёл — и молчал; шёл, шёл…")
    for features, places in families(codes):
        assert len(features) == len(places) == len(set(places.tolist()))
        assert places.min() >= 0 and places.max() < len(codes)


@pytest.mark.parametrize("text", ["", " ", "а", "…"])
def test_the_shortest_texts_have_features_or_none(text: str, model: NgramModel):
    assert np.isfinite(model.unit_scores(symbol_codes(text))).all()


def test_chosen_features_are_the_commonest_in_ascending_order():
    texts = [symbol_codes("абаб"), symbol_codes("абв")]
    features, counts = choose_features(texts, size=1, least_texts=1)
    gram = gram_codes(symbol_codes("аб"), 2)[0]
    assert features[0] == gram and counts[0] == 2 and (np.diff(features) > 0).all()


def test_both_blocks_of_a_text_have_a_fixed_length():
    texts = [symbol_codes(text) for text in corpus(seed=0)[0]]
    vocabulary = make_vocabulary(texts, 500)
    matrix, _ = normalised(texts, vocabulary)
    for block in (matrix[:, : vocabulary.words], matrix[:, vocabulary.words :]):
        lengths = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)))
        assert np.ptp(lengths) < 1e-4 < lengths.min()


def test_it_tells_the_manners_apart_on_a_topic_of_neither(model: NgramModel):
    generator = np.random.default_rng(1)
    for writer in MANNERS:
        assert model.predict(symbol_codes(draw(writer, "дым труба завод станок", generator))) == writer


def test_what_tells_an_authors_works_apart_weighs_less():
    """Told which works the texts are from, the model leaves their topics out of it."""
    texts, writers, works = corpus(seed=0)
    codes = [symbol_codes(text) for text in texts]
    by_works = fit_ngrams(codes, writers, works, size=2000)
    as_one = fit_ngrams(codes, writers, writers, size=2000)

    def pull(linear: NgramModel) -> float:
        """The first topic's, which stands in one work of Alpha, over the manner's."""
        parts = (symbol_codes(part) for part in (TOPICS[0], MANNERS["Alpha"]))
        topic, manner = (np.diff(linear.unit_scores(part).sum(axis=0))[0] for part in parts)
        return float(topic / manner)

    assert pull(by_works) < pull(as_one)


def test_scores_are_the_sum_over_the_distinct_features(model: NgramModel):
    codes = symbol_codes("ну что же, ну что же")
    unique, counts = np.unique(all_features(codes), return_counts=True)
    expected = ((1 + np.log(counts))[:, None] * model.weights[model.rows(unique)]).sum(axis=0)
    np.testing.assert_allclose(model.unit_scores(codes).sum(axis=0), expected, rtol=1e-3)


def test_margins_are_the_linear_function_of_the_counts(model: NgramModel):
    texts = [symbol_codes(text) for text in corpus(seed=2)[0][:3]]
    counted = count_matrix(texts, model.features) @ model.weights[:-1]
    for codes, row in zip(texts, counted, strict=True):
        expected = row * model.length / len(codes) + model.intercepts
        np.testing.assert_allclose(model.margins(codes), expected, rtol=1e-3)


def test_saved_and_loaded_it_predicts_the_same(model: NgramModel, tmp_path):
    model.save(tmp_path / "ngrams.npz")
    loaded = NgramModel.load(tmp_path / "ngrams.npz")
    codes = symbol_codes(MANNERS["Beta"])
    np.testing.assert_allclose(loaded.margins(codes), model.margins(codes), rtol=2e-2)
    assert loaded.keys == model.keys


def test_a_temperature_divides_every_margin(model: NgramModel):
    codes = symbol_codes(MANNERS["Alpha"])
    np.testing.assert_allclose(model.tempered(4.0).margins(codes), model.margins(codes) / 4, rtol=1e-4)
