"""Publishing as the one open documentation pull request of a base branch."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import join
from typing import Protocol

from app.domain.value import Value
from app.domain.wiki.page import RenderedPage
from app.domain.wiki.site.announcement import Announcement, describe_publication
from app.domain.wiki.site.guide_block import (
    GUIDES,
    RECORD,
    Guides,
    is_changed,
    join_all,
    read_record,
    write_record,
)
from app.domain.wiki.site.ownership import Ownership, yield_to_people
from app.domain.wiki.site.unmoved import keep_unmoved
from app.domain.work import proposal
from app.domain.work.repository import Repository
from flows.orchestrator.publisher import Publication, Published, named, told


class PullRequests(Protocol):
    """Whatever commits files to our branch and keeps one pull request open."""

    async def publish(
        self,
        repository: Repository,
        proposal: proposal.Proposal,
        confirm: Callable[[], Awaitable[None]],
    ) -> proposal.Published:
        """Make the one pull request of the base branch hold the proposal."""


class Target(Value):
    """Which branch of which repository is documented."""

    repository: Repository
    base: str


@dataclass(frozen=True)
class Branch:
    """How the files of a branch are read; nothing, where there is no such branch."""

    folder: Callable[[str], Awaitable[Mapping[str, bytes]]]
    """Reads a folder of the repository, by path within it."""
    files: Callable[[Sequence[str]], Awaitable[Mapping[str, bytes | None]]]
    """Reads single files; None for one that is not there. What is no plain file is left out."""


class Folder(Value):
    """What one documentation folder holds, and what is proposed for it."""

    publication: Publication
    committed: Mapping[str, bytes]
    pages: Mapping[str, bytes]
    retired: tuple[str, ...]
    kept: tuple[str, ...]
    guides: Guides
    """Of the scope's own folder, by their names in it."""
    guided: Mapping[str, bytes | None]
    """The same files as the branch has them."""


WORDS = {
    proposal.Outcome.NO_DIFFERENCE: "nothing to propose: the branch says all of it already",
    proposal.Outcome.DECLINED: "a person closed the pull request that proposed exactly this",
    proposal.Outcome.OUTDATED: "the branch was rewritten or removed meanwhile",
}
"""What became of a proposal that left no open pull request."""


def changes_in(folders: Sequence[Folder]) -> dict[str, bytes | None]:
    """Give what is to be committed by its path in the repository; None for what is removed."""
    files: dict[str, bytes | None] = {}
    for each in folders:
        output, scope = each.publication.output, each.publication.scope
        files |= {join(output, path): data for path, data in each.pages.items()}
        files |= {join(output, path): None for path in each.retired}
        files |= {join(scope, name): data for name, data in each.guides.files.items()}
    return files


class PullRequestPublisher:
    """Proposes the files in a pull request; pages that retired are deleted in it."""

    def __init__(
        self, pulls: PullRequests, target: Target, committed: Branch, proposed: Branch
    ) -> None:
        """Take how to read the documented branch, and our own."""
        self._pulls = pulls
        self._target = target
        self._committed = committed
        self._proposed = proposed

    async def publish(
        self, publications: Sequence[Publication], confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        """Commit what differs and open or update the pull request, one for all scopes."""
        folders = [await self._compare(each) for each in publications]

        def gather(paths: Callable[[Folder], Sequence[str]]) -> tuple[str, ...]:
            return tuple(
                named(publications, each.publication, path)
                for each in folders
                for path in paths(each)
            )

        kept = gather(lambda each: each.kept)
        words = describe(publications, folders, kept)
        wanted = proposal.Proposal(
            base=self._target.base,
            base_commit=publications[0].commit,
            files=changes_in(folders),
            title=words.title,
            body=words.body,
            commit_message=words.commit_message,
            folders=tuple(each.output for each in publications),
            root_files=frozenset(
                join(each.publication.scope, name) for each in folders for name in each.guided
            ),
        )
        done = await self._pulls.publish(self._target.repository, wanted, confirm)
        return Published(
            where=done.pull.url if done.pull else WORDS.get(done.outcome, done.outcome),
            written=gather(lambda each: sorted(each.pages)),
            removed=gather(lambda each: each.retired),
            kept=kept,
            notes=tuple(note for each in folders for note in each.guides.notes),
            number=done.pull.number if done.pull else None,
        )

    async def _compare(self, publication: Publication) -> Folder:
        output = publication.output
        committed = await self._committed.folder(output)
        proposed = await self._proposed.folder(output)
        own = Ownership(committed)
        ours = {path: committed[path] for path in own.ours}
        unmoved = keep_unmoved(publication.files, (ours, proposed))
        pages, kept = yield_to_people(unmoved, (proposed, committed))
        guided, guides = await self._join(publication, committed.get(RECORD), proposed.get(RECORD))
        if guides.record is not None:
            pages[RECORD] = guides.record
        return Folder(
            publication=publication,
            committed=committed,
            pages=pages,
            retired=tuple(sorted(ours.keys() - pages.keys())),
            kept=kept,
            guides=guides,
            guided=guided,
        )

    async def _join(
        self, publication: Publication, record: bytes | None, proposed_record: bytes | None
    ) -> tuple[Mapping[str, bytes | None], Guides]:
        """Join the blocks into the guides as the branch has them.

        One that a person changed on our own branch is left there as it is.
        """
        marks, proposed = read_record(record), read_record(proposed_record)
        names = [each for each in GUIDES if each in {*publication.blocks, *marks, *proposed}]
        if not names:
            return {}, Guides()
        paths = {name: join(publication.scope, name) for name in names}
        base = await self._committed.files(list(paths.values()))
        ours = await self._proposed.files(list(paths.values()))
        present = {name: base[path] for name, path in paths.items() if path in base}
        notes = [f"`{name}` is no plain file" for name in names if name not in present]
        for name, mark in proposed.items():
            now = ours.get(paths[name])
            if name in present and now != present[name] and is_changed(now, mark):
                del present[name]
                marks[name] = mark
                notes.append(f"`{name}` stays as a person has it in the pull request")
        guides = join_all(present, publication.blocks, write_record(marks))
        return present, guides.model_copy(update={"notes": (*guides.notes, *notes)})


def describe(
    publications: Sequence[Publication], folders: Sequence[Folder], kept: Sequence[str]
) -> Announcement:
    """Say what the pull request changes; files of several scopes are named with their folder."""
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    pages: list[RenderedPage] = []
    for each in folders:
        publication = each.publication

        def name(path: str, publication: Publication = publication) -> str:
            return named(publications, publication, path)

        scope, changed = publication.scope, each.guides.files
        before |= {join(scope, at): data for at, data in each.guided.items() if data is not None}
        after |= {join(scope, at): data for at, data in changed.items() if data is not None}
        before |= {name(path): data for path, data in each.committed.items()}
        after |= {name(path): data for path, data in {**each.committed, **each.pages}.items()}
        pages += [
            page.model_copy(
                update={"spec": page.spec.model_copy(update={"path": name(page.spec.path)})}
            )
            for page in publication.pages
        ]
    withheld = [text for each in publications for text in each.withheld]
    warnings = [text for each in publications for text in each.warnings]
    warnings += [note for each in folders for note in each.guides.notes]
    return describe_publication(
        before, after, pages, publications[0].commit, withheld, (*warnings, *map(told, kept))
    )
