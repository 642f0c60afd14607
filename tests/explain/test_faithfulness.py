"""Masking hides exactly the words asked for, and the true reasons beat random ones."""

import pytest

from authorship.datamodels import EncodedText
from authorship.encode import encode
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import predict_encoded
from explain.attribution import attribute
from explain.datamodels import Attribution
from explain.faithfulness import mask_words, measure_effect, measure_faithfulness, probabilities, rank_words


@pytest.fixture(scope="module")
def encoded(tiny_bundle: ModelBundle, sample_text: str) -> EncodedText:
    return encode(sample_text, tiny_bundle.tokenizer)


@pytest.fixture(scope="module")
def attribution(tiny_bundle: ModelBundle, encoded: EncodedText) -> Attribution:
    first = predict_encoded(tiny_bundle, encoded).top_k(1)[0].author
    return attribute(tiny_bundle, encoded, first)


def test_only_the_words_asked_for_are_masked(
    tiny_bundle: ModelBundle, encoded: EncodedText, attribution: Attribution
):
    word = attribution.words[3]
    masked = mask_words(tiny_bundle, encoded, attribution.words, {3})
    for before, after in zip(encoded.windows, masked.windows, strict=True):
        for old, new, (start, stop) in zip(before.input_ids, after.input_ids, before.offsets, strict=True):
            inside = start < stop and word.start <= start < word.stop
            assert new == (tiny_bundle.tokenizer.mask_token_id if inside else old)


def test_masking_every_word_gives_the_baseline(
    tiny_bundle: ModelBundle, encoded: EncodedText, attribution: Attribution
):
    everything = range(len(attribution.words))
    masked = mask_words(tiny_bundle, encoded, attribution.words, everything)
    logits = predict_encoded(tiny_bundle, masked).logits
    assert logits[attribution.author.label_id] == pytest.approx(attribution.baseline_score, abs=1e-5)


def test_probabilities_are_those_of_the_prediction(tiny_bundle: ModelBundle, encoded: EncodedText):
    author = tiny_bundle.authors[1]
    expected = predict_encoded(tiny_bundle, encoded).probabilities[1]
    assert probabilities(tiny_bundle, [encoded, encoded], author) == pytest.approx([expected] * 2)


def test_all_words_lose_everything_and_keep_everything(
    tiny_bundle: ModelBundle, encoded: EncodedText, attribution: Attribution
):
    order = rank_words(attribution.words)
    whole = probabilities(tiny_bundle, [encoded], attribution.author)[0]
    effect = measure_effect(tiny_bundle, encoded, attribution.author, attribution.words, order, shares=[1.0])
    assert effect.sufficiency == pytest.approx(whole)


def test_the_reasons_beat_random_ones(
    tiny_bundle: ModelBundle, encoded: EncodedText, attribution: Attribution
):
    result = measure_faithfulness(tiny_bundle, encoded, attribution)
    assert result.above_random.comprehensiveness > 0
    assert result.above_random.sufficiency > 0
    assert result.deviation.comprehensiveness >= 0
