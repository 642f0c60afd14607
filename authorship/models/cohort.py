"""How typical a text is of the author whom a model names, beside a cohort of other authors.

A linear model of word pieces and neighbouring pieces scores the text for each author of the cohort: those
that the pair knows and many that it does not. The named author's score, less the mean of all and divided by
their standard deviation, tells texts by nobody known better than the pair's own logits do: the test
normalisation (T-norm) of speaker verification (Auckenthaler et al. 2000, doi 10.1006/dspr.1999.0360).

A cohort is fitted by `python -m train.cohort` and lies in a model's folder as `cohort.safetensors`: numbers
and authors' keys, no code and no text. Without one the logits' energy decides.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from authorship.errors import BundleError

COHORT_FILE = "cohort.safetensors"
SATURATION = 1.0
"""A piece that stands n times counts n (1 + k) / (k + n), k being this (BM25, doi 10.1561/1500000019)."""
SHIFT = 32
FIRST_PAIR = 1 << SHIFT
"""Numbers below this are word pieces, the others pairs of them."""

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cohort:
    """A linear model of many authors, those of the pair among them.

    keys: the authors'. features: numbers of word pieces and pairs, rising, `int64` `(features,)`.
    rarity: what a feature weighs in a text, `float32` `(features,)`; a text's pieces, and its pairs, are then
        brought to length 1.
    directions: what a feature says of each author, `int8` `(features, authors)`, in units of `scale`,
        `float32` `(features,)`. intercepts: `float32` `(authors,)`.
    """

    keys: tuple[str, ...]
    features: Codes
    rarity: NDArray[np.float32]
    directions: NDArray[np.int8]
    scale: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        keys: tuple[str, ...],
        features: Codes,
        rarity: NDArray[np.float32],
        directions: NDArray[np.float32],
        intercepts: NDArray[np.float32],
    ) -> "Cohort":
        """The cohort with its directions rounded to a byte each."""
        scale = np.maximum(np.abs(directions).max(axis=1), 1e-12) / 127
        rounded = np.round(directions / scale[:, None]).astype(np.int8)
        return cls(keys, features, rarity, rounded, scale.astype(np.float32), intercepts)

    def scores(self, ids: Sequence[int] | Codes) -> NDArray[np.float32]:
        """A text's score for each author, shape `(authors,)`; `ids` are its word pieces, no special ones."""
        rows, values = self.held(ids)
        scores: NDArray[np.float32] = self.intercepts + (values * self.scale[rows]) @ self.directions[
            rows
        ].astype(np.float32)
        return scores

    def held(self, ids: Sequence[int] | Codes) -> tuple[Codes, NDArray[np.float32]]:
        """The features that a text holds, as places in `features`, and what each weighs in it."""
        pieces = np.asarray(ids, dtype=np.int64)
        blocks = [weighed(codes, self.features, self.rarity) for codes in (pieces, pair_codes(pieces))]
        rows, values = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        return rows, values

    def typicality(self, ids: Sequence[int] | Codes, key: str) -> float:
        """By how many standard deviations an author's score lies above the mean of the cohort's."""
        scores = self.scores(ids)
        return float((scores[self.keys.index(key)] - scores.mean()) / max(float(scores.std()), 1e-9))

    def save(self, folder: Path) -> None:
        """Write `cohort.safetensors` into `folder`."""
        tensors = {
            "features": self.features,
            "rarity": self.rarity,
            "directions": self.directions,
            "scale": self.scale,
            "intercepts": self.intercepts,
        }
        file = folder / COHORT_FILE
        save_file(tensors, file, {"keys": json.dumps(self.keys, ensure_ascii=False)})
        file.chmod(0o644)  # safetensors lets nobody else read it

    @classmethod
    def load(cls, folder: Path, keys: Sequence[str]) -> "Cohort | None":
        """The cohort that lies in the folder of a model of the authors `keys`; None where there is none.

        Raises:
            BundleError: the file is damaged, of another version, or lacks an author.
        """
        file = folder / COHORT_FILE
        if not file.is_file():
            return None
        try:
            with safe_open(file, "numpy") as opened:
                cohort = cls(
                    tuple(json.loads((opened.metadata() or {})["keys"])),
                    *map(opened.get_tensor, ("features", "rarity", "directions", "scale", "intercepts")),
                )
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{file} cannot be opened: {error}. Fetch the model again.") from error
        numbers = (cohort.rarity, cohort.scale, cohort.intercepts)
        sizes = cohort.directions.shape, cohort.scale.shape
        whole = sizes == ((len(cohort.features), len(cohort.keys)), (len(cohort.features),)) and all(
            np.isfinite(part).all() for part in numbers
        )
        if not whole or not set(keys) <= set(cohort.keys):
            raise BundleError(f"{file} is damaged, or of another model. Fetch the model again.")
        return cohort


def saturated(counts: Codes, saturation: float = SATURATION) -> NDArray[np.float32]:
    """What features count for that stand so often in a text."""
    result: NDArray[np.float32] = (counts * (1 + saturation) / (counts + saturation)).astype(np.float32)
    return result


def places_of(codes: Codes, features: Codes) -> Codes:
    """Where codes stand among rising `features`, -1 for one that does not."""
    found = np.minimum(np.searchsorted(features, codes), len(features) - 1)
    places: Codes = np.where(features[found] == codes, found, -1)
    return places


def weighed(codes: Codes, features: Codes, rarity: NDArray[np.float32]) -> tuple[Codes, NDArray[np.float32]]:
    """The rising `features` that a text's `codes` hold, as places, and what each weighs, at length 1.

    `rarity` `(features,)` is what one of each weighs; how often it stands counts as `saturated` says.
    """
    numbers, counts = np.unique(codes, return_counts=True)
    places = places_of(numbers, features)
    rows, often = places[places >= 0], counts[places >= 0]
    values = rarity[rows] * saturated(often)
    weights: NDArray[np.float32] = (values / max(float(np.sqrt(values @ values)), 1e-9)).astype(np.float32)
    return rows, weights


def pair_codes(codes: Codes) -> Codes:
    """A number above every piece's for each two neighbours, shape `(pieces - 1,)`."""
    return ((codes[:-1] + 1) << SHIFT) + codes[1:]
