"""What agreement is compared with: a model under another baseline, and a student that knows nothing."""

from copy import deepcopy
from dataclasses import replace
from typing import Any, Literal

import torch

from authorship.bundle import ModelBundle
from explain.gradients import masking_id

Baseline = Literal["pad", "mean"]


def baselines_of(bundle: ModelBundle) -> tuple[Baseline, ...]:
    """Baselines beside the usual one: the mean embedding, and [PAD] where that is not the usual one."""
    pad = bundle.tokenizer.pad_token_id
    return ("mean",) if pad is None or pad == masking_id(bundle) else ("mean", "pad")


def with_baseline(bundle: ModelBundle, baseline: Baseline) -> ModelBundle:
    """A copy whose [MASK] has the embedding of [PAD], or the mean of the vocabulary's.

    Only explanations differ: their texts are the same, and no text holds a [MASK].

    Raises:
        ValueError: the tokenizer has no token that stands for a masked one.
    """
    mask_id = masking_id(bundle)
    if mask_id < 0:
        raise ValueError("The tokenizer has neither [MASK] nor [PAD]: no other baseline can be set.")
    model = deepcopy(bundle.model)
    vectors: Any = model.get_input_embeddings().weight
    pad_id = bundle.tokenizer.pad_token_id
    with torch.no_grad():
        vectors[mask_id] = vectors.mean(dim=0) if baseline == "mean" else vectors[pad_id].clone()
    return replace(bundle, model=model, engine=None)


def with_shuffled_weights(bundle: ModelBundle, seed: int) -> ModelBundle:
    """A copy in which the entries of each weight matrix, embeddings included, are permuted.

    Each matrix keeps its distribution and loses all that was learnt: the full randomisation of Adebayo et
    al. 2018 (arXiv 1810.03292) without a choice of initialiser. Biases and norms stay.
    """
    model = deepcopy(bundle.model)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weights in model.parameters():
            if weights.ndim >= 2:
                order = torch.randperm(weights.numel(), generator=generator)
                weights.copy_(weights.flatten()[order.to(weights.device)].view_as(weights))
    return replace(bundle, model=model, engine=None)
