"""The files of one commit, read from the object store and never from a work tree."""

import asyncio
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Self

from app.errors import GitError, InputError
from app.git.checkout import object_environment
from app.git.command import run_git
from app.git.diff import parse_raw

READ_TIMEOUT_S = 600.0
VERSIONS_TIMEOUT_S = 30.0
MAX_VERSIONS = 50
"""So many versions of one file are looked at."""

EntryKind = Literal["file", "executable", "symlink", "submodule"]
_KINDS: dict[str, EntryKind] = {"100755": "executable", "120000": "symlink", "160000": "submodule"}

_NEVER = frozenset({"", ".", "..", ".git"})
_SHORT_GIT = re.compile(r"(?:git~\d+|\.git[ .]+)")
"""Other names for `.git` on file systems that are not of Linux."""


class Entry(NamedTuple):
    """One leaf of the commit's tree."""

    path: str
    """Bytes that are not UTF-8 stand in it as lone surrogates."""
    blob_id: str
    size: int
    """In bytes; -1 when the object is missing or is no blob."""
    kind: EntryKind


class Snapshot:
    """One commit, or one tree, of a repository with or without a work tree."""

    def __init__(self, repository: Path, commit: str, env: Mapping[str, str]) -> None:
        self.commit = commit
        self._repository = repository
        self._env = env

    @classmethod
    async def open(cls, repository: Path, revision: str, objects: Path | None = None) -> Self:
        """Resolve a revision; `objects` is the folder that `worktree_tree` wrote a tree to."""
        env: dict[str, str] = {}
        if objects is not None:
            store = await run_git(
                repository, "rev-parse", "--path-format=absolute", "--git-path", "objects"
            )
            env = object_environment(store.decode().strip(), objects)
        for kind in ("commit", "tree"):
            found = await _resolve(repository, f"{revision}^{{{kind}}}", env)
            if found:
                return cls(repository, found, env)
        raise InputError(f"{repository} has no commit that is called {revision}")

    async def entries(self) -> tuple[Entry, ...]:
        """List every leaf, sorted by path."""
        listing = await self._run("ls-tree", "-r", "-l", "-z", "--full-tree", self.commit)
        return await asyncio.to_thread(_parse_entries, listing)

    async def read(self, blob_ids: Sequence[str]) -> dict[str, bytes]:
        """Read blobs in one go; those that the object store lacks are not in the answer."""
        wanted = list(dict.fromkeys(blob_ids))
        if not wanted:
            return {}
        stdin = "".join(f"{blob_id}\n" for blob_id in wanted).encode()
        output = await self._run("cat-file", "--batch", stdin=stdin)
        return await asyncio.to_thread(_parse_batch, output, len(wanted))

    async def versions(self, path: str, most: int = MAX_VERSIONS) -> list[bytes]:
        """Read what a file was at the commits that changed it, the newest first."""
        try:
            listing = await run_git(
                self._repository, "log", "--raw", "-z", "--no-abbrev", "--no-renames",
                "--no-ext-diff", "--format=", f"--max-count={most}", self.commit, "--", path,
                env={**self._env, "GIT_LITERAL_PATHSPECS": "1"}, timeout=VERSIONS_TIMEOUT_S,
            )  # fmt: skip
        except GitError:
            # Of a tree there is no history, and a very long one is not worth the time.
            return []
        blob_ids = [each.new_blob for each in parse_raw(listing) if each.new_blob]
        contents = await self.read(blob_ids)
        return [contents[each] for each in dict.fromkeys(blob_ids) if each in contents]

    async def attributes(
        self, paths: Sequence[str], names: Collection[str]
    ) -> dict[str, dict[str, str]]:
        """Look git attributes up in the commit's own `.gitattributes` files.

        Gives, by path and name, `set`, `unset` or the value; what is unspecified is left out.
        """
        with tempfile.TemporaryDirectory(prefix="autodoc-index-") as scratch:
            env = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            index = _index_of_attributes(await self.entries())
            await self._run("update-index", "-z", "--index-info", stdin=index, env=env)
            stdin = "".join(f"{path}\0" for path in paths).encode(errors="surrogateescape")
            output = await self._run(
                "check-attr", "--cached", "-z", "--stdin", *sorted(names), stdin=stdin, env=env
            )
        return await asyncio.to_thread(_parse_attributes, output)

    async def _run(
        self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> bytes:
        return await run_git(
            self._repository,
            *arguments,
            stdin=stdin,
            env={**self._env, **(env or {})},
            timeout=READ_TIMEOUT_S,
        )


async def _resolve(repository: Path, revision: str, env: Mapping[str, str]) -> str:
    try:
        found = await run_git(
            repository, "rev-parse", "--verify", "--end-of-options", revision, env=env
        )
    except GitError:
        return ""
    return found.decode().strip()


def _parse_entries(listing: bytes) -> tuple[Entry, ...]:
    entries = []
    for line in listing.split(b"\0"):
        head, _, path = line.decode(errors="surrogateescape").partition("\t")
        if head:
            mode, _, blob_id, size = head.split()
            kind = _KINDS.get(mode, "file")
            entries.append(Entry(path, blob_id, int(size) if size.isdigit() else -1, kind))
    return tuple(sorted(entries))


def _index_of_attributes(entries: Sequence[Entry]) -> bytes:
    """List the files of attributes alone: git refuses an index with the paths of a hostile tree."""
    return b"".join(
        f"100644 {entry.blob_id}\t{entry.path}\0".encode(errors="surrogateescape")
        for entry in entries
        if entry.path.rpartition("/")[2] == ".gitattributes"
        and entry.kind in ("file", "executable")
        and entry.size >= 0
        and is_plain(entry.path)
    )


def is_plain(path: str) -> bool:
    """Say whether git itself would put a file there: not outside, and not in a `.git`."""
    parts = path.lower().split("/")
    return not any(part in _NEVER or _SHORT_GIT.fullmatch(part) for part in parts)


def _parse_batch(output: bytes, count: int) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    position = 0
    for _ in range(count):
        start = output.index(b"\n", position) + 1
        head = output[position : start - 1].split()
        if head[-1] in (b"missing", b"ambiguous"):
            position = start
            continue
        end = start + int(head[2])
        if head[1] == b"blob":
            contents[head[0].decode()] = output[start:end]
        position = end + 1
    return contents


def _parse_attributes(output: bytes) -> dict[str, dict[str, str]]:
    fields = output.decode(errors="surrogateescape").split("\0")
    found: dict[str, dict[str, str]] = {}
    for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        if value != "unspecified":
            found.setdefault(path, {})[name] = value
    return found
