"""The one way in: every request passes here before Gradio sees it, every answer on its way out."""

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import orjson
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from authorship.text.formats.limits import LARGEST_BOOK, Limits
from page.request_filter.addresses import Shares, address_of
from page.request_filter.body import SMALL, Budget, Held, check_announced, limited, read_whole, replayed
from page.request_filter.forms import Forms
from page.request_filter.headers import dress
from page.request_filter.json_bodies import parse_json
from page.request_filter.refusal import Refusal
from page.request_filter.routes import Route, SharedAnswers, find_route, heartbeat_session, is_stream
from page.scheduler.fair_queue import Bounds, BusyError, Client, Desk

logger = logging.getLogger(__name__)

LARGEST_JSON = LARGEST_BOOK + LARGEST_BOOK // 4
"""Bytes: the longest book as the box sends it, with its line ends escaped."""
LARGEST_FORM = Limits().file + 10_000
"""Bytes: the largest file and what multipart puts around it."""
MOST_HEADERS = 100
MOST_STREAMS = 600
_FAILED = "Something went wrong here; try once more."
_HOST = re.compile(r"[\w.-]{1,253}(?::\d{1,5})?|\[[0-9a-f:.]{2,45}\](?::\d{1,5})?", re.ASCII | re.IGNORECASE)
# Gradio would take the page's own address from it; only a half of Gradio that is not used here sends it.
_UNHEARD = b"x-gradio-server"
_CLIENT, _SECRET = b"x-page-client", secrets.token_hex().encode()


_CHECKED = "page.checked"
"""In a request's scope: the value of its body, as it may go on."""
_READ = b"{}"
_parsed_anew = Request.json


def hand_on_checked() -> None:
    """Let Gradio have the value that was parsed and checked here, where it would parse the body again.

    That is done in the event loop, and takes a tenth of a second for 20 MB.
    """
    Request.json = _checked  # type: ignore[method-assign, assignment]


async def _checked(request: Request) -> Any:
    return request.scope[_CHECKED] if _CHECKED in request.scope else await _parsed_anew(request)


class RequestFilter:
    """Lets through what the page needs, within limits; nothing of a request is ever logged."""

    def __init__(self, app: ASGIApp, forms: Forms) -> None:
        self.app = app
        self.forms = forms
        self.budget = Budget(6 * LARGEST_JSON)
        self.streams = Shares(MOST_STREAMS)
        self.making = Desk(Bounds(running=2, waiting=200, session=100, address=100), seconds=0.1)
        self.shared = SharedAnswers()
        self._heartbeats: set[str] = set()
        self._large = asyncio.Lock()
        self._queued: dict[str, Held] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, Answer(send, scope["path"]))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, answer: "Answer") -> None:
        try:
            await self._pass(scope, receive, answer)
        except ClientDisconnect:
            return
        except Refusal as refusal:
            await answer.end(refusal)
        except Exception as error:
            logger.error("A request could not be answered: %s", type(error).__name__)
            await answer.end(Refusal(500, _FAILED))

    async def _pass(self, scope: Scope, receive: Receive, answer: "Answer") -> None:
        route = find_route(scope["method"], scope["path"], scope["query_string"])
        scope = _known_client(scope, named=route.body == "mcp")
        headers = Headers(scope=scope)
        check_headers(headers)
        if scope["method"] != "POST" or route.body == "none":
            check_announced(headers, LARGEST_JSON)
            async with self._streaming(scope):
                await self._make(route, scope, receive, answer)
            return
        check_origin(headers)
        if route.body == "upload":
            check_announced(headers, LARGEST_FORM)
            await self.app(scope, limited(receive, LARGEST_FORM), answer)
        else:
            check_announced(headers, LARGEST_JSON)
            await self._pass_json(route, scope, receive, answer)

    @asynccontextmanager
    async def _streaming(self, scope: Scope) -> AsyncIterator[None]:
        """Count an answer that lasts: each address has its share, each session one heartbeat."""
        if not is_stream(scope["path"]):
            yield
            return
        address, session = address_of(scope), heartbeat_session(scope["path"])
        if session in self._heartbeats:
            raise Refusal(409, "This session has its heartbeat already.")
        if not self.streams.take(address):
            raise Refusal(503, "Too many connections from there, try in 10 seconds.", retry_after=10)
        self._heartbeats |= {session} - {""}
        try:
            yield
        finally:
            self.streams.give_back(address)
            self._heartbeats.discard(session)

    async def _make(self, route: Route, scope: Scope, receive: Receive, answer: "Answer") -> None:
        """Let what is made at once be made two at a time, fairly between addresses: it takes the processor.

        The turn ends where the answer begins, so that nobody keeps it by reading slowly. What was made for
        another who asked alike is sent again.
        """
        if not route.made:
            await self.app(scope, receive, answer)
            return
        if route.shared and await self.shared.send_again(scope, answer):
            return
        try:
            ticket = self.making.draw(Client(address_of(scope), ""))
        except BusyError as error:
            raise Refusal(503, str(error), retry_after=error.seconds) from None
        answer.on_begin = partial(self.making.leave, ticket)
        try:
            await ticket.turn.wait()
            if not route.shared:
                await self.app(scope, receive, answer)
            elif not await self.shared.send_again(scope, answer):  # made while this one waited
                await self.app(scope, receive, self.shared.noting(scope, answer))
        finally:
            self.making.leave(ticket)

    async def _pass_json(self, route: Route, scope: Scope, receive: Receive, answer: "Answer") -> None:
        self._forget_answered()
        held = Held(self.budget, address_of(scope))
        try:
            body = await read_whole(limited(receive, LARGEST_JSON, held.take))
            value = await self._check(route, scope["path"], body)
            if route.body != "mcp":  # whose library reads the body itself
                scope, body = {**scope, _CHECKED: value}, _READ
            await self._make(route, _with_length(scope, len(body)), replayed(body, receive), answer)
            event = answer.event
            if event and self.forms.is_queued(event):
                self._queued[event], held = held, Held(self.budget, "")
        finally:
            held.give_back()

    def _forget_answered(self) -> None:
        """Give back the bytes of events that no longer wait in Gradio's queue nor run."""
        for event in [event for event in self._queued if not self.forms.is_queued(event)]:
            self._queued.pop(event).give_back()

    async def _check(self, route: Route, path: str, body: bytes) -> Any:
        """The body's value; large ones one after another, for parsing holds Python's lock."""
        if len(body) <= SMALL:
            return await run_in_threadpool(self._parsed, route, path, body)
        async with self._large:
            return await run_in_threadpool(self._parsed, route, path, body)

    def _parsed(self, route: Route, path: str, body: bytes) -> Any:
        value: Any = parse_json(body)
        return value if route.body == "mcp" else self.forms.check(route.body, path, value)


class Answer:
    """`send` that adds the headers, and knows whether anything was sent, and which event it named."""

    def __init__(self, send: Send, path: str) -> None:
        self.send = send
        self.path = path
        self.begun = self.ended = False
        self.event = ""
        self.on_begin: Callable[[], object] = lambda: None

    async def __call__(self, message: Message) -> None:
        """Pass on a part of the answer."""
        if message["type"] == "http.response.start":
            self.begun = True
            self.on_begin()
            dress(MutableHeaders(scope=message), self.path)
        elif message["type"] == "http.response.body":
            self.ended = not message.get("more_body", False)
            self.event = self.event or _event_in(message.get("body", b""))
        await self.send(message)

    async def end(self, refusal: Refusal) -> None:
        """Answer with a refusal; where an answer is under way already, end it."""
        if not self.begun:
            await refusal.response()({"type": "http"}, _nothing, self)
        elif not self.ended:
            await self.send({"type": "http.response.body", "body": b"", "more_body": False})


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _event_in(body: bytes) -> str:
    """The number of the event with which Gradio's queue answers; "" in any other answer."""
    if not body.startswith(b'{"event_id"') or len(body) > 200:
        return ""
    event = orjson.loads(body).get("event_id")
    return event if isinstance(event, str) else ""


def _known_client(scope: Scope, named: bool) -> Scope:
    """The scope without headers that are none of a client's, and with the client for whom it is asked.

    Tools of the Model Context Protocol ask the page itself again, with the headers of the request that they
    serve: where one will be, who asked is `named` in a header that nobody else can make.
    """
    kept, client = [], scope.get("client") or ("", 0)
    for name, value in scope["headers"]:
        if name == _CLIENT and value.startswith(_SECRET):
            client = value.removeprefix(_SECRET).decode("latin-1"), 0
        elif name not in (_CLIENT, _UNHEARD):
            kept.append((name, value))
    if named:
        kept.append((_CLIENT, _SECRET + client[0].encode("latin-1")))
    return {**scope, "headers": kept, "client": client}


def check_headers(headers: Headers) -> None:
    """Refuse too many headers, and hosts that no address could hold.

    Raises:
        Refusal: there are.
    """
    if len(headers) > MOST_HEADERS:
        raise Refusal(431, f"There are more than {MOST_HEADERS} headers.")
    if "host" not in headers:
        raise Refusal(400, "The header Host is missing.")
    for name in ("host", "x-forwarded-host"):
        if not all(map(_is_host, headers.get(name, "x").split(","))):
            raise Refusal(400, f"The header {name} names no host.")
    if not all(
        one.strip() in ("http", "https") for one in headers.get("x-forwarded-proto", "http").split(",")
    ):
        raise Refusal(400, "The header x-forwarded-proto names neither http nor https.")


def _is_host(text: str) -> bool:
    """Whether an address can be made of it, as Gradio does without looking."""
    try:
        return bool(_HOST.fullmatch(text.strip()) and httpx.URL(f"http://{text.strip()}").host)
    except httpx.InvalidURL:
        return False


def check_origin(headers: Headers) -> None:
    """Refuse what another site's page makes a browser send: it would act in its visitor's name.

    Raises:
        Refusal: the browser says that it is so.
    """
    if headers.get("sec-fetch-site") == "cross-site":
        raise Refusal(403, "Pages of other sites may not send anything here.")


def _with_length(scope: Scope, length: int) -> Scope:
    """The scope of a request whose body now has so many bytes."""
    dropped = (b"content-length", b"transfer-encoding")
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in dropped]
    return {**scope, "headers": [*kept, (b"content-length", str(length).encode())]}
