"""One author against another: from the same passes, equal to the gradients of the difference of logits."""

from dataclasses import replace

import numpy as np
import pytest

from authorship.datamodels import EncodedText
from authorship.encode import encode
from authorship.models.bundle import ModelBundle
from explain.attribution import attribute, attribute_together, attributing_together, contrast
from tests.explain.captum_reference import captum_scores, deviation, token_scores


@pytest.fixture(scope="module")
def encoded(tiny_bundle: ModelBundle, sample_text: str) -> EncodedText:
    whole = encode(sample_text, tiny_bundle.tokenizer)
    return replace(whole, windows=whole.windows[:2])


def test_together_they_are_what_they_are_alone(tiny_bundle: ModelBundle, encoded: EncodedText):
    authors = (tiny_bundle.authors[3], tiny_bundle.authors[0], tiny_bundle.authors[2])
    together = attribute_together(tiny_bundle, encoded, authors, tolerance=0, max_nodes=23)
    assert [one.author for one in together] == list(authors)
    for one in together:
        alone = attribute(tiny_bundle, encoded, one.author, tolerance=0, max_nodes=23)
        np.testing.assert_allclose(token_scores(one), token_scores(alone), atol=1e-6)
        assert one.score == pytest.approx(alone.score) and one.n_steps == alone.n_steps


def test_one_forward_pass_serves_all(tiny_bundle: ModelBundle, encoded: EncodedText, monkeypatch):
    calls = []
    forward = type(tiny_bundle.model).forward
    monkeypatch.setattr(
        type(tiny_bundle.model), "forward", lambda *args, **kw: (calls.append(1), forward(*args, **kw))[1]
    )
    attribute(tiny_bundle, encoded, tiny_bundle.authors[0], tolerance=0, max_nodes=11)
    for_one = len(calls)
    attribute_together(tiny_bundle, encoded, tiny_bundle.authors, tolerance=0, max_nodes=11)
    assert len(calls) == 2 * for_one


def test_all_are_refined_until_the_last_is_exact(tiny_bundle: ModelBundle, encoded: EncodedText):
    *_, last = attributing_together(tiny_bundle, encoded, tiny_bundle.authors, tolerance=0.01)
    assert all(one.is_exact(0.01) for one in last.partials) or last.done == 49
    assert len({one.n_steps for one in last.partials}) == 1


def test_the_difference_is_that_of_the_logits(tiny_bundle: ModelBundle, encoded: EncodedText):
    first, second = attribute_together(
        tiny_bundle, encoded, (tiny_bundle.authors[0], tiny_bundle.authors[3]), tolerance=1e-3
    )
    between = contrast(first, second)
    reference = captum_scores(tiny_bundle, encoded, target=0, minus=3)
    assert deviation(between, reference) <= max(1.5 * between.error, 1e-3)
    assert between.author == first.author
    scored = sum(word.score for word in between.words)
    difference = between.score - between.baseline_score
    assert difference == pytest.approx(
        (first.score - first.baseline_score) - (second.score - second.baseline_score)
    )
    assert scored == pytest.approx(difference - between.convergence_delta, abs=1e-6)


def test_it_is_antisymmetric_and_nothing_against_oneself(tiny_bundle: ModelBundle, encoded: EncodedText):
    first, second = attribute_together(tiny_bundle, encoded, tiny_bundle.authors[:2], max_nodes=11)
    there, back = contrast(first, second), contrast(second, first)
    np.testing.assert_allclose(token_scores(there), -token_scores(back))
    assert (there.relative_error, there.word_error) == (back.relative_error, back.word_error)
    same = contrast(first, first)
    assert not any(word.score for word in same.words) and same.score == 0 and same.error == 0


def test_other_texts_are_refused(tiny_bundle: ModelBundle, encoded: EncodedText):
    author = tiny_bundle.authors[0]
    whole, half = (
        attribute(tiny_bundle, part, author, max_nodes=7)
        for part in (encoded, replace(encoded, windows=encoded.windows[:1]))
    )
    with pytest.raises(ValueError, match="same text"):
        contrast(whole, half)
