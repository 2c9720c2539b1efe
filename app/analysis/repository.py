"""Everything that is known about one commit without a model."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.analysis.artifacts import read_artifacts, wants_text
from app.analysis.edges import import_edges
from app.analysis.extract import count_lines
from app.analysis.facts import BlobEntry, Blobs, FactCache, facts_recipe
from app.analysis.inventory import (
    ATTRIBUTES,
    Inventory,
    Limits,
    is_marked_as_generated,
    is_safe,
    needs_attributes,
    take_inventory,
    text_fault,
    without,
)
from app.analysis.languages.registry import language_of
from app.analysis.manifests.registry import is_manifest, read_manifest
from app.analysis.parsing import Task, open_parser
from app.domain.code.facts import (
    FileFacts,
    LeftOut,
    LeftOutReason,
    Manifest,
    RepositoryFacts,
    Script,
)
from app.domain.code.secrets import redact
from app.domain.value import Value

READ_BYTES = 16_000_000
"""So much of a repository is in memory at a time."""


class Analysis(Value):
    """What a commit says, and what it took to find out."""

    facts: RepositoryFacts
    parsed: int
    """Files parsed now; 0 when the cache knew all of them."""
    cached: int
    blob_ids: Mapping[str, str]
    """The blob of each file that took part, by path."""


class _Blob(NamedTuple):
    """One content, and the languages in which its paths want it read."""

    blob_id: str
    size: int
    languages: tuple[str, ...]


@dataclass
class _Reading:
    """What is found while the blobs are read."""

    facts: dict[tuple[str, str], FileFacts] = field(default_factory=dict)
    """By language and blob id."""
    lines: dict[str, int] = field(default_factory=dict)
    faults: dict[str, LeftOutReason] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    parsed: int = 0


async def read_repository(
    blobs: Blobs,
    name: str,
    cache: FactCache,
    limits: Limits,
    report: Callable[[int, int], None],
    exclude: Collection[str] = (),
) -> Analysis:
    """Read the files of a commit into facts; `report` is told how many of how many are read.

    The same commit gives the same facts, whatever the cache knows.
    """
    entries = await asyncio.to_thread(without, await blobs.entries(), exclude)
    attributes: Mapping[str, Mapping[str, str]] = {}
    if needs_attributes(entries):
        paths = [entry.path for entry in entries if is_safe(entry.path)]
        attributes = await blobs.attributes(paths, ATTRIBUTES)
    inventory = await asyncio.to_thread(take_inventory, entries, attributes, limits)
    reading = _Reading()
    cached = await _recall(inventory, cache, reading)
    await _read(blobs, inventory, cache, reading, report, limits.parsers)
    facts = await asyncio.to_thread(_assemble, blobs.commit, name, inventory, reading)
    taken = {entry.path: entry.blob_id for entry in inventory.chosen if _took_part(entry, reading)}
    return Analysis(facts=facts, parsed=reading.parsed, cached=cached, blob_ids=taken)


async def _recall(inventory: Inventory, cache: FactCache, reading: _Reading) -> int:
    """Take from the cache what it knows, and count the files of that."""
    wanted: dict[str, set[str]] = {}
    for entry in inventory.chosen:
        language = language_of(entry.path)
        if language is not None:
            wanted.setdefault(language, set()).add(entry.blob_id)
    for language, blob_ids in sorted(wanted.items()):
        known = await cache.find(facts_recipe(language), blob_ids)
        for blob_id, facts in known.items():
            reading.facts[language, blob_id] = facts
            reading.lines[blob_id] = facts.lines
    return sum(
        (language_of(entry.path) or "", entry.blob_id) in reading.facts
        for entry in inventory.chosen
    )


async def _read(
    blobs: Blobs,
    inventory: Inventory,
    cache: FactCache,
    reading: _Reading,
    report: Callable[[int, int], None],
    parsers: int,
) -> None:
    """Read what is not known yet, a part of the repository at a time."""
    pending = list(_pending(inventory, reading))
    sizes = [blob.size for blob in pending if blob.languages]
    total, done = len(inventory.chosen), len(inventory.chosen) - len(pending)
    report(done, total)
    texts = {entry.blob_id for entry in inventory.chosen if _wants_text(entry.path)}
    async with open_parser(sizes, parsers) as parse:
        for part in _parts(pending):
            contents = await blobs.read([blob.blob_id for blob in part])
            tasks = await asyncio.to_thread(_sort_out, part, contents, texts, reading)
            for language, found in sorted(_by_language(tasks).items()):
                async for facts in parse(found):
                    reading.parsed += len(facts)
                    reading.facts.update({(language, key): one for key, one in facts.items()})
                    await cache.add(facts_recipe(language), facts)
            done += len(part)
            report(min(done, total), total)
    report(total, total)


def _pending(inventory: Inventory, reading: _Reading) -> Iterator[_Blob]:
    """Give each content that must be read, once, whatever the number of its paths."""
    languages: dict[str, set[str]] = {}
    sizes: dict[str, int] = {}
    for entry in inventory.chosen:
        language = language_of(entry.path)
        is_known = entry.blob_id in reading.lines
        missing = language is not None and (language, entry.blob_id) not in reading.facts
        if missing or not is_known or _wants_text(entry.path):
            sizes[entry.blob_id] = entry.size
            wanted = languages.setdefault(entry.blob_id, set())
            if language is not None and missing:
                wanted.add(language)
    for blob_id, size in sizes.items():
        yield _Blob(blob_id, size, tuple(sorted(languages[blob_id])))


def _parts(pending: Sequence[_Blob]) -> Iterator[list[_Blob]]:
    part: list[_Blob] = []
    size = 0
    for blob in pending:
        if part and size + blob.size > READ_BYTES:
            yield part
            part, size = [], 0
        part.append(blob)
        size += blob.size
    if part:
        yield part


def _sort_out(
    part: Sequence[_Blob],
    contents: Mapping[str, bytes],
    texts: Collection[str],
    reading: _Reading,
) -> list[Task]:
    """Keep what can be said of each content at once, and give the ones to parse."""
    tasks: list[Task] = []
    for blob in part:
        content = contents.get(blob.blob_id)
        fault = LeftOutReason.UNREADABLE if content is None else text_fault(content)
        if content is None or fault is not None:
            reading.faults[blob.blob_id] = fault or LeftOutReason.UNREADABLE
            continue
        reading.lines[blob.blob_id] = count_lines(content)
        # What the facts do not hold no page, prompt or search can show.
        text = redact(content.decode("utf-8"))
        content = text.encode()
        if blob.blob_id in texts:
            reading.texts[blob.blob_id] = text.removeprefix("\ufeff")
        if blob.languages and is_marked_as_generated(content):
            reading.faults[blob.blob_id] = LeftOutReason.GENERATED
        else:
            tasks += [Task(language, blob.blob_id, content) for language in blob.languages]
    return tasks


def _by_language(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.language, []).append(task)
    return found


def _wants_text(path: str) -> bool:
    return wants_text(path) or _is_path_table(path)


def _is_path_table(path: str) -> bool:
    return path.rpartition("/")[2] in ("tsconfig.json", "jsconfig.json", "tsconfig.base.json")


def _took_part(entry: BlobEntry, reading: _Reading) -> bool:
    return entry.blob_id not in reading.faults


def _assemble(commit: str, name: str, inventory: Inventory, reading: _Reading) -> RepositoryFacts:
    taken = [entry for entry in inventory.chosen if _took_part(entry, reading)]
    files = {
        entry.path: reading.facts[language, entry.blob_id]
        for entry in taken
        if (language := language_of(entry.path)) is not None
    }
    texts = {
        entry.path: reading.texts[entry.blob_id]
        for entry in taken
        if entry.blob_id in reading.texts and _wants_text(entry.path)
    }
    faults = [
        LeftOut(path=entry.path, reason=reading.faults[entry.blob_id])
        for entry in inventory.chosen
        if entry.blob_id in reading.faults
    ]
    manifests = _manifests(texts, files)
    return RepositoryFacts(
        commit=commit,
        name=name,
        files=files,
        line_counts={entry.path: reading.lines[entry.blob_id] for entry in taken},
        paths=inventory.paths,
        manifests=manifests,
        **read_artifacts(texts),
        edges=import_edges(
            files, manifests, {path: texts[path] for path in filter(_is_path_table, texts)}
        ),
        left_out=tuple(
            sorted((*inventory.left_out, *faults), key=lambda one: (one.path, one.reason))
        ),
    )


def _manifests(texts: Mapping[str, str], files: Mapping[str, FileFacts]) -> tuple[Manifest, ...]:
    read = (read_manifest(path, texts[path]) for path in filter(is_manifest, texts))
    found = [one for one in read if one is not None]
    found.sort(key=lambda one: not one.name)
    modules = {_folder(one.path): one.name for one in found if _is_go_module(one)}
    commands: dict[str, list[Script]] = {root: [] for root in modules}
    for path, facts in files.items():
        root = _nearest(_folder(path), modules) if facts.language == "go" else None
        main = next((one for one in facts.symbols if one.name == "main"), None)
        if root is not None and main is not None:
            command = _go_command(_folder(path), root, modules[root])
            place = {"path": path, "line": main.first_line}
            commands[root].append(command.model_copy(update=place))
    return tuple(
        one.model_copy(update={"scripts": tuple(commands[_folder(one.path)])})
        if _is_go_module(one)
        else one
        for one in found
    )


def _is_go_module(manifest: Manifest) -> bool:
    return manifest.ecosystem == "go" and manifest.name != ""


def _go_command(folder: str, root: str, module: str) -> Script:
    """Name the program that a folder with a `main` function makes, with its place in the module."""
    name = folder.rpartition("/")[2] if folder != root else module.rpartition("/")[2]
    inner = folder.removeprefix(root).strip("/")
    return Script(name=name, target=f"./{inner}" if inner else ".", line=1, installed=True)


def _nearest(folder: str, roots: Collection[str]) -> str | None:
    while folder not in roots:
        if not folder:
            return None
        folder = _folder(folder)
    return folder


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
