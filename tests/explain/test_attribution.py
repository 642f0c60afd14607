"""Scores are complete, windows add up, nothing is computed twice, and it stops when it should or is told."""

from dataclasses import replace

import numpy as np
import pytest

from authorship.datamodels import Author, EncodedText
from authorship.encode import encode
from authorship.errors import BundleError
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import average_logits, predict_logits
from explain.attribution import attribute, attribute_together, attributing
from explain.datamodels import Attribution, AttributionProgress
from explain.quadrature import LEAST_DIFFERENCE, SAFETY, relative_error, word_error


@pytest.fixture(scope="module")
def encoded(tiny_bundle: ModelBundle, sample_text: str) -> EncodedText:
    return encode(sample_text, tiny_bundle.tokenizer)


def token_scores(attribution: Attribution) -> np.ndarray:
    return np.array([token.score for token in attribution.tokens])


def run(*arguments, **options) -> tuple[list[AttributionProgress], Attribution]:
    steps, progress = attributing(*arguments, **options), []
    while True:
        try:
            progress.append(next(steps))
        except StopIteration as stop:
            return progress, stop.value


@pytest.mark.parametrize("label_id", range(4))
def test_scores_are_complete(tiny_bundle: ModelBundle, encoded: EncodedText, label_id: int):
    result = attribute(tiny_bundle, encoded, tiny_bundle.authors[label_id])
    specials = sum(token.score for token in result.tokens if token.start == token.stop)
    assert specials == 0
    total = sum(word.score for word in result.words) + specials
    assert total == pytest.approx(result.score - result.baseline_score - result.convergence_delta, abs=1e-5)
    assert result.is_exact(0.01) or result.n_steps == 47
    logits = average_logits(predict_logits(tiny_bundle, encoded.windows), encoded.weights)
    assert result.score == pytest.approx(logits[label_id], abs=1e-5)


def test_the_baseline_is_the_masked_text(tiny_bundle: ModelBundle, encoded: EncodedText):
    result = attribute(tiny_bundle, encoded, tiny_bundle.authors[1])
    mask_id = tiny_bundle.tokenizer.mask_token_id
    masked = [
        replace(
            window,
            input_ids=tuple(
                token if special else mask_id
                for token, special in zip(window.input_ids, window.special, strict=True)
            ),
        )
        for window in encoded.windows
    ]
    logits = average_logits(predict_logits(tiny_bundle, masked), encoded.weights)
    assert result.baseline_score == pytest.approx(logits[1], abs=1e-5)


def test_a_long_text_is_the_weighted_sum_of_its_windows(tiny_bundle: ModelBundle, encoded: EncodedText):
    author = tiny_bundle.authors[0]
    whole = attribute(tiny_bundle, encoded, author, tolerance=0, max_nodes=11)
    parts = [
        weight * token_scores(attribute(tiny_bundle, replace(encoded, windows=(window,)), author, 0, 11))
        for weight, window in zip(encoded.weights, encoded.windows, strict=True)
    ]
    assert len(parts) > 2
    np.testing.assert_allclose(token_scores(whole), np.concatenate(parts), atol=1e-6)


def test_progress_counts_every_gradient_once(tiny_bundle: ModelBundle, encoded: EncodedText):
    progress, result = run(tiny_bundle, encoded, tiny_bundle.authors[0], tolerance=0, max_nodes=23)
    done = [step.done for step in progress]
    assert done == sorted(done) and done[-1] == 23, "between two parts of a gradient it stays the same"
    assert all(step.done <= step.expected for step in progress)
    partials = [step.partial for step in progress if step.partial]
    assert [partial.n_steps for partial in partials] == [5, 11, 23]
    assert partials[-1] == result and not progress[0].partial
    assert result.seconds > 0


def test_it_stops_as_soon_as_it_is_exact_enough(tiny_bundle: ModelBundle, encoded: EncodedText):
    rough = attribute(tiny_bundle, encoded, tiny_bundle.authors[0], tolerance=1e9)
    fine = attribute(tiny_bundle, encoded, tiny_bundle.authors[0], tolerance=0)
    assert rough.n_steps == 5 and fine.n_steps == 47
    assert fine.word_error < rough.word_error


def test_closing_stops_between_nodes(tiny_bundle: ModelBundle, encoded: EncodedText, monkeypatch):
    calls = []
    forward = type(tiny_bundle.model).forward
    monkeypatch.setattr(
        type(tiny_bundle.model), "forward", lambda *args, **kw: (calls.append(1), forward(*args, **kw))[1]
    )
    steps = attributing(tiny_bundle, encoded, tiny_bundle.authors[0])
    next(steps), next(steps)
    before = len(calls)
    steps.close()
    assert before and len(calls) == before
    with pytest.raises(StopIteration):
        next(steps)


def test_the_model_is_left_as_it_was(tiny_bundle: ModelBundle, encoded: EncodedText):
    attribute(tiny_bundle, encoded, tiny_bundle.authors[0])
    assert not tiny_bundle.model.training
    assert all(weight.grad is None and not weight.requires_grad for weight in tiny_bundle.model.parameters())
    assert not any(m._forward_hooks or m._backward_hooks for m in tiny_bundle.model.modules())


def test_nothing_to_explain_has_a_finite_error():
    assert relative_error(0.0, 0.0) == 0
    assert relative_error(1e-5, 1e-9) == pytest.approx(1e-5 / LEAST_DIFFERENCE)
    assert relative_error(-0.1, 2.0) == pytest.approx(0.05)


def test_what_changed_from_half_the_nodes_is_squared():
    scores, coarse = np.array([1.0, -1.0]), np.array([1.1, -0.9])
    assert word_error(scores, coarse) == pytest.approx(SAFETY * 0.01)
    assert word_error(scores, coarse, moved=0.1) == pytest.approx(np.hypot(SAFETY * 0.01, 0.1))
    assert word_error(np.zeros(2), np.zeros(2)) == 0


def test_the_word_error_is_not_understated(tiny_bundle: ModelBundle, encoded: EncodedText):
    """A sum can be right by luck while its parts are wrong; the estimate must see it at every level."""
    for author in tiny_bundle.authors:
        progress, exact = run(tiny_bundle, encoded, author, tolerance=0)
        total = abs(token_scores(exact)).sum()
        for partial in (step.partial for step in progress if step.partial):
            true_error = abs(token_scores(partial) - token_scores(exact)).sum() / total
            assert true_error <= 10 * partial.word_error + 0.002
            assert true_error <= 0.03 or not partial.is_exact(0.01)


def test_an_unknown_author_and_too_few_nodes_are_refused(tiny_bundle: ModelBundle, encoded: EncodedText):
    with pytest.raises(BundleError, match="Nobody"):
        attribute(tiny_bundle, encoded, Author("Nobody", 0, "", ""))
    with pytest.raises(ValueError, match="at least 5"):
        attribute(tiny_bundle, encoded, tiny_bundle.authors[0], max_nodes=3)
    with pytest.raises(ValueError, match="at least one author"):
        attribute_together(tiny_bundle, encoded, ())
