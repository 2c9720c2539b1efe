"""A commit, read once and divided into its scopes."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

from app.analysis.facts import BlobEntry, Blobs
from app.analysis.inventory import is_safe
from app.analysis.repository import Analysis
from app.domain.value import Value
from app.domain.wiki.configuration.reading import MAX_BYTES
from app.domain.wiki.configuration.scope import (
    Scope,
    ScopeReading,
    accept_scopes,
    exclusions,
    find_scopes,
    is_config_file,
    narrow,
    unmatched,
)
from app.errors import InputError

_RECORD = "/.autodoc/home.json"
MAX_FILES = 500
"""Configuration files that are looked at, those nearest to the root."""


Read = Callable[[Collection[str]], Awaitable[Analysis]]
"""Reads the facts of a commit but for some paths and globs."""


class Part(Value):
    """One scope of a commit, and what its own files say."""

    scope: Scope
    analysis: Analysis


class Division(Value):
    """A commit and its scopes."""

    whole: Analysis
    parts: tuple[Part, ...]
    """By the folder of the scope; never empty. Those without a text file are left out."""
    warnings: tuple[str, ...] = ()
    """What is odd about the configuration."""


async def read_divided(
    blobs: Blobs, name: str, read: Read, exclude: Collection[str] = (), defaults: str = ""
) -> Division:
    """Read a commit but for the documentation folders and `exclude`, and divide it.

    `defaults` is the organisation's configuration.

    Raises ConfigurationError when an `.autodoc.yaml` of the commit is wrong, and InputError when
    the commit has nothing that can be documented.
    """
    reading = await read_scopes(blobs, defaults)
    scopes = accept_scopes(reading)
    analysis = await read((*exclusions(scopes), *exclude))
    # Links and names may lead to what is excluded, so every path stays known.
    entries, generated = await blobs.entries(), (*scopes[0].generated, *exclude)
    paths = all_paths(entries, generated)
    facts = analysis.facts.model_copy(update={"paths": paths})
    whole = analysis.model_copy(update={"facts": facts})
    parts, warnings = await asyncio.to_thread(_divide, whole, scopes)
    if not parts:
        raise InputError(f"{name} has no text file that can be documented")
    return Division.model_construct(
        whole=whole,
        parts=parts,
        warnings=(*reading.warnings, *warnings, *forgotten(entries, generated)),
    )


def _divide(whole: Analysis, scopes: Sequence[Scope]) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    parts: list[Part] = []
    warnings: list[str] = []
    for scope in scopes:
        documents = scope.matcher()
        blobs = {path: blob for path, blob in whole.blob_ids.items() if documents(path)}
        warnings += unmatched(scope, whole.facts.paths)
        if blobs.keys().isdisjoint(whole.facts.line_counts):
            warnings.append(f"{scope.name} has no text file that can be documented")
            continue
        own = {"facts": narrow(whole.facts, scope), "blob_ids": blobs}
        # Built without validation, which would copy every fact of the commit.
        parts.append(Part.model_construct(scope=scope, analysis=whole.model_copy(update=own)))
    return tuple(parts), tuple(warnings)


async def read_scopes(blobs: Blobs, defaults: str = "") -> ScopeReading:
    """Read the configuration files of a commit; a link or a submodule is none.

    The organisation's `defaults` lie beneath them.
    """
    listed = await asyncio.to_thread(config_files, await blobs.entries())
    small = {path: entry.blob_id for path, entry in listed.items() if entry.size <= MAX_BYTES}
    contents = await blobs.read(sorted(set(small.values())))
    files = {path: contents.get(small[path]) if path in small else None for path in listed}
    return await asyncio.to_thread(find_scopes, files, defaults)


def config_files(entries: Iterable[BlobEntry]) -> dict[str, BlobEntry]:
    """Choose the configuration files among the files of a commit."""
    found = [
        entry
        for entry in entries
        if is_config_file(entry.path) and entry.kind in ("file", "executable")
        if is_safe(entry.path) and entry.size >= 0
    ]
    found.sort(key=lambda entry: (entry.path.count("/"), entry.path))
    return {entry.path: entry for entry in found[:MAX_FILES]}


def forgotten(entries: Iterable[BlobEntry], generated: Sequence[str]) -> tuple[str, ...]:
    """Tell of the pages of scopes that are configured no more: nobody updates them."""
    folders = (
        entry.path.removesuffix(_RECORD)
        for entry in entries
        if entry.path.endswith(_RECORD) and is_safe(entry.path.removesuffix(_RECORD))
    )
    return tuple(
        f"{folder} holds pages of a scope that is configured no more: remove that folder"
        for folder in folders
        if folder not in generated
    )


def all_paths(entries: Sequence[BlobEntry], generated: Sequence[str]) -> frozenset[str]:
    """List every file and folder of a commit but for what AutoDoc wrote."""
    apart = tuple(f"{folder}/" for folder in generated)
    return frozenset(
        entry.path.rsplit("/", cut)[0]
        for entry in entries
        if is_safe(entry.path) and not entry.path.startswith(apart)
        for cut in range(entry.path.count("/") + 1)
    )
