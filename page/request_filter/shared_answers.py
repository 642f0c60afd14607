"""Answers that are the same for all who ask alike, such as the page itself: made once, then sent again."""

from cachetools import LRUCache
from starlette.datastructures import Headers
from starlette.types import Message, Scope, Send

ROOM = 20_000_000
"""Bytes; the page takes under a million, in a few encodings under each name of the host."""
_LONGEST_KEY = 1_000
_PIECE = 64_000  # bytes that wait in one connection at most, however slowly its client reads
# What of a request for the page is read: its address, the language of its preview, how it may be packed.
_READ = (
    *("host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server", "accept-encoding"),
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
