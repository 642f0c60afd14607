"""Logits of labelled excerpts: for choosing the best epoch, for calibration and for the report."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from tqdm import tqdm

from authorship.encode import encode
from authorship.engines.choice import compile_bundle
from authorship.models.bundle import ModelBundle
from authorship.models.calibration import Calibration
from authorship.predict.prediction import average_logits, predict_logits, typicality_of
from train.evaluation.metrics import macro_f1

_CHUNK = 64
_MANY = 200


@dataclass(frozen=True, slots=True)
class ScoredExcerpts:
    """Logits `(excerpts, labels)` beside each excerpt's true label `(excerpts,)` and work, and the time.

    `characters` `(excerpts,)` are the lengths, `outside` `(excerpts,)` tells which the models cannot judge,
    `typical` `(excerpts,)` how typical each is of the author named, None without a cohort.
    """

    logits: NDArray[np.float64]
    truth: NDArray[np.int64]
    works: tuple[str, ...]
    seconds: float
    characters: NDArray[np.int64]
    outside: NDArray[np.bool_]
    typical: NDArray[np.float64] | None = None

    @classmethod
    def of_texts(
        cls,
        logits: NDArray[np.float64],
        truth: NDArray[np.int64],
        texts: Sequence[str],
        works: Sequence[str] = (),
        seconds: float = 0.0,
    ) -> "ScoredExcerpts":
        """Scores of texts none of which is outside."""
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        return cls(logits, truth, tuple(works), seconds, lengths, np.zeros(len(texts), dtype=bool))

    def abstained(self, calibration: Calibration) -> NDArray[np.bool_]:
        """On which excerpts the model names nobody, shape `(excerpts,)`."""
        least = calibration.least_typical_at(self.characters)
        limit = calibration.threshold_at(self.characters) if self.typical is None or least is None else -least
        abstained: NDArray[np.bool_] = self.outside | (self.strangeness(calibration) > limit)
        return abstained

    def strangeness(self, calibration: Calibration) -> NDArray[np.float64]:
        """How unlike the named author's texts each excerpt is, shape `(excerpts,)`, by what decides of it."""
        if self.typical is None or calibration.least_typical_at(self.characters) is None:
            return calibration.strangeness(self.logits, self.characters)
        return -self.typical


def with_truth(
    logits: NDArray[np.float64], known: pd.DataFrame, keys: Sequence[str], seconds: float
) -> ScoredExcerpts:
    """Logits of a frame's excerpts, columns in the order of `keys`, beside who wrote each and where."""
    label_ids = {key: label_id for label_id, key in enumerate(keys)}
    return ScoredExcerpts.of_texts(
        logits.reshape(len(known), len(keys)),
        known["writer"].map(label_ids).to_numpy(dtype=np.int64),
        list(known["text"]),
        [f"{writer}/{book}" for writer, book in zip(known["writer"], known["book"], strict=True)],
        seconds,
    )


def excerpt_logits(bundle: ModelBundle, texts: list[str], progress: str = "") -> NDArray[np.float64]:
    """Each text's logits averaged over its windows, shape `(texts, labels)`; `progress` names a bar."""
    rows: list[NDArray[np.float64]] = []
    for start in tqdm(range(0, len(texts), _CHUNK), desc=progress, unit_scale=_CHUNK, disable=not progress):
        encoded = [encode(text, bundle.tokenizer) for text in texts[start : start + _CHUNK]]
        logits = predict_logits(bundle, [window for text in encoded for window in text.windows])
        ends = np.cumsum([len(text.windows) for text in encoded])
        parts = np.split(logits, ends[:-1])
        rows += [average_logits(part, text.weights) for part, text in zip(parts, encoded, strict=True)]
    return np.array(rows).reshape(len(texts), len(bundle.authors))


def score_excerpts(bundle: ModelBundle, frame: pd.DataFrame, progress: str = "") -> ScoredExcerpts:
    """Logits of the excerpts whose writers the bundle knows; `progress` names a bar."""
    keys = [author.key for author in sorted(bundle.authors, key=lambda author: author.label_id)]
    known = frame[frame["writer"].isin(keys)]
    started = time.perf_counter()
    logits = excerpt_logits(bundle, list(known["text"]), progress)
    scored = with_truth(logits, known, keys, time.perf_counter() - started)
    return with_verdicts(scored, bundle, list(known["text"]))


def with_verdicts(scored: ScoredExcerpts, bundle: ModelBundle, texts: list[str]) -> ScoredExcerpts:
    """The same scores, and what judge and cohort say of the texts."""
    typical = typicality(bundle, texts, scored.logits) if bundle.cohort is not None else None
    return replace(scored, outside=outside(bundle, texts), typical=typical)


def typicality(bundle: ModelBundle, texts: Sequence[str], logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """How typical texts are of the authors whom their logits name, `(texts,)`, by the bundle's cohort."""
    encoded = (encode(text, bundle.tokenizer) for text in texts)
    found = [typicality_of(bundle, one, row) for one, row in zip(encoded, logits, strict=True)]
    return np.array(found, dtype=np.float64)


def outside(bundle: ModelBundle, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which texts the models cannot judge, shape `(texts,)`."""
    judge = bundle.judge
    return np.array([judge is not None and judge.is_outside(text) for text in texts], dtype=bool)


def compiled_for(bundle: ModelBundle, excerpts: int) -> ModelBundle:
    """The bundle compiled, where so many excerpts are worth it; for weights that are trained no more."""
    worthwhile = excerpts >= _MANY and not torch.accelerator.is_available()
    return compile_bundle(bundle) if worthwhile else bundle


def best_temperature(scored: ScoredExcerpts) -> float:
    """Divides the logits so that their log loss is least (Guo et al. 2017, arXiv 1706.04599)."""

    def loss(log_temperature: float) -> float:
        return log_loss(scored, float(np.exp(log_temperature)))

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


def log_loss(scored: ScoredExcerpts, temperature: float) -> float:
    """The mean negative logarithm of the true authors' probabilities."""
    logarithms = log_softmax(scored.logits / temperature, axis=1)
    return -float(logarithms[np.arange(len(scored.truth)), scored.truth].mean())


def divergence(taught: NDArray[np.float64], said: NDArray[np.float64]) -> float:
    """The mean KL from a teacher's logits to a student's, both `(excerpts, labels)`, in nats."""
    theirs, ours = log_softmax(taught, axis=1), log_softmax(said, axis=1)
    return float((np.exp(theirs) * (theirs - ours)).sum(axis=1).mean())


class HeldOut:
    """Excerpts of held-out works, which score the bundle's model as it stands, and beside a `teacher`."""

    def __init__(self, bundle: ModelBundle, frame: pd.DataFrame, teacher: ModelBundle | None = None) -> None:
        self.bundle, self.frame, self.teacher = bundle, frame, teacher

    def __len__(self) -> int:
        return len(self.frame)

    def figures(self) -> dict[str, float]:
        """Macro-F1, accuracy, and the log loss at the best temperature, which calibration chooses later.

        With a teacher also `kl_loss`, how far the model is from it.
        """
        scored = score_excerpts(self.bundle, self.frame)
        predicted = scored.logits.argmax(axis=1)
        figures = {
            "macro_f1": macro_f1(scored.truth, predicted),
            "accuracy": float((predicted == scored.truth).mean()),
            "log_loss": log_loss(scored, best_temperature(scored)),
        }
        if self.teacher is not None:
            figures["kl_loss"] = divergence(self._taught, scored.logits)
        return figures

    @cached_property
    def _taught(self) -> NDArray[np.float64]:
        assert self.teacher is not None
        return score_excerpts(compiled_for(self.teacher, len(self.frame)), self.frame).logits


def fewer_excerpts(frame: pd.DataFrame, most: int, seed: int = 0) -> pd.DataFrame:
    """At most `most` excerpts, the authors with few of them kept whole, as far as that goes."""
    if len(frame) <= most:
        return frame
    shuffled = frame.sample(frac=1, random_state=seed)
    place = shuffled.groupby("writer").cumcount()
    return shuffled.loc[place.sort_values(kind="stable").index[:most]].sort_index()
