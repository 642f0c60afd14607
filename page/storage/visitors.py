"""What Gradio itself keeps for visitors, bounded by address: sessions, and results that nobody fetches."""

import weakref
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from sys import getsizeof
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
from gradio import route_utils
from gradio.queueing import Event
from gradio.routes import App
from gradio.server_messages import EventMessage
from gradio.state_holder import SessionState, StateHolder
from starlette.types import ASGIApp, Receive, Scope, Send

from page.scheduler.fair_queue import address_here, asked_by, client_of
from page.storage.cache import Room

SESSIONS = 500
"""Sessions for all; each takes some 15 kB, what its visitor reads not counted.

So many too have messages that wait to be fetched: of 2,000, as Gradio keeps them, Python's search for garbage
takes a fifth of a second, in which nobody is served.
"""
_numbers = count()


class AddressedRequests:
    """An application that knows in all that a request starts whose it is, before Gradio does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with asked_by(scope):
            await self.app(scope, receive, send)


class LightSession(SessionState):
    """A session without descriptions of its components, which Gradio keeps for links that this page has not.

    Describing all two hundred takes the event loop a tenth of a second, for every visitor and every call.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        nothing_shown = SimpleNamespace(default_config=blocks.default_config, blocks={})
        super().__init__(cast(gr.Blocks, nothing_shown))

    def __setitem__(self, key: int, value: Any) -> None:
        """Keep a state's value, or how a component was changed."""
        if isinstance(self.blocks_config.blocks.get(key), gr.State):
            super().__setitem__(key, value)
        else:
            self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        """Gradio would describe the changed component."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Gradio would keep each value beside the component's description."""


class PendingMessages(OrderedDict[str, Any]):
    """Gradio's queues of messages by session; where they are too many, who has most loses the oldest.

    Gradio itself would drop whoever has waited longest, whoever made the others.
    """

    def __init__(self, capacity: int, forget: Callable[[str], object]) -> None:
        """`forget` is told which session has lost its queue."""
        super().__init__()
        self._most, self._forget = capacity, forget
        self._owners: dict[str, str] = {}

    def __setitem__(self, session: str, messages: Any) -> None:
        """Begin a session's queue."""
        super().__setitem__(session, messages)
        self._owners[session] = address_here()
        if len(self) > self._most:
            oldest = _oldest_of_heaviest(self, self._owners)
            self.pop(oldest)
            self._forget(oldest)

    def __delitem__(self, session: str) -> None:
        """End a session's queue."""
        super().__delitem__(session)
        self._owners.pop(session, None)

    def pop(self, session: str, default: Any = None) -> Any:
        """End a session's queue, if it has one."""
        self._owners.pop(session, None)
        return super().pop(session, default)


class SharedSessions(StateHolder):
    """Gradio's sessions; where they are too many, the address with most of them loses its oldest."""

    def __init__(self, capacity: int = SESSIONS) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._most = capacity
        self._owners: dict[str, str] = {}

    def set_blocks(self, blocks: gr.Blocks) -> None:
        """Serve a page."""
        super().set_blocks(blocks)
        self.capacity = self._most

    def __getitem__(self, session_id: str) -> SessionState:
        """The state of a session, begun where there is none."""
        with self.lock:
            if session_id not in self.session_data:
                self.session_data[session_id] = LightSession(self.blocks)
                self._owners[session_id] = address_here()
            self.session_data.move_to_end(session_id)
            self.time_last_used[session_id] = datetime.now()
            found = self.session_data[session_id]
            self._make_room()
        return found

    def update(self, session_id: str) -> None:
        """Count a session as used now."""
        with self.lock:
            if session_id in self.session_data:
                self.session_data.move_to_end(session_id)

    def _make_room(self) -> None:
        while len(self.session_data) > self.capacity:
            oldest = _oldest_of_heaviest(self.session_data, self._owners)
            del self.session_data[oldest], self._owners[oldest]
            self.time_last_used.pop(oldest, None)


def _oldest_of_heaviest(sessions: Iterable[str], owners: Mapping[str, str]) -> str:
    """The first session of the address that has most of them."""
    ((heaviest, _),) = Counter(owners.values()).most_common(1)
    return next(one for one in sessions if owners[one] == heaviest)


def adopt(app: App, blocks: gr.Blocks, room: Room) -> ASGIApp:
    """Bound what Gradio keeps for the visitors of a page; call it before the first request.

    Returns the application to serve in place of the one built so far.
    """
    route_utils.SessionState = LightSession  # type: ignore[attr-defined]  # for calls without a session
    app.state_holder = SharedSessions()
    app.state_holder.set_blocks(blocks)
    bound_results(blocks, room)
    assert app.middleware_stack is not None
    return AddressedRequests(app.middleware_stack)


def bound_results(blocks: gr.Blocks, room: Room) -> None:
    """Keep in `room` each message to a client until it is fetched; without room its event ends unheard.

    After each event Gradio would compute how long all earlier ones took, for a dashboard that is not shown.
    """
    queue = blocks._queue
    send = queue.send_message
    queue.compute_analytics_summary = lambda records: {"functions": {}}  # type: ignore[method-assign]

    def end_events(session: str) -> None:
        for number in queue.pending_event_ids_session.pop(session, ()):
            if event := queue.event_ids_to_events.get(number):
                event.alive = False

    def forget(event: Event) -> None:
        event.alive = False
        queue.pending_messages_per_session.pop(event.session_hash, None)
        end_events(event.session_hash)

    queue.pending_messages_per_session = PendingMessages(SESSIONS, end_events)  # type: ignore[assignment]

    def send_message(event: Event, event_message: EventMessage) -> None:
        if not event.alive or event.session_hash not in queue.pending_messages_per_session:
            return
        key = ("message", next(_numbers))
        send(event, event_message)
        weakref.finalize(event_message, room.drop, key).atexit = False
        address, weight = client_of(event.request).address, message_bytes(event_message)
        room.keep(key, None, weight, lambda: forget(event), address)

    queue.send_message = send_message  # type: ignore[method-assign]


def message_bytes(message: EventMessage) -> int:
    """What a message takes in memory, its strings counted one by one."""
    return sum(map(getsizeof, _parts(message.__dict__)))


def _parts(value: object) -> Iterator[object]:
    """A value and all that it holds."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
