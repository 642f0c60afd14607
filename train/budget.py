"""A time budget for training: the learning rate ends with the time, over restarts too."""

import time
from typing import Any, cast

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState


class TimeBudget(TrainerCallback, ExportableState):
    """Counts the minutes spent training, saved with every checkpoint, and stops when they are used up."""

    def __init__(self, minutes: float = 0.0, spent_seconds: float = 0.0) -> None:
        self.minutes, self.spent_seconds = minutes, spent_seconds
        self._last = time.monotonic()

    def progress(self, step: int, steps: int) -> float:
        """How much of the training is done, 0 to 1, by steps or by time, whichever is further."""
        by_steps = step / max(steps, 1)
        by_time = self.spent_seconds / (60 * self.minutes) if self.minutes else 0.0
        return min(max(by_steps, by_time), 1.0)

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"args": {"minutes": self.minutes}, "attributes": {"spent_seconds": self.spent_seconds}}

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Take up the minutes that earlier runs spent."""
        saved = cast(dict[str, Any], state.stateful_callbacks).get(type(self).__name__, {})
        self.spent_seconds = float(saved.get("attributes", {}).get("spent_seconds", 0.0))
        self._last = time.monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Count the step's time; stop when the budget is spent."""
        now = time.monotonic()
        self.spent_seconds, self._last = self.spent_seconds + now - self._last, now
        if self.minutes and self.spent_seconds >= 60 * self.minutes:
            control.should_training_stop = True
        return control


def trapezoid(progress: float, warmup: float = 0.04, decay: float = 0.5) -> float:
    """The learning rate's factor: up during `warmup`, then level, then down to 0 over the last `decay`."""
    if progress < warmup:
        return max(progress / warmup, 0.02)
    return min(1.0, max((1 - progress) / decay, 0.0))
