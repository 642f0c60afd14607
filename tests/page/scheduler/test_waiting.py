"""A reader's newer wish is served in place of their older one, however slowly that one lets go."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from authorship.engines.engine import TorchEngine
from authorship.models.bundle import ModelBundle
from authorship.models.source import Role
from page.book.books import Books
from page.book.handlers import BookHandlers
from page.excerpt.pair_service import Reader
from page.excerpt.results import Reasons
from page.handlers import Handlers
from page.masking.handlers import CheckHandlers
from page.scheduler.turns import Updates
from page.scheduler.waiting import explain_in_turn, read_in_turn
from page.session import Session
from tests.page.own_loop import run_in_own_loop


class Held:
    """Work in a thread that says when it has begun, and goes on when it is let."""

    def __init__(self) -> None:
        self._inside = threading.Event()
        self._go_on = threading.Event()

    def wait(self) -> None:
        """Called within the work."""
        self._inside.set()
        assert self._go_on.wait(60)

    async def begun(self) -> None:
        """The work is under way, and will not go on by itself."""
        await asyncio.to_thread(self._inside.wait, 60)

    def let_go(self) -> None:
        """From now on nothing is held."""
        self._go_on.set()


class HeldReader(Reader):
    """Explains as a slow model does: nothing ends within a step. `begun` names what was explained."""

    def __init__(self, teacher: ModelBundle, student: ModelBundle, held: Held) -> None:
        super().__init__(teacher, student)
        self.held = held
        self.begun: list[tuple[Role, str]] = []

    def explaining(self, role: Role, text: str, key: str) -> Iterator[Reasons]:
        self.begun.append((role, key))
        self.held.wait()
        yield from super().explaining(role, text, key)


class HeldEngine:
    """Reads no window until it is let."""

    def __init__(self, bundle: ModelBundle, held: Held) -> None:
        self._engine = TorchEngine(bundle.model)
        self._held = held

    def read(self, windows):
        for window in windows:
            self._held.wait()
            yield from self._engine.read([window])


@pytest.fixture
def reader(tiny_bundle: ModelBundle, tiny_student: ModelBundle) -> HeldReader:
    return HeldReader(tiny_bundle, tiny_student, Held())


@pytest.fixture
def checking(reader: HeldReader) -> CheckHandlers:
    return CheckHandlers(Handlers(reader, Books(reader.teacher, reader.student)))


async def seen(updates) -> list[Updates]:
    """All that an event shows."""
    return [one async for one in updates]


async def started(updates) -> asyncio.Task[list[Updates]]:
    """An event that is under way: it has its place, or was refused one."""
    task = asyncio.create_task(seen(updates))
    for _ in range(5):
        await asyncio.sleep(0)
    return task


def test_a_newer_choice_is_explained_when_the_older_lets_go(
    checking: CheckHandlers, sample_text: str
) -> None:
    handlers, session = checking.excerpts, Session(language="en")
    reader, explain = handlers.reader, explain_in_turn(handlers.turns, handlers)
    session.open(reader.read(sample_text))
    others = [author.key for author in reader.authors if author.key != session.author]

    async def run() -> list[list[Updates]]:
        events = [await started(explain(session))]
        await reader.held.begun()
        for author in others[:2]:
            handlers.choose(session, author)
            events.append(await started(explain(session)))
        for rival in (others[0], others[2]):
            checking.oppose(session, rival)
            events.append(await started(explain(session)))
        reader.held.let_go()
        return await asyncio.gather(*events)

    shown = run_in_own_loop(run())
    assert "Try again" not in str(shown) and "Stopped" not in str(shown)
    assert (session.author, session.rival) == (others[1], others[2])
    assert session.teacher.stage == session.student.stage == "done"
    assert 'data-rival="' + others[2] in str(shown[-1][-1])
    assert handlers.turns.explanations.held == 0
    assert others[0] not in [key for _, key in reader.begun], "a choice that was passed over was explained"


def test_a_choice_told_twice_is_explained_once(checking: CheckHandlers, sample_text: str) -> None:
    handlers, session = checking.excerpts, Session()
    reader, explain = handlers.reader, explain_in_turn(handlers.turns, handlers)
    session.open(reader.read(sample_text))
    other = next(author.key for author in reader.authors if author.key != session.author)

    async def run() -> list[list[Updates]]:
        handlers.choose(session, other)
        first = await started(explain(session))
        await reader.held.begun()
        handlers.choose(session, other)
        second = await started(explain(session))
        reader.held.let_go()
        return await asyncio.gather(first, second)

    first, second = run_in_own_loop(run())
    assert reader.begun == [("student", other), ("teacher", other)]
    assert len(second) == 1 and len(second[0]) == len(first[0])
    assert all(value == {"__type__": "update"} for value in second[0]), "the screen is the first one's"
    handlers.choose(session, other)
    checking.oppose(session, "")
    assert not session.explaining and session.teacher.attribution


def test_what_was_stopped_can_be_chosen_again(checking: CheckHandlers, sample_text: str) -> None:
    handlers, session = checking.excerpts, Session()
    handlers.reader.held.let_go()
    session.open(handlers.reader.read(sample_text))
    session.stop()
    handlers.choose(session, session.author)
    assert session.explaining
    run_in_own_loop(seen(explain_in_turn(handlers.turns, handlers)(session)))
    assert session.teacher.stage == "done"


def test_a_newer_book_is_read_when_the_older_lets_go(
    tiny_bundle: ModelBundle, tiny_student: ModelBundle, sample_text: str
) -> None:
    held, session = Held(), Session(language="en")
    slow = tuple(replace(bundle, engine=HeldEngine(bundle, held)) for bundle in (tiny_bundle, tiny_student))
    handlers = BookHandlers(Reader(tiny_bundle, tiny_student), Books(*slow))
    read = read_in_turn(handlers.turns, handlers)

    async def run() -> list[list[Updates]]:
        events = []
        for number in range(4):
            handlers.open_text(session, "en", f"{number} {sample_text * 20}")
            events.append(await started(read(session)))
            events.append(await started(read(session)))
            await held.begun()
        held.let_go()
        return await asyncio.gather(*events)

    shown = run_in_own_loop(run())
    assert "Try again" not in str(shown)
    last = handlers.books.find(session.book.token)
    assert last is not None and last.book.text.startswith("3 ") and last.stage == "done"
    assert handlers.turns.books.held == 0


def test_a_file_is_read_again_in_another_encoding_only(
    checking: CheckHandlers, reader: HeldReader, sample_text: str, tmp_path: Path
) -> None:
    handlers, session, text = checking.excerpts, Session(), sample_text.strip()
    handlers.open_file(session, written(tmp_path, text))
    assert session.encoding == "cp1251"
    handlers.read(session, "ru", text)
    handlers.reopen_file(session, "cp1251")
    assert session.reading is not None and session.reading.text == text
    box, *_ = handlers.reopen_file(session, "koi8-r")
    assert box == text.encode("cp1251").decode("koi8-r") and session.reading is None
    for refused in (lambda: handlers.open_file(session, written(tmp_path, "\x00" * 500))[1],
                    lambda: handlers.refuse_file(session)[0]):  # fmt: skip
        handlers.open_file(session, written(tmp_path, text))
        assert session.upload and not refused().visible  # what was told of the former file goes with it
        assert not session.upload and not session.encoding


def test_a_book_is_read_again_in_another_encoding_only(
    reader: HeldReader, sample_text: str, tmp_path: Path
) -> None:
    handlers, session = BookHandlers(reader, Books(reader.teacher, reader.student)), Session()
    handlers.open_file(session, written(tmp_path, sample_text * 20))
    token = session.book.token
    handlers.reopen_file(session, "cp1251")
    assert session.book.token == token and session.book.job == 1
    handlers.reopen_file(session, "koi8-r")
    assert session.book.token != token


def written(folder: Path, text: str) -> str:
    """A file as the browser sends it."""
    file = folder / "old.txt"
    file.write_bytes(text.encode("cp1251"))
    return str(file)
