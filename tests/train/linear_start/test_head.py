"""A head that begins as the probe says what the probe says, on texts that it was not made from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from transformers import ModernBertForSequenceClassification

from authorship.models.bundle import ModelBundle
from train.evaluation.calibrate import best_scale
from train.linear.ngrams import NgramModel
from train.linear_start.head import (
    Readout,
    distil_readout,
    fit_readout,
    fit_to_teacher,
    follows_in_closed_form,
    least_squares,
)
from train.pretrain import PROBE
from train.training.encoders import half_depth, small_encoder_config
from train.training.losses import soft_target_loss
from train.training.validation import ScoredExcerpts

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

    def whole(self) -> "Crops":
        """Nothing is hidden in them."""
        return self

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
    expected = np.stack([crops.verdict(index) for index in range(5000, 5030)])
    readout = fit_readout(crops.model, str(tmp_path), crops)
    assert readout is not None
    readout.write(crops.model)
    with torch.no_grad():
        found = torch.cat([crops.model(input_ids=crops.ids(index)).logits for index in range(5000, 5030)])
    assert np.corrcoef(found.numpy().ravel(), expected.ravel())[0, 1] > 0.9
    assert found.numpy().std() == pytest.approx(expected.std(), rel=0.3)
    assert crops.model.config.classifier_dropout == 0


def test_states_of_unequal_length_are_read_without_a_distortion(crops: Crops) -> None:
    """The head's layer norm divides all texts by the same, however far their states are from the mean."""
    generator = torch.Generator().manual_seed(0)
    states = 1 + 0.5 * torch.randn(400, WIDTH, generator=generator)
    states[:, 0] = 4.0  # only one coordinate is the same for all
    weight = torch.randn(AUTHORS, WIDTH, generator=generator)
    readout = Readout(weight, torch.randn(AUTHORS, generator=generator), torch.zeros(AUTHORS), states)
    readout.write(crops.model)
    expected = states @ weight.T + readout.bias
    with torch.no_grad():
        found = crops.model.classifier(crops.model.head(states))
    assert (found - expected).square().mean().sqrt() < 0.02 * expected.std()


def test_what_the_probe_leaves_is_learnt_from_the_verdicts(crops: Crops, tmp_path: Path) -> None:
    """A probe that says nothing at all costs nothing: the hidden states say it."""
    silent = {name: 1e-3 * torch.ones_like(tensor) for name, tensor in crops.probe.items()}
    save_file(silent, tmp_path / PROBE)
    readout = fit_readout(crops.model, str(tmp_path), crops)
    assert readout is not None
    readout.write(crops.model)
    with torch.no_grad():
        found = torch.cat([crops.model(input_ids=crops.ids(index)).logits for index in range(5000, 5030)])
    expected = np.stack([crops.verdict(index) for index in range(5000, 5030)])
    assert np.corrcoef(found.numpy().ravel(), expected.ravel())[0, 1] > 0.9


def test_without_a_fitting_probe_there_is_no_readout(crops: Crops, tmp_path: Path) -> None:
    assert fit_readout(crops.model, str(tmp_path), crops) is None
    save_file({"weight": torch.zeros(AUTHORS + 1, WIDTH), "bias": torch.zeros(AUTHORS + 1)}, tmp_path / PROBE)
    assert fit_readout(crops.model, str(tmp_path), crops) is None
    assert fit_readout(crops.model, "", crops) is None


def test_half_of_the_layers_say_what_their_teacher_says(crops: Crops, tmp_path: Path) -> None:
    save_file(crops.probe, tmp_path / PROBE)
    student = half_depth(crops.model)
    assert not follows_in_closed_form(student, crops.model)  # its head was not written in closed form
    readout = fit_readout(crops.model, str(tmp_path), crops)
    assert readout is not None
    readout.write(crops.model)
    student = half_depth(crops.model).eval()
    with torch.no_grad():  # as if half of the layers said the same in other words
        student.model.final_norm.weight.copy_(torch.randn(WIDTH).sign() * (1 + torch.rand(WIDTH)))

    def told(model: ModernBertForSequenceClassification) -> np.ndarray:
        with torch.no_grad():
            return torch.cat([model(input_ids=crops.ids(index)).logits for index in range(30)]).numpy()

    before = np.corrcoef(told(student).ravel(), told(crops.model).ravel())[0, 1]
    fit_to_teacher(student, crops.model, crops).write(student)
    assert np.corrcoef(told(student).ravel(), told(crops.model).ravel())[0, 1] > max(0.9, before)
    assert student.config.classifier_dropout == 0


def test_a_head_is_distilled_to_who_might_have_written_it_rather_than_to_every_logit() -> None:
    """Too small a student errs where the teacher rules an author out, not between the likely ones."""
    generator = torch.Generator().manual_seed(0)
    states = torch.randn(600, 8, generator=generator)
    hidden = torch.tanh(states @ torch.randn(8, 4, generator=generator))
    logits = 8 * torch.log_softmax(4 * hidden, dim=1)
    least = least_squares(states, logits)
    said, before = distil_readout(least, logits).say(states), least.say(states)
    assert soft_target_loss(said, logits, 8.0) < 0.8 * soft_target_loss(before, logits, 8.0)
    silent = replace(least, weight=torch.zeros(4, 8))
    moved = said - distil_readout(silent, logits).say(states)
    assert float((moved - moved.mean(dim=1, keepdim=True)).abs().max()) < 0.05 * float(said.std())
    assert torch.allclose(said.mean(dim=1), before.mean(dim=1), atol=0.01)  # the energy tells who is unknown


def test_what_is_said_too_quietly_is_scaled_up() -> None:
    """Logarithms of likelihoods, halved or doubled beside the logarithms of the authors' shares."""
    generator = np.random.default_rng(0)
    shares = np.array([0.7, 0.2, 0.1])
    truth = generator.choice(AUTHORS, 4000, p=shares)
    said = 2 * (2 * np.eye(AUTHORS)[truth] + generator.normal(size=(4000, AUTHORS)))

    def found(factor: float) -> float:
        logits = factor * said + np.log(shares)
        return best_scale(ScoredExcerpts.of_texts(logits, truth, [""] * 4000), np.log(shares))

    assert found(0.5) == pytest.approx(2, abs=0.5) and found(1) == pytest.approx(1, abs=0.25)
    assert found(2) < 1
