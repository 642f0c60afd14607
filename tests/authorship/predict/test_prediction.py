"""Windows hold every token once, and predictions are honest averages over them."""

from itertools import chain

import numpy as np
import pytest

from authorship.encode import encode, window_capacity
from authorship.errors import BundleError, TextError
from authorship.models.bundle import ModelBundle, load_bundle, save_bundle
from authorship.models.calibration import Calibration, energy
from authorship.predict.prediction import average_logits, predict, predict_logits


def test_windows_hold_every_token_once_and_none_is_nearly_empty(tiny_bundle: ModelBundle, sample_text: str):
    encoded = encode(sample_text, tiny_bundle.tokenizer)
    whole = tiny_bundle.tokenizer(sample_text, add_special_tokens=False).input_ids
    texts = [
        [token for token, special in zip(window.input_ids, window.special, strict=True) if not special]
        for window in encoded.windows
    ]
    assert list(chain.from_iterable(texts)) == whole
    assert len(encoded.windows) > 2
    assert all(window.tokens <= window_capacity(tiny_bundle.tokenizer) for window in encoded.windows)
    assert encoded.windows[-1].tokens > encoded.windows[0].tokens / 2
    assert sum(encoded.weights) == pytest.approx(1)


def test_offsets_are_those_of_the_input(tiny_bundle: ModelBundle):
    text = "Экая глу-\nшь — «ёлка»…  да--нет"
    encoded = encode(text, tiny_bundle.tokenizer)
    covered = "".join(text[start:stop] for window in encoded.windows for start, stop in window.offsets)
    assert covered.replace("\n", "").replace("-", "") == text.replace(" ", "").replace("\n", "").replace(
        "-", ""
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ёлка", "елка"),
        ("он -- там", "он — там"),
        ("„так“", "«так»"),
        ("ну...", "ну…"),
        ("доро-\nга", "дорога"),
    ],
)
def test_editions_do_not_change_the_tokens(tiny_bundle: ModelBundle, typed: str, meant: str):
    assert tiny_bundle.tokenizer(typed).input_ids == tiny_bundle.tokenizer(meant).input_ids


def test_logits_of_a_text_are_the_weighted_mean_of_its_windows(tiny_bundle: ModelBundle, sample_text: str):
    encoded = encode(sample_text, tiny_bundle.tokenizer)
    one_by_one = np.concatenate([predict_logits(tiny_bundle, [window]) for window in encoded.windows])
    together = predict_logits(tiny_bundle, encoded.windows)
    np.testing.assert_allclose(one_by_one, together, atol=1e-5)
    prediction = predict(tiny_bundle, sample_text)
    np.testing.assert_allclose(prediction.logits, average_logits(together, encoded.weights), atol=1e-6)
    assert sum(prediction.probabilities) == pytest.approx(1)
    assert not prediction.unknown


def test_top_k_falls(tiny_bundle: ModelBundle, sample_text: str):
    prediction = predict(tiny_bundle, sample_text)
    ranked = prediction.top_k(4)
    assert [entry.probability for entry in ranked] == sorted(prediction.probabilities, reverse=True)
    assert ranked[0].author.label_id == int(np.argmax(prediction.logits))


def test_saved_and_loaded_bundles_predict_the_same(tiny_bundle: ModelBundle, sample_text: str, tmp_path):
    save_bundle(tiny_bundle, tmp_path / "once")
    once = load_bundle(tmp_path / "once")
    save_bundle(once, tmp_path / "twice")
    twice = load_bundle(tmp_path / "twice")
    assert once.authors == twice.authors == tiny_bundle.authors
    assert predict(once, sample_text).logits == predict(twice, sample_text).logits
    np.testing.assert_allclose(
        predict(once, sample_text).logits, predict(tiny_bundle, sample_text).logits, atol=0.05
    )


def test_temperature_flattens_but_keeps_the_order():
    logits = np.array([2.0, 1.0, -1.0])
    plain, warm = Calibration().probabilities(logits), Calibration(temperature=3.0).probabilities(logits)
    assert np.argsort(plain).tolist() == np.argsort(warm).tolist()
    assert warm.max() < plain.max()


def test_abstains_above_the_energy():
    calibration = Calibration(unknown_energy=-2.0)
    assert calibration.is_unknown(np.array([0.1, 0.0])) and not calibration.is_unknown(np.array([9.0, 0.0]))
    assert energy(np.array([1000.0, 0.0])) == pytest.approx(-1000)


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(BundleError, match=r"config\.json"):
        load_bundle(tmp_path)


def test_an_empty_text_is_refused(tiny_bundle: ModelBundle):
    with pytest.raises(TextError, match="empty"):
        predict(tiny_bundle, "  \n ")
