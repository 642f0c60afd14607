"""Reading many files one after another, each as the page's other tabs read it, into a table that grows."""

import secrets
from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import replace

from authorship.datamodels import Book
from authorship.errors import TextError
from authorship.models.digest import Hashes
from authorship.predict.predictor import LONG_TEXT
from authorship.text.formats.archive import PackedBooks
from authorship.text.isolated import ReadingEnded
from authorship.text.notices import damaged, merged
from page.book.books import Books, check
from page.excerpt.pair_service import Reader
from page.files.rows import Batch, Found, Row, Waiting
from page.handlers import log_error
from page.storage.cache import Recent, prediction_bytes, text_bytes

Steps = Generator[bool, None, Row | None]
_ROW = 2_000  # bytes: names, notices and places


class Batches:
    """Every batch that a visitor has opened lately; one instance serves all.

    Short texts are read as excerpts, long ones as books, so that every figure is that of the other tabs.
    """

    def __init__(self, reader: Reader, books: Books) -> None:
        self._reader, self._books = reader, books
        self._batches: Recent[str, Batch] = Recent(
            reader.room, lambda _, batch: batch_bytes(batch), Batch.let_go
        )

    def open(self, files: Sequence[tuple[str, bytes]]) -> Batch:
        """A batch of these files by name, none of them read yet."""
        batch = Batch(secrets.token_urlsafe(18), deque(Waiting(name, data) for name, data in files))
        self._batches.keep(batch.token, batch)
        return batch

    def find(self, token: str) -> Batch | None:
        """A batch by its token; None where it is unknown or forgotten."""
        return self._batches.find(token)

    def read(self, batch: Batch) -> Generator[bool, None, None]:
        """Read a batch, a step at a time; each tells whether it brought a row.

        It ends early where the batch is stopped or the visitor leaves; what was read stays.
        """
        batch.turn += 1
        batch.stage, turn = "reading", batch.turn
        while batch.waiting and batch.turn == turn:
            yield False
            if batch.turn != turn:
                return
            try:
                row = yield from self._row(batch, turn, batch.waiting[0])
            except ReadingEnded:
                batch.stop()
                return
            if batch.turn != turn:
                return
            if row is not None:
                batch.add(row)
                self._weigh(batch)
                yield True
        if batch.turn == turn:
            batch.stage = "done"

    def _weigh(self, batch: Batch) -> None:
        if self.find(batch.token) is batch:
            self._batches.keep(batch.token, batch)

    def _row(self, batch: Batch, turn: int, file: Waiting) -> Steps:
        """The row of a file; None of an archive of several texts, which come in its place."""
        name = file.name
        try:
            packed = PackedBooks() if file.member else self._books.unpack(file.data)
            if packed.texts and batch.turn == turn:
                batch.unpack(packed)
                self._weigh(batch)
                return None
            book = self._books.read_file(file.data, name)
            if not file.whole:
                book = replace(book, notices=merged((*book.notices, damaged())))
            if len(book.text.strip()) < LONG_TEXT:
                return self._read_short(name, book)
            return (yield from self._read_long(batch, turn, name, book))
        except TextError as problem:
            return Row(name, problem=problem)
        except ReadingEnded:
            raise
        except Exception as error:
            log_error(error)
            return Row(name)

    def _read_short(self, name: str, book: Book) -> Row:
        reading = self._reader.read(book.text)
        found = Found(reading.teacher, reading.student, reading.judgement, hashes=reading.hashes)
        return Row(name, len(reading.text), book.notices, found, text=reading.text)

    def _read_long(self, batch: Batch, turn: int, name: str, book: Book) -> Steps:
        """Read a book, a step a passage; it can be opened in its tab as it was read here."""
        check(book.text)
        reading = self._books.open(book, b"")
        try:
            if not reading.complete or reading.stage != "done":
                for _ in self._books.read(reading):
                    batch.share = reading.share
                    yield False
                    if batch.turn != turn:
                        return None
                self._books.remember(reading)
        finally:
            reading.interrupt()
        if reading.teacher_found is None or reading.student_found is None:
            raise TextError("empty", "The book holds nothing that the models read.")
        pair = reading.teacher_found.whole, reading.student_found.whole
        hashes = Hashes.of(reading.book.text, reading.teacher.bundle, reading.student.bundle)
        found = Found(*pair, reading.judgement, reading.parts, hashes)
        return Row(name, len(reading.book.text), book.notices, found, token=reading.token)


def batch_bytes(batch: Batch) -> int:
    """The files that wait, and of each row its text and predictions; books are weighed by themselves."""
    waiting = sum(len(file.data) for file in batch.waiting)
    found = [row.found for row in batch.rows if row.found]
    predictions = sum(prediction_bytes(one.teacher) + prediction_bytes(one.student) for one in found)
    return waiting + predictions + sum(_ROW + text_bytes(row.text) for row in batch.rows)
