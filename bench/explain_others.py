"""The explanations that ours are timed against, as their users write them; each gives its own error."""

import numpy as np
import torch
from captum.attr import IntegratedGradients, LayerIntegratedGradients
from torch import Tensor
from transformers_interpret import SequenceClassificationExplainer

from authorship.datamodels import Author, EncodedText, Window
from authorship.models.bundle import ModelBundle
from explain.gradients import masking_id

STEPS = 50


def captum_by_layer(bundle: ModelBundle, encoded: EncodedText, author: Author) -> float:
    """`LayerIntegratedGradients` on the embeddings, window by window; the completeness error."""
    model = bundle.model

    def forward(ids: Tensor) -> Tensor:
        logits: Tensor = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        return logits

    method = LayerIntegratedGradients(forward, model.get_input_embeddings())
    found = []
    for window in encoded.windows:
        ids, baseline = _ids(bundle, window)
        scores, delta = method.attribute(
            ids, baseline, target=author.label_id, n_steps=STEPS, return_convergence_delta=True
        )
        found.append((float(scores.sum()), float(delta)))
    return _error(encoded, found)


def captum_by_input(bundle: ModelBundle, encoded: EncodedText, author: Author) -> float:
    """`IntegratedGradients` on `inputs_embeds`, window by window; the completeness error."""
    model = bundle.model
    embed = model.get_input_embeddings()

    def forward(vectors: Tensor) -> Tensor:
        present = torch.ones(vectors.shape[:2], dtype=torch.long)
        logits: Tensor = model(inputs_embeds=vectors, attention_mask=present).logits
        return logits

    method = IntegratedGradients(forward)
    found = []
    for window in encoded.windows:
        ids, baseline = _ids(bundle, window)
        scores, delta = method.attribute(
            embed(ids),
            embed(baseline),
            target=author.label_id,
            n_steps=STEPS,
            return_convergence_delta=True,
        )
        found.append((float(scores.sum()), float(delta)))
    return _error(encoded, found)


def transformers_interpret(bundle: ModelBundle, encoded: EncodedText, author: Author) -> float:
    """`SequenceClassificationExplainer` on each window's text, with its defaults; the completeness error."""
    explainer = SequenceClassificationExplainer(bundle.model, bundle.tokenizer)
    found = []
    for window in encoded.windows:
        covered = [span for span in window.offsets if span[0] < span[1]]
        explainer(encoded.text[covered[0][0] : covered[-1][1]], index=author.label_id)
        explained = explainer.attributions
        found.append((float(explained._attributions.sum()), float(explained.delta)))
    return _error(encoded, found)


def _ids(bundle: ModelBundle, window: Window) -> tuple[Tensor, Tensor]:
    """The window's ids and those of its masked baseline, shape `(1, tokens)` each."""
    ids = torch.tensor([window.input_ids])
    return ids, torch.where(torch.tensor([window.special]), ids, masking_id(bundle))


def _error(encoded: EncodedText, found: list[tuple[float, float]]) -> float:
    """Of each window's sum of scores and Captum's delta, which is that sum less the true difference."""
    sums, deltas = np.array(found).T
    shares = np.array(encoded.weights)
    return float(abs(shares @ deltas) / abs(shares @ (sums - deltas)))
