"""Clients that connect and then say nothing, or say it byte by byte, are hung up on."""

import asyncio
import resource
from typing import Any

import h11
from uvicorn import Server
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = 15.0
"""Seconds from the first byte, or from connecting, to the end of the headers."""
MOST_CONNECTIONS = 1_000


class PatientProtocol(H11Protocol):
    """Uvicorn's own, with a time limit for a request's headers, which it lacks."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected: it must soon ask for something."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes have come: of headers, while which the time runs, or of a body."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE:
            self._watch()
        else:
            self._rest()

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEADERS_WITHIN, self.transport.close)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def harden(server: Server) -> None:
    """Limit the connections of a running server; those already open are left as they are."""
    config: Any = server.config
    config.http_protocol_class = PatientProtocol
    config.limit_concurrency = min(MOST_CONNECTIONS, _files_allowed() * 3 // 4)


def _files_allowed() -> int:
    """Open files that the system grants this process; as many more as it may have are asked for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * MOST_CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, 4 * MOST_CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return wanted if soft == resource.RLIM_INFINITY else soft
