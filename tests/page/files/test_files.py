"""The tab of many files without a browser: a growing table, failing files, stopping, archives, CSV."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from authorship.models.bundle import ModelBundle
from authorship.models.digest import text_hash
from authorship.numerals import Language
from authorship.text.isolated import IsolatedReader
from page.book.books import Books
from page.book.handlers import BookHandlers
from page.book.tab_links import Crossing
from page.excerpt.pair_service import Reader
from page.files.batches import Batches, batch_bytes
from page.files.exports import write_json, write_table
from page.files.handlers import FileHandlers
from page.files.rows import MOST_FILES, Batch, tell_apart
from page.handlers import Handlers
from page.scheduler.fair_queue import BusyError, Client, Ticket, Wish
from page.scheduler.turns import make_turns
from page.session import Session
from page.storage.cache import SHARE, Room
from tests.page.own_loop import run_in_own_loop


@pytest.fixture
def handlers(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> Iterator[FileHandlers]:
    """The tab's handlers over the random pair."""
    room, files, turns = Room(), IsolatedReader(), make_turns()
    reader, books = (
        Reader(tiny_bundle, tiny_student, room=room),
        Books(tiny_bundle, tiny_student, room, files),
    )
    crossing = Crossing(Handlers(reader, books, turns=turns), BookHandlers(reader, books, turns))
    yield FileHandlers(Batches(reader, books), crossing, turns)
    files.close()


def opened(handlers: FileHandlers, folder: Path, files: dict[str, bytes]) -> tuple[Session, Batch]:
    """A session in which these files were uploaded."""
    session, chosen = Session(), [folder / name for name in files]
    for path in chosen:
        path.write_bytes(files[path.name])
    handlers.open_files(session, "ru", [str(path) for path in chosen])
    assert not any(path.exists() for path in chosen)
    batch = handlers.batches.find(session.files.token)
    assert batch is not None
    return session, batch


async def all_of(screens: AsyncIterator[list[Any]]) -> list[list[Any]]:
    """All screens of a handler, one after another."""
    return [screen async for screen in screens]


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive of these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_each_file_gets_the_row_that_the_other_tabs_give_and_one_that_fails_says_why(
    handlers: FileHandlers, tmp_path: Path, sample_text: str
) -> None:
    long = sample_text * (12_000 // len(sample_text) + 1)
    archive = zipped(
        {"книги/a.txt": sample_text.encode(), "b.txt": sample_text.encode("cp1251"), "c.jpg": b"x"}
        | {"__MACOSX/._a.txt": b"x", "книги/Thumbs.db": b"x"}
    )
    files = {
        "=short<b>.txt": sample_text.encode(),
        "scan.pdf": b"%PDF-1.7" + bytes(300),
        "long.txt": long.encode(),
        "two.zip": archive,
    }
    session, batch = opened(handlers, tmp_path, files)
    grown = [len(batch.rows) for _ in handlers.read(session, batch)]
    assert grown == sorted(grown) and set(grown) == {0, 1, 2, 3, 4, 5} and batch.stage == "done"
    assert [row.name for row in batch.rows] == ["=short<b>.txt", "scan.pdf", "long.txt", "b.txt", "a.txt"]
    short, scan, book = batch.rows[:3]
    reader, books = handlers.crossing.excerpts.reader, handlers.crossing.books.books
    said, kept = reader.read(sample_text), books.find(book.token)
    assert short.found and short.found.teacher == said.teacher and short.found.verdict == said.verdict
    assert kept and kept.stage == "done" and book.found and book.found.verdict == kept.verdict
    assert scan.found is None and scan.problem is not None and batch.others == ["c.jpg"]
    assert (
        "не прочитаны: c.jpg. Пропущены служебные файлы программ: __MACOSX/._a.txt, "
        in handlers.screen(session)[1]
    )
    for language, why in (("ru", "Это файл PDF"), ("en", "This is a PDF file")):
        drawn = "".join(map(str, handlers.localise(session, language)[3:6]))
        assert why in drawn and drawn.count("<tr") == 6 and "<b>.txt" not in drawn
    assert handlers.open_excerpt(session, "ru", "1 0")[0] == said.text and session.reading == said
    handlers.open_book(session, "1 2")
    assert session.book.token == book.token
    for wrong in ("1 99", "1 -1", "", None, "1 1"):
        handlers.open_excerpt(session, "ru", wrong)
        handlers.open_book(session, wrong)


def test_the_table_opens_in_the_spreadsheets_of_both_languages(
    handlers: FileHandlers, tmp_path: Path, sample_text: str
) -> None:
    session, batch = opened(handlers, tmp_path, {"=1+1.txt": sample_text.encode(), "b;,.pdf": b"%PDF-1.7"})
    for _ in handlers.read(session, batch):
        pass
    marks: tuple[tuple[Language, str, str], ...] = (("ru", ";", ","), ("en", ",", "."))
    for language, separator, decimal in marks:
        table = write_table(batch, language)
        assert table.startswith("\ufeff") and table.encode().startswith(b"\xef\xbb\xbf")
        head, first, second = csv.reader(io.StringIO(table[1:]), delimiter=separator)
        assert len(head) == len(first) == len(second) == 9
        assert first[0] == "'=1+1.txt" and second[0] == "b;,.pdf" and second[3:8] == [""] * 5
        assert first[7] == str(batch.rows[0].characters)
        assert all(not cell or cell.partition(decimal)[2].isdecimal() for cell in (first[4], first[6]))
    found, failed = json.loads(write_json(batch))["files"]
    assert found["hashes"]["text"] == text_hash(batch.rows[0].text)
    assert all(len(digest) == 64 for digest in found["hashes"].values())
    assert found["models"]["teacher"]["authors"] and failed == {"path": "b;,.pdf", "problem": "other_format"}


def test_what_is_stopped_names_the_files_left_and_goes_on_with_them(
    handlers: FileHandlers, tmp_path: Path, sample_text: str
) -> None:
    files = {f"{number}.txt": f"{number}. {sample_text}".encode() for number in range(MOST_FILES + 3)}
    session, batch = opened(handlers, tmp_path, files)
    assert batch.total == MOST_FILES and batch.left_out == 3
    reading = handlers.read(session, batch)
    while len(batch.rows) < 2:
        next(reading)
    assert batch.under_way and write_table(batch, "ru").count("чтение ещё не дошло") == MOST_FILES - 2
    *_, stop, go_on, _ = handlers.stop(session)
    for _ in reading:
        assert not batch.under_way
    assert (len(batch.rows), str(batch.stage), stop.visible, go_on.visible) == (2, "stopped", False, True)
    _, state, table, *_ = handlers.screen(session)
    left = f"Не прочитаны: {MOST_FILES + 1}\u00a0"
    assert "Остановлено" in state and left in state and table.count("не прочитан<") == MOST_FILES - 2
    assert write_table(batch, "en").count("not read") == MOST_FILES - 2
    for file in list(batch.waiting)[2:]:
        assert file.name in table
    while batch.total > 4:
        batch.waiting.pop()
    heavy, (*_, stop, go_on, _) = batch_bytes(batch), handlers.go_on(session)
    assert stop.visible and not go_on.visible and batch.under_way
    shown = run_in_own_loop(all_of(handlers.read_in_turn(session)))
    assert [row.name for row in batch.rows] == [f"{number}.txt" for number in range(4)]
    assert all(row.found for row in batch.rows) and batch.stage == "done" and batch_bytes(batch) != heavy
    assert not shown[-1][-2].visible and not handlers.go_on(session)[-2].visible
    session, batch = opened(handlers, tmp_path, files)
    next(reading := handlers.read(session, batch))
    handlers.batches._reader.room.keep("heavier", None, SHARE - 1)
    assert not batch.waiting, "a batch that has to go for want of room keeps its files while its reader waits"
    assert list(reading) and batch.stage == "stopped"
    gone = Session()
    gone.files.open("unknown")
    assert "больше не хранится" in handlers.screen(gone)[0]
    assert "через 7 с" in handlers.put_off_files(Session(), 7)[0]


def test_a_batch_for_which_there_is_no_place_waits_and_is_read_by_itself(
    handlers: FileHandlers, tmp_path: Path, sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, batch = opened(handlers, tmp_path, {"a.txt": sample_text.encode()})
    draw, refusals = handlers.turns.books.draw, [BusyError(0), BusyError(0)]

    def crowded(client: Client, wish: Wish | None = None) -> Ticket:
        if refusals:
            raise refusals.pop()
        return draw(client, wish)

    monkeypatch.setattr(handlers.turns.books, "draw", crowded)
    told = [screen[1] for screen in run_in_own_loop(all_of(handlers.read_in_turn(session)))]
    assert not refusals and batch.stage == "done" and batch.rows[0].found and "Прочитано" in told[-1]
    session, batch = opened(handlers, tmp_path, {"a.txt": sample_text.encode()})
    refusals += [BusyError(600)]

    async def stopped() -> str:
        reading = handlers.read_in_turn(session)
        said = (await anext(reading))[1]
        handlers.stop(session)
        async for _ in reading:
            pass
        return str(said)

    assert "600" in run_in_own_loop(stopped()) and batch.may_go_on


def test_an_archive_is_unpacked_apart_only_where_it_holds_several_books() -> None:
    files = IsolatedReader()
    word = zipped(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", "a.txt": b"a", "b.txt": b"b"}
    )
    for data in (
        b"no archive",
        b"PK\x03\x04" + bytes(400),
        zipped({"a.txt": b"a", "readme.txt": b"b"}),
        word[:-40],
    ):
        assert files.unpack(data).texts == ()
    inner, page = (
        zipped({"1.txt": b"3", "2.txt": b"4", "x.jpg": b""}),
        {"p.html": b"5", "p_files/ad.html": b""},
    )
    beside = {"__MACOSX/a.txt": b"", "readme.txt": b"3", "one.zip": zipped({"a.fb2": b"6"}), "in.zip": inner}
    several = files.unpack(zipped({"b.fb2": b"2", "a.txt": b"1"} | beside | page))
    names = {text.name: text.content[:2] for text in several.texts}
    assert names == {
        "a.txt": b"1",
        "b.fb2": b"2",
        "in.zip/1.txt": b"3",
        "in.zip/2.txt": b"4",
        "one.zip": b"PK",
        "p.html": b"5",
    }
    assert (several.others, several.junk) == (
        ("readme.txt", "in.zip/x.jpg"),
        ("__MACOSX/a.txt", "p_files/ad.html"),
    )
    files.close()


def test_a_damaged_archive_of_several_texts_is_several_too_and_each_says_what_it_lost(
    handlers: FileHandlers, tmp_path: Path, sample_text: str
) -> None:
    with_end = zipped({"a.txt": sample_text.encode(), "b.txt": (sample_text * 3).encode()})
    session, batch = opened(handlers, tmp_path, {"cut.zip": with_end[: with_end.index(b"PK\x01\x02") - 100]})
    assert list(handlers.read(session, batch)) and [row.name for row in batch.rows] == ["a.txt", "b.txt"]
    for row in batch.rows:
        assert row.found and "damaged" in {one.code for one in row.notices}, row


def test_files_of_one_name_are_told_apart_by_their_paths(
    handlers: FileHandlers, tmp_path: Path, sample_text: str
) -> None:
    text = sample_text.encode()
    names = ["Гоголь/повести/1.txt", "Чехов/повести/1.txt", "Чехов/2.txt", "1.txt", "<i>/../3.txt"]
    assert tell_apart(names) == [
        *("Гоголь/повести/1.txt", "Чехов/повести/1.txt", "2.txt", "1.txt", "3.txt"),
    ]
    assert tell_apart(["a/x", "a/x"]) == ["a/x", "a/x"] and tell_apart([]) == []
    dos = "Нос.txt".encode("cp866").decode("cp437")
    assert tell_apart([f"а/{dos}", f"б/{dos}"]) == ["а/Нос.txt", "б/Нос.txt"]
    archives = {f"{name}.zip": zipped({"1.txt": text, "2.txt": text}) for name in ("a", "b")}
    session, batch = opened(handlers, tmp_path, {"2.txt": text} | archives)
    assert list(handlers.read(session, batch))
    shown = [row.name for row in batch.rows]
    assert len(set(shown)) == 5 and {"2.txt", "a.zip/1.txt"} < set(shown), shown


def test_an_archive_in_itself_is_opened_once(
    handlers: FileHandlers, tmp_path: Path, sample_text: str
) -> None:
    data = zipped({"a.txt": sample_text.encode(), "b.txt": sample_text.encode()})
    for _ in range(5):
        data = zipped({"a.txt": sample_text.encode(), "b.zip": data})
    session, batch = opened(handlers, tmp_path, {"deep.zip": data})
    assert list(handlers.read(session, batch))
    found = {row.name: row.problem and row.problem.code for row in batch.rows}
    assert found == {"a.txt": None, "b.zip/a.txt": None, "b.zip": None}
    assert "several_files" in {one.code for row in batch.rows for one in row.notices}
