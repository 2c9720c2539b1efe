"""Configuration files of a checkout that are not as the documented commit has them."""

import asyncio
from collections.abc import Collection, Mapping
from pathlib import Path

from app.analysis.facts import Blobs
from app.analysis.scopes import MAX_FILES, config_files
from app.domain.wiki.configuration.reading import MAX_BYTES
from app.domain.wiki.configuration.scope import find_scopes, is_config_file


async def uncommitted(
    root: Path, paths: Collection[str], blobs: Blobs, ref: str
) -> tuple[str, ...]:
    """Tell of the files whose settings a run does not use, since it reads a commit."""
    chosen = [each for each in paths if is_config_file(each)][:MAX_FILES]
    files = await asyncio.to_thread(read_files, root, chosen)
    known = config_files(await blobs.entries())
    contents = await blobs.read(sorted({each.blob_id for each in known.values()}))
    reading = await asyncio.to_thread(find_scopes, files)
    warnings = []
    for path in [each.file for each in reading.scopes if each.file in files]:
        if path not in known:
            warnings.append(f"`{path}` is not committed: its settings are not used")
        elif _lines(files[path]) != _lines(contents.get(known[path].blob_id)):
            warnings.append(f"`{path}` differs from {ref}: its settings of {ref} are used")
    return tuple(warnings)


def read_files(root: Path, paths: Collection[str]) -> Mapping[str, bytes | None]:
    """Read configuration files; links are none, and None stands for one that is too large."""
    files: dict[str, bytes | None] = {}
    for path in paths:
        file = root / path
        if file.is_file() and not file.is_symlink():
            too_large = file.stat().st_size > MAX_BYTES
            files[path] = None if too_large else file.read_bytes()
    return files


def _lines(content: bytes | None) -> list[bytes] | None:
    """Split what a checkout may have with other line ends."""
    return None if content is None else content.splitlines()
