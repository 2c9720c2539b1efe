"""Reading the files of branches from snapshots: the documented one, and our own."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.domain.work.job import Job
from app.errors import InputError
from app.git.snapshot import Snapshot
from app.github.branches import branch_for
from flows.orchestrator.index_pages import folder_files
from flows.orchestrator.pull_request import Branch

PAGE_ENDINGS = (".md", ".txt", ".json", ".yml")
MAX_PAGE_BYTES = 5_000_000
"""Larger files of a documentation folder are no pages of ours."""


async def open_proposed(mirror: Path, job: Job) -> Snapshot | None:
    """Open our own branch; None where there is none."""
    try:
        return await Snapshot.open(mirror, f"refs/heads/{branch_for(job.branch)}")
    except InputError:
        return None


def branch_of(snapshot: Snapshot | None) -> Branch:
    """Say how the files of a branch are read; of a branch that is not there nothing is."""

    async def folder(output: str) -> Mapping[str, bytes]:
        return await read_folder(snapshot, output) if snapshot else {}

    async def files(paths: Sequence[str]) -> Mapping[str, bytes | None]:
        return await read_files(snapshot, paths) if snapshot else {}

    async def versions(path: str) -> Sequence[bytes]:
        return await snapshot.versions(path) if snapshot else ()

    return Branch(folder, files, versions)


async def read_files(snapshot: Snapshot, paths: Sequence[str]) -> dict[str, bytes | None]:
    """Read files of a commit; None for one that is not there, nothing for what is no file."""
    entries = await snapshot.entries()
    folders = {path for path in paths if any(e.path.startswith(f"{path}/") for e in entries)}
    there = {each.path: each for each in entries if each.path in paths}
    plain = {
        path: each.blob_id
        for path, each in there.items()
        if each.kind in ("file", "executable") and 0 <= each.size <= MAX_PAGE_BYTES
    }
    contents = await snapshot.read(sorted(set(plain.values())))
    absent = [path for path in paths if path not in there and path not in folders]
    return {**{path: contents[blob] for path, blob in plain.items()}, **dict.fromkeys(absent)}


async def read_folder(snapshot: Snapshot, folder: str) -> dict[str, bytes]:
    """Read the files of a folder of a commit, by their path within it."""
    entries = {
        entry.path: entry.blob_id
        for entry in await snapshot.entries()
        if 0 <= entry.size <= MAX_PAGE_BYTES and entry.path.endswith(PAGE_ENDINGS)
    }
    chosen = folder_files(folder, entries)
    contents = await snapshot.read(sorted(set(chosen.values())))
    return {path: contents[blob_id] for path, blob_id in chosen.items() if blob_id in contents}
