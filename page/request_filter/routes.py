"""The routes that are open (Gradio has forty more), and answers made once for all who ask alike."""

import re
from dataclasses import dataclass
from typing import Literal

from cachetools import LRUCache
from starlette.datastructures import Headers
from starlette.types import Message, Scope, Send

from page.request_filter.refusal import Refusal

Body = Literal["none", "event", "call", "named", "note", "upload", "mcp"]
"""What a request carries: nothing, an event of the page, a list of arguments, arguments by name,
a few identifiers, a file, or a message of the model context protocol."""

LONGEST_PATH = 500
LONGEST_QUERY = 2_000
_API = "/gradio_api"
_NAME = r"[A-Za-z0-9_]{1,64}"
_IDENTIFIER = r"[A-Za-z0-9_-]{1,64}"


@dataclass(frozen=True, slots=True)
class Route:
    """A path that is open, the methods it answers, and what its requests carry.

    `made` is set where making the answer takes the processor, and nothing else has it wait in a queue;
    `shared` where it is the same for all who ask alike.
    """

    path: re.Pattern[str]
    methods: tuple[str, ...]
    body: Body = "none"
    made: bool = False
    shared: bool = False


def _get(path: str, made: bool = False, shared: bool = False) -> Route:
    return Route(re.compile(path), ("GET", "HEAD"), made=made or shared, shared=shared)


def _post(path: str, body: Body, made: bool = False) -> Route:
    return Route(re.compile(rf"{_API}/{path}/?"), ("POST",), body, made)


_ROUTES = (
    _get(rf"/|/config/?|{_API}/info/?", shared=True),
    _get(r"/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/pwa_icon"),
    _get(r"/(static|assets|svelte)/[\w./@+-]+"),
    _get(r"/readme|/health|/about|/preview\.png"),
    _get(rf"/(book|excerpt|files|two)/{_IDENTIFIER}/[\w.-]+"),
    _get(rf"{_API}/(app_id|theme\.css|startup-events|queue/status)/?"),
    _get(rf"{_API}/heartbeat/{_IDENTIFIER}", made=True),  # hundreds at once would stop the loop
    _get(rf"{_API}/queue/data"),
    _get(rf"{_API}/call/(v2/)?{_NAME}/{_IDENTIFIER}"),
    _post("queue/join", "event"),
    _post(f"(run|api)/{_NAME}", "event", made=True),
    _post(f"call/{_NAME}", "call"),
    _post(f"call/v2/{_NAME}", "named"),
    _post("cancel|reset", "note"),
    _post("upload", "upload"),
    Route(re.compile(rf"{_API}/mcp(/[\w./-]*)?"), ("GET", "HEAD", "POST", "DELETE"), "mcp"),
)


_STREAMS = re.compile(rf"{_API}/(heartbeat/(?P<session>{_IDENTIFIER})|queue/data|call/.*|mcp.*)")


def is_stream(path: str) -> bool:
    """Whether what answers this path may last as long as its client likes."""
    return _STREAMS.fullmatch(path) is not None


def heartbeat_session(path: str) -> str:
    """The session whose heartbeat this path is; "" for any other path."""
    found = _STREAMS.fullmatch(path)
    return found["session"] or "" if found else ""


def find_route(method: str, path: str, query: bytes) -> Route:
    """The open route for a request.

    Raises:
        Refusal: 404 where there is none, 405 for another method, 414 for an address too long.
    """
    if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        raise Refusal(414, f"The address is longer than {LONGEST_PATH + LONGEST_QUERY:,} characters.")
    found = [route for route in _ROUTES if route.path.fullmatch(path)]
    if not found or ".." in path:
        raise Refusal(404, "There is nothing here: the page is at /, its endpoints at /gradio_api/info.")
    for route in found:
        if method in (*route.methods, "OPTIONS"):
            return route
    raise Refusal(405, f"This address answers {', '.join(found[0].methods)} only.")


ROOM = 20_000_000
"""Bytes; the page takes under a million, in a few encodings under each name of the host."""
_LONGEST_KEY = 1_000
_PIECE = 64_000  # bytes that wait in one connection at most, however slowly its client reads
# What of a request for the page is read: its address, the language of its preview, how it may be packed.
_READ = (
    *("host", "x-forwarded-host", "x-forwarded-proto", "accept-encoding"),
    *("origin", "cookie", "authorization", "accept-language"),
)


class SharedAnswers:
    """What was answered lately, by all of a request that the answer depends on; for the event loop's thread.

    For routes whose answers know nothing of who asks. A request with a query is made anew.
    """

    def __init__(self, room: int = ROOM) -> None:
        """`room` is in bytes."""
        self._kept: LRUCache[str, tuple[Message, bytes]] = LRUCache(
            room, getsizeof=lambda answer: len(answer[1]) + _LONGEST_KEY
        )

    async def send_again(self, scope: Scope, send: Send) -> bool:
        """Whether this was answered before, and is now answered so again."""
        found = self._kept.get(_key(scope))
        if found is None:
            return False
        start, body = found
        await send({**start, "headers": list(start["headers"])})
        for place in range(0, len(body), _PIECE):
            await send(
                {"type": "http.response.body", "body": body[place : place + _PIECE], "more_body": True}
            )
        await send({"type": "http.response.body", "body": b""})
        return True

    def noting(self, scope: Scope, send: Send) -> Send:
        """`send` that keeps the answer to this request once it is whole and all is well."""
        key = _key(scope)
        start: list[Message] = []
        body: list[bytes] = []

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append({**message, "headers": list(message["headers"])})
            elif message["type"] == "http.response.body":
                body.append(message.get("body", b""))
                if start and not message.get("more_body", False):
                    self._keep(key, start[0], b"".join(body))
            await send(message)

        return note if key else send

    def _keep(self, key: str, start: Message, body: bytes) -> None:
        """An answer that fails, sets a cookie or is larger than the room is not kept."""
        sets_cookie = any(name.lower() == b"set-cookie" for name, _ in start["headers"])
        if start["status"] == 200 and not sets_cookie and len(body) + _LONGEST_KEY <= self._kept.maxsize:
            self._kept[key] = start, body


def _key(scope: Scope) -> str:
    """All that the answer depends on; "" where it is not shared."""
    headers = Headers(scope=scope)
    read = [headers.getlist(name) for name in _READ]
    key = repr((scope["method"], scope["path"], scope.get("scheme"), scope.get("root_path"), read))
    plain = scope["method"] in ("GET", "HEAD") and not scope["query_string"]
    return key if plain and len(key) <= _LONGEST_KEY else ""
