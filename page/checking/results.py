"""Where the results on visitors' screens are found by their token, as long as the screens live."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from page.session import Session


class ShownResults:
    """Holds no session alive; one instance serves every visitor."""

    def __init__(self) -> None:
        self._sessions: WeakValueDictionary[str, Session] = WeakValueDictionary()

    def put(self, session: Session) -> None:
        """Let what a session shows be found; nothing where it shows no result."""
        if session.result:
            self._sessions[session.result] = session

    def find(self, token: str) -> Session | None:
        """The session that still shows the result of this token."""
        session = self._sessions.get(token)
        return session if session is not None and session.result == token else None
