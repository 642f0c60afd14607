"""A pretrained BERT that begins with what its layers tell of the authors, in closed form.

A fresh head on the last layer's first token starts from nothing, and a pretrained encoder's last layers are
made for something else. Here works of the training authors are read once, the mean of each layer's states is
whitened by what varies within an author's works, and held-out works choose the layer whose means tell the
authors best. The layers above are dropped, and one that takes the mean is put on top (`mean_layer`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import pandas as pd
import scipy.sparse as sp
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from authorship.datamodels import EncodedText
from authorship.encode import encode, window_capacity
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import average_logits
from train.evaluation.metrics import macro_f1
from train.linear.discriminant import BETWEEN_WORKS, Labelled, discriminate, group_means
from train.linear_start.mean_layer import STEP, Matrix, PooledStart, Pooling, States
from train.training.choices import Choices
from train.training.encoders import with_layers
from train.training.tokens import TokenisedWork
from train.training.validation import ScoredExcerpts, best_temperature, log_loss, with_truth

_BATCH = 16
_PARTS = (1, 2, 3)  # of a window


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of tokens, special ones included, beside each one's label `(windows,)` and work."""

    ids: list[NDArray[np.int64]]
    labels: NDArray[np.int64]
    works: list[str]


def spread_windows(
    works: Sequence[TokenisedWork], tokenizer: PreTrainedTokenizerFast, labels: dict[str, int], most: int
) -> Windows:
    """At most `most` windows an author, spread evenly over each work, small works taken whole.

    Full windows, halves and thirds take turns: positions shift a mean by how long the window is, so that a
    start fitted to full ones alone does not know shorter ones.
    """
    capacity = window_capacity(tokenizer)
    found = Windows([], np.empty(0, np.int64), [])
    chosen: list[int] = []
    for author, label in labels.items():
        own = [work for work in works if work.author == author]
        shares = _shares([max(len(work.ids) // capacity, 1) for work in own], most)
        for work, share in zip(own, shares, strict=True):
            for start in np.linspace(0, max(len(work.ids) - capacity, 0), share).astype(int):
                size = max(capacity // _PARTS[len(found.ids) % len(_PARTS)], 1)
                found.ids.append(_with_special(work.ids[start : start + size], tokenizer))
                found.works.append(f"{author}/{work.title}")
                chosen.append(label)
    return Windows(found.ids, np.array(chosen, dtype=np.int64), found.works)


def _shares(sizes: Sequence[int], most: int) -> list[int]:
    """How many of each group are taken, at most `most` together, so that small groups are taken whole."""
    shares = [0] * len(sizes)
    left = most
    for place, index in enumerate(sorted(range(len(sizes)), key=lambda one: sizes[one])):
        shares[index] = min(sizes[index], left // (len(sizes) - place))
        left -= shares[index]
    return shares


def _with_special(ids: NDArray[np.integer], tokenizer: PreTrainedTokenizerFast) -> NDArray[np.int64]:
    return np.array([tokenizer.cls_token_id, *ids.tolist(), tokenizer.sep_token_id], dtype=np.int64)


def read_states(
    model: PreTrainedModel, windows: Sequence[NDArray[np.int64]], depths: Sequence[int], progress: str = ""
) -> NDArray[np.float32]:
    """The first and the mean state after so many layers, `(windows, depths, 2, width)`.

    Windows of one length are read together, so that nothing is padded.
    """
    order = sorted(range(len(windows)), key=lambda index: len(windows[index]))
    found: dict[int, Tensor] = {}
    encoder, device = model.base_model, model.device
    with tqdm(total=len(order), desc=progress, disable=not progress) as bar, torch.no_grad():
        for _, alike in groupby(order, key=lambda index: len(windows[index])):
            group = list(alike)
            for first in range(0, len(group), _BATCH):
                some = group[first : first + _BATCH]
                ids = torch.from_numpy(np.stack([windows[index] for index in some])).to(device)
                layers = encoder(input_ids=ids, output_hidden_states=True).hidden_states
                both = [
                    torch.stack([states[:, 0], states.mean(dim=1)], dim=1)
                    for states in (layers[depth] for depth in depths)
                ]
                found.update(zip(some, torch.stack(both, dim=1).float().cpu(), strict=True))
                bar.update(len(some))
    return torch.stack([found[index] for index in range(len(windows))]).numpy()


logger = logging.getLogger(__name__)

_LOUD = 16.0  # the mean beside the first token's own state, in standard deviations
_RIDGES = (0.03, 0.1, 0.3, 1.0, 3.0)
_HEAD_RIDGE = 0.1


def best_start(
    bundle: ModelBundle,
    works: Sequence[TokenisedWork],
    validation: pd.DataFrame,
    most: int,
    deepest: int = 0,
    choices: Choices | None = None,
) -> tuple[PooledStart, Choices]:
    """The start whose log loss on the held-out excerpts is least, and what was chosen by it.

    It is fitted to at most `most` windows an author of the training works, which the encoder reads on the
    device where it is, no further than `deepest` layers unless that is 0. With `choices`, those of an earlier
    start are kept; without any held-out excerpts half of the layers stay.
    """
    labels = {author.key: author.label_id for author in bundle.authors}
    windows = spread_windows(works, bundle.tokenizer, labels, most)
    depths = [choices.depth] if choices and choices.depth else _depths(bundle.model, deepest)
    if not (choices or len(validation)):
        depths = depths[(len(depths) - 1) // 2 :][:1]
    read = replace(
        bundle, model=with_layers(bundle.model, list(range(depths[-1]))).eval().to(bundle.model.device)
    )
    states = read_states(read.model, windows.ids, depths, "windows for the start")
    if choices and choices.depth:
        start = fit_start(states[:, 0], windows, choices.depth, choices.ridge)
        return start.scaled(1 / choices.temperature), choices
    held_out = HeldOutStates.read(read, validation, depths) if len(validation) else None
    found: list[tuple[float, PooledStart, Choices]] = []
    for place, depth in enumerate(depths):
        for ridge in _RIDGES if held_out else _RIDGES[2:3]:
            start = fit_start(states[:, place], windows, depth, ridge)
            scored = held_out.scored(start, place) if held_out else _fitted(start, states[:, place], windows)
            temperature = best_temperature(scored)
            found.append((log_loss(scored, temperature), start, Choices(1.0, temperature, depth, ridge)))
            logger.warning("%d layers, ridge %g: %s", depth, ridge, _figures(scored, temperature))
    _, start, chosen = min(found, key=lambda one: one[0])
    logger.warning("The start keeps %d layers, whose mean one more layer takes.", chosen.depth)
    return start.scaled(1 / chosen.temperature), chosen


def _depths(model: PreTrainedModel, deepest: int) -> list[int]:
    layers = int(model.config.num_hidden_layers)
    return list(range(STEP, min(deepest or layers, layers) + 1, STEP))


def _figures(scored: ScoredExcerpts, temperature: float) -> str:
    f1 = macro_f1(scored.truth, scored.logits.argmax(axis=1))
    return f"macro-F1 {f1:.3f}, log loss {log_loss(scored, temperature):.3f}"


def _fitted(start: PooledStart, states: States, windows: Windows) -> ScoredExcerpts:
    """How the windows are scored that the start was fitted to, where nothing else can choose its scale."""
    return ScoredExcerpts.of_texts(start.logits(states), windows.labels, [""] * len(windows.labels))


@dataclass(frozen=True, slots=True)
class HeldOutStates:
    """What the encoder tells of held-out excerpts: their windows' `states` `(windows, depths, 2, width)`."""

    frame: pd.DataFrame
    keys: tuple[str, ...]
    texts: list[EncodedText]
    states: States

    @classmethod
    def read(cls, bundle: ModelBundle, frame: pd.DataFrame, depths: Sequence[int]) -> "HeldOutStates":
        """Read the excerpts whose writers the bundle knows."""
        keys = tuple(author.key for author in sorted(bundle.authors, key=lambda author: author.label_id))
        known = frame[frame["writer"].isin(keys)]
        texts = [encode(text, bundle.tokenizer) for text in known["text"]]
        windows = [np.array(window.input_ids, np.int64) for text in texts for window in text.windows]
        states = read_states(bundle.model, windows, depths, "held-out works for the start")
        return cls(known, keys, texts, states)

    def scored(self, start: PooledStart, place: int) -> ScoredExcerpts:
        """The excerpts' logits, averaged over their windows, by a start of the depth at `place`."""
        logits = start.logits(self.states[:, place])
        parts = np.split(logits, np.cumsum([len(text.windows) for text in self.texts])[:-1])
        rows = [average_logits(part, text.weights) for part, text in zip(parts, self.texts, strict=True)]
        return with_truth(np.array(rows), self.frame, self.keys, 0.0)


def fit_start(states: States, windows: Windows, depth: int, ridge: float) -> PooledStart:
    """The start of one depth, of its states `(windows, 2, width)`; its logits have no scale yet.

    `ridge` is added to the covariance that is whitened, in its mean variances.
    """
    pooling = _fit_pooling(states, windows, ridge)
    features = sp.csr_matrix(pooling.apply(states).astype(np.float32))
    writers = [f"{label:06d}" for label in windows.labels]
    _, directions, intercepts = discriminate(Labelled(features, writers, windows.works), ridge=_HEAD_RIDGE)
    return PooledStart(depth, pooling, directions.T.astype(np.float64), intercepts.astype(np.float64))


def _fit_pooling(states: States, windows: Windows, ridge: float) -> Pooling:
    means = states[:, 1].astype(np.float64)
    works, work = np.unique(windows.works, return_inverse=True)
    labels = np.zeros(len(works), dtype=np.int64)
    labels[work] = windows.labels
    centres = group_means(means, work, np.ones(len(work)))
    authors = group_means(centres, labels, np.ones(len(labels)))
    within = _covariance(means - centres[work])
    several = np.bincount(labels)[labels] > 1
    between = _covariance((centres - authors[labels])[several]) if several.any() else 0.0
    covariance = within + BETWEEN_WORKS * between
    values, vectors = np.linalg.eigh(covariance)
    scales = _LOUD / np.sqrt(np.maximum(values, 0) + ridge * max(values.mean(), 1e-12))
    return Pooling(authors.mean(axis=0), (vectors * scales) @ vectors.T, -states[:, 0].mean(axis=0))


def _covariance(rows: Matrix) -> Matrix:
    covariance: Matrix = rows.T @ rows / max(len(rows), 1)
    return covariance
