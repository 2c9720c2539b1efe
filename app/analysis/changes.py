"""What became of files between two commits; it costs what changed, not what there is."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname
from typing import Protocol

from app.analysis.artifacts import wants_text
from app.analysis.documents import is_document
from app.analysis.facts import BlobEntry, FactCache, facts_recipe
from app.analysis.inventory import Limits, is_safe, text_fault
from app.analysis.languages.registry import language_of
from app.analysis.parsing import Task, open_parser, parse_in_thread
from app.analysis.telling import told_in
from app.domain.code.change import Changes, FileNow, GoneName
from app.domain.code.diff import Diff, FileDiff, Touch
from app.domain.code.facts import FileFacts
from app.domain.code.gone import gone_names
from app.domain.code.secrets import redact
from app.domain.value import Value

FEW_BYTES = 1_500_000
"""So much is parsed sooner in this process than others are started for it."""
MAX_FILES = 3_000
"""Of more changed files only those that are cited are read, and so many of the new ones."""
MAX_MOVED = 50
"""So many files with the name of a cited one are looked at, where the base is not at hand."""

DEFAULT_LIMITS = Limits()

_FILES = frozenset({"file", "executable"})


class History(Protocol):
    """The commits of one repository."""

    async def has(self, commit: str) -> bool:
        """Say whether a commit is at hand."""

    async def entries(self, commit: str) -> Sequence[BlobEntry]:
        """List every leaf of a commit."""

    async def diff(self, base: str, head: str, paths: Collection[str] = ()) -> Diff:
        """Compare two commits; the hunks are those of the files that are named."""

    async def read(self, blob_ids: Sequence[str], largest: int) -> Mapping[str, bytes]:
        """Read blobs; those that are missing or larger than so many bytes are left out."""

    async def touches(
        self, base: str, head: str, paths: Collection[str], most: int
    ) -> Sequence[Touch]:
        """List the commits after `base` up to `head` that changed files, the newest first."""


class BothSides(Value):
    """Changes, and the facts of the files that differ on either side of them."""

    changes: Changes
    before: Mapping[str, FileFacts] = {}
    """Source files that changed or are gone, as they were, by old path."""
    now: Mapping[str, FileFacts] = {}
    """Source files that changed or are new, as they are, by new path."""
    removed: frozenset[str] = frozenset()
    """Every file that is gone, source or not; none that was renamed."""
    folders: frozenset[str] = frozenset()
    """Every folder of which nothing is left, whatever became of its files."""

    @property
    def gone(self) -> frozenset[str]:
        """Name every path that is gone and that pages may speak of, but for renamed files."""
        return self.removed | self.folders

    @property
    def touched(self) -> frozenset[str]:
        """Name every file that differs, by its paths on both sides."""
        now = {each.path for each in self.changes.files.values() if each is not None}
        return frozenset({*self.changes.files, *now, *self.changes.added})

    @property
    def gone_names(self) -> tuple[GoneName, ...]:
        """Name what is defined no more; candidates, for files that did not change may have it."""
        return gone_names(self.before, self.now, removed=self.gone, renames=self.changes.renames)


@dataclass(frozen=True)
class FileReader:
    """Reads and parses single files of whichever commit; the cache spares the parsing."""

    history: History
    cache: FactCache
    limits: Limits = DEFAULT_LIMITS

    async def read(self, blobs: Mapping[str, str]) -> dict[str, "ReadFile"]:
        """Read files, given by path with their blobs.

        Of a file that is no text, or too large, nothing is known but that it is there.
        """
        contents = await self.history.read(list(blobs.values()), self.limits.file_bytes)
        texts = await asyncio.to_thread(_texts, contents)
        wanted: dict[str, set[str]] = {}
        for path, blob_id in blobs.items():
            language = language_of(path)
            if language is not None and blob_id in texts:
                wanted.setdefault(language, set()).add(blob_id)
        facts = await self._facts(wanted, texts)
        return {
            path: ReadFile(
                text=texts.get(blob_id, "").removeprefix("\ufeff"),
                facts=facts.get((language_of(path) or "", blob_id)),
            )
            for path, blob_id in blobs.items()
        }

    async def _facts(
        self, wanted: Mapping[str, Collection[str]], texts: Mapping[str, str]
    ) -> dict[tuple[str, str], FileFacts]:
        found: dict[tuple[str, str], FileFacts] = {}
        tasks: dict[str, list[Task]] = {}
        for language, blob_ids in sorted(wanted.items()):
            known = await self.cache.find(facts_recipe(language), blob_ids)
            found |= {(language, blob_id): facts for blob_id, facts in known.items()}
            tasks[language] = [
                Task(language, blob_id, texts[blob_id].encode())
                for blob_id in sorted(set(blob_ids) - set(known))
            ]
        async for language, parsed in self._parsed(tasks):
            found |= {(language, blob_id): facts for blob_id, facts in parsed.items()}
            await self.cache.add(facts_recipe(language), parsed)
        return found

    async def _parsed(
        self, tasks: Mapping[str, Sequence[Task]]
    ) -> AsyncIterator[tuple[str, Mapping[str, FileFacts]]]:
        sizes = [len(task.content) for each in tasks.values() for task in each]
        if sum(sizes) <= FEW_BYTES:
            for language, each in tasks.items():
                async for facts in parse_in_thread(each):
                    yield language, facts
            return
        async with open_parser(sizes, self.limits.parsers) as parse:
            for language, each in tasks.items():
                async for facts in parse(each):
                    yield language, facts


@dataclass(frozen=True)
class ReadFile:
    """A file as it is at one commit."""

    text: str
    """Secrets are taken out; empty when it is none."""
    facts: FileFacts | None

    def now(self, path: str, *, is_cited: bool) -> FileNow:
        """Make of it what verdicts look at; what it tells is asked only where it is cited."""
        symbols = () if self.facts is None else self.facts.symbols
        return FileNow(
            path=path,
            symbols={each.name: each for each in symbols},
            told=told_in(path, self.text, self.facts) if is_cited else frozenset(),
            text=self.text,
        )


async def read_changes(
    history: History,
    base: str,
    head: str,
    cited: Collection[str],
    cache: FactCache,
    limits: Limits = DEFAULT_LIMITS,
) -> Changes:
    """Read what became of the cited files, and of others to which their code may have moved.

    Of files that nobody cites only sources are among the changes, and other files that say more
    than prose does.

    Where `base` is not at hand (zeros, a clone that is too shallow, a commit that was collected, a
    dirty tree) the result has no base: every cited file is read as it is at `head`, and nothing
    is known of renames, hunks and commits. A base that is no ancestor of `head`, as after a forced
    push, is compared with it all the same: pages were made from its files, and what other history
    lies between does not matter to them.
    """
    reader = FileReader(history, cache, limits)
    if not await history.has(base):
        return await _without_base(reader, head, cited)
    diff = await history.diff(base, head, cited)
    changes, _ = await _changes(reader, base, head, diff, cited)
    return changes


async def read_both_sides(
    history: History,
    base: str,
    head: str,
    cited: Collection[str],
    cache: FactCache,
    limits: Limits = DEFAULT_LIMITS,
) -> BothSides:
    """Read changes with the old versions of the files, to know which names are gone.

    Where `base` is not at hand nothing is known of what was before it.
    """
    reader = FileReader(history, cache, limits)
    if not await history.has(base):
        return BothSides(changes=await _without_base(reader, head, cited))
    diff = await history.diff(base, head, cited)
    old = {each.old: each.old_blob for each in diff.files if _is_file(each.old_kind)}
    sources = [path for path in old if language_of(path) is not None][:MAX_FILES]
    before = await reader.read({path: old[path] for path in sources})
    changes, now = await _changes(reader, base, head, diff, cited)
    return BothSides(
        changes=changes,
        before=_known(before),
        now=_known(now),
        removed=frozenset(each.old for each in diff.files if not each.new),
        folders=await _left_folders(history, head, diff),
    )


async def _left_folders(history: History, head: str, diff: Diff) -> frozenset[str]:
    """Name the folders that files left and in which nothing is now."""
    left = _folders(each.old for each in diff.files if each.old and each.old != each.new)
    if not left:
        return left
    entries = await history.entries(head)
    return left - await asyncio.to_thread(_folders, (each.path for each in entries))


def _folders(paths: Iterable[str]) -> frozenset[str]:
    """Collect the folders around files."""
    found: set[str] = set()
    for path in paths:
        folder = dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = dirname(folder)
    return frozenset(found)


def _known(read: Mapping[str, ReadFile]) -> dict[str, FileFacts]:
    return {path: each.facts for path, each in read.items() if each.facts is not None}


async def _changes(
    reader: FileReader, base: str, head: str, diff: Diff, cited: Collection[str]
) -> tuple[Changes, Mapping[str, ReadFile]]:
    """Read the new versions, and give them beside what verdicts look at of them."""
    changed = _chosen([each for each in diff.files if each.old], cited)
    added = [each for each in diff.files if not each.old and _may_hold_code(each)][:MAX_FILES]
    blobs = {
        each.new: each.new_blob
        for each in (*changed, *added)
        if each.new and _is_file(each.new_kind)
    }
    read = await reader.read(blobs)

    def now(each: FileDiff) -> FileNow | None:
        if not each.new:
            return None
        file = read.get(each.new)
        return file.now(each.new, is_cited=each.old in cited) if file else FileNow(path=each.new)

    changes = Changes(
        base=base,
        head=head,
        files=await asyncio.to_thread(lambda: {each.old: now(each) for each in changed}),
        renames={each.old: each.new for each in diff.files if each.is_renamed},
        added={each.new: read[each.new].now(each.new, is_cited=False) for each in added},
        hunks={each.new or each.old: each.hunks for each in changed if each.hunks},
    )
    return changes, read


def _chosen(changed: Sequence[FileDiff], cited: Collection[str]) -> list[FileDiff]:
    telling = [each for each in changed if each.old in cited or _may_hold_code(each)]
    if len(telling) <= MAX_FILES:
        return telling
    return [each for each in telling if each.old in cited]


def _may_hold_code(each: FileDiff) -> bool:
    """Say whether what left another file may have come to this one; to prose nothing comes."""
    if not _is_file(each.new_kind) or not is_safe(each.new):
        return False
    return language_of(each.new) is not None or (wants_text(each.new) and not is_document(each.new))


def _is_file(kind: str) -> bool:
    return kind in _FILES


async def _without_base(reader: FileReader, head: str, cited: Collection[str]) -> Changes:
    entries = {each.path: each for each in await reader.history.entries(head)}
    there = {path: entries[path] for path in cited if path in entries}
    moved = _namesakes(entries.values(), cited, there)
    files = {path: each.blob_id for path, each in there.items() if _is_file(each.kind)}
    read = await reader.read(files | moved)

    def now(path: str) -> FileNow | None:
        file = read.get(path)
        return file.now(path, is_cited=True) if file else _bare(path, there)

    return Changes(
        base="",
        head=head,
        files=await asyncio.to_thread(lambda: {path: now(path) for path in cited}),
        added={path: read[path].now(path, is_cited=False) for path in moved},
    )


def _bare(path: str, there: Collection[str]) -> FileNow | None:
    return FileNow(path=path) if path in there else None


def _namesakes(
    entries: Iterable[BlobEntry], cited: Collection[str], there: Collection[str]
) -> dict[str, str]:
    """Find sources with the names of cited files, first of those that are gone.

    A folder may have been renamed, or a file of the same name may have taken over.
    """
    names = {basename(path) for path in cited}
    gone = {basename(path) for path in cited if path not in there}
    found = [
        each
        for each in entries
        if basename(each.path) in names
        and each.path not in cited
        and _is_file(each.kind)
        and language_of(each.path) is not None
    ]
    found.sort(key=lambda each: (basename(each.path) not in gone, each.path))
    return {each.path: each.blob_id for each in found[:MAX_MOVED]}


def _texts(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Decode what is text, and take out what nobody is shown."""
    return {
        blob_id: redact(content.decode())
        for blob_id, content in contents.items()
        if text_fault(content) is None
    }
