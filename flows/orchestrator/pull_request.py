"""Publishing as the one open documentation pull request of a base branch."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from posixpath import join
from typing import Protocol

from app.domain.value import Value
from app.domain.wiki.merge.around import Around, people_in, record_withdrawn, withdrawn_from
from app.domain.wiki.merge.folder import Folder, Merge, merge_folder, settle
from app.domain.wiki.merge.lists import relisted
from app.domain.wiki.page import PageSpec
from app.domain.wiki.site.announcement import Announcement
from app.domain.wiki.site.guide_block import (
    GUIDES,
    RECORD,
    Guides,
    is_changed,
    join_all,
    read_record,
    write_record,
)
from app.domain.wiki.site.ownership import Ownership
from app.domain.wiki.site.publication import sidecar_path
from app.domain.wiki.site.unmoved import keep_unmoved
from app.domain.work import proposal
from app.domain.work.repository import Repository
from flows.orchestrator.announcing import commits_of, describe, opening_of, place_of
from flows.orchestrator.human_edits import Bases, EditHistory, Versions, no_versions
from flows.orchestrator.instructed import FindNotes, no_notes, with_instructions
from flows.orchestrator.proposed import Proposed, changes_in, said_of
from flows.orchestrator.publisher import Publication, Published, named, texts_of
from flows.orchestrator.telling import Tell, tell_nothing
from flows.orchestrator.upkeep import FindAcks, no_acks
from flows.orchestrator.worded import with_words


class PullRequests(Protocol):
    """Whatever commits files to our branch and keeps one pull request open."""

    async def publish(
        self,
        repository: Repository,
        proposal: proposal.Proposal,
        confirm: Callable[[], Awaitable[None]],
    ) -> proposal.Published:
        """Make the one pull request of the base branch hold the proposal."""


class Invitation(Value):
    """What the first pull request holds beside pages, and what it says of itself."""

    words: Announcement
    files: Mapping[str, bytes] = {}
    """By path in the repository."""


class Target(Value):
    """Which branch of which repository is documented."""

    repository: Repository
    base: str
    invitation: Invitation | None = None
    """Of the pull request that asks for consent."""
    is_asked: bool = False
    """Whether a person ordered the run: then what was closed before is proposed again."""


@dataclass(frozen=True)
class Branch:
    """How the files of a branch are read; nothing, where there is no such branch."""

    folder: Callable[[str], Awaitable[Mapping[str, bytes]]]
    """Reads a folder of the repository, by path within it."""
    files: Callable[[Sequence[str]], Awaitable[Mapping[str, bytes | None]]]
    """Reads single files; None for one that is not there. What is no plain file is left out."""
    versions: Versions = no_versions
    """Reads what a file was at earlier commits of the branch."""
    said: FindAcks = no_acks
    """Gives what people said of its pages in comments."""
    asked: FindNotes = no_notes
    """Gives what they asked of its pages there."""


WORDS = {
    proposal.Outcome.NO_DIFFERENCE: "the branch says all of it already",
    proposal.Outcome.DECLINED: "a person closed the pull request that proposed this, or reverted"
    " it, and no source that matters changed since",
    proposal.Outcome.TAKEN: "a person pointed the pull request at another branch, so it is left"
    " alone: close it, or point it back",
    proposal.Outcome.OUTDATED: "the branch was rewritten or removed meanwhile",
}
"""What became of a proposal that left no open pull request."""


class PullRequestPublisher:
    """Proposes the files in a pull request; pages that retired are deleted in it."""

    def __init__(
        self,
        pulls: PullRequests,
        target: Target,
        committed: Branch,
        proposed: Branch,
        bases: Bases | None = None,
        tell: Tell = tell_nothing,
    ) -> None:
        """Take how to read the documented branch, and our own."""
        self._bases = bases
        self._pulls = pulls
        self._target = target
        self._committed = committed
        self._proposed = proposed
        self._tell = tell

    async def around(self, _scope: str, output: str, specs: Sequence[PageSpec]) -> Around:
        """Look for what people deleted and wrote on both branches."""
        committed = Folder.read(await self._committed.folder(output))
        proposed = Folder.read(await self._proposed.folder(output), on_branch=True)
        withdrawn = withdrawn_from(specs, committed)
        for page_id in withdrawn_from(specs, proposed) - withdrawn:
            if not await self._is_restored(page_id, output, committed, proposed):
                withdrawn |= {page_id}
        return Around(withdrawn=withdrawn, people=people_in(committed.files))

    async def _is_restored(
        self, page_id: str, output: str, committed: Folder, proposed: Folder
    ) -> bool:
        """Say whether a person had a page written again after the deletion had been merged."""
        path = sidecar_path(page_id)
        if page_id in committed.records or path not in proposed.files:
            return False
        return proposed.files[path] in await self._committed.versions(join(output, path))

    async def publish(
        self, publications: Sequence[Publication], confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        """Commit what differs and open or update the pull request, one for all scopes."""
        compared = [await self._compare(each) for each in publications]
        asked = await self._committed.asked()
        instructed = [with_instructions(each, asked) for each in compared]
        folders = with_words(instructed, await self._committed.said())

        def gather(paths: Callable[[Proposed], Sequence[str]]) -> tuple[str, ...]:
            return tuple(
                named(publications, each.publication, path)
                for each in folders
                for path in paths(each)
            )

        kept = gather(lambda each: each.merge.kept)
        for each in folders:
            await EditHistory(self._bases).keep(each.merge.generated)
        wanted = self._invited(await self._proposal(publications, folders, kept))
        done = await self._pulls.publish(self._target.repository, wanted, confirm)
        return Published(
            where=done.pull.url if done.pull else WORDS.get(done.outcome, done.outcome),
            written=gather(lambda each: sorted(each.pages)),
            removed=gather(lambda each: each.retired),
            kept=kept,
            merged=gather(lambda each: each.merge.merged),
            texts=texts_of((each.publication, each.merge) for each in folders),
            conflicts=tuple(one for each in folders for one in each.merge.conflicts),
            notes=tuple(note for each in folders for note in said_of(each)),
            number=done.pull.number if done.pull else None,
        )

    async def _proposal(
        self, publications: Sequence[Publication], folders: Sequence[Proposed], kept: Sequence[str]
    ) -> proposal.Proposal:
        """Put the files and the words together."""
        known, place = await self._tell(), place_of(self._target.repository, self._target.base)
        words = await asyncio.to_thread(describe, publications, folders, kept, known, place)
        return proposal.Proposal(
            base=self._target.base,
            base_commit=publications[0].commit,
            files=changes_in(folders),
            title=words.title,
            body=words.body,
            substance=words.substance,
            commit_message=words.commit_message,
            sign_off=commits_of(publications).sign_off,
            opening=opening_of(publications, folders),
            is_asked=self._target.is_asked,
            folders=tuple(each.output for each in publications),
            root_files=frozenset(
                join(each.publication.scope, name) for each in folders for name in each.guided
            ),
        )

    def _invited(self, wanted: proposal.Proposal) -> proposal.Proposal:
        """Let a proposal that asks for consent say so."""
        invitation = self._target.invitation
        if invitation is None:
            return wanted
        beside = {
            "files": {**wanted.files, **invitation.files},
            "root_files": wanted.root_files | invitation.files.keys(),
        }
        return wanted.model_copy(update={**invitation.words.model_dump(), **beside})

    async def _compare(self, publication: Publication) -> Proposed:
        output = publication.output
        committed = await self._committed.folder(output)
        proposed = await self._proposed.folder(output)
        own = Ownership(committed)
        ours = {path: committed[path] for path in own.ours}
        unmoved = keep_unmoved(publication.files, (ours, proposed))
        merge = await self._merge(unmoved, committed, proposed, output)
        merge = relisted(merge, publication.pages, (ours, proposed))
        deleted = record_withdrawn(publication.withdrawn, Folder.read({**proposed, **committed}))
        pages = {**merge.files, **deleted}
        guided, guides = await self._join(publication, committed.get(RECORD), proposed.get(RECORD))
        if guides.record is not None:
            pages[RECORD] = guides.record
        return Proposed(
            publication=publication,
            committed=committed,
            pages=pages,
            retired=tuple(sorted({*ours.keys() - pages.keys(), *merge.gone})),
            merge=merge,
            guides=guides,
            guided=guided,
        )

    async def _merge(
        self,
        files: Mapping[str, bytes],
        committed: Mapping[str, bytes],
        proposed: Mapping[str, bytes],
        output: str,
    ) -> Merge:
        """Put in what people changed on the documented branch, and then what on ours.

        After a merge our branch can be left behind: what the documented branch had at any time is
        no change of ours any more.
        """
        base = Folder.read(committed)
        known = await self._history(self._committed).find(files, base, partial(join, output))
        first = await asyncio.to_thread(merge_folder, files, base, known)
        ours = Folder.read(await self._unmerged(proposed, output), on_branch=True)
        await EditHistory(self._bases).keep_merged(
            first.files[each].decode(errors="surrogateescape") for each in first.merged
        )
        known = await self._history(self._proposed).find(first.files, ours, partial(join, output))
        second = await asyncio.to_thread(merge_folder, first.files, ours, known)
        return Merge(
            files=settle(second.files, ours, first.merged),
            merged=tuple(dict.fromkeys((*first.merged, *second.merged))),
            kept=tuple(dict.fromkeys((*first.kept, *second.kept))),
            gone=first.gone,
            conflicts=tuple(dict.fromkeys((*first.conflicts, *second.conflicts))),
            generated={**first.generated, **second.generated},
        )

    def _history(self, branch: Branch) -> EditHistory:
        return EditHistory(self._bases, branch.versions)

    async def _unmerged(self, proposed: Mapping[str, bytes], output: str) -> dict[str, bytes]:
        """Leave out the pages of our branch that the documented branch has, or had."""
        found = dict(proposed)
        for path in Folder.read(proposed, on_branch=True).changed.values():
            if proposed[path] in await self._committed.versions(join(output, path)):
                del found[path]
        return found

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
