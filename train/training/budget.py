"""A time budget for training: learning rate, progress and the checkpoint after Ctrl-C follow it."""

import logging
import signal
import threading
import time
from types import FrameType
from typing import Any, cast

from tqdm import tqdm
from transformers import ProgressCallback, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState

from train.training.throughput import from_first

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


_FORMAT = "{percentage:3.0f}%|{bar}| {n:.1f} of {total:.1f} minutes{postfix}"


class MinutesProgress(ProgressCallback):
    """The Trainer's bar, filled by the budget's minutes."""

    def __init__(self, budget: TimeBudget) -> None:
        super().__init__()
        self.budget = budget

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Open the bar where earlier runs left it."""
        if state.is_world_process_zero:
            minutes = self.budget.minutes
            spent = min(self.budget.spent_seconds / 60, minutes)
            self.training_bar = tqdm(total=minutes, initial=spent, dynamic_ncols=True, bar_format=_FORMAT)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Fill it by what the step took."""
        bar: Any = self.training_bar
        if bar is not None:
            bar.set_postfix_str(f"step {state.global_step}", refresh=False)
            bar.update(min(self.budget.spent_seconds / 60, bar.total) - bar.n)


logger = logging.getLogger(__name__)


class SaveOnInterrupt(TrainerCallback):
    """Ends a training by KeyboardInterrupt after the step it is at and a checkpoint; asked twice, at once.

    Of several processes each would end at a step of its own: there an interrupt ends them at once.
    """

    def __init__(self) -> None:
        self._asked = self._listening = False

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Take the interrupts, where they come to this thread."""
        main = threading.current_thread() is threading.main_thread()
        if main and args.world_size == 1 and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._interrupted)
            self._listening = True

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        # Nothing is said in here: the progress bar may be in the middle of a word on the same stream.
        self._leave()
        self._asked = True

    def _leave(self) -> None:
        if self._listening:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._listening = False

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Ask for a checkpoint."""
        if self._asked:
            logger.warning("Stopping: a checkpoint is written first. Ctrl-C again stops at once.")
            control.should_save = True

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """The checkpoint is written: end."""
        if self._asked:
            raise KeyboardInterrupt

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Leave the interrupts to whoever had them; one that came after the last step ends the run here."""
        self._leave()
        if self._asked:
            raise KeyboardInterrupt
