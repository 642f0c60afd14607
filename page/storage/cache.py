"""What is kept for visitors, weighed in bytes: bounded for one address and for all of them together."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from threading import Lock, RLock
from typing import Generic, TypeVar

from cachetools import LRUCache

from page.scheduler.presence import address_here

ROOM, SHARE = 500_000_000, 250_000_000
"""Bytes for all addresses and for one; the largest book with all its passages takes less than a share."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A value, its weight in bytes, and what is to be done once it had to go."""

    value: object
    weight: int
    forget: Callable[[], None]


class _Shelf(LRUCache[Hashable, _Kept]):
    """What is kept for one address, what was used last at its end."""

    def __init__(self, share: int) -> None:
        super().__init__(share, getsizeof=lambda kept: kept.weight)
        self.removed: list[tuple[Hashable, _Kept]] = []

    def popitem(self) -> tuple[Hashable, _Kept]:
        """Remove what was unused for longest; the room asks for it afterwards."""
        key, kept = super().popitem()
        self.removed.append((key, kept))
        return key, kept


class Room:
    """Keeps values by key; where there is no room, the heaviest address loses what it used longest ago.

    So nobody loses anything to somebody who has more than they. Safe to share between threads.
    """

    def __init__(self, room: int = ROOM, share: int = SHARE) -> None:
        """`room` is in bytes for all, `share` for one address."""
        self._room, self._share = room, share
        self._shelves: dict[str, _Shelf] = {}
        self._owners: dict[Hashable, str] = {}
        self._lock = RLock()

    @property
    def weight(self) -> int:
        """Bytes of all that is kept."""
        with self._lock:
            return int(sum(shelf.currsize for shelf in self._shelves.values()))

    def weight_of(self, address: str) -> int:
        """Bytes of what is kept for one address."""
        with self._lock:
            return int(self._shelves[address].currsize) if address in self._shelves else 0

    def find(self, key: Hashable) -> object | None:
        """The value kept under a key, or None."""
        with self._lock:
            owner = self._owners.get(key)
            return None if owner is None else self._shelves[owner][key].value

    def keep(
        self,
        key: Hashable,
        value: object,
        weight: int,
        forget: Callable[[], None] = lambda: None,
        address: str | None = None,
    ) -> None:
        """Keep a value, or weigh one anew that is kept; `forget` is called if it has to go for want of room.

        It belongs to `address`, by default that of the request under way; one that is kept changes no hands.
        """
        with self._lock:
            here = address_here() if address is None else address
            owner = self._owners.setdefault(key, here)
            shelf = self._shelves.setdefault(owner, _Shelf(self._share))
            kept = _Kept(value, weight, forget)
            shelf.pop(key, None)
            try:
                shelf[key] = kept
            except ValueError:  # more than a whole share
                shelf.removed.append((key, kept))
            self._make_room()
            self._clear()

    def drop(self, key: Hashable) -> None:
        """Let go of a value that is not needed any more."""
        with self._lock:
            owner = self._owners.pop(key, None)
            if owner is not None:
                self._shelves[owner].pop(key, None)
                self._clear()

    def _make_room(self) -> None:
        while self.weight > self._room:
            max(self._shelves.values(), key=lambda shelf: shelf.currsize).popitem()

    def _clear(self) -> None:
        """Tell those whose values had to go, and take empty shelves away."""
        for address, shelf in list(self._shelves.items()):
            while shelf.removed:
                key, kept = shelf.removed.pop()
                self._owners.pop(key, None)
                kept.forget()
            if not shelf:
                self._shelves.pop(address, None)


_numbers = count()


class Recent(Generic[Key, Value]):
    """Values of one kind that were computed lately, in a room that is shared with other kinds."""

    def __init__(
        self,
        room: Room,
        weigh: Callable[[Key, Value], int],
        forget: Callable[[Value], None] = lambda _: None,
    ) -> None:
        """`weigh` is how many bytes a key and its value take; `forget` ends what a value still does, for want
        of room."""
        self._room = room
        self._weigh, self._forget = weigh, forget
        self._kind = next(_numbers)
        self._under_way: dict[Key, Future[Value]] = {}
        self._lock = Lock()

    def find(self, key: Key) -> Value | None:
        """The value kept for a key, or None."""
        found: Value | None = self._room.find((self._kind, key))  # type: ignore[assignment]
        return found

    def keep(self, key: Key, value: Value) -> None:
        """Remember a value, or weigh it anew; see `Room` for what is forgotten."""
        self._room.keep((self._kind, key), value, self._weigh(key, value), lambda: self._forget(value))

    def get(self, key: Key, compute: Callable[[], Value]) -> Value:
        """The value kept for a key, computed where there is none; who asks meanwhile waits for it.

        Where computing fails, all who wait get the error, and nothing is kept.
        """
        with self._lock:
            found = self.find(key)
            if found is not None:
                return found
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
