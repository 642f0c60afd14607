"""Ctrl-C in training: a checkpoint first."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

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
