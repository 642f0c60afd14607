"""Requests that arrive while others are read are read next, together: one queue before an engine."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from threading import Condition

from authorship.engines.engine import Engine, Ids, Logits

_MOST_WINDOWS = 64
_PART = 8  # windows: what takes some 0.1 s of one core


@dataclass(slots=True, eq=False)
class _Request:
    """The windows of one caller, and what became of them."""

    windows: list[Ids]
    logits: list[Logits] = field(default_factory=list)
    error: BaseException | None = None
    done: bool = False


class BatchingEngine:
    """Puts waiting requests together, up to 64 windows, in the order they came.

    No thread of its own: of those who wait the first reads for all, then hands over. Of a long request a few
    windows are read at a time, and whoever came meanwhile is read before the next few.
    """

    def __init__(self, engine: Engine, between: Callable[[], object] = lambda: None) -> None:
        """`between` is called before each part of a long request; it may wait."""
        self._engine = engine
        self._between = between
        self._waiting: list[_Request] = []
        self._reading = False
        self._changed = Condition()

    def read(self, windows: Iterable[Ids]) -> Iterator[Logits]:
        """See `Engine`; safe in several threads at once. An error of the engine reaches all it concerns."""
        parts = _parts(list(windows))
        for part in parts:
            if len(parts) > 1:
                self._between()
            yield from self._read_part(part)

    def _read_part(self, windows: list[Ids]) -> list[Logits]:
        request = _Request(windows)
        with self._changed:
            self._waiting.append(request)
        while not request.done:
            with self._changed:
                self._changed.wait_for(lambda: request.done or not self._reading)
                batch = [] if request.done else self._take()
            if batch:
                self._read(batch)
        if request.error is not None:
            raise request.error
        return request.logits

    def _take(self) -> list[_Request]:
        """The requests to read next; whoever takes them must read them."""
        self._reading = True
        batch: list[_Request] = []
        size = 0
        while self._waiting and (not batch or size + len(self._waiting[0].windows) <= _MOST_WINDOWS):
            batch.append(self._waiting.pop(0))
            size += len(batch[-1].windows)
        return batch

    def _read(self, batch: list[_Request]) -> None:
        """Read what was taken and let the next one read."""
        try:
            logits = iter(self._engine.read(window for request in batch for window in request.windows))
            for request in batch:
                request.logits = list(islice(logits, len(request.windows)))
        except BaseException as error:
            for request in batch:
                request.error = error
        finally:
            with self._changed:
                for request in batch:
                    request.done = True
                self._reading = False
                self._changed.notify_all()


def _parts(windows: list[Ids]) -> list[list[Ids]]:
    """As few parts of at most `_PART` windows as there can be, of nearly equal size.

    A last part of one or two would be rounded otherwise: engines read so few in another way.
    """
    count = -(-len(windows) // _PART)
    borders = [len(windows) * number // count for number in range(count + 1)] if count else []
    return [windows[start:stop] for start, stop in pairwise(borders)]
