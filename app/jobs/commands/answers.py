"""What is answered to people: one comment for each of theirs, which is found again by its mark."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from app.domain.work.command import Command
from app.domain.work.job_page import job_url
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded

FOOTER = "<sub>What AutoDoc understands: `/autodoc help`.</sub>"


class Outcome(NamedTuple):
    """What became of one command."""

    text: str
    obeyed: bool


@dataclass(frozen=True)
class Asked:
    """One command, understood, of somebody who may give it."""

    repository: Repository
    said: Commanded
    order: Command


Handle = Callable[[Asked], Awaitable[Outcome]]
"""Does what a command says; raises InputError where that makes no sense. Safe to repeat."""


def marker_of(comment_id: int) -> str:
    """Name the hidden mark by which the answer to a comment is found again."""
    return f"<!-- autodoc:answer:{comment_id} -->"


def job_link(public_url: str, job_id: UUID) -> str:
    """Say where a job can be watched; its bare name where nobody can."""
    address = job_url(public_url, job_id)
    return f"[job]({address})" if address else f"job `{job_id}`"
