"""Predictions go first: whatever takes longer asks here before its next step."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Condition, local
from typing import TypeVar

from authorship.engines.engine import Engine, Ids, Logits
from authorship.models.bundle import ModelBundle
from authorship.predict.prediction import engine_of

Value = TypeVar("Value")
LONG_PREDICTION = 20_000
"""Characters; whoever asks about more than that takes many times as long as most, and gives way to them."""
_LONGEST_PAUSE = 1.0


class Gate:
    """Counts the predictions under way; explanations and books pause while there are any.

    A pause ends after a second, so that a crowd of predictions slows the others down but never stops them. A
    thread that is in a prediction itself never pauses.
    """

    def __init__(self) -> None:
        self._predictions = 0
        self._free = Condition()
        self._mine = local()

    @contextmanager
    def predicting(self) -> Iterator[None]:
        """A prediction is under way in this thread."""
        with self._free:
            self._predictions += 1
        self._mine.predicting = True
        try:
            yield
        finally:
            self._mine.predicting = False
            with self._free:
                self._predictions -= 1
                if not self._predictions:
                    self._free.notify_all()

    def give_way(self, seconds: float = _LONGEST_PAUSE) -> float:
        """Wait until no prediction is under way, `seconds` at most; the seconds waited."""
        if getattr(self._mine, "predicting", False):
            return 0.0
        started = time.monotonic()
        with self._free:
            self._free.wait_for(lambda: not self._predictions, seconds)
        return time.monotonic() - started

    def after_predictions(self, steps: Iterable[Value]) -> Iterator[Value]:
        """The same steps, each begun when no prediction is under way."""
        self.give_way()
        for step in steps:
            yield step
            self.give_way()


class PoliteEngine:
    """An engine that gives way before each window."""

    def __init__(self, engine: Engine, gate: Gate) -> None:
        self._engine = engine
        self._gate = gate

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`."""
        return self._engine.read(self._gate.after_predictions(windows))


def polite(bundle: ModelBundle, gate: Gate) -> ModelBundle:
    """The same bundle, for what takes long: it gives way before each window."""
    return replace(bundle, engine=PoliteEngine(engine_of(bundle), gate))
