"""The scopes of a commit, and every path of it."""

import asyncio
from collections.abc import Iterable, Sequence

from app.analysis.facts import BlobEntry, Blobs
from app.analysis.inventory import is_safe
from app.domain.wiki.config_reading import MAX_BYTES
from app.domain.wiki.scope import ScopeReading, find_scopes, is_config_file

MAX_FILES = 500
"""Configuration files that are looked at, those nearest to the root."""


async def read_scopes(blobs: Blobs) -> ScopeReading:
    """Read the configuration files of a commit; a link or a submodule is none."""
    listed = await asyncio.to_thread(config_files, await blobs.entries())
    small = {path: entry.blob_id for path, entry in listed.items() if entry.size <= MAX_BYTES}
    contents = await blobs.read(sorted(set(small.values())))
    files = {path: contents.get(small[path]) if path in small else None for path in listed}
    return await asyncio.to_thread(find_scopes, files)


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


def all_paths(entries: Sequence[BlobEntry], generated: Sequence[str]) -> frozenset[str]:
    """List every file and folder of a commit but for what AutoDoc wrote."""
    apart = tuple(f"{folder}/" for folder in generated)
    return frozenset(
        entry.path.rsplit("/", cut)[0]
        for entry in entries
        if is_safe(entry.path) and not entry.path.startswith(apart)
        for cut in range(entry.path.count("/") + 1)
    )
