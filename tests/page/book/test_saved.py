"""A result that was saved is opened as it was, without a model; a stranger's file is checked all through."""

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from authorship.errors import TextError
from authorship.models.bundle import ModelBundle
from authorship.text.isolated import Bounds, IsolatedReader, ReadingEnded
from page.book import reading as reading_of_books
from page.book import saved_form
from page.book.books import Books
from page.book.downloads import write_json
from page.book.handlers import BookHandlers
from page.book.reading import BookReading
from page.book.saved import open_saved
from page.book.saved_form import MOST_VALUES, condense, is_saved
from page.book.screen import BookScreen, draw_book
from page.excerpt.pair_service import Reader
from page.excerpt.results import ROLES
from page.session import Session
from tests.page.book.conftest import HOSTILE

FAR = "a" * 64
COMPARED = {
    "start": 0,
    "stop": 900,
    "comparison": {
        "log_ratio": 1.0,
        "known_characters": 9,
        "disputed_characters": 9,
        "usual": {"same": [0.0, 1.0], "different": [0.0, 1.0]},
    },
    "cautions": [],
}


def shown(reader: Reader, books: Books, reading: BookReading) -> BookScreen:
    """The tab with this book on it."""
    books._readings.keep(reading.token, reading)
    session = Session()
    session.book.open(reading.token)
    return draw_book(reader, books, session.book, "ru")


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads a book with a model from here on fails."""

    def read_along(*_: object, **__: object) -> Iterator[None]:
        raise AssertionError("a saved result was read anew")

    monkeypatch.setattr(reading_of_books, "read_along", read_along)


@pytest.mark.usefixtures("unread")
def test_a_result_opened_again_is_drawn_the_same_without_reading(
    reader: Reader, books: Books, finished: BookReading
) -> None:
    data = write_json(finished).encode()
    before, again = shown(reader, books, finished), books.open_file(data, "book.json")
    after = shown(reader, books, again)
    assert again.book == finished.book and again.stage == "done"
    assert after.chart == before.chart and after.changes == before.changes
    assert after.teacher_passages == before.teacher_passages and after.whole == before.whole
    assert "этими же моделями" in after.state and HOSTILE not in after.state + after.card
    assert "этими же моделями" not in before.state
    told = json.loads(write_json(again))
    assert told == json.loads(data)
    books.remember(again)
    assert books.open_text(finished.book.text) is not again  # nobody else gets what a file says


@pytest.mark.usefixtures("unread")
def test_another_models_result_is_shown_as_such_and_never_read_on(
    reader: Reader, books: Books, finished: BookReading
) -> None:
    told = json.loads(write_json(finished))
    told["hashes"]["teacher"] = FAR
    for role in ROLES:
        told["tracks"][role]["authors"][1] |= {"key": "Zeta", "name": "Зетин З. З.", "name_en": "Z. Zetin"}
        for passage in told["models"][role]["passages"]:
            passage["probabilities"] = {
                "Zeta" if key == "Alpha" else key: share for key, share in passage["probabilities"].items()
            }
        for stretch in told["models"][role]["stretches"]:
            stretch["author"] = stretch["author"].replace("Alpha", "Zeta")
    told["read"] -= 1
    again = books.open_file(json.dumps(told).encode(), "book.json")
    screen = shown(reader, books, again)
    assert "другими моделями" in screen.state and FAR[:12] in screen.state
    assert "Зетин" in screen.chart and "<polyline" in screen.chart and not screen.stopped
    handlers, session = BookHandlers(reader, books), Session()
    session.book.open(again.token)
    handlers.go_on(session)
    assert again.stage == "stopped" and json.loads(write_json(again))["hashes"]["teacher"] == FAR


def test_a_stopped_result_is_read_on_where_it_stopped(
    reader: Reader, books: Books, finished: BookReading, book_text: str
) -> None:
    stopped = books.open_text(book_text)
    steps = stopped.reading()
    for _ in range(40):
        next(steps)
    stopped.interrupt()
    again, handlers, session = (
        books.open_file(write_json(stopped).encode(), "а.json"),
        BookHandlers(reader, books),
        Session(),
    )
    assert again.stage == "stopped" and shown(reader, books, again).stopped
    session.book.open(again.token)
    handlers.go_on(session)
    list(handlers.read(session))
    assert again.stage == "done"
    for role in ROLES:
        assert [(one.start, one.stop) for one in again.track(role).passages] == [
            (one.start, one.stop) for one in finished.track(role).passages
        ]
    assert books.open_text(book_text) is not again


def _teacher(told: dict[str, Any]) -> Any:
    return told["models"]["teacher"]


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "another text": lambda told: told.update(text=told["text"].replace("пристань", "станцию")),
    "no text": lambda told: told.pop("text"),
    "a part beyond the text": lambda told: told.update(compared=[COMPARED | {"stop": 10_000_000}]),
    "no figure of a part": lambda told: told.update(compared=[COMPARED | {"comparison": {}}]),
    "a number for a text": lambda told: told.update(title=7),
    "no hash": lambda told: told["hashes"].update(student="x"),
    "no day": lambda told: told.update(made="2026-13-41"),
    "a passage beyond the text": lambda told: _teacher(told)["passages"][-1].update(stop=10**7),
    "a passage that ends before it starts": lambda told: _teacher(told)["passages"][3].update(stop=0),
    "passages out of order": lambda told: _teacher(told)["passages"].reverse(),
    "no passage": lambda told: _teacher(told).update(passages=[]),
    "a probability over one": lambda told: _teacher(told)["passages"][0]["probabilities"].update(Alpha=1.5),
    "a probability of a stranger": lambda told: _teacher(told)["passages"][0]["probabilities"].update(X=0.5),
    "an infinite logit": lambda told: told["tracks"]["teacher"]["logits"][0].__setitem__(0, float("inf")),
    "a logit too few": lambda told: told["tracks"]["student"]["logits"][2].pop(),
    "a column too short": lambda told: told["tracks"]["student"]["tokens"].pop(),
    "an author twice": lambda told: told["tracks"]["teacher"]["authors"][0].update(key="Alpha"),
    "an author out of place": lambda told: told["tracks"]["teacher"]["authors"][1].update(label_id=0),
    "a stretch of a stranger": lambda told: _teacher(told)["stretches"][0].update(author="X"),
    "stretches with a gap": lambda told: _teacher(told)["stretches"].append(
        {"start": 11_000, "stop": 11_001, "author": "X", "certainty": 1.0, "unknown": False, "outside": False}
    ),
    "a chapter beyond the text": lambda told: told["chapters"][0].update(start=10**7),
    "a long chapter": lambda told: told["chapters"][0].update(title="я" * 500),
    "a kind of notice that is none": lambda told: told["source"]["notices"].append(
        {"code": "x", "message": "", "count": 1}
    ),
}  # fmt: skip


def test_what_no_page_saved_is_refused(
    tiny_bundle: ModelBundle,
    tiny_student: ModelBundle,
    finished: BookReading,
    subtests: pytest.Subtests,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By our models' hashes and by others': a file may claim either."""
    whole = write_json(finished)
    for claimed in (None, FAR):
        for name, spoil in WRONG.items():
            told = json.loads(whole)
            told["hashes"]["student"] = claimed or told["hashes"]["student"]
            spoil(told)
            with subtests.test(name, claimed=claimed), pytest.raises(TextError, match="damaged"):
                open_saved(condense(json.dumps(told).encode()), tiny_bundle, tiny_student)
    for data in (whole[:-2], whole[:50], whole.replace('"text":"', '"text":' + "[" * 5_000 + '"')):
        with pytest.raises(TextError, match="damaged"):
            condense(data.encode())
    later = whole.replace('"version":1', '"version":2', 1)
    with pytest.raises(TextError) as caught:
        condense(later.encode())
    assert caught.value.code == "other_format"
    monkeypatch.setattr(saved_form, "_Version", None)  # nothing is parsed that holds too much
    with pytest.raises(TextError, match="more values"):
        condense(whole[:60].encode() + b"[" * (MOST_VALUES + 1))


def wrongs(value: Any) -> list[Any]:
    """Very many wrong values."""
    return [value] * 2_000


FORGED: dict[str, dict[str, Any]] = {
    "tokens": {"tracks": {"teacher": {"tokens": wrongs(0)}}},
    "logits": {"tracks": {"teacher": {"logits": wrongs([0, True])}}},
    "logits of one passage": {"tracks": {"teacher": {"logits": [wrongs(1e9)]}}},
    "probabilities": {
        "models": {"teacher": {"passages": [{"probabilities": {str(at): 5 for at in range(2_000)}}]}}
    },
    "passages": {"models": {"teacher": {"passages": wrongs({})}}},
    "stretches": {"models": {"teacher": {"stretches": wrongs(7)}}},
    "chapters": {"chapters": wrongs(7)},
}


def test_a_forged_file_gives_no_error_for_each_value(subtests: pytest.Subtests) -> None:
    for name, forged in FORGED.items():
        with subtests.test(name):
            data = json.dumps({"version": 1} | forged).encode()
            with pytest.raises(ValidationError) as caught:
                saved_form._Saved.model_validate_json(data)
            assert caught.value.error_count() < 50
            with pytest.raises(TextError, match="damaged"):
                condense(data)


def test_a_strangers_result_becomes_objects_in_another_process(
    tiny_bundle: ModelBundle,
    tiny_student: ModelBundle,
    finished: BookReading,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files, whole = IsolatedReader(Bounds(memory=600_000_000)), write_json(finished).encode()
    books = Books(tiny_bundle, tiny_student, files=files)
    monkeypatch.setattr(saved_form, "_parse", lambda _: pytest.fail("checked in this process"))
    assert books.open_file(whole, "book.json").book == finished.book
    with pytest.raises(TextError, match="damaged"):
        books.open_file(whole[:-2], "book.json")
    monkeypatch.setattr("page.book.books.presence_here", lambda: lambda: False)
    monkeypatch.setattr(files, "_take", lambda: _asleep())
    with pytest.raises(ReadingEnded):  # the visitor has left
        books.open_file(whole, "book.json")
    files.close()


def _asleep() -> subprocess.Popen[bytes]:
    """A process that never answers."""
    code = "import time; time.sleep(60)"
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_the_check_needs_no_model() -> None:
    heavy = "{'torch', 'transformers', 'gradio', 'starlette'}"
    code = f"import sys, page.book.saved_form; print({heavy} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert said.stdout.strip() == "set()"


def test_what_no_process_condensed_is_refused(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, finished: BookReading
) -> None:
    whole = condense(write_json(finished).encode())
    for odd in (b"", b"{}", whole[: len(whole) // 2], pickle.dumps([1])):
        with pytest.raises(TextError, match="cannot be read"):
            open_saved(odd, tiny_bundle, tiny_student)


def test_only_what_says_so_is_a_saved_result(finished: BookReading) -> None:
    whole = write_json(finished).encode()
    assert is_saved(whole) and is_saved(b"\xef\xbb\xbf \n" + whole)
    for other in (b"", b"{}", whole[20:], b"[" + whole, b'{"format":"x"}', b" " * 500 + whole):
        assert not is_saved(other)
