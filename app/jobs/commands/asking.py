"""Quoting the published pages: `ask`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

from app.domain.knowledge.search import SearchHit, SearchType
from app.domain.wiki.words.prose import code_span, escape, rebuild
from app.errors import InputError
from app.jobs.commands.answers import Asked, Outcome

PASSAGES = 3
MOST_LINES = 12
MOST_CHARACTERS = 1_200
"""Of a passage."""
MOST_PLACES = 4
"""Of the code that a passage cites."""


class Search(Protocol):
    """Whatever answers questions from the published documentation."""

    async def query_documents(
        self, repo_url: str, query: str, search_type: SearchType, limit: int
    ) -> Sequence[SearchHit]:
        """Rank the pages that answer; raises InputError for a repository that is not documented."""


@dataclass(frozen=True)
class Asking:
    """Answers questions with passages; no model is called."""

    search: Search

    async def ask(self, asked: Asked) -> Outcome:
        """Quote what answers best, with the places in the code that it cites."""
        repository, question = asked.repository, asked.order.text
        try:
            hits = await self.search.query_documents(
                repository.url, question, SearchType.HYBRID, PASSAGES
            )
        except InputError:
            hits = []
        if not hits:
            raise InputError(
                "The published documentation has no answer. What is in an open pull request can be"
                " asked about once it is merged."
            )
        passages = [_quoted(each, repository.url) for each in hits]
        commits = dict.fromkeys(f"`{hit.commit[:12]}`" for hit in hits)
        told = f"From the pages as merged, made of {', '.join(commits)}; nothing here is new text."
        return Outcome("\n\n".join((told, *passages)), obeyed=True)


def _quoted(hit: SearchHit, address: str) -> str:
    headings = " / ".join(escape(each) for each in dict.fromkeys((hit.title, *hit.heading_path)))
    title = f"[{headings}]({hit.source})" if hit.source.startswith(f"{address}/") else headings
    note = " (part of this section is out of date)" if hit.stale else ""
    quoted = "\n".join(f"> {line}".rstrip() for line in _short(rebuild(hit.excerpt)).split("\n"))
    places = _places(hit.excerpt, address)
    cited = f"\n\nCites {', '.join(places)}" if places else ""
    return f"**{title}**{note}\n\n{quoted}{cited}"


def _short(text: str) -> str:
    """Leave out whole lines where a passage is too long."""
    lines: list[str] = []
    for line in text.strip().split("\n"):
        if len(lines) == MOST_LINES or sum(map(len, lines)) + len(line) > MOST_CHARACTERS:
            return "\n".join([*lines, "…"]) if lines else f"{line[:MOST_CHARACTERS]}…"
        lines.append(line)
    return "\n".join(lines)


def _places(excerpt: str, address: str) -> list[str]:
    """Link the places in the code that a passage cites; other addresses are left out."""
    found = re.findall(rf"\]\(({re.escape(address)}/blob/[^/()\s]+/[^()\s]+)\)", excerpt)
    return [_place(each, address) for each in list(dict.fromkeys(found))[:MOST_PLACES]]


def _place(link: str, address: str) -> str:
    path = link.removeprefix(f"{address}/blob/").partition("/")[2]
    file, _, lines = path.partition("#")
    shown = f"{unquote(file)}:{lines.replace('L', '')}" if lines else unquote(file)
    return f"[{code_span(shown)}]({link})"
