"""A time budget for training: the learning rate ends with the time, over restarts too."""

import time
from typing import Any, cast

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState

from train.distributed import from_first

WARMUP = 0.04


class TimeBudget(TrainerCallback, ExportableState):
    """Counts the minutes spent training, saved with every checkpoint, and stops when they are used up.

    The first of several processes has the clock, so that all have one learning rate and stop at one step.
    A run of `piece_minutes` is stopped before the budget is spent; without a checkpoint, whose moments of the
    gradient an optimiser goes on with, `spent_seconds` were spent before and the rate warms up anew.
    """

    def __init__(self, minutes: float = 0.0, spent_seconds: float = 0.0, piece_minutes: float = 0.0) -> None:
        self.minutes, self.spent_seconds, self.piece_minutes = minutes, spent_seconds, piece_minutes
        self._begun = self._cold = spent_seconds
        self._last = time.monotonic()

    def progress(self, step: int, steps: int) -> float:
        """How much of the training is done, 0 to 1, by steps or by time, whichever is further."""
        by_steps = step / max(steps, 1)
        by_time = self.spent_seconds / (60 * self.minutes) if self.minutes else 0.0
        return min(max(by_steps, by_time), 1.0)

    def warmth(self) -> float:
        """The rate's factor at the start of a run that has earlier minutes but no checkpoint, 0 to 1."""
        if not self._cold:
            return 1.0
        return min(1.0, max((self.spent_seconds - self._cold) / (60 * WARMUP * self.minutes), 0.02))

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"args": {"minutes": self.minutes}, "attributes": {"spent_seconds": self.spent_seconds}}

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Take up the minutes that earlier runs spent."""
        if state.global_step and (checkpoint := spent_seconds(state)):
            self.spent_seconds, self._cold = checkpoint, 0.0
        self._begun, self._last = self.spent_seconds, time.monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Count the step's time; stop when the budget is spent."""
        now = time.monotonic()
        self.spent_seconds, self._last = self.spent_seconds + now - self._last, now
        if self.minutes:
            self.spent_seconds = from_first(self.spent_seconds)
            piece = 60 * self.piece_minutes or float("inf")
            if self.spent_seconds >= 60 * self.minutes or self.spent_seconds - self._begun >= piece:
                control.should_training_stop = True
        return control


def spent_seconds(state: TrainerState) -> float:
    """What `TimeBudget` wrote into a checkpoint; 0 where there is nothing of it."""
    saved = cast(dict[str, Any], state.stateful_callbacks).get(TimeBudget.__name__, {})
    return float(saved.get("attributes", {}).get("spent_seconds", 0.0))


def trapezoid(progress: float, warmup: float = WARMUP, decay: float = 0.5) -> float:
    """The learning rate's factor: up during `warmup`, then level, then down to 0 over the last `decay`."""
    if progress < warmup:
        return max(progress / warmup, 0.02)
    return min(1.0, max((1 - progress) / decay, 0.0))
