"""A head that begins as the probe says what the probe says, on texts that it was not made from."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from transformers import ModernBertForSequenceClassification

from authorship.bundle import ModelBundle
from train.encoder import small_encoder_config
from train.ngrams import NgramModel
from train.pretrain import PROBE
from train.probe_head import begin_with_probe

AUTHORS, WIDTH, FACTOR = 3, 64, 7.0
INTERCEPTS = np.array([0.5, -1.0, 0.2], np.float32)


class Crops:
    """Crops of pieces drawn by chance; a verdict is the probe's mean times a factor, and the intercepts."""

    def __init__(self, bundle: ModelBundle) -> None:
        self.tokenizer = bundle.tokenizer
        config = small_encoder_config(self.tokenizer, 2, WIDTH)
        config.num_labels = AUTHORS
        torch.manual_seed(1)
        self.model = ModernBertForSequenceClassification(config).eval()
        self.probe = {"weight": torch.randn(AUTHORS, WIDTH), "bias": torch.randn(AUTHORS)}
        empty = np.zeros((1, AUTHORS), np.float32)
        self.ngrams = NgramModel(("A", "B", "C"), np.empty(0, np.int64), empty, INTERCEPTS, 2500.0)

    def ids(self, index: int) -> torch.Tensor:
        """One crop with its special tokens, shape `(1, tokens)`."""
        drawn = np.random.default_rng(index).integers(5, len(self.tokenizer), 30)
        return torch.tensor([[self.tokenizer.cls_token_id, *drawn.tolist(), self.tokenizer.sep_token_id]])

    def verdict(self, index: int) -> np.ndarray:
        """What the probe makes of a crop, shape `(authors,)`."""
        with torch.no_grad():
            mean = self.model.model(input_ids=self.ids(index))[0].mean(dim=1)
        said = mean @ self.probe["weight"].T + self.probe["bias"]
        return FACTOR * said[0].numpy() + INTERCEPTS

    def __getitem__(self, index: int) -> dict[str, object]:
        ids = self.ids(index)[0, 1:-1].numpy()
        scores = np.zeros((len(ids), AUTHORS), np.float32)
        shown = {"ids": ids, "hidden": np.zeros(len(ids), bool), "label": -1}
        return shown | {"scores": scores, "verdict": self.verdict(index)}


@pytest.fixture
def crops(tiny_bundle: ModelBundle) -> Crops:
    return Crops(tiny_bundle)


def test_the_head_says_what_the_probe_says(crops: Crops, tmp_path: Path) -> None:
    save_file(crops.probe, tmp_path / PROBE)
    expected = np.stack([crops.verdict(index) for index in range(100, 130)])
    assert begin_with_probe(crops.model, str(tmp_path), crops)
    with torch.no_grad():
        found = torch.cat([crops.model(input_ids=crops.ids(index)).logits for index in range(100, 130)])
    assert np.corrcoef(found.numpy().ravel(), expected.ravel())[0, 1] > 0.9
    assert found.numpy().std() == pytest.approx(expected.std(), rel=0.3)
    assert crops.model.config.classifier_dropout == 0


def test_without_a_fitting_probe_nothing_changes(crops: Crops, tmp_path: Path) -> None:
    before = crops.model.classifier.weight.clone()
    assert not begin_with_probe(crops.model, str(tmp_path), crops)
    save_file({"weight": torch.zeros(AUTHORS + 1, WIDTH), "bias": torch.zeros(AUTHORS + 1)}, tmp_path / PROBE)
    assert not begin_with_probe(crops.model, str(tmp_path), crops)
    assert not begin_with_probe(crops.model, "", crops)
    assert torch.equal(before, crops.model.classifier.weight)
