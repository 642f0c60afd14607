"""Captum's own rule with 200 nodes agrees within the stated error: random models, and the shipped pair."""

from dataclasses import replace
from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerFast

from authorship.datamodels import EncodedText
from authorship.encode import encode
from authorship.models.bundle import ModelBundle, load_bundle
from explain.attribution import aggregate_words, attribute
from tests.conftest import make_tiny_bundle
from tests.explain.captum_reference import captum_scores, deviation, token_scores

ROOT = Path(__file__).parents[2]
LEAST = 1e-3  # below that the estimate tells the order of magnitude only


@pytest.fixture(scope="module")
def encoded(tiny_bundle: ModelBundle, sample_text: str) -> EncodedText:
    whole = encode(sample_text, tiny_bundle.tokenizer)
    return replace(whole, windows=whole.windows[:2])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("tolerance", [0.01, 1e-3])
def test_random_models_agree(
    tiny_tokenizer: PreTrainedTokenizerFast, encoded: EncodedText, seed: int, tolerance: float
):
    bundle = make_tiny_bundle(tiny_tokenizer, seed, layers=1 + seed % 3)
    result = attribute(bundle, encoded, bundle.authors[seed % 4], tolerance)
    reference = captum_scores(bundle, encoded, target=seed % 4)
    assert deviation(result, reference) <= max(1.5 * result.error, LEAST)
    missed = abs(token_scores(result).sum() - reference.sum())
    assert missed <= abs(result.convergence_delta) + 1e-4


@pytest.mark.parametrize("role", ["student", "teacher"])
def test_the_shipped_pair_agrees_word_by_word_on_a_pastiche(role: str):
    bundle = load_bundle(ROOT / "models" / role)
    text = (ROOT / "page" / "examples" / "chekhov.txt").read_text(encoding="utf-8")[:300]
    encoded = encode(text, bundle.tokenizer)
    author = bundle.author("Chekhov")
    result = attribute(bundle, encoded, author)
    reference = captum_scores(bundle, encoded, author.label_id)
    assert result.is_exact(0.01) and deviation(result, reference) <= result.error
    tokens = [
        replace(token, score=score) for token, score in zip(result.tokens, reference.tolist(), strict=True)
    ]
    total = sum(abs(word.score) for word in result.words)
    for word, exact in zip(result.words, aggregate_words(text, tokens), strict=True):
        assert (word.start, word.stop) == (exact.start, exact.stop)
        assert word.score == pytest.approx(exact.score, abs=result.error * total)
