"""A made-up book and the random pair's reading of it."""

import pytest

from authorship.datamodels import Book, Notice
from authorship.models.bundle import ModelBundle
from authorship.text.headings import settle_headings
from page.book.books import Books
from page.book.reading import BookReading
from page.excerpt.pair_service import Reader

ODD = Notice("latin_letters", "Latin letters, in per cent: 11.", 11)
HOSTILE = "<img src=x onerror=alert(1)> ${1+1} {{2}} \" ' </script>"


@pytest.fixture(scope="session")
def book_text(sample_text: str) -> str:
    """Some 12,000 characters; every sentence differs a little."""
    return "".join(f"Глава {number}. {HOSTILE}\n{sample_text}" for number in range(1, 21))


@pytest.fixture
def books(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Books:
    """Books over the random pair."""
    return Books(tiny_bundle, tiny_student)


@pytest.fixture
def reader(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Reader:
    """A reader over the random pair."""
    return Reader(tiny_bundle, tiny_student)


@pytest.fixture(scope="session")
def finished(tiny_bundle: ModelBundle, tiny_student: ModelBundle, book_text: str) -> BookReading:
    """The book read to its end."""
    book = Book(book_text, "txt", None, f"Название {HOSTILE}", (ODD,), settle_headings(book_text, ()))
    reading = Books(tiny_bundle, tiny_student).open(book, b"")
    for _ in reading.reading():
        pass
    return reading
