"""Books are opened, refused, kept as long as there is room, and read once."""

from dataclasses import replace

import pytest

from authorship.datamodels import Judgement
from authorship.errors import TextError
from authorship.models.bundle import ModelBundle
from authorship.predict.predictor import Pair
from page.book.books import SHORTEST_BOOK, Books, check
from page.storage.cache import Room


def test_a_file_is_opened_with_its_encoding_and_can_be_opened_in_another(
    books: Books, book_text: str
) -> None:
    """Also one that holds so many tags that it is read as a web page."""
    for text, form in ((book_text.replace("<", "(").replace(">", ")"), "txt"), (book_text, "html")):
        data = text.encode("cp1251", "replace")
        reading = books.open_file(data, "Книга.txt")
        assert (reading.book.title, reading.book.format) == ("Книга", form)
        assert (reading.book.encoding, reading.data) == ("cp1251", data)
        again = books.open_file(reading.data, "Книга.txt", "koi8-r").book.text
        assert again == data.decode("koi8-r") if form == "txt" else "яРЕОЮМ" in again


def test_a_book_read_to_its_end_is_not_read_again(books: Books, book_text: str) -> None:
    reading = books.open_text(book_text)
    assert books.open_text(book_text) is not reading
    for _ in reading.reading():
        pass
    books.remember(reading)
    assert books.open_text(book_text.replace("\n", "\r\n")) is reading
    assert books.find(reading.token) is reading


def test_without_room_the_oldest_book_is_forgotten(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, book_text: str
) -> None:
    books = Books(tiny_bundle, tiny_student, Room(room=6 * len(book_text)))
    first, *others = (books.open_text(f"{number}{book_text}"[:-1]) for number in range(3))
    assert books.find(first.token) is None
    assert [books.find(one.token) for one in others] == others


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("Мало. " * 100, "too_short"), ("latin " * 5000, "not_cyrillic"),
     ("abc " * 200_000 + "да" * 100, "not_cyrillic")],
    ids=["empty", "short", "latin", "long"],
)  # fmt: skip
def test_what_is_no_book_is_refused(text: str, code: str) -> None:
    with pytest.raises(TextError) as caught:
        check(text)
    assert caught.value.code == code


def test_a_book_just_long_enough_is_read() -> None:
    check("Слово. " * (SHORTEST_BOOK // 6))


class _Judge:
    """Takes every other text that it is asked about for an outsider, and keeps the texts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def is_outside(self, text: str) -> bool:
        """By its number."""
        self.asked.append(text)
        return bool(len(self.asked) % 2)

    def judge(self, text: str) -> Judgement:
        """Nothing of the whole."""
        return Judgement()


def test_a_passage_is_judged_once_for_both_models(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, book_text: str
) -> None:
    judge = _Judge()
    teacher, student = (replace(bundle, judge=judge) for bundle in (tiny_bundle, tiny_student))
    reading = Books(teacher, student).open_text(book_text)
    for _ in reading.reading():
        pass
    passages = reading.teacher.passages[:]
    assert judge.asked == [book_text[one.start : one.stop] for one in passages]
    assert [one.outside for one in passages] == [one.outside for one in reading.student.passages[:]]
    assert len({one.outside for one in passages}) == 2
    judge.asked.clear()
    first, second = Pair(teacher, student).read(book_text)
    assert judge.asked == [book_text[one.start : one.stop] for one in first.passages]
    assert [one.outside for one in first.passages] == [one.outside for one in second.passages]
