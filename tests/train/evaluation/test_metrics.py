"""The figures against hand-made tables and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from train.evaluation.metrics import (
    auroc_unknown,
    author_scores,
    book_accuracy,
    expected_calibration_error,
    macro_f1,
    macro_f1_interval,
)


def test_macro_f1_averages_over_the_authors_present():
    truth, predicted = np.array([0, 0, 2, 2]), np.array([0, 1, 2, 2])
    assert macro_f1(truth, predicted) == pytest.approx((2 / 3 + 1) / 2)
    assert set(author_scores(truth, predicted, ["a", "b", "c"])) == {"a", "c"}


def test_the_interval_holds_the_figure_and_is_a_point_where_all_is_right():
    generator = np.random.default_rng(0)
    truth = np.repeat(np.arange(4), 50)
    predicted = np.where(generator.random(200) < 0.7, truth, generator.integers(0, 4, 200))
    works = [f"{label}/{index % 5}" for index, label in enumerate(truth)]
    low, high = macro_f1_interval(truth, predicted, works)
    assert low < f1_score(truth, predicted, average="macro") < high
    assert macro_f1_interval(truth, truth, works) == (1.0, 1.0)


def test_calibration_error_of_a_boaster_is_his_excess():
    truth = np.zeros(10, dtype=np.int64)
    honest, boaster = np.tile([0.8, 0.2], (10, 1)), np.tile([0.99, 0.01], (10, 1))
    truth[:2] = 1
    assert expected_calibration_error(honest, truth) == pytest.approx(0)
    assert expected_calibration_error(boaster, truth) == pytest.approx(0.19)


def test_whole_works_outvote_their_excerpts():
    logits = np.array([[0.0, 1.0], [5.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    assert book_accuracy(logits, np.array([0, 0, 1, 1]), ["a/x", "a/x", "b/y", "b/y"]) == 1.0


def test_auroc_is_one_when_unknown_texts_score_higher():
    assert auroc_unknown(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 1.0
