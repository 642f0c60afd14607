"""What Gradio keeps for visitors is bounded by address: its sessions, and results that nobody fetches."""

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from gradio import route_utils
from gradio.queueing import Event
from gradio.routes import App
from gradio.server_messages import LogMessage, ProcessCompletedMessage
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from page.scheduler.fair_queue import address_here, asked_by
from page.storage.cache import Room
from page.storage.visitors import (
    SESSIONS,
    AddressedRequests,
    LightSession,
    PendingMessages,
    SharedSessions,
    adopt,
    message_bytes,
)


@pytest.fixture
def blocks() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False) as blocks:
        state, box = gr.State({}), gr.Textbox()
        box.change(lambda state, text: (state, text), [state, box], [state, box])
    return blocks


def scope_of(address: str) -> dict[str, Any]:
    return {"type": "http", "headers": [], "client": (address, 1), "method": "POST", "path": "/"}


def visit(sessions: SharedSessions, address: str, *names: str) -> None:
    with asked_by(scope_of(address)):
        for name in names:
            sessions[name]


def test_who_opens_many_sessions_loses_their_own(blocks: gr.Blocks) -> None:
    sessions = SharedSessions(capacity=10)
    sessions.set_blocks(blocks)
    visit(sessions, "quiet", "first", "second")
    state = sessions["first"]
    state[1] = "what the first has"
    visit(sessions, "greedy", *(f"g{number}" for number in range(300)))
    assert {"first", "second"} <= set(sessions.session_data) and len(sessions.session_data) == 10
    assert sessions["first"] is state
    visit(sessions, "greedy", "g293")
    visit(sessions, "greedy", "g300")
    assert "g293" in sessions and "g292" not in sessions, "the one used longest ago goes first"
    visit(sessions, "newcomer", "n1")
    assert "n1" in sessions and set(sessions.time_last_used) == set(sessions.session_data)


def test_a_request_is_known_by_its_address_before_gradio_asks() -> None:
    seen: list[str] = []

    async def see(scope: Any, receive: Any, send: Any) -> None:
        seen.append(await asyncio.to_thread(address_here))
        await Starlette()(scope, receive, send)

    client = TestClient(AddressedRequests(see), client=("192.0.2.7", 5))
    client.get("/")
    assert seen == ["192.0.2.7"] and address_here() == ""


class Queued:
    """A page's queue with messages to somebody who does not fetch them."""

    def __init__(self, blocks: gr.Blocks, room: Room) -> None:
        blocks.queue()
        self.app = App.create_app(blocks)
        self.app.middleware_stack = Starlette()
        adopt(self.app, blocks, room)
        self.queue, self.room = blocks._queue, room
        self.fn = next(iter(blocks.fns.values()))

    def event(self, session: str, address: str) -> Event:
        event = Event(session, self.fn, Request(scope_of(address)), None)
        self.queue.pending_messages_per_session.setdefault(session, asyncio.Queue())
        return event

    def send(self, event: Event, size: int = 10_000) -> None:
        output = {"data": ["x" * size, {"__type__": "update"}]}
        self.queue.send_message(event, ProcessCompletedMessage(output=output, success=True))

    def unread(self, session: str) -> int:
        waiting = self.queue.pending_messages_per_session.get(session)
        return waiting.qsize() if waiting else 0


@pytest.fixture
def queued(blocks: gr.Blocks) -> Iterator[Queued]:
    yield Queued(blocks, Room(room=200_000, share=100_000))


def test_results_that_nobody_fetches_are_let_go_and_their_work_ends(queued: Queued) -> None:
    patient, greedy = queued.event("patient", "a"), queued.event("greedy", "b")
    queued.send(patient)
    for _ in range(50):
        queued.send(greedy)
    assert (patient.alive, queued.unread("patient")) == (True, 1)
    assert (greedy.alive, queued.unread("greedy")) == (False, 0)
    gc.collect()
    assert queued.room.weight < 20_000


def test_results_that_are_fetched_weigh_nothing_any_more(queued: Queued) -> None:
    event = queued.event("reader", "a")
    gc.freeze()  # garbage is looked for in what comes now alone
    for _ in range(50):
        queued.send(event)
        queued.queue.pending_messages_per_session["reader"].get_nowait()
        gc.collect()
    gc.unfreeze()
    assert event.alive and queued.room.weight == 0


def test_whoever_begins_thousands_of_queues_loses_their_own(queued: Queued) -> None:
    ended: list[str] = []
    queues = PendingMessages(10, ended.append)
    for address, names in (("quiet", ["first", "second"]), ("greedy", [f"g{n}" for n in range(300)])):
        with asked_by(scope_of(address)):
            for name in names:
                queues[name] = asyncio.Queue()
    assert set(queues) == {"first", "second", *(f"g{n}" for n in range(292, 300))}
    assert ended == [f"g{n}" for n in range(292)]
    del queues["first"]
    assert queues.pop("second") is not None and queues.pop("second", None) is None
    assert set(queues._owners) == set(queues)
    with asked_by(scope_of("a")):
        kept, lost = (queued.event(name, "a") for name in ("kept", "lost"))
    for event in (kept, lost):
        queued.queue.event_ids_to_events[event._id] = event
        queued.queue.pending_event_ids_session[event.session_hash] = {event._id}
    queued.queue.pending_messages_per_session._forget("lost")
    assert kept.alive and not lost.alive and "lost" not in queued.queue.pending_event_ids_session


def test_how_long_earlier_events_took_is_not_computed_after_each(queued: Queued) -> None:
    queued.queue.events_recorded += 10**6
    assert queued.queue.compute_analytics_summary([{"function": 1}]) == {"functions": {}}


def test_a_message_weighs_its_strings() -> None:
    text = "Снег шёл. " * 1000
    message = ProcessCompletedMessage(output={"data": [text, [text * 2]]}, success=True)
    assert 6 * len(text) < message_bytes(message) < 6 * len(text) + 5_000
    assert message_bytes(LogMessage(log="", level="info", title="")) < 2_000


def test_a_page_serves_with_these_in_place(queued: Queued) -> None:
    """And neither describes its components anew nor keeps what they show, maybe megabytes of an excerpt."""
    holder = queued.app.state_holder
    assert isinstance(holder, SharedSessions) and holder.capacity == SESSIONS
    state = holder["somebody"]
    assert isinstance(state, LightSession)
    box = next(block for block in queued.queue.blocks.blocks.values() if isinstance(block, gr.Textbox))
    state._update_value_in_config(box._id, "x" * 1_000_000)
    changed = gr.Textbox(label="another", render=False)
    state[box._id] = changed
    state._update_config(box._id)
    assert state[box._id] is changed and holder["another"][box._id] is box
    assert state.config_values == {} and route_utils.SessionState is LightSession
