"""From two commits to what they make of every page of a repository."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.analysis.facts import FactCache
from app.analysis.scopes import config_files, read_scopes
from app.domain.value import Value
from app.domain.wiki.configuration.loosening import loosened
from app.domain.wiki.configuration.scope import Scope, ScopeReading
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.people_acks import read_acks
from app.domain.wiki.record import Ack
from app.domain.work.update_cost import Terms, update_cost
from app.errors import InputError
from app.git.checkout import resolve_commit
from app.git.history import History
from app.git.snapshot import Entry
from app.impact.assessment import (
    Impact,
    ScopeImpact,
    Surface,
    Tree,
    acknowledgements,
    new_surface,
    without_acknowledged,
)
from app.impact.blaming import blamed
from app.impact.folders import Committed, Listed, PageFile, Place, Worktree, pages_of
from app.impact.generated import Generated, sizes
from app.impact.people import People, PeopleImpact
from app.impact.sides import Comparing

MOST_DIFFERING = 1_000
"""Files between the commit of a page and the one that pages of people are judged against."""
_NOBODY = re.compile(r"0+")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
NO_PAGES = (
    "there are no pages of AutoDoc here to judge from the commit that they were made from: name a"
    " range BASE..HEAD, or run `autodoc generate` first"
)
NO_BASE = (
    "the commit that the pages were made from is not at hand: pages of people are not judged, and"
    " what is new is not told; name a range BASE..HEAD, or fetch more history"
)


class Question(Value):
    """What somebody wants to know."""

    base: str | None = None
    """A revision; None: each page is judged from the commit that it was made from."""
    head: str = "HEAD"
    strict: bool = False
    """Whether more is reported of pages of people than what is nearly certain."""
    acks: Mapping[str, tuple[Ack, ...]] = {}
    """What people said of pages elsewhere than in the repository, by their paths from the root."""
    defaults: str = ""
    """The organisation's configuration."""


async def assess(root: Path, asked: Question, cache: FactCache, terms: Terms) -> Impact:
    """Judge the pages of a repository against a commit, without a model or a database.

    Without a base each page of AutoDoc is judged from the commit of its stamp, and the pages of
    people from the earliest of these. With one only what lies between base and head is told: what
    was stale at the base already is left out. The base is then where the two parted, if it is no
    ancestor. Zeros, as hooks and webhooks give them for a branch that is new, count as no base; so
    does a commit that is not at hand, which is noted. A page whose commit is not at hand, as in a
    clone of depth 1, is judged by its digests alone.

    Configuration is read from the base, so that a change cannot switch its own judgement off.
    Pages and records are read as they lie in the checkout when its own commit is judged, and as
    committed otherwise.
    """
    if _NOBODY.fullmatch(asked.head):
        return Impact(base="", head="", notes=("the branch is removed: there is nothing to judge",))
    history = History(root)
    head = await resolve_commit(root, asked.head)
    base, notes = await _base(root, history, asked.base, head)
    then, now = await Listed.of(root, base or head), await Listed.of(root, head)
    reading, entries = await read_scopes(then, asked.defaults), now.files
    place = await _place(root, head, Committed(history, entries))
    folders = {each.output: await place.folder(each.output) for each in reading.scopes}
    pages, lost = _matched(folders)
    if not pages and not lost and asked.base is None:
        raise InputError(NO_PAGES)
    cited = frozenset(path for each in pages for path in each.cited)
    assessing = _Assessing(
        comparing=Comparing(root, history, cache, tuple(folders), cited),
        place=place,
        entries=entries,
        base=base,
        head=head,
        asked=asked,
        terms=terms,
    )
    found = await assessing.impact(reading.scopes, pages, _acks(folders, asked.acks))
    told = (*notes, *reading.errors, *lost, *found.notes)
    changed = await _configured(reading, then, now, asked.defaults) if base else {}
    return found.model_copy(update={"notes": told, **changed})


async def _configured(
    before: ScopeReading, then: Listed, now: Listed, defaults: str
) -> dict[str, tuple[str, ...]]:
    """Say what a changed configuration asks for no more, and what is wrong with it since."""
    blobs = [
        {path: each.blob_id for path, each in config_files(side.files).items()}
        for side in (then, now)
    ]
    if blobs[0] == blobs[1]:
        return {}
    after = await read_scopes(now, defaults)
    return {
        "loosened": loosened(before.scopes, after.scopes),
        "broken": tuple(each for each in after.errors if each not in before.errors),
    }


def _matched(
    folders: Mapping[str, Mapping[str, bytes]],
) -> tuple[list[PageFile], list[str]]:
    """List the pages of AutoDoc, and say how many cannot be judged."""
    pages, notes = list[PageFile](), list[str]()
    for output, files in folders.items():
        found, lost = pages_of(output, files)
        pages += found
        if lost:
            told = f"{lost} pages" if lost > 1 else "1 page"
            notes.append(
                f"{told} in {output} without a usable record cannot be judged: run `autodoc update`"
            )
    return pages, notes


def _acks(
    folders: Mapping[str, Mapping[str, bytes]], more: Mapping[str, tuple[Ack, ...]]
) -> dict[str, tuple[Ack, ...]]:
    """Gather what was said of the pages of people, by their paths."""
    found = {page: acks for files in folders.values() for page, acks in read_acks(files).items()}
    return {page: (*found.get(page, ()), *more.get(page, ())) for page in {*found, *more}}


async def _base(
    root: Path, history: History, revision: str | None, head: str
) -> tuple[str, tuple[str, ...]]:
    """Name the commit at which what is asked about begins, empty for none; and what to note."""
    if revision is None or _NOBODY.fullmatch(revision):
        return "", ()
    if _COMMIT.fullmatch(revision) and not await history.has(revision):
        note = (
            f"{revision[:12]} is not at hand: each page is judged from the commit that it was made"
            " from; fetch more history to be told of this change alone"
        )
        return "", (note,)
    base = await resolve_commit(root, revision)
    common = await history.merge_base(base, head) or base
    if common == head != base:
        note = (
            f"{head[:12]} comes before {base[:12]}, so nothing is new in it: were the two swapped?"
        )
        return common, (note,)
    return common, ()


async def _place(root: Path, head: str, committed: Committed) -> Place:
    is_checkout = await asyncio.to_thread((root / ".git").exists)
    if is_checkout and await resolve_commit(root, "HEAD") == head:
        return Worktree(root, committed)
    return committed


@dataclass(frozen=True)
class _Assessing:
    """One question about one repository."""

    comparing: Comparing
    place: Place
    entries: Sequence[Entry]
    base: str
    head: str
    asked: Question
    terms: Terms

    async def impact(
        self,
        scopes: Sequence[Scope],
        pages: Sequence[PageFile],
        acks: Mapping[str, Sequence[Ack]],
    ) -> Impact:
        """Judge all pages of some scopes, and those of people."""
        tree = Tree([each.path for each in self.entries])
        generated = await Generated(self.comparing, self.base, self.head, tree).judge(pages)
        judged = without_acknowledged(generated, self.asked.acks)
        since, long_since = await self._stamps(pages)
        people = People(self.comparing, self.place, long_since, self.head, self.asked.strict)
        told = await people.judge(self.entries, pages, acks) if long_since else PeopleImpact()
        bases = {each.path: self.base or each.commit for each in pages}
        bases |= dict.fromkeys(told.pages, long_since)
        named = await blamed(self.comparing, {**judged, **told.pages}, bases, self.head)
        listed = [
            await self._scope(
                each, [page for page in pages if page.output == each.output], named, since
            )
            for each in scopes
        ]
        return Impact(
            base=self.base,
            head=self.head,
            scopes=tuple(listed),
            people=tuple(named[path] for path in told.pages),
            people_fresh=told.fresh,
            acknowledged=(*acknowledgements(generated, self.asked.acks), *told.acknowledged),
            cost=update_cost(sizes(pages, named), self.terms),
            notes=() if since else (NO_BASE,),
        )

    async def _stamps(self, pages: Sequence[PageFile]) -> tuple[str, str]:
        """Choose the commits of pages' stamps from which the head differs least and most.

        An update moves the stamps of what it writes. So pages of people are judged from the
        earliest one, that no update makes what is stale on them fall silent; but not from one from
        which more than `MOST_DIFFERING` files differ.
        """
        if self.base:
            return self.base, self.base
        distances = []
        for stamp in sorted({each.commit for each in pages}):
            if await self.comparing.history.has(stamp):
                diff = await self.comparing.history.diff(stamp, self.head)
                distances.append((len(diff.files), stamp))
        least = min(distances, default=(0, ""))
        near = [each for each in distances if each[0] <= MOST_DIFFERING]
        return least[1], max(near, default=least)[1]

    async def _scope(
        self,
        scope: Scope,
        pages: Sequence[PageFile],
        named: Mapping[str, PageImpact],
        since: str,
    ) -> ScopeImpact:
        found = tuple(named[each.path] for each in pages if each.path in named)
        return ScopeImpact(
            scope=scope.folder,
            output=scope.output,
            pages=found,
            fresh=len(pages) - len(found),
            new=await self._surface(scope, since) if pages else (),
        )

    async def _surface(self, scope: Scope, since: str) -> tuple[Surface, ...]:
        """List what nobody tells of yet, since the base or since pages were last made."""
        if not since:
            return ()
        sides = await self.comparing.sides(since, self.head)
        return new_surface(sides.changes, sides.before, scope.matcher())
