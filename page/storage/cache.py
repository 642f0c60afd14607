"""What is kept for visitors, weighed in bytes: bounded for one address and for all of them together.

Bytes of memory are counted from the values' parts: a count of parts times what CPython takes for one. What is
shared by all, such as authors, weighs nothing.
"""

from collections.abc import Callable, Hashable, Sized
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from sys import getsizeof
from threading import Lock, RLock
from typing import TYPE_CHECKING, Generic, TypeVar

from cachetools import LRUCache

from authorship.datamodels import EncodedText, Prediction
from explain.datamodels import Attribution
from page.excerpt.results import Reading
from page.masking.masks import Masked, Masks
from page.scheduler.fair_queue import address_here

if TYPE_CHECKING:
    from page.book.reading import BookReading
    from page.session import Session

_OBJECT = 120
_NUMBER, _POINTER = 24, 8
_TOKEN = 170  # an id, a pair of offsets, a flag, and the places of all these
_SCORE = 260  # a word's or piece's offsets, text and number
_SPAN = 130
_COMPARED = 6_000  # a part's figures, with what is usual


def text_bytes(text: str) -> int:
    """A string; one with a character beyond the basic plane takes four bytes for each."""
    return getsizeof(text)


def encoded_bytes(encoded: EncodedText) -> int:
    """A text cut into windows, and the text."""
    return text_bytes(encoded.text) + _TOKEN * sum(len(window.input_ids) for window in encoded.windows)


def prediction_bytes(prediction: Prediction) -> int:
    """Logits and probabilities, and the nearest works, whose titles are the model's own."""
    near = len(prediction.nearest.works) if prediction.nearest else 0
    return _OBJECT * (1 + near) + 2 * _numbers_bytes(prediction.logits)


def reading_bytes(reading: Reading) -> int:
    """Both predictions and the text."""
    predictions = prediction_bytes(reading.teacher) + prediction_bytes(reading.student)
    return _OBJECT + text_bytes(reading.text) + predictions


def attribution_bytes(attribution: Attribution | None) -> int:
    """The scores of words and pieces."""
    return _SCORE * (len(attribution.words) + len(attribution.tokens)) if attribution else 0


def scores_bytes(scored: Sized) -> int:
    """The scores of words."""
    return _SCORE * len(scored)


def spans_bytes(spans: Sized) -> int:
    """Offsets of words."""
    return _OBJECT + _SPAN * len(spans)


def masked_bytes(masked: Masked) -> int:
    """What both models say of a masked text."""
    return spans_bytes(masked.spans) + prediction_bytes(masked.teacher) + prediction_bytes(masked.student)


def book_bytes(reading: "BookReading") -> int:
    """A book, its file where that is kept, and each passage read so far."""
    tracks = reading.teacher, reading.student
    read = sum(len(track.passages) * _passage_bytes(len(track.authors)) for track in tracks)
    headings = sum(_OBJECT + text_bytes(heading.text) for heading in reading.book.headings)
    known = headings + _COMPARED * len(reading.compared)
    return _OBJECT + text_bytes(reading.book.text) + len(reading.data) + known + read


def _passage_bytes(labels: int) -> int:
    """A passage's place and logits, and its probabilities and their copy in single precision."""
    return 4 * _OBJECT + labels * (_NUMBER + _POINTER + 8)


def session_bytes(session: "Session") -> int:
    """What one browser tab shows of excerpts, and the file that it may open in another encoding."""
    reading, masks = session.reading, session.masks
    shown = 0 if reading is None else reading_bytes(reading)
    reasons = sum(attribution_bytes(one.attribution) for one in (session.teacher, session.student))
    masked = 0 if session.masked is None else masked_bytes(session.masked)
    return 10 * _OBJECT + len(session.upload) + shown + reasons + masked + _masks_bytes(masks)


def _masks_bytes(masks: Masks) -> int:
    """Sets of spans take a table of twice as many places; the spans themselves are shared."""
    sets = 64 * sum(map(len, (*masks.past, masks.pressed)))
    return sets + _OBJECT * len(masks.past) + spans_bytes(masks.covered) + _SPAN * len(masks.pressed)


def _numbers_bytes(values: Sized) -> int:
    return _OBJECT + (_NUMBER + _POINTER) * len(values)


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
