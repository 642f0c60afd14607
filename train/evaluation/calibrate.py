"""Temperature and abstention, chosen on held-out works and on some of the unknown authors."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from authorship.models.calibration import AtLength, Calibration, energy
from train.evaluation.metrics import auroc_unknown
from train.training.validation import ScoredExcerpts, best_temperature, log_loss

ABSTAINING_SHARE = 0.05
MOST_ABSTAINING = 0.08
ENERGY_TEMPERATURES = (0.05, 0.3, 1.0, 2.0, 4.0)
_SCALES = (0.8, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)

# Characters, and the most texts of known authors that are read of each; of others half as many.
LENGTHS = {300: 900, 700: 900, 1_500: 900, 2_500: 900, 4_000: 600, 6_000: 400, 10_000: 300, 30_000: 120}
_FEWEST = 50
_SPREADS = (0.0, 0.5, 1.0, 1.5, 2.0)

Logits = NDArray[np.float64]
Read = Callable[[list[str]], Logits]


def calibrate(
    scored: ScoredExcerpts, others: Logits | None = None, tuned_on: Sequence[str] = ()
) -> Calibration:
    """The temperature of least log loss, and an energy over which a text is by none of the authors.

    `others` are logits of excerpts by the unknown authors `tuned_on`, shape `(excerpts, labels)`: they choose
    the energy's temperature by its AUROC and the threshold by Youden's index, at most 8 % of the known
    excerpts refused. Without them so few of the known authors' excerpts exceed the threshold.
    """
    temperature = best_temperature(scored)
    if others is None or not len(others):
        threshold = float(np.quantile(energy(scored.logits), 1 - ABSTAINING_SHARE))
        return Calibration(temperature, threshold)
    softness = max(
        ENERGY_TEMPERATURES,
        key=lambda value: auroc_unknown(energy(scored.logits, value), energy(others, value)),
    )
    threshold = best_threshold(energy(scored.logits, softness), energy(others, softness))
    return Calibration(temperature, threshold, softness, tuple(tuned_on))


def best_threshold(known: Logits, unknown: Logits) -> float:
    """The energy that tells the two best by Youden's index, at most 8 % of `known` above it."""
    candidates = np.quantile(known, np.linspace(1 - MOST_ABSTAINING, 1, 101))
    index = [(unknown > value).mean() - (known > value).mean() for value in candidates]
    return float(candidates[int(np.argmax(index))])


def calibrate_lengths(
    calibration: Calibration,
    read: Read,
    known: pd.DataFrame,
    others: pd.DataFrame,
    at_most: int = max(LENGTHS.values()),
) -> Calibration:
    """The same calibration with the choices for texts of each of `LENGTHS`, where there is prose enough.

    `read` makes texts logits of shape `(texts, labels)`; `known` are excerpts of held-out works in their
    order, with the columns `label`, `writer`, `book` and `text`, `others` those of authors that the model
    does not know, without labels. A length at which fewer than `_FEWEST` texts can be cut is left out; no
    more than `at_most` are read of one.
    """
    found = []
    for length, usual in LENGTHS.items():
        most = min(usual, at_most)
        texts, labels = cut_texts(known, length, most)
        if len(texts) < _FEWEST:
            continue
        scored = ScoredExcerpts.of_texts(read(texts), labels, texts)
        strangers = cut_texts(others, length, most // 2)[0] if len(others) else []
        found.append(_at_length(calibration, length, scored, read(strangers) if strangers else None))
    return replace(calibration, lengths=tuple(found))


def _at_length(
    calibration: Calibration, length: int, scored: ScoredExcerpts, others: Logits | None
) -> AtLength:
    right = float((scored.logits.argmax(axis=1) == scored.truth).mean())
    softness = calibration.energy_temperature

    def strangeness(logits: Logits, spread: float) -> Logits:
        found: Logits = energy(logits, softness) + spread * logits.std(axis=-1)
        return found

    if others is None or len(others) < _FEWEST:
        threshold, spread = float(np.quantile(energy(scored.logits, softness), 1 - ABSTAINING_SHARE)), 0.0
    else:
        spread = max(
            _SPREADS,
            key=lambda share: auroc_unknown(strangeness(scored.logits, share), strangeness(others, share)),
        )
        threshold = best_threshold(strangeness(scored.logits, spread), strangeness(others, spread))
    return AtLength(length, best_temperature(_with_an_error(scored)), threshold, spread, right)


def _with_an_error(scored: ScoredExcerpts) -> ScoredExcerpts:
    """The same texts and one more, by the second author of the most usual: nobody is never wrong."""
    ranked = np.sort(scored.logits, axis=1)
    margins = ranked[:, -1] - ranked[:, -2]
    usual = scored.logits[np.argsort(margins)[len(margins) // 2]]
    return replace(
        scored,
        logits=np.vstack([scored.logits, usual]),
        truth=np.append(scored.truth, np.argsort(usual)[-2]),
    )


def cut_texts(
    frame: pd.DataFrame, length: int, most: int, seed: int = 0
) -> tuple[list[str], NDArray[np.int64]]:
    """At most `most` texts of so many characters, each of one work, and their labels (0 where there is none).

    A work's excerpts are joined in their order; no character stands in two texts.
    """
    texts: list[str] = []
    labels: list[int] = []
    for _, excerpts in frame.groupby(["writer", "book"], sort=True):
        whole = "\n".join(excerpts["text"])
        parts = [whole[start : start + length] for start in range(0, len(whole) - length + 1, length)]
        texts += parts
        labels += [int(excerpts["label"].iloc[0]) if "label" in excerpts else 0] * len(parts)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(texts))[:most])
    return [texts[index] for index in chosen], np.array(labels, dtype=np.int64)[chosen]


def tuning_authors(unknown: pd.DataFrame) -> tuple[str, ...]:
    """The unknown authors to choose by: less than half of them, by the order of their keys; none of one."""
    writers = sorted(set(unknown["writer"]))
    return tuple(writers[: (len(writers) - 1) // 2])


def best_scale(scored: ScoredExcerpts, intercepts: NDArray[np.floating]) -> float:
    """The scale of least log loss on held-out works, whatever the temperature.

    A model that knows a part of what it should says less, while the intercepts stay whole. `scored` are the
    logits at scale 1.
    """
    said = scored.logits - intercepts

    def loss(scale: float) -> float:
        scaled = replace(scored, logits=scale * said + intercepts)
        return log_loss(scaled, best_temperature(scaled))

    return min(_SCALES, key=loss)
