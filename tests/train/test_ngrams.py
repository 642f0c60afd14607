"""The n-gram model is additive over characters and tells two invented manners apart."""

import numpy as np
import pytest

from train.ngrams import NgramModel, choose_grams, fit_ngrams, gram_codes, symbol_codes

MANNERS = {
    "Alpha": "ну что же, голубчик, этакая, право, оказия вышла со мною нынче. ",
    "Beta": "дождь. ветер. пустая дорога. человек шёл один и молчал до утра. ",
}


def texts_and_writers() -> tuple[list[str], list[str]]:
    generator = np.random.default_rng(0)
    texts, writers = [], []
    for writer, phrase in MANNERS.items():
        words = phrase.split()
        for _ in range(20):
            texts.append(" ".join(generator.choice(words, 60)))
            writers.append(writer)
    return texts, writers


@pytest.fixture(scope="module")
def model() -> NgramModel:
    texts, writers = texts_and_writers()
    return fit_ngrams([symbol_codes(text) for text in texts], writers, size=2000)


def test_editions_and_case_give_the_same_codes():
    assert symbol_codes("Ёлка – «да»\n").tolist() == symbol_codes('елка — "да" ').tolist()


def test_codes_of_different_orders_never_meet():
    codes = symbol_codes("аааа яяяя,,,,")
    orders = [set(gram_codes(codes, order).tolist()) for order in (2, 3, 4)]
    assert not (orders[0] & orders[1] or orders[1] & orders[2] or orders[0] & orders[2])


def test_chosen_grams_are_the_commonest_in_ascending_order():
    grams, counts = choose_grams([symbol_codes("абаб"), symbol_codes("абв")], size=1, least_texts=1)
    assert grams.tolist() == gram_codes(symbol_codes("аб"), 2).tolist() and counts.tolist() == [2]


def test_it_tells_the_manners_apart(model: NgramModel):
    assert [model.predict(symbol_codes(phrase)) for phrase in MANNERS.values()] == list(MANNERS)


def test_scores_are_the_sum_over_the_distinct_grams(model: NgramModel):
    codes = symbol_codes("ну что же, ну что же")
    expected = np.zeros(2)
    for order in (2, 3, 4):
        unique, counts = np.unique(gram_codes(codes, order), return_counts=True)
        expected += ((1 + np.log(counts))[:, None] * model.weights[model.rows(unique)]).sum(axis=0)
    np.testing.assert_allclose(model.character_scores(codes).sum(axis=0), expected, rtol=1e-4)


def test_saved_and_loaded_it_predicts_the_same(model: NgramModel, tmp_path):
    model.save(tmp_path / "ngrams.npz")
    loaded = NgramModel.load(tmp_path / "ngrams.npz")
    codes = symbol_codes(MANNERS["Beta"])
    np.testing.assert_allclose(loaded.character_scores(codes), model.character_scores(codes), atol=1e-3)
    assert loaded.keys == model.keys
