"""A small memory of what was computed last."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Keeps the values used last, up to `capacity` in weight; safe to share between threads.

    `weigh` is the weight of a key; the value kept last stays, however heavy.
    """

    def __init__(self, capacity: int, weigh: Callable[[Key], int]) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._under_way: dict[Key, Future[Value]] = {}
        self._lock = Lock()

    def find(self, key: Key) -> Value | None:
        """The value kept for a key, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: Key, value: Value) -> None:
        """Remember a value; those unused for longest are forgotten."""
        with self._lock:
            if key not in self._values:
                self._weight += self._weigh(key)
            self._values[key] = value
            self._values.move_to_end(key)
            while self._weight > self._capacity and len(self._values) > 1:
                oldest, _ = self._values.popitem(last=False)
                self._weight -= self._weigh(oldest)

    def get(self, key: Key, compute: Callable[[], Value]) -> Value:
        """The value kept for a key, computed where there is none; who asks meanwhile waits for it.

        Where computing fails, all who wait get the error, and nothing is kept.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            under_way = self._under_way.get(key)
            if under_way is None:
                mine = self._under_way[key] = Future()
        if under_way is not None:
            return under_way.result()
        try:
            value = compute()
        except BaseException as error:
            self._finish(key)
            mine.set_exception(error)
            raise
        self.keep(key, value)
        self._finish(key)
        mine.set_result(value)
        return value

    def _finish(self, key: Key) -> None:
        with self._lock:
            del self._under_way[key]
