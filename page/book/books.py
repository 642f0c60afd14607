"""The books on hand: opened, kept as long as there is room, and none of them read twice."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from authorship.datamodels import Book
from authorship.errors import TextError
from authorship.models.bundle import ModelBundle
from authorship.predict.predictor import LONG_TEXT
from authorship.same_hand.answer import PartAnswer
from authorship.text.decode import check_text
from authorship.text.formats.archive import PackedBooks
from authorship.text.formats.limits import LARGEST_BOOK
from authorship.text.headings import settle_headings
from authorship.text.isolated import IsolatedReader
from page.book.reading import BookReading, make_reading
from page.book.saved import open_saved
from page.book.saved_form import condense, is_saved
from page.scheduler.fair_queue import address_here, presence_here
from page.storage.cache import Recent, Room, book_bytes

SHORTEST_BOOK = LONG_TEXT
LONGEST_TITLE = 200
"""Characters of a title that are kept and shown; a file may call anything a title."""
_SAMPLE = 30_000
_WEIGHED_EVERY = 64  # passages


_FILES = IsolatedReader()


class Books:
    """Every book that a visitor has opened lately; one instance serves all.

    Files are read by `files`, each in a process of its own; what is kept for visitors shares `room`.
    """

    def __init__(
        self,
        teacher: ModelBundle,
        student: ModelBundle,
        room: Room | None = None,
        files: IsolatedReader = _FILES,
        compares: bool = False,
    ) -> None:
        """`compares` tells whether a part of a book can be compared with the rest: there is a measure."""
        self.compares = compares
        self._pair = teacher, student
        self._files = files
        room = room or Room()
        self._readings: Recent[str, BookReading] = Recent(room, lambda _, reading: book_bytes(reading))
        self._read: Recent[str, str] = Recent(room, lambda digest, token: 500)

    def prepare(self) -> None:
        """Start what reads the next file, so that the first one need not wait for it."""
        self._files.prepare()

    def open_file(self, data: bytes, name: str, encoding: str | None = None) -> BookReading:
        """A book from a file of any format, see `read_file`, or a result that was saved, see `open_saved`.

        It may yet be too short: see `check`.

        Raises:
            TextError: the file cannot be read.
            ReadingEnded: the visitor has left.
        """
        if is_saved(data):
            wanted, address = presence_here(), address_here()
            return self._keep(open_saved(self._files.call(condense, data, wanted, address), *self._pair))
        book = self.read_file(data, name, encoding)
        return self.open(book, data if may_override(book) else b"")

    def read_file(self, data: bytes, name: str, encoding: str | None = None) -> Book:
        """An uploaded file's text, read in a process of its own for as long as the visitor listens.

        Raises:
            TextError: the file cannot be read, or takes more time or memory than a book.
            ReadingEnded: the visitor has left.
        """
        return self._files.read(data, name, encoding, wanted=presence_here(), address=address_here())

    def unpack(self, data: bytes) -> PackedBooks:
        """The books of an archive of several; see `IsolatedReader.unpack`.

        Raises:
            TextError, ReadingEnded: see `read_file`.
        """
        return self._files.unpack(data, wanted=presence_here(), address=address_here())

    def open_text(self, text: str, title: str = "") -> BookReading:
        """A book that was pasted, or is an example.

        Raises:
            TextError: it is too large.
            ReadingEnded: the visitor has left.
        """
        size = len(text.encode())
        if size > LARGEST_BOOK:
            message = f"The text has {size:,} bytes, more than the {LARGEST_BOOK:,} that are read: split it."
            raise TextError("too_large", message, size=size, limit=LARGEST_BOOK)
        book = self._files.read_text(text, title, wanted=presence_here(), address=address_here())
        return self.open(book, b"")

    def open(self, book: Book, data: bytes) -> BookReading:
        """The reading of this text that was finished before, else a new one."""
        if "\r" in book.text:
            text = book.text.replace("\r\n", "\n").replace("\r", "\n")
            book = replace(book, text=text, headings=settle_headings(text, ()))
        if len(book.title) > LONGEST_TITLE:
            book = replace(book, title=f"{book.title[:LONGEST_TITLE].rstrip()}…")
        known = self.find(self._read.find(_digest(book.text)) or "")
        if known is not None and known.stage == "done":
            return known
        return self._keep(make_reading(book, data, *self._pair))

    def _keep(self, reading: BookReading) -> BookReading:
        self._readings.keep(reading.token, reading)
        return reading

    def find(self, token: str) -> BookReading | None:
        """A book by its token; None where it is unknown or forgotten."""
        return self._readings.find(token)

    def read(self, reading: BookReading) -> Iterator[None]:
        """Read a book on, one step a passage, and weigh it again as its passages grow; see `reading`."""
        return self._weighed(reading, reading.reading())

    def _weighed(self, reading: BookReading, steps: Iterator[None]) -> Iterator[None]:
        for number, _ in enumerate(steps):
            if number % _WEIGHED_EVERY == 0:
                self._weigh(reading)
            yield
        self._weigh(reading)

    def keep_compared(self, reading: BookReading, part: PartAnswer) -> None:
        """Keep what was said of a part of a book beside the rest."""
        reading.keep_compared(part)
        self._weigh(reading)

    def _weigh(self, reading: BookReading) -> None:
        if self.find(reading.token) is reading:
            self._readings.keep(reading.token, reading)

    def remember(self, reading: BookReading) -> None:
        """A book was read to its end: the same text need not be read again.

        What began with a visitor's file is for that visitor alone: it may say anything.
        """
        if reading.saved is None:
            self._read.keep(_digest(reading.book.text), reading.token)


def may_override(book: Book) -> bool:
    """Whether another encoding may be tried: of texts, web pages, and books that are wrong about theirs."""
    lost = any(notice.code in ("replaced_characters", "encoding") for notice in book.notices)
    return bool(book.encoding) and (book.format in ("txt", "html") or lost)


def check(text: str) -> None:
    """Refuse what cannot be read as a book.

    Raises:
        TextError: the text is empty, under 10,000 characters, or not in Cyrillic letters.
    """
    middle = len(text) // 2
    sample = text if len(text) <= 3 * _SAMPLE else text[:_SAMPLE] + text[middle:][:_SAMPLE] + text[-_SAMPLE:]
    try:
        check_text(sample)
    except TextError as problem:
        if problem.code != "too_short":
            raise
    characters = len(text.strip())
    if characters < SHORTEST_BOOK:
        message = f"The text has {characters:,} characters; a book is read from {SHORTEST_BOOK:,} on."
        raise TextError("too_short", message, characters=characters, minimum=SHORTEST_BOOK)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
