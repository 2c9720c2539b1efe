"""Where finished pages go: a directory, nowhere, or a documentation pull request."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from posixpath import basename, join
from typing import Protocol

from app.domain.value import Value
from app.domain.wiki.configuration.config import Config
from app.domain.wiki.merge.around import (
    Around,
    people_in,
    record_withdrawn,
    told_withdrawn,
    withdrawn_from,
)
from app.domain.wiki.merge.folder import Folder, Merge, merge_folder, told_of
from app.domain.wiki.merge.lists import relisted
from app.domain.wiki.merge.page import Conflict
from app.domain.wiki.page import PageSpec, RenderedPage
from app.domain.wiki.site.guide_block import GUIDES, RECORD, Block, Guides, join_all
from app.domain.wiki.site.ownership import (
    SEALED,
    Holder,
    Ownership,
)
from app.domain.wiki.site.publication import sidecar_path
from app.domain.wiki.site.unmoved import keep_unmoved
from app.errors import InputError
from flows.orchestrator.folders import RECORDS, find_pages, read_folder, read_or_none, unwritable
from flows.orchestrator.human_edits import EditHistory
from flows.orchestrator.staging import staging


class Publication(Value):
    """Finished files of a scope, by their path within its documentation folder, and what to say."""

    scope: str = ""
    """The scope's folder."""
    output: str = ""
    """The documentation folder, from the root of the repository."""
    files: Mapping[str, bytes]
    blocks: Mapping[str, Block] = {}
    """What is to stand between AutoDoc's marks in files of the scope's own folder."""
    commit: str
    """The documented commit."""
    pages: tuple[RenderedPage, ...] = ()
    withdrawn: tuple[PageSpec, ...] = ()
    """Pages that are not among the files because people deleted them."""
    withheld: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    config: Config = Config()
    """What the scope asks for."""
    sources: frozenset[str] = frozenset()
    """The files of code that the pages could cite."""


class Published(Value):
    """What became of publications; of several, files are named with their folder."""

    where: str
    written: tuple[str, ...] = ()
    """Files that are new or changed."""
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Pages that stay as a person has them."""
    merged: tuple[str, ...] = ()
    """Pages that hold what people wrote as well as what is generated."""
    texts: Mapping[str, bytes] = {}
    """These pages as they are published, by their path from the root of the repository."""
    conflicts: tuple[Conflict, ...] = ()
    """Where people's text stands although the machine has something else to say."""
    notes: tuple[str, ...] = ()
    """The conflicts in words, pages that stay deleted, and why a README is left as it is."""
    number: int | None = None
    """The pull request's."""


class Publisher(Protocol):
    """Whatever makes pages visible."""

    async def around(self, scope: str, output: str, specs: Sequence[PageSpec], /) -> Around:
        """Say which of the pages people deleted from a scope's folder, and which they wrote."""

    async def publish(
        self, publications: Sequence[Publication], confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        """Publish the files of one or more scopes; publishing the same again changes nothing.

        `confirm` is awaited before each effect and raises when another run took over.
        """


def named(publications: Sequence[Publication], publication: Publication, path: str) -> str:
    """Name a file of a publication; where there are several, with its folder."""
    return join(publication.output, path) if len(publications) > 1 else path


@dataclass(frozen=True)
class Change:
    """What is to be done in one folder."""

    publication: Publication
    directory: Path
    changed: Mapping[str, bytes]
    retired: tuple[str, ...]
    merge: Merge
    guides: Mapping[Path, bytes | None] = field(default_factory=dict)
    """Files of the scope's folder; None removes one."""
    notes: tuple[str, ...] = ()


class DirectoryPublisher:
    """Writes into directories; of the files that are there it touches only AutoDoc's own."""

    def __init__(
        self,
        directories: Mapping[str, Path],
        *,
        roots: Mapping[str, Path] | None = None,
        history: EditHistory | None = None,
        dry_run: bool = False,
    ) -> None:
        """Take the directory of each scope's pages and, to write guides, that of its sources.

        Both are given by the scope's folder.
        """
        self._history = history or EditHistory()
        self._directories = directories
        self._roots = roots or {}
        self._dry_run = dry_run

    async def around(self, scope: str, _output: str, specs: Sequence[PageSpec]) -> Around:
        """Look for what people deleted and wrote in the directory."""
        return await asyncio.to_thread(self._around, scope, specs)

    def _around(self, scope: str, specs: Sequence[PageSpec]) -> Around:
        directory = self._directories[scope]
        try:
            there = read_folder(directory, [each.path for each in specs])
            people = people_in({**find_pages(directory, there), **there})
        except OSError as error:
            raise unwritable(str(directory), error) from None
        return Around(withdrawn=withdrawn_from(specs, Folder.read(there)), people=people)

    async def publish(
        self, publications: Sequence[Publication], confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        """Replace the files that changed, each at once, and remove the pages that retired.

        Raises InputError for a directory that cannot be written, before any file is in its place.
        """
        await confirm()
        changes = []
        for each in publications:
            there = await asyncio.to_thread(self._read, each)
            bases = await self._history.find(
                each.files, Folder.read(there), partial(join, each.output)
            )
            changes.append(await asyncio.to_thread(self._plan, each, there, bases))
        if not self._dry_run:
            # First, so that a run that is killed half-way finds what it wrote itself.
            for change in changes:
                await self._history.keep(change.merge.generated)
        return await asyncio.to_thread(self._publish, publications, changes)

    def _publish(self, publications: Sequence[Publication], changes: Sequence[Change]) -> Published:
        targets = [each.directory / path for each in changes for path in each.publication.files]
        if len(set(targets)) < len(targets):
            raise InputError("two scopes would write the same page: choose another folder with -o")
        if not self._dry_run:
            where = ", ".join(str(each.directory) for each in changes)
            try:
                carry_out(changes)
            except OSError as error:
                raise unwritable(where, error) from None

        def gather(files: Callable[[Change], Iterable[str]]) -> tuple[str, ...]:
            return tuple(
                named(publications, each.publication, path)
                for each in changes
                for path in files(each)
            )

        return Published(
            where=", ".join(str(each.directory) for each in changes),
            written=(
                *gather(lambda each: each.changed),
                *(
                    join(each.publication.scope, path.name)
                    for each in changes
                    for path in each.guides
                ),
            ),
            removed=gather(lambda each: each.retired),
            kept=gather(lambda each: each.merge.kept),
            merged=gather(lambda each: each.merge.merged),
            texts=texts_of((each.publication, each.merge) for each in changes),
            conflicts=tuple(one for each in changes for one in each.merge.conflicts),
            notes=tuple(note for each in changes for note in each.notes),
        )

    def _read(self, publication: Publication) -> dict[str, bytes]:
        """Read the files that matter, and see that those to be written have a place."""
        directory = self._directories[publication.scope]
        try:
            for path in publication.files:
                find_target(directory, path)
            return read_folder(directory, publication.files)
        except OSError as error:
            raise unwritable(str(directory), error) from None

    def _plan(
        self, publication: Publication, there: Mapping[str, bytes], bases: Mapping[str, str]
    ) -> Change:
        directory = self._directories[publication.scope]
        guides = self._guides(publication, there.get(RECORD))
        own, folder = Ownership(there), Folder.read(there)
        ours = {path: there[path] for path in own.ours}
        merge = merge_folder(keep_unmoved(publication.files, (ours,)), folder, bases)
        merge = relisted(merge, publication.pages, (ours,))
        wanted = {**merge.files, **record_withdrawn(publication.withdrawn, folder)}
        if guides.record is not None:
            wanted[RECORD] = guides.record
        if foreign := [path for path in merge.kept if own.holder(path) is Holder.PERSON]:
            raise InputError(
                f"{directory / foreign[0]} is not AutoDoc's: choose another folder with -o,"
                " or move the file away"
            )
        left = left_over(own, folder, wanted, publication.withdrawn)
        return Change(
            publication=publication,
            directory=directory,
            changed={path: data for path, data in wanted.items() if there.get(path) != data},
            retired=tuple(sorted({*own.ours - wanted.keys(), *merge.gone, *left})),
            merge=merge,
            guides={
                self._roots[publication.scope] / name: data for name, data in guides.files.items()
            },
            notes=(*notes_of(merge, publication, folder), *guides.notes),
        )

    def _guides(self, publication: Publication, record: bytes | None) -> Guides:
        """Join the blocks into the files of the scope's folder, if it is at hand."""
        root = self._roots.get(publication.scope)
        if root is None:
            told = f"{', '.join(publication.blocks)} left alone: the pages go to another folder"
            return Guides(record=record, notes=(told,) if publication.blocks else ())
        linked = [name for name in GUIDES if (root / name).is_symlink()]
        blocks = {name: each for name, each in publication.blocks.items() if name not in linked}
        present = {name: read_or_none(root / name) for name in GUIDES if name not in linked}
        joined = join_all(present, blocks, record)
        notes = [f"`{each}` is a symbolic link" for each in linked if each in publication.blocks]
        return joined.model_copy(update={"notes": (*joined.notes, *notes)})


def texts_of(merges: Iterable[tuple[Publication, Merge]]) -> dict[str, bytes]:
    """Return the merged pages by their path from the root of the repository."""
    return {
        join(publication.output, path): merge.files[path]
        for publication, merge in merges
        for path in merge.merged
    }


def notes_of(merge: Merge, publication: Publication, there: Folder) -> tuple[str, ...]:
    """Say where people's text stands, and which pages stay, or stay deleted."""
    outlived = [
        f"`{path}` stays, as a person changed it: nothing is generated for it any more"
        for page_id, path in there.changed.items()
        if path not in {*merge.files, *merge.gone}
        and page_id not in {each.id for each in publication.withdrawn}
    ]
    return (
        *map(told_of, merge.conflicts),
        *map(told_withdrawn, publication.withdrawn),
        *outlived,
    )


def left_over(
    own: Ownership,
    folder: Folder,
    wanted: Collection[str],
    withdrawn: Collection[PageSpec],
) -> set[str]:
    """Name records of pages that neither are there nor are to be."""
    planned = {each.id for each in withdrawn}
    return {
        path
        for page_id, record in folder.records.items()
        if page_id not in planned
        and not record.withdrawn
        and own.holder(record.spec.path) is Holder.NOBODY
        and (path := sidecar_path(page_id)) not in wanted
    }


def carry_out(changes: Sequence[Change]) -> None:
    """Write all that changed aside, move it into place, and then remove what retired."""
    with staging() as staged:
        for change in changes:
            for folder, files in staged_by_folder(change):
                staged.add(folder, files)
        staged.move()
    for change in changes:
        gone = [path for path, data in change.guides.items() if data is None]
        # Without its page a record says that a person deleted it, so it goes last.
        retired = sorted(change.retired, key=lambda path: (path.startswith(f"{RECORDS}/"), path))
        for path in (*gone, *(find_target(change.directory, each) for each in retired)):
            path.unlink(missing_ok=True)


def staged_by_folder(change: Change) -> Iterator[tuple[Path, Mapping[Path, bytes]]]:
    """Give what is written in the order in which it is moved, by the folder that it waits in.

    A guide waits beside its place, as the pages may lie in another file system. It leads to pages,
    so it comes after them; what a record tells of, a page or a part of a guide, before it: a run
    can be killed in between. The lists of all pages come last, as what they list and is not there
    counts as deleted by a person.
    """
    folder = find_target(change.directory, RECORDS)
    targets = {each: find_target(change.directory, each) for each in sorted(change.changed)}
    records = {each for each in targets if each.startswith(f"{RECORDS}/")}
    lists = {targets[each]: change.changed[each] for each in targets if basename(each) in SEALED}
    pages = {
        targets[each]: change.changed[each]
        for each in targets
        if each not in records and targets[each] not in lists
    }
    recorded = {targets[each]: change.changed[each] for each in targets if each in records}
    guides = {path: data for path, data in change.guides.items() if data is not None}
    yield from ((folder, files) for files in (pages,) if files)
    yield from ((path.parent, {path: data}) for path, data in guides.items())
    yield from ((folder, files) for files in ({**recorded, **lists},) if files)


def find_target(directory: Path, path: str) -> Path:
    """Say where a file goes; no path and no link may lead out of the directory."""
    parts = PurePosixPath(path).parts
    target = directory.joinpath(*parts)
    inside = target.parent.resolve().is_relative_to(directory.resolve())
    if ".." in parts or PurePosixPath(path).is_absolute() or not inside:
        raise InputError(f"{path} lies outside {directory}")
    if target.is_symlink():
        raise InputError(f"{target} is a symbolic link: AutoDoc writes through none")
    return target


def check_output(output: Path) -> None:
    """Refuse a folder that cannot be written, before a model is paid to fill it."""
    folder = follow(output)
    around = (folder, *folder.parents)
    if any(each.name.casefold() == ".git" or is_git_directory(each) for each in around):
        raise InputError(f"{output} lies inside a git directory: choose another folder")
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir():
        raise InputError(f"cannot write to {output}: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"cannot write to {output}: {there} is read-only for this user")


def follow(output: Path) -> Path:
    """Say where a folder is in truth; a link to nothing, or to itself, is refused."""
    path = output.expanduser().absolute()
    for each in (path, *path.parents):
        if each.is_symlink() and not each.exists():
            problem = f"{each} is a symbolic link that leads nowhere"
            raise InputError(f"cannot write to {output}: {problem}")
    return path.resolve()


def is_git_directory(folder: Path) -> bool:
    """Recognise the inside of a repository, such as a bare one."""
    return (folder / "HEAD").is_file() and all((folder / x).is_dir() for x in ("objects", "refs"))


def told(path: str) -> str:
    """Say that a page is left to the person who changed it."""
    return f"`{path}` stays as a person has it: AutoDoc does not write over people's changes"
