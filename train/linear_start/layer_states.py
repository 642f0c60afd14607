"""What an encoder's layers tell of windows: the states of the first token, and the mean of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from authorship.encode.windows import window_capacity
from train.training.stream import TokenisedWork

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
