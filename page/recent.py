"""A small memory of what was computed last."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
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
        """The value kept for a key, computed where there is none."""
        found = self.find(key)
        if found is None:
            found = compute()
            self.keep(key, found)
        return found
