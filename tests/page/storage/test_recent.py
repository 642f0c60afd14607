"""What is kept for visitors: weighed as it is, bounded, and the heaviest address loses something first."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from sys import getsizeof

import pytest

from authorship.datamodels import Author, Book
from authorship.encode import encode
from explain.attribution import attribute
from page.book.books import Books
from page.book.reading import BookReading
from page.excerpt.pair_service import Reader
from page.excerpt.results import Reasons
from page.masking.downloads import ShownResults
from page.masking.handlers import Checker
from page.masking.masks import Masks
from page.session import Session
from page.storage.cache import (
    Recent,
    Room,
    attribution_bytes,
    book_bytes,
    encoded_bytes,
    masked_bytes,
    reading_bytes,
    session_bytes,
)


def put(room: Room, address: str, *names: str, weight: int = 10, gone: list[str] | None = None) -> None:
    """Keep something under each name for an address."""
    for name in names:
        room.keep(name, name, weight, lambda name=name: None if gone is None else gone.append(name), address)


def held(room: Room, names: str) -> str:
    return "".join(name for name in names if room.find(name))


def test_one_address_loses_what_it_used_longest_ago() -> None:
    room, gone = Room(room=100, share=40), []
    put(room, "a", *"1234", gone=gone)
    assert room.find("1") and room.weight == room.weight_of("a") == 40
    put(room, "a", "5", gone=gone)
    assert (held(room, "12345"), gone, room.weight) == ("1345", ["2"], 40)
    put(room, "a", "6", weight=41, gone=gone)
    assert (held(room, "13456"), gone[-1]) == ("1345", "6"), "what is more than a share never fits"
    room.drop("1")
    assert room.weight == 30 and gone == ["2", "6"], "what is dropped is not told to be gone"


def test_the_heaviest_loses_first_and_nobody_to_them() -> None:
    """However much somebody opens, others who have less than they keep what they have."""
    room, gone = Room(room=100, share=80), []
    put(room, "quiet", "q", gone=gone)
    put(room, "other", *"xyz", gone=gone)
    for number in range(500):
        put(room, "greedy", f"g{number}", gone=gone)
    assert held(room, "qxyz") == "qxyz" and room.weight <= 100
    assert gone == [f"g{number}" for number in range(500 - 6)]
    put(room, "newcomer", *"nop", gone=gone)
    assert held(room, "qxyznop") == "qxyznop" and len(gone) == 497


def test_what_is_weighed_anew_pushes_out_others_of_its_own_and_then_itself() -> None:
    room, gone = Room(room=100, share=50), []
    put(room, "a", *"123", gone=gone)
    put(room, "a", "1", weight=35, gone=gone)
    assert (held(room, "123"), room.weight, gone) == ("13", 45, ["2"])
    put(room, "a", "1", weight=60, gone=gone)
    assert (held(room, "13"), room.weight, gone[-1]) == ("3", 10, "1")


def test_forgetting_may_drop_others() -> None:
    """As results that nobody fetches go, their own messages are dropped meanwhile."""
    room = Room(room=100, share=20)
    room.keep("1", 1, 10, lambda: [room.drop(name) for name in "12"], "a")
    room.keep("2", 2, 10, lambda: None, "a")
    room.keep("3", 3, 10, lambda: None, "a")
    assert (room.find("1"), room.find("2"), room.find("3"), room.weight) == (None, None, 3, 10)


def test_a_value_is_computed_once_and_kinds_share_a_room() -> None:
    room = Room()
    first, second = (Recent[str, list[int]](room, lambda key, _: len(key)) for _ in range(2))
    assert first.get("a", list) is first.get("a", list) is not second.get("a", list)
    first.keep("a", [1])
    assert (first.get("a", list), second.find("a"), room.weight) == ([1], [], 2)


def deep_size(value: object) -> int:
    """The bytes of a value and all that it alone holds, by the interpreter's own count."""
    seen, total, waiting = set[int](), 0, [value]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, Author | type) or one is None:
            continue
        seen.add(id(one))
        total += getsizeof(one)
        waiting.extend(_held_by(one))
    return total


def _held_by(one: object) -> Iterator[object]:
    if isinstance(one, dict):
        yield from (*one.keys(), *one.values())
    elif isinstance(one, tuple | list | frozenset | set):
        yield from one
    elif hasattr(one, "__slots__"):
        yield from (getattr(one, name, None) for name in one.__slots__ if not name.startswith("__"))


@pytest.mark.parametrize("plane", ["", "\U0001f980"], ids=["two bytes a letter", "four"])
def test_weights_are_near_the_truth(reader: Reader, sample_text: str, plane: str) -> None:
    """Never under two thirds of what the interpreter counts, never over twice as much."""
    text = f"{plane} {sample_text}"
    reading, bundle = reader.read(text), reader.teacher
    encoded = encode(text, bundle.tokenizer)
    attribution = attribute(bundle, encoded, bundle.authors[0])
    checker = Checker(reader)
    masked = checker.ask(text, checker.words(text)[:20])
    presses = Masks()
    for word in checker.words(text):
        presses = presses.press(frozenset({word}))
    session = Session(upload=b"x" * 5000, masks=presses, masked=masked)
    session.open(reading)
    session.masks, session.masked = presses, masked
    session.teacher = session.student = Reasons("done", attribution)
    pairs = [
        (encoded_bytes(encoded), encoded),
        (attribution_bytes(attribution), (attribution.words, attribution.tokens)),
        (reading_bytes(reading), reading),
        (masked_bytes(masked), masked),
        (session_bytes(replace(session, student=Reasons())), replace(session, student=Reasons())),
    ]
    for weight, value in pairs:
        assert 0.66 <= weight / deep_size(value) <= 2.0, type(value)


def test_a_book_weighs_its_file_its_text_and_more_with_each_passage(
    tiny_bundle, tiny_student, sample_text: str
) -> None:
    """An FB2 of one letter and a large picture weighs its picture too; what was read is counted at once."""
    room = Room()
    books = Books(tiny_bundle, tiny_student, room)
    books.open(Book("я", "fb2", "cp1251", ""), b"x" * 30_000)
    assert room.weight >= 30_000
    reading = books.open_text(sample_text * 20)
    before = room.weight
    for _ in books.read(reading):
        pass
    tracks = reading.teacher, reading.student
    grown = deep_size([(track.passages, track._rows) for track in tracks])
    assert 0.66 <= (room.weight - before) / grown <= 2.0
    assert book_bytes(reading) == pytest.approx(room.weight - 30_000, rel=0.1)


def test_a_session_that_has_to_go_shows_that_its_results_are_lost(reader: Reader, sample_text: str) -> None:
    room = Room(room=200_000, share=200_000)
    results, gone = ShownResults(room), Session(upload=b"x" * 150_000)
    gone.open(reader.read(sample_text))
    results.put(gone)
    token = gone.result
    assert results.find(token) is gone
    other = Session(upload=b"x" * 150_000)
    results.put(other)
    assert results.find(token) is None and (gone.trouble, gone.upload, gone.reading) == ("lost", b"", None)
    assert other.upload and room.weight <= 200_000
    other.upload = b""
    results.put(other)
    del gone, other
    gc.collect()
    assert room.weight < 1000


@pytest.fixture
def reader(tiny_bundle, tiny_student) -> Reader:
    return Reader(tiny_bundle, tiny_student)


def test_no_more_of_a_title_is_kept_and_shown_than_a_line(tiny_bundle, tiny_student) -> None:
    """A FictionBook may call five million characters its title."""
    books = Books(tiny_bundle, tiny_student)
    reading: BookReading = books.open(Book("Снег шёл. " * 2000, "fb2", None, "Т" * 5_000_000), b"")
    assert len(reading.book.title) < 300 and reading.book.title.startswith("ТТТ")
    assert books.open(Book("Снег", "fb2", None, "Снег"), b"").book.title == "Снег"
