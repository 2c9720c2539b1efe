"""Doing nothing by itself, and going on: `pause` and `resume`."""

from dataclasses import dataclass
from typing import Protocol

from app.domain.work.repository import Consent, Repository
from app.errors import InputError
from app.jobs.commands.answers import Asked, Outcome, job_link
from app.jobs.commands.writing import CarryOut

Head = tuple[int, str]
"""The number of a pull request and the commit at its head."""


class Pauses(Protocol):
    """Whatever remembers who paused a repository."""

    async def set_paused(self, repository_id: int, login: str) -> None:
        """Remember who paused it; empty lets it go on."""


class OpenChanges(Protocol):
    """Whoever judges the pull requests that are open."""

    async def judge(
        self, repository: Repository, known: frozenset[Head] = frozenset()
    ) -> frozenset[Head]:
        """Judge those that are not known, and return all that are judged; no failure comes out."""


@dataclass(frozen=True)
class Holding:
    """Pauses a repository, and lets it go on."""

    pauses: Pauses
    carry_out: CarryOut
    changes: OpenChanges
    public_url: str = ""

    async def pause(self, asked: Asked) -> Outcome:
        """Let nothing begin by itself any more."""
        by = asked.repository.paused_by
        if by and by != asked.said.sender:
            return Outcome(f"`{by}` has paused AutoDoc here already. {_GO_ON}", obeyed=True)
        await self.pauses.set_paused(asked.repository.id, asked.said.sender)
        return Outcome(
            "AutoDoc is paused here: pushes and pull requests begin nothing. What runs comes to its"
            f" end, and commands are obeyed. {_GO_ON}",
            obeyed=True,
        )

    async def resume(self, asked: Asked) -> Outcome:
        """Let it go on, and catch up with what was left undone."""
        repository = asked.repository
        if not repository.paused_by and repository.consent is not Consent.DECLINED:
            raise InputError("AutoDoc is not paused here.")
        going = repository.model_copy(update={"paused_by": ""})
        # The pause goes last: until then an order that fails can be carried out once more.
        job = await self.carry_out(going, asked.said)
        judged = await self.changes.judge(going)
        await self.pauses.set_paused(repository.id, "")
        # Events were passed over until now: what came meanwhile is judged, and what failed again.
        await self.changes.judge(going, judged)
        if job is None:
            return Outcome("AutoDoc goes on. Nothing was left undone.", obeyed=True)
        link = job_link(self.public_url, job.id)
        return Outcome(f"AutoDoc goes on and catches up with `{job.branch}`{link}.", obeyed=True)


_GO_ON = "`/autodoc resume` lets it go on."
