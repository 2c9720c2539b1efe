"""Who signed in, and what they may see: kept in this process's memory only."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Protocol

from cachetools import TTLCache

from app.domain.work.person import Person, Rights
from app.domain.work.repository import Provider, RepositoryRef

SESSION_S = 8 * 3600.0
"""As long as GitHub's own token lives."""
SESSIONS = 10_000
RIGHTS_S = 60.0
"""Whoever lost access sees nothing any more after so many seconds."""
ANSWERS = 10_000
SECRET_BYTES = 32


@dataclass(frozen=True)
class Session:
    """One browser of one person."""

    id: str
    person: Person
    csrf: str
    """Proves that a form is of a page that this session was shown."""


class Sessions:
    """The sessions of this process; after a restart people sign in again."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._known: TTLCache[str, Session] = TTLCache(SESSIONS, SESSION_S, timer=now)

    def begin(self, person: Person) -> Session:
        """Begin a session under an id that nobody knew before."""
        session = Session(token_urlsafe(SECRET_BYTES), person, token_urlsafe(SECRET_BYTES))
        self._known[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        """Return a session, unless it ended."""
        return self._known.get(session_id)

    def end(self, session_id: str) -> None:
        """End a session; its token is forgotten."""
        self._known.pop(session_id, None)


class Asks(Protocol):
    """Whoever knows what people may do."""

    async def rights(self, person: Person, repository_id: str) -> Rights:
        """Ask in a person's name what they may do in a repository."""


class Doors:
    """Remembers for a minute what each person may do in each repository."""

    def __init__(
        self, asks: Asks, sessions: Sessions, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._asks = asks
        self._sessions = sessions
        self._answers: TTLCache[tuple[str, str], Rights] = TTLCache(ANSWERS, RIGHTS_S, timer=now)

    async def rights(self, session: Session, repository: RepositoryRef) -> Rights:
        """Say what a person may do; a session whose token is not taken any more ends."""
        if repository.provider is not Provider.GITHUB or self._sessions.find(session.id) is None:
            return Rights()
        key = session.id, repository.external_id
        known = self._answers.get(key)
        if known is None:
            known = await self._asks.rights(session.person, repository.external_id)
            self._answers[key] = known
        if not known.known:
            self._sessions.end(session.id)
        return known
