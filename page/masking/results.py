"""What visitors have on their screens: weighed, and found by its token as long as it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from page.storage.cache import Room
from page.storage.weights import session_bytes

if TYPE_CHECKING:
    from page.session import Session

_TOKEN = 300  # bytes that a token takes


class ShownResults:
    """Keeps the sessions that show something; one that has to go forgets it. One instance serves all."""

    def __init__(self, room: Room | None = None) -> None:
        """`room` is what all that is kept for visitors shares."""
        self._room = room or Room()

    def put(self, session: Session) -> None:
        """Weigh what a session shows, and let its result be found."""
        key = ("session", id(session))
        if session.reading is None and not session.upload:
            self._room.drop(key)
            return
        self._room.keep(key, session, session_bytes(session), session.forget)
        if session.result:
            self._room.keep(("result", session.result), session, _TOKEN)

    def find(self, token: str) -> Session | None:
        """The session that still shows the result of this token."""
        session = cast("Session | None", self._room.find(("result", token)))
        return session if session is not None and session.result == token else None
