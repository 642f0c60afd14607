"""Captum's public interface at its plainest, as the second route to the same scores."""

import numpy as np
import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from authorship.datamodels import EncodedText, Window
from authorship.models.bundle import ModelBundle
from explain.datamodels import Attribution
from explain.gradients import masking_id


def captum_scores(
    bundle: ModelBundle, encoded: EncodedText, target: int, minus: int | None = None
) -> np.ndarray:
    """200 Gauss-Legendre nodes for the weighted logit, or a difference of two, shape `(tokens,)`."""
    pairs = zip(encoded.weights, encoded.windows, strict=True)
    return np.concatenate(
        [weight * _window_scores(bundle, window, target, minus) for weight, window in pairs]
    )


def _window_scores(bundle: ModelBundle, window: Window, target: int, minus: int | None) -> np.ndarray:
    embed = bundle.model.get_input_embeddings()
    ids = torch.tensor([window.input_ids])
    baseline_ids = torch.where(torch.tensor([window.special]), ids, masking_id(bundle))

    def forward(embeddings: Tensor) -> Tensor:
        logits = bundle.model(inputs_embeds=embeddings).logits
        return logits[:, target] - (0 if minus is None else logits[:, minus])

    scores = IntegratedGradients(forward).attribute(
        embed(ids), embed(baseline_ids), n_steps=200, method="gausslegendre", internal_batch_size=20
    )
    return scores.sum(-1)[0].double().numpy()


def token_scores(attribution: Attribution) -> np.ndarray:
    """The scores, shape `(tokens,)`."""
    return np.array([token.score for token in attribution.tokens])


def deviation(attribution: Attribution, reference: np.ndarray) -> float:
    """How far the scores are from the reference, as a share of the sum of its absolute values."""
    return float(abs(token_scores(attribution) - reference).sum() / abs(reference).sum())
