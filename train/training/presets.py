"""Whole recipes as one option: `--preset` sets what the other options start from; each still overrides."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import torch

from train.data.original import BASE

Stage = Literal["teacher", "student"]

NONE = "none"
NAMES = (NONE, "original", "best")
_EVERY_EXCERPT = 0  # an epoch reads as many crops as there are excerpts: 97,000 in the original's data

# Every author as often as they wrote, nothing hidden, no prose but the labelled: as the original trained.
_PLAIN: Mapping[str, object] = {
    "crops_per_epoch": _EVERY_EXCERPT,
    "per_device_train_batch_size": 6,
    "learning_rate": 2e-5,  # the original's own is not known
    "token_masking": 0.0,
    "name_masking": 0.0,
    "balance": 1.0,
    "transfer": 0.0,
}
# What the shipped pair's stages gained from, at a pretrained base's rates and batches.
_CAREFUL: Mapping[str, object] = {
    "crops_per_epoch": _EVERY_EXCERPT,
    "per_device_train_batch_size": 48,
    "token_masking": 0.1,
    "name_masking": 0.3,
    "balance": 0.5,
    "transfer": 0.4,
}
_RECIPES: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("teacher", "original"): {**_PLAIN, "base": BASE, "num_train_epochs": 2.0, "pooled_start": False},
    ("student", "original"): {
        **{**_PLAIN, "num_train_epochs": 1.0},
        **{"alpha": 0.5, "temperature": 5.0, "hidden_weight": 0.0},
    },
    ("teacher", "best"): {
        **{**_CAREFUL, "base": BASE, "num_train_epochs": 4.0, "learning_rate": 3e-5},
        **{"score_weight": 0.7, "ngrams": Path("runs/baselines/ngrams.npz"), "layer_decay": 0.8},
    },
    ("student", "best"): {
        **{**_CAREFUL, "num_train_epochs": 8.0, "learning_rate": 5e-5},
        **{"alpha": 0.3, "temperature": 2.0, "hidden_weight": 2.0},
    },
}


def preset_options(stage: Stage, words: Sequence[str]) -> dict[str, object]:
    """What the preset named on a command line sets; a name that is none sets nothing and is refused later."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    finder.add_argument("--preset", default=NONE)
    name = finder.parse_known_args(list(words))[0].preset
    recipe = dict(_RECIPES.get((stage, name), {}))
    if recipe and torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False):
        recipe["bf16"] = True
    return recipe
