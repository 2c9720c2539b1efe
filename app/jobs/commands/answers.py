"""What is answered to people: one comment for each of theirs, which is found again by its mark."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from app.domain.work.command import Command
from app.domain.work.job_page import job_url
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded

FOOTER = "<sub>What AutoDoc understands: `/autodoc help`.</sub>"
"""Below what was refused or not understood."""


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
    """Say in brackets where a job can be watched; nothing where nobody can."""
    address = job_url(public_url, job_id)
    return f" ([job]({address}))" if address else ""


def begun(what: str, job_id: UUID, public_url: str) -> str:
    """Say that a job begins, in a line that `ended` finds again."""
    return f"{what}{job_link(public_url, job_id)}. {_WAIT} {_begun_mark(job_id)}"


def ended(answer: str, job_id: UUID, comment_id: int, told: str) -> str:
    """Put how a job ended in place of what said that it begins, once; else below."""
    once = f"<!-- autodoc:end:{job_id} -->"
    if once in answer:
        return answer

    def replaced(line: str) -> str:
        if not line.endswith(_begun_mark(job_id)):
            return line
        link = _LINK.search(line)
        return f"{told}{link[0] if link else ''} {once}"

    # Several commands of one comment may have begun the same job.
    changed = "\n".join(map(replaced, answer.split("\n")))
    if once in changed:
        return changed
    foot = FOOTER if FOOTER in answer else marker_of(comment_id)
    before, _, after = answer.partition(foot)
    return f"{before}{told} {once}\n\n{foot}{after}"


_WAIT = "How it ends is told here."
_LINK = re.compile(r" \(\[job\]\([^()\s]+\)\)")


def _begun_mark(job_id: UUID) -> str:
    return f"<!-- autodoc:begun:{job_id} -->"
