"""The one way in: every request passes here before Gradio sees it, every answer on its way out."""

import logging
import re
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from authorship.formats.limits import LARGEST_BOOK, Limits
from page.security.body import Budget, check_announced, limited, read_whole, replayed
from page.security.forms import Forms
from page.security.headers import dress
from page.security.refusal import Refusal
from page.security.routes import Route, find_route
from page.security.structure import parse

logger = logging.getLogger(__name__)

LARGEST_JSON = LARGEST_BOOK + LARGEST_BOOK // 4
"""Bytes: the longest book as the box sends it, with its line ends escaped."""
LARGEST_FORM = Limits().file + 10_000
"""Bytes: the largest file and what multipart puts around it."""
MOST_HEADERS = 100
_FAILED = "Something went wrong here; try once more."
_HOSTS = re.compile(r"[\w.:,\[\] -]{1,255}", re.ASCII)


@dataclass(slots=True)
class Gate:
    """Lets through what the page needs, within limits; nothing of a request is ever logged."""

    app: ASGIApp
    forms: Forms
    budget: Budget = field(default_factory=lambda: Budget(6 * LARGEST_JSON))

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
        headers = Headers(scope=scope)
        check_headers(headers)
        if scope["method"] != "POST" or route.body == "none":
            check_announced(headers, LARGEST_JSON)
            await self.app(scope, receive, answer)
        elif route.body == "upload":
            check_announced(headers, LARGEST_FORM)
            await self.app(scope, limited(receive, LARGEST_FORM), answer)
        else:
            await self._pass_json(route, scope, receive, answer)

    async def _pass_json(self, route: Route, scope: Scope, receive: Receive, answer: "Answer") -> None:
        check_announced(Headers(scope=scope), LARGEST_JSON)
        taken: list[int] = []

        def take(size: int) -> None:
            self.budget.take(size)
            taken.append(size)

        try:
            body = await read_whole(limited(receive, LARGEST_JSON, take))
            body = await run_in_threadpool(self._checked, route, scope["path"], body)
            await self.app(_with_length(scope, len(body)), replayed(body, receive), answer)
        finally:
            self.budget.give_back(sum(taken))

    def _checked(self, route: Route, path: str, body: bytes) -> bytes:
        value: Any = parse(body)
        return body if route.body == "mcp" else orjson.dumps(self.forms.check(route.body, path, value))


class Answer:
    """`send` that adds the headers, and knows whether anything was sent."""

    def __init__(self, send: Send, path: str) -> None:
        self.send = send
        self.path = path
        self.begun = self.ended = False

    async def __call__(self, message: Message) -> None:
        """Pass on a part of the answer."""
        if message["type"] == "http.response.start":
            self.begun = True
            dress(MutableHeaders(scope=message), self.path)
        elif message["type"] == "http.response.body":
            self.ended = not message.get("more_body", False)
        await self.send(message)

    async def end(self, refusal: Refusal) -> None:
        """Answer with a refusal; where an answer is under way already, end it."""
        if not self.begun:
            await refusal.response()({"type": "http"}, _nothing, self)
        elif not self.ended:
            await self.send({"type": "http.response.body", "body": b"", "more_body": False})


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def check_headers(headers: Headers) -> None:
    """Refuse too many headers, and hosts that no address could hold.

    Raises:
        Refusal: there are.
    """
    if len(headers) > MOST_HEADERS:
        raise Refusal(431, f"There are more than {MOST_HEADERS} headers.")
    if "host" not in headers:
        raise Refusal(400, "The header Host is missing.")
    for name in ("host", "x-forwarded-host", "x-forwarded-proto"):
        if name in headers and not _HOSTS.fullmatch(headers[name]):
            raise Refusal(400, f"The header {name} names no host.")


def _with_length(scope: Scope, length: int) -> Scope:
    """The scope of a request whose body now has so many bytes."""
    dropped = (b"content-length", b"transfer-encoding")
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in dropped]
    return {**scope, "headers": [*kept, (b"content-length", str(length).encode())]}
