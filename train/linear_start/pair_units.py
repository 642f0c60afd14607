"""Feed-forward units that wait for the two codes of a pair, and add what it speaks for each author."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from train.linear.additive import Codes, Scores
from train.linear_start.counting_attention import COUNTING, softening
from train.linear_start.layout import BEFORE, CODE, CONSTANT, USUAL, Layout, tensor

_SHARPNESS = 12.0  # of a unit that waits for two codes; eight leaked through the many pairs that share one


@dataclass(frozen=True, slots=True)
class PairUnits:
    """What units are made of: `pairs` `(pairs, 2)` with their `repeats`, and the pieces' `codes`.

    `presence` is the share of texts that hold a pair; `whole` and `usual` `(pairs, authors)` are what it
    gives a token where it is counted, and without.
    """

    pairs: Codes
    presence: Scores
    repeats: Scores
    codes: NDArray[np.float64]
    layout: Layout
    whole: Scores
    usual: Scores
    saturation: float

    def fill(self, layers: Sequence[Any], counted: bool) -> None:
        """Give each pair a unit: the weightiest in the layers that a student keeps, of these the most
        repeated where they are counted."""
        variance = np.square(self.whole).sum(axis=1) * self.presence * (1 - self.presence)
        left = np.argsort(-variance, kind="stable")
        for numbers in (range(0, len(layers), 2), range(1, len(layers), 2)):
            places = sorted(numbers, key=lambda number: number < COUNTING) if counted else [*numbers]
            rooms = [self._room(layers[number].mlp, counted and number == COUNTING) for number in places]
            group, left = left[: sum(rooms)], left[sum(rooms) :]
            if counted:
                group = group[np.argsort(-self.repeats[group], kind="stable")]
            for number, held in zip(places, np.split(group, np.cumsum(rooms)[:-1]), strict=True):
                self._write(layers[number].mlp, held, counted and number >= COUNTING)

    def _room(self, mlp: Any, softens: bool) -> int:
        units = int(mlp.Wo.weight.shape[1])
        return units - self.layout.authors if softens else units

    def _write(self, mlp: Any, held: Codes, counted: bool) -> None:
        """Write pairs into the layer's last units."""
        layout, root = self.layout, sqrt(self.layout.turn.shape[1])
        units = int(mlp.Wo.weight.shape[1])
        own = slice(units - len(held), units)
        rows = np.zeros((len(held), len(layout.turn)))
        rows[:, layout.code] = self.codes[self.pairs[held, 1]] / CODE
        rows[:, layout.before] = self.codes[self.pairs[held, 0]] / BEFORE
        rows[:, layout.constant] = -1.5 / CONSTANT
        times = (
            softening(layout.pair_rarity, layout, self.saturation)
            if counted
            else layout.turn[layout.constant] / CONSTANT
        )
        shares = (self.whole if counted else self.usual)[held] @ layout.turn[layout.pairs]
        mlp.Wi.weight[own] = tensor(_SHARPNESS / root * rows @ layout.turn)
        mlp.Wi.weight[units + own.start : 2 * units] = tensor(np.tile(times / root / USUAL, (len(held), 1)))
        mlp.Wo.weight[:, own] = tensor(shares.T * root / (_SHARPNESS / 2 * USUAL))
