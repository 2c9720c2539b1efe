"""Writing pages anew because a person asked for it: stored answers do not count, once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.wiki.naming import page_key
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import AgentResult, Page, PageSpec, TokenUsage
from flows.writer.process_scope import FrontPageAgent, PageAgent


class Generations(Protocol):
    """Whatever remembers model answers."""

    async def find(self, key: str) -> str | None:
        """Return the answer to a question that was asked before."""

    async def store(self, key: str, model: str, answer: str, usage: TokenUsage) -> None:
        """Remember an answer; the first one to a question stays."""

    async def store_anew(
        self, keys: tuple[str, str], model: str, answer: str, usage: TokenUsage
    ) -> None:
        """Remember an answer under its own key, and in the place of the one under the second."""


class FreshGenerations:
    """Forgets what was answered before one job, but not what is answered during it.

    So a job that is tried again pays nothing twice, and later jobs use the new answers.
    """

    def __init__(self, generations: Generations, salt: str) -> None:
        self._generations = generations
        self._salt = salt

    async def find(self, key: str) -> str | None:
        """Return what this job was answered."""
        return await self._generations.find(self._salted(key))

    async def store(self, key: str, model: str, answer: str, usage: TokenUsage) -> None:
        """Remember an answer for this job, and in the place of the old one."""
        await self._generations.store_anew((self._salted(key), key), model, answer, usage)

    def _salted(self, key: str) -> str:
        return f"{self._salt}:{key}"


@dataclass(frozen=True)
class Wanted:
    """Which pages of a scope were asked for."""

    scope: str
    pages: Collection[str]
    """By `page_key`; none means all."""

    def holds(self, spec: PageSpec) -> bool:
        """Say whether a page is among them."""
        return not self.pages or page_key(self.scope, spec.id) in self.pages


class FreshPages:
    """Has the pages that were asked for written anew, and the others as they are remembered."""

    def __init__(self, fresh: PageAgent, remembered: PageAgent, wanted: Wanted) -> None:
        self._fresh = fresh
        self._remembered = remembered
        self._wanted = wanted

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        """Write one page."""
        wanted = self._wanted.holds(briefing.spec)
        return await (self._fresh if wanted else self._remembered).write(briefing)


class FreshFrontPage:
    """Does the same for the front page."""

    def __init__(self, fresh: FrontPageAgent, remembered: FrontPageAgent, wanted: Wanted) -> None:
        self._fresh = fresh
        self._remembered = remembered
        self._wanted = wanted

    async def distill(self, briefing: Briefing, pages: Sequence[Page]) -> AgentResult[Page]:
        """Write the front page."""
        wanted = self._wanted.holds(briefing.spec)
        return await (self._fresh if wanted else self._remembered).distill(briefing, pages)
