"""What changed since the commits of pages: their cited files, and names that are gone."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.analysis.changes import DEFAULT_LIMITS, read_both_sides
from app.analysis.facts import FactCache
from app.analysis.inventory import Limits
from app.domain.code.change import Changes, GoneName
from app.domain.code.gone import confirmed, named_in, searched
from app.domain.value import Value
from app.domain.wiki.published import PublishedWiki
from app.git.history import History
from app.git.words import still_there

STAMP = re.compile(rb"<!-- autodoc page=(\S+) commit=(\S+) recipe=(\S+) -->\s*\Z")
TAIL = 400
"""So many bytes at the end of a page hold its stamp."""


class Comparison(Value):
    """What became of the files that pages of one commit cite, and of the names in them."""

    changes: Changes
    gone: Mapping[str, GoneName] = {}
    """Names of which nothing is left; confirmed."""


@dataclass(frozen=True)
class Comparer:
    """Compares the commits of stamps with another one, at the cost of what changed."""

    repository: Path
    history: History
    cache: FactCache
    limits: Limits = DEFAULT_LIMITS

    async def compare(
        self, wiki: PublishedWiki, commit: str, head: str, exclude: Collection[str]
    ) -> Comparison:
        """Read what became of what the pages of one commit cite.

        `exclude` names the documentation folders, whose records hold every name there ever was.
        """
        sides = await read_both_sides(
            self.history, commit, head, wiki.cited(commit), self.cache, self.limits
        )
        texts = [each.text for each in wiki.pages if each.commit == commit]
        named = named_in(texts, sides.gone_names)
        words = sorted({word for each in named for word in searched(each)})
        there = await still_there(self.repository, head, words, exclude)
        return Comparison(changes=sides.changes, gone=confirmed(named, there))

    async def newest(self, commits: Collection[str]) -> str:
        """Name the commit that all others lead to; empty when there is none that is known."""
        return await self.history.newest(commits)

    async def is_after(self, later: str, earlier: str) -> bool:
        """Say whether one commit follows another one."""
        if not later or not earlier or later == earlier:
            return False
        return await self.history.merge_base(later, earlier) == earlier


def stamped_commits(files: Mapping[str, bytes]) -> frozenset[str]:
    """Collect the commits that the stamps of pages name."""
    found = (STAMP.search(data[-TAIL:]) for path, data in files.items() if path.endswith(".md"))
    return frozenset(each[2].decode(errors="replace") for each in found if each)
