"""What is studied: excerpts of each author, and the pair, its students and their variants."""

import hashlib
from copy import deepcopy
from dataclasses import dataclass, replace
from heapq import heappush, heappushpop
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Literal

import torch

from authorship.datamodels import Excerpt
from authorship.engines.choice import compile_bundle
from authorship.errors import AuthorshipError
from authorship.models.bundle import ModelBundle
from authorship.models.source import Role
from authorship.text.excerpts import read_excerpts
from explain.gradients import masking_id

_Ranked = tuple[int, int, Excerpt]


def sample_excerpts(file: Path, count: int, seed: int) -> list[Excerpt]:
    """Up to `count` excerpts, one of each author in turn, chosen by a hash of seed and row.

    A larger count only adds to a smaller one's. The file is read once and never held whole.

    Raises:
        AuthorshipError: the file is missing, is no such CSV, or holds no text.
    """
    kept: dict[str, list[_Ranked]] = {}
    for row, excerpt in enumerate(read_excerpts(file)):
        mine = kept.setdefault(excerpt.author, [])
        entry = (-_lot(seed, row), row, excerpt)  # a heap gives up its smallest: the highest lot
        if len(mine) < count:
            heappush(mine, entry)
        else:
            heappushpop(mine, entry)
    if not kept:
        raise AuthorshipError(f"{file} holds no excerpt: name a CSV with the columns writer, book, text.")
    ranked = [sorted(kept[author], reverse=True) for author in sorted(kept)]
    turns = chain.from_iterable(zip_longest(*ranked))
    return [entry[2] for entry in turns if entry][:count]


def _lot(seed: int, row: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed} {row}".encode()).digest()[:8])


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


SHUFFLES = 3


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is, and with the baselines that it is compared with."""

    role: Role
    bundle: ModelBundle
    variants: dict[Baseline, ModelBundle]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Both models, and students with shuffled weights."""

    teacher: Model
    student: Model
    shuffled: tuple[ModelBundle, ...]


def prepare(teacher: ModelBundle, student: ModelBundle, seed: int) -> Subjects:
    """Copy and compile what the study needs; the shuffled students' seeds follow `seed`."""
    shuffled = tuple(with_shuffled_weights(student, seed + number) for number in range(SHUFFLES))
    return Subjects(_to_model("teacher", teacher), _to_model("student", student), shuffled)


def _to_model(role: Role, bundle: ModelBundle) -> Model:
    variants = {kind: with_baseline(bundle, kind) for kind in baselines_of(bundle)}
    return Model(role, compile_bundle(bundle), variants)
