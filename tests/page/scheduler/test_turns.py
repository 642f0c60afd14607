"""Work in turns: on the screen, in threads, and ended when nobody waits for it; predictions go first."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from explain.datamodels import Attribution
from explain.gradients import StraightPath
from page.api import Api
from page.book.books import Books
from page.book.handlers import BookHandlers
from page.book.reading import BookReading
from page.excerpt import pair_service as page_reader
from page.excerpt.pair_service import Reader
from page.handlers import Handlers
from page.scheduler.fair_queue import Bounds, BusyError, Client, Desk
from page.scheduler.turns import Gate, PoliteEngine, Turns, make_turns
from page.scheduler.waiting import explain_in_turn, in_turn, open_in_turn, read_in_turn
from page.session import Session
from page.storage.cache import Recent, Room
from tests.page.own_loop import run_in_own_loop


@pytest.fixture
def handlers(tiny_bundle, tiny_student) -> Handlers:
    return Handlers(Reader(tiny_bundle, tiny_student), Books(tiny_bundle, tiny_student))


def tight(turns: Turns) -> Turns:
    """One place of each kind."""
    one = Bounds(running=1, waiting=0, session=1, address=1)
    return Turns(*(Desk(one) for _ in range(7)), turns.threads)


def test_without_a_turn_the_page_says_when_to_try_again(handlers: Handlers, sample_text: str) -> None:
    turns, session = tight(handlers.turns), Session(language="en")

    async def run() -> list[object]:
        held = turns.predictions.draw(Client("", ""))
        refused = await in_turn(turns, handlers.read)(session, "en", sample_text)
        turns.predictions.leave(held)
        assert session.reading is None
        answered = await in_turn(turns, handlers.read)(session, "en", sample_text)
        assert session.reading is not None
        return [refused, answered]

    refused, answered = run_in_own_loop(run())
    assert "Try again in 1 s" in str(refused) and "Try again" not in str(answered)


def test_an_explanation_says_how_many_are_before_it(handlers: Handlers, sample_text: str) -> None:
    turns, session = handlers.turns, Session(language="en")
    session.open(handlers.reader.read(sample_text))

    async def run() -> list[str]:
        held = turns.explanations.draw(Client("x", "X"))
        seen = []
        async for updates in explain_in_turn(turns, handlers)(session):
            seen.append(str(updates))
            turns.explanations.leave(held)
        return seen

    seen = run_in_own_loop(run())
    assert "1 before it" in seen[0] and "before it" not in seen[-1]
    assert session.student.stage == session.teacher.stage == "done" and turns.explanations.held == 0


def test_an_explanation_without_a_place_leaves_the_verdict(handlers: Handlers, sample_text: str) -> None:
    turns, session = tight(handlers.turns), Session(language="ru")
    session.open(handlers.reader.read(sample_text))

    async def run() -> list[str]:
        turns.explanations.draw(Client("", ""))
        return [str(updates) async for updates in explain_in_turn(turns, handlers)(session)]

    (only,) = run_in_own_loop(run())
    assert "Попробуйте снова через" in only and session.reading is not None and not session.explaining


def test_who_leaves_ends_the_work_and_gives_back_the_turn(handlers: Handlers, sample_text: str) -> None:
    turns, session = handlers.turns, Session()
    session.open(handlers.reader.read(sample_text))

    async def run() -> None:
        steps = explain_in_turn(turns, handlers)(session)
        await anext(steps)
        assert turns.explanations.held == 1
        await steps.aclose()

    run_in_own_loop(run())
    assert turns.explanations.held == 0 and session.teacher.stage == "waiting"


def test_a_generator_cancelled_within_a_step_is_closed_after_it() -> None:
    turns, closed, inside, go_on = make_turns(), threading.Event(), threading.Event(), threading.Event()

    def steps() -> Iterator[int]:
        try:
            inside.set()
            go_on.wait(10)
            yield 1
        finally:
            closed.set()

    async def run() -> None:
        task = asyncio.create_task(anext(turns.each(steps())))
        while not inside.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not closed.is_set()
        go_on.set()

    run_in_own_loop(run())
    assert closed.wait(10)


def test_values_and_errors_of_finished_work_come_back() -> None:
    turns = make_turns()

    def steps(fail: bool) -> Iterator[None]:
        yield
        if fail:
            raise BusyError(3)
        return "the end"

    assert run_in_own_loop(turns.finish(turns.books, steps(False))) == "the end"
    with pytest.raises(BusyError):
        run_in_own_loop(turns.finish(turns.books, steps(True)))
    assert turns.books.held == 0


def test_others_pause_while_a_prediction_is_under_way() -> None:
    gate, passed = Gate(), threading.Event()
    with gate.predicting():
        waiter = threading.Thread(target=lambda: (gate.give_way(10), passed.set()))
        waiter.start()
        assert not passed.wait(0.05)
    assert passed.wait(10)
    waiter.join()


def test_nobody_pauses_for_ever_and_a_prediction_never_for_itself() -> None:
    gate = Gate()
    with gate.predicting(), ThreadPoolExecutor(1) as other:
        assert 0.05 <= other.submit(gate.give_way, 0.05).result() < 10
        assert gate.give_way() == 0.0


def test_a_polite_engine_reads_the_same() -> None:
    class Echo:
        def read(self, windows):
            return iter(list(windows))

    assert list(PoliteEngine(Echo(), Gate()).read([1, 2, 3])) == [1, 2, 3]


def test_two_who_ask_at_once_compute_once() -> None:
    recent: Recent[str, object] = Recent(Room(), lambda key, _: len(key))
    computed: list[object] = []

    def compute() -> object:
        computed.append(object())
        time.sleep(0.05)
        return computed[-1]

    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(recent.get("a", compute))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(computed) == 1 and found == computed * 4


def test_a_failure_is_told_to_all_and_not_kept() -> None:
    recent: Recent[str, int] = Recent(Room(), lambda key, _: len(key))
    with pytest.raises(ZeroDivisionError):
        recent.get("a", lambda: 1 // 0)
    assert recent.get("a", lambda: 1) == 1


def test_a_long_explanation_lets_a_short_one_by_between_two_parts_of_a_gradient(
    handlers: Handlers, sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What programs ask for and what the page shows wait at one desk."""
    turns = replace(handlers.turns, explanations=Desk(handlers.turns.explanations.bounds, slice_seconds=0.0))
    api, done = Api(handlers.reader, handlers.books, turns), []
    evaluated: list[int] = []
    real = StraightPath._evaluate

    def evaluate(path: StraightPath, number: int, *rest: Any) -> Any:
        evaluated.append(len(path._batches))
        return real(path, number, *rest)

    monkeypatch.setattr(StraightPath, "_evaluate", evaluate)

    async def explain(text: str, name: str) -> None:
        await api.explain(text)
        done.append((name, len(evaluated)))

    async def run() -> None:
        long = asyncio.create_task(explain(sample_text * 12, "long"))
        while len(evaluated) < 2:
            await asyncio.sleep(0.001)
        session = Session()
        session.open(handlers.reader.read(sample_text))
        async for _ in explain_in_turn(turns, handlers)(session):
            pass
        done.append(("short", len(evaluated)))
        await long

    run_in_own_loop(run())
    assert [name for name, _ in done] == ["short", "long"]
    assert max(evaluated) > 4, "the long text is read in several parts"
    assert turns.explanations.held == 0


def test_nothing_of_an_explanation_is_computed_in_the_event_loop_or_without_a_turn(
    handlers: Handlers, sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, seen = handlers.turns, []
    api = Api(handlers.reader, handlers.books, turns)

    def watch(name: str) -> None:
        real = getattr(page_reader, name)

        def watched(*inputs: Any) -> Any:
            running = [ticket for ticket in turns.explanations._running if ticket.turn.is_set()]
            seen.append((name, threading.current_thread().name.startswith("work"), len(running)))
            return real(*inputs)

        monkeypatch.setattr(page_reader, name, watched)

    for name in ("measure_transfer", "attributing"):
        watch(name)
    monkeypatch.setattr(Attribution, "converged", True)
    answer = run_in_own_loop(api.explain(sample_text))
    assert answer["agreement"]["cross_transfer"] is not None
    assert sorted(seen) == [*[("attributing", True, 1)] * 2, ("measure_transfer", True, 1)]


@pytest.mark.parametrize("stepwise", [False, True])
def test_who_leaves_within_work_keeps_the_turn_until_the_thread_is_free(stepwise: bool) -> None:
    """Else work begun and given up over and over would fill the threads, whatever the desks allow."""
    turns, inside, go_on = make_turns(), threading.Event(), threading.Event()

    def work() -> None:
        inside.set()
        go_on.wait(10)

    def steps() -> Generator[None, None, None]:
        work()
        yield

    def ask() -> Coroutine[Any, Any, None]:
        return turns.finish(turns.predictions, steps()) if stepwise else turns.predict(work)

    async def run() -> list[int]:
        tasks = [asyncio.create_task(ask()) for _ in range(4)]
        while not inside.is_set():
            await asyncio.sleep(0.001)
        with pytest.raises(BusyError):
            await turns.predict(work)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        held = [turns.predictions.held]
        go_on.set()
        while turns.predictions.held:
            await asyncio.sleep(0.001)
        with pytest.raises(ZeroDivisionError):
            await turns.predict(lambda: 1 // 0)
        return [*held, turns.predictions.held]

    assert run_in_own_loop(run()) == [4, 0]


def test_however_many_long_texts_are_asked_about_a_short_one_need_not_wait(handlers: Handlers) -> None:
    """A text of a hundred thousand characters takes forty times as long as an excerpt."""
    turns, go_on = handlers.turns, threading.Event()

    async def run() -> str:
        api = Api(handlers.reader, handlers.books, turns)
        api.reader = SimpleNamespace(read=lambda text: go_on.wait(10))  # type: ignore[assignment]
        long = [asyncio.create_task(api.attribute("ж" * 99_000)) for _ in range(2)]
        page = in_turn(turns, lambda session, text: [go_on.wait(10)])
        long += [asyncio.create_task(page(Session(), "ж" * 99_000)) for _ in range(4)]
        await asyncio.sleep(0.05)
        answered = await asyncio.wait_for(turns.predict(lambda: "answered", 2_500), 5)
        go_on.set()
        await asyncio.gather(*long, return_exceptions=True)
        return answered

    assert run_in_own_loop(run()) == "answered"


def test_no_screen_is_drawn_and_no_book_summed_up_in_the_event_loop(
    handlers: Handlers, sample_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screen of a long text takes seconds, and so does the summary of a book whose reader leaves."""
    turns, seen = handlers.turns, []
    books = BookHandlers(handlers.reader, handlers.books, turns)

    def watch(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def watched(*inputs: Any) -> Any:
            seen.append((name, threading.current_thread().name.startswith("work")))
            return real(*inputs)

        monkeypatch.setattr(owner, name, watched)

    watch(handlers, "screen")
    watch(books, "screen")
    watch(BookReading, "finish")

    async def run() -> None:
        session = Session()
        session.open(handlers.reader.read(sample_text))
        held = turns.explanations.draw(Client("x", "X"))
        async for _ in explain_in_turn(turns, handlers)(session):
            turns.explanations.leave(held)
        async for _ in explain_in_turn(turns, handlers)(session):
            pass
        session.book.open(handlers.books.open_text(sample_text * 40).token)
        reading = handlers.books.find(session.book.token)
        assert reading is not None
        reading.stage = "waiting"
        steps = read_in_turn(turns, books)(session)
        await anext(steps)
        await steps.aclose()
        while reading.stage == "reading":
            await asyncio.sleep(0.001)
        tight_turns = tight(turns)
        for desk in (tight_turns.predictions, tight_turns.explanations):
            desk.draw(Client("x", "X"))
        await in_turn(tight_turns, handlers.read)(session, "ru", sample_text)

    run_in_own_loop(run())
    assert {name for name, _ in seen} == {"screen", "finish"} and all(aside for _, aside in seen)


def test_files_are_taken_in_fairly_and_without_a_turn_one_says_when(handlers: Handlers) -> None:
    """Gradio's own queue knows no addresses: whoever filled it would keep all others out."""
    turns, inside, go_on = handlers.turns, threading.Event(), threading.Event()
    begun: list[str] = []

    def work(name: str) -> None:
        begun.append(name)
        inside.set()
        go_on.wait(10)

    async def run() -> None:
        greedy = [
            asyncio.create_task(
                turns.run(turns.openings, Client("greedy", str(number)), partial(work, "greedy"))
            )
            for number in range(12)
        ]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await turns.run(turns.openings, Client("greedy", "more"), partial(work, "greedy"))
        visitor = asyncio.create_task(turns.run(turns.openings, Client("v", "V"), partial(work, "visitor")))
        while len(begun) < 2:
            await asyncio.sleep(0.001)
        assert begun == ["greedy", "visitor"]
        go_on.set()
        await asyncio.gather(*greedy, visitor)

    run_in_own_loop(run())
    one, session = tight(turns), Session(language="en")

    async def refused() -> str:
        one.openings.draw(Client("x", "X"))
        return str(await open_in_turn(one, handlers.open_file, handlers.put_off_file)(session, "/nowhere"))

    assert "Try again in" in run_in_own_loop(refused())


def test_work_knows_whose_request_it_is_for() -> None:
    turns, asked = make_turns(), ContextVar("asked", default="nobody")

    def steps() -> Iterator[str]:
        yield asked.get()
        return asked.get()

    async def run() -> list[str]:
        asked.set("somebody")
        found = [await turns.predict(asked.get), await turns.finish(turns.books, steps())]
        return [*found, *[value async for value in turns.each(steps())]]

    assert run_in_own_loop(run()) == ["somebody"] * 3
