"""Who is asking, and whether they are still there, by what Gradio knows of the request under way.

Gradio tells a generator that its client has gone at the next `yield`, and a plain function never; what its
queue knows is read here, as `gr.Progress` reads it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import gradio as gr
from gradio.context import LocalContext
from starlette.requests import Request
from starlette.types import Scope

from page.request_filter.addresses import client_address
from page.scheduler.fair_queue import Client

_asking: ContextVar[str] = ContextVar("asking", default="")


def client_here() -> Client:
    """The client of the request under way, see `client_address`; call it in the handler itself."""
    request = LocalContext.request.get(None)
    if request is None:
        return Client("", "")
    return Client(_address(request), str(request.session_hash or ""))


def address_here() -> str:
    """The address of the request under way, in the handler, in its threads, and before Gradio knows it."""
    if LocalContext.request.get(None) is not None:
        return client_here().address
    return _asking.get()


@contextmanager
def asked_by(scope: Scope) -> Iterator[None]:
    """All that is done within belongs to the client of this request."""
    token = _asking.set(client_of(Request(scope)).address)
    try:
        yield
    finally:
        _asking.reset(token)


def client_of(request: Request) -> Client:
    """The client of a request that is none of Gradio's; it has no session."""
    return Client(_address(request), "")


def _address(request: gr.Request | Request) -> str:
    forwarded = str(request.headers.get("x-forwarded-for", ""))
    return client_address(request.client.host if request.client else "", forwarded)


def presence_here() -> Callable[[], bool]:
    """Whether the client of the request under way still listens; call it in the handler itself."""
    blocks, event_id = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    event = blocks._queue.event_ids_to_events.get(event_id) if blocks and event_id else None
    return lambda: event is None or (event.alive and not event.closed)
