"""Who may connect: shares by address, limits of work, and of time for who says or hears nothing."""

import asyncio
import logging
import resource
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import h11
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn import Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from page.request_filter.addresses import Shares, client_address, on_a_space
from page.request_filter.private_parts import check_parts
from page.request_filter.refusal import Refusal

logger = logging.getLogger(__name__)

HEADERS_WITHIN = 15.0
"""Seconds from the first byte, or from connecting, to the end of the headers."""
READS_WITHIN = 60.0
"""Seconds for which a client may leave an answer unread."""
MOST_CONNECTIONS = 1_000
SPARE_CONNECTIONS = 32
"""Connections beyond a share on which only the health check is answered; a further one ends the oldest."""
SPARE_HEADERS_WITHIN = 2.0
_ACCEPTED_AT_ONCE = 64
_MAY_WAIT = 2_048  # uvicorn's own backlog
LONGEST_HEAD = 32_768
"""Bytes of a request's first line and headers."""
MOST_LINES = 1_000
"""Lines of them."""
FREE_CHUNKS, BYTES_A_CHUNK = 100, 512
"""Pieces in which a body may come whatever they hold, and bytes for which there may be one more."""
UNFINISHED_WITHIN = 5.0
"""Seconds for which a body may still come after its request was answered."""
ENDED_WITHIN = 3  # seconds that a request may go on after the server was told to end


_Awaited = Literal["headers", "body", "reading"]


class Doorkeeper:
    """Knows how many connections each address has; for the event loop's thread alone."""

    def __init__(self, most: int) -> None:
        self.shares = Shares(most)
        self.spare: OrderedDict[PatientProtocol, None] = OrderedDict()

    def enter(self, connection: "PatientProtocol", address: str) -> bool:
        """Whether a new connection is within its address's share; else it may only ask for the health."""
        if self.shares.take(address):
            return True
        if len(self.spare) >= SPARE_CONNECTIONS:
            next(iter(self.spare)).transport.abort()
            self.spare.popitem(last=False)
        self.spare[connection] = None
        return False

    def leave(self, connection: "PatientProtocol", address: str, within: bool) -> None:
        """A connection has ended."""
        if within:
            self.shares.give_back(address)
        else:
            self.spare.pop(connection, None)


class FrugalConnection(h11.Connection):
    """h11's own, within limits of work: it parses all that has come at once, whatever else waits."""

    def __init__(self, give_up: Callable[[], None]) -> None:
        """`give_up` is called, maybe more than once, where a body's pieces are too small for their number."""
        super().__init__(h11.SERVER, LONGEST_HEAD)
        self._give_up = give_up
        self._chunks = self._bytes = 0

    def next_event(self) -> Any:
        """As h11 has it.

        Raises:
            RemoteProtocolError: it is no HTTP, or a head of too many lines.
        """
        if self.their_state is h11.IDLE and _lines_of_head(self.trailing_data[0]) > MOST_LINES:
            raise h11.RemoteProtocolError("Too many headers", error_status_hint=431)
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = self._bytes = 0
        elif isinstance(event, h11.Data):
            self._chunks += 1
            self._bytes += len(event.data)
            if self._chunks > FREE_CHUNKS + self._bytes // BYTES_A_CHUNK:
                self._give_up()
                return h11.NEED_DATA
        return event


def _lines_of_head(data: bytes) -> int:
    ends = [end for end in (data.find(b"\n\n"), data.find(b"\n\r\n")) if end >= 0]
    return data.count(b"\n", 0, min(ends, default=len(data)))


class PatientProtocol(H11Protocol):
    """Uvicorn's own, with limits for connections, for the time of headers, and for answers left unread."""

    def __init__(self, doorkeeper: Doorkeeper, **settings: Any) -> None:
        super().__init__(**settings)
        self.conn = FrugalConnection(lambda: self.transport.abort())
        self._doorkeeper = doorkeeper
        self._address = ""
        self._within = True
        self._timers: dict[_Awaited, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected: it must soon ask for something."""
        super().connection_made(transport)
        host, port = self.client or ("", 0)
        # on a Space every connection is the proxy's, which has a share for each
        self._address = f"{host} {port}" if on_a_space() else client_address(host, "")
        self._within = self._doorkeeper.enter(self, self._address)
        if not self._within:
            self.app = health_alone
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._doorkeeper.leave(self, self._address, self._within)
        for awaited in tuple(self._timers):
            self._has_come(awaited)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes have come: of headers, while which the time runs, or of a body."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE:
            self._watch()
        else:
            self._has_come("headers")
        if self.conn.their_state is not h11.SEND_BODY:
            self._has_come("body")

    def on_response_complete(self) -> None:
        """An answer was sent: what is left of a body that it did not wait for must come soon."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._await("body", UNFINISHED_WITHIN, self.transport.close)

    def pause_writing(self) -> None:
        """The client leaves what it was sent unread: it has a while to read on."""
        super().pause_writing()
        self._await("reading", READS_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads on."""
        self._has_come("reading")
        super().resume_writing()

    def _watch(self) -> None:
        within = HEADERS_WITHIN if self._within else SPARE_HEADERS_WITHIN
        self._await("headers", within, self.transport.close)

    def _await(self, awaited: _Awaited, seconds: float, give_up: Callable[[], None]) -> None:
        """Give up after so many seconds, which run on where the same is awaited already."""
        if awaited not in self._timers:
            self._timers[awaited] = self.loop.call_later(seconds, give_up)

    def _has_come(self, awaited: _Awaited) -> None:
        if timer := self._timers.pop(awaited, None):
            timer.cancel()


async def health_alone(scope: Scope, receive: Receive, send: Send) -> None:
    """What is answered beyond an address's share: the health check, to all else when to try again."""
    if scope["type"] != "http":
        return
    busy = Refusal(503, "Too many connections from there, try in 10 seconds.", retry_after=10)
    well = PlainTextResponse("ok", headers={"Connection": "close", "Cache-Control": "no-store"})
    answer = well if scope["path"] == "/health" else busy.response()
    await answer(scope, receive, send)


def harden(server: Server) -> None:
    """Limit the connections of a running server; those already open are left as they are.

    The event loop takes new ones a few at a time: of as many as may wait, as uvicorn has it, half a second
    went by before it came to anybody else.

    Raises:
        AuthorshipError: uvicorn has changed, so that they cannot be limited.
    """
    config: Any = server.config
    limited = partial(PatientProtocol, Doorkeeper(connections_allowed(_files_allowed())))
    loop = server.servers[0].get_loop()
    make = partial(limited, config=config, server_state=server.server_state, app_state=server.lifespan.state)
    check_parts(protocol=make(_loop=loop))
    asyncio.run_coroutine_threadsafe(_listen_anew(server, make), loop).result()
    config.timeout_graceful_shutdown = ENDED_WITHIN
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns of each malformed request
    loop.call_soon_threadsafe(loop.set_exception_handler, _log_kind)


async def _listen_anew(server: Server, protocol: Callable[[], asyncio.Protocol]) -> None:
    """Let the same sockets make other protocols, and accept fewer connections at once."""
    loop, before = asyncio.get_running_loop(), server.servers
    sockets = [one.dup() for listening in before for one in listening.sockets]
    server.servers = [
        await loop.create_server(protocol, sock=one, backlog=_ACCEPTED_AT_ONCE) for one in sockets
    ]
    for one in sockets:
        one.listen(_MAY_WAIT)
    for listening in before:
        listening.close()


def connections_allowed(files: int) -> int:
    """How many connections are kept, of so many open files: the rest is for those not yet refused."""
    return min(MOST_CONNECTIONS, max(files - 2 * _MAY_WAIT, files // 4))


def _files_allowed() -> int:
    """Open files that the system grants this process; as many more as it may have are asked for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_CONNECTIONS + 4 * _MAY_WAIT
    wanted = most if hard == resource.RLIM_INFINITY else min(hard, most)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return wanted if soft == resource.RLIM_INFINITY else soft


def _log_kind(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An error of the event loop as one line; its message could quote a visitor."""
    logger.error("The server's loop met %s", type(context.get("exception")).__name__)
