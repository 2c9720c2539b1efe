"""The commits of one repository: what they hold, and how they differ."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from app.domain.code.diff import Diff, Touch
from app.errors import GitError
from app.git.command import run_git
from app.git.diff import parse_raw, read_diff
from app.git.snapshot import Entry, Snapshot

_COMMIT = re.compile(r"(?!0+\Z)[0-9a-f]{40}(?:[0-9a-f]{24})?")
MAX_PATHS = 1_000
"""So many paths are looked for in the history at once."""
MAX_COMMITS = 1_000
"""So many commits are put in order at once."""


class History:
    """Reads commits of a checkout, a bare repository or a shallow clone."""

    def __init__(self, repository: Path, env: Mapping[str, str] | None = None) -> None:
        self._repository = repository
        self._env = dict(env or {})

    async def has(self, commit: str) -> bool:
        """Say whether a commit is at hand; zeros, an empty name and a dirty tree are none."""
        if not _COMMIT.fullmatch(commit):
            return False
        try:
            await self._run("cat-file", "-e", f"{commit}^{{commit}}")
        except GitError:
            return False
        return True

    async def merge_base(self, one: str, other: str) -> str:
        """Name where two commits parted; empty when they have nothing in common here."""
        try:
            found = await self._run("merge-base", "--end-of-options", one, other)
        except GitError:
            return ""
        return found.decode().split("\n")[0]

    async def newest(self, commits: Collection[str]) -> str:
        """Name the one commit that all others lead to; empty when there is none, or too many."""
        if not commits or len(commits) > MAX_COMMITS or not all(map(_COMMIT.fullmatch, commits)):
            return ""
        try:
            found = await self._run(
                "merge-base", "--independent", "--end-of-options", *sorted(commits)
            )
        except GitError:
            return ""
        tips = found.decode().split()
        return tips[0] if len(tips) == 1 else ""

    async def entries(self, commit: str) -> tuple[Entry, ...]:
        """List every leaf of a commit."""
        return await Snapshot(self._repository, commit, self._env).entries()

    async def diff(self, base: str, head: str, paths: Collection[str] = ()) -> Diff:
        """Compare two commits; the hunks are those of the files that are named."""
        return await read_diff(self._repository, base, head, paths, self._env)

    async def read(self, blob_ids: Sequence[str], largest: int) -> Mapping[str, bytes]:
        """Read blobs; those that are missing or larger than so many bytes are left out."""
        stdin = "".join(f"{blob_id}\n" for blob_id in dict.fromkeys(blob_ids)).encode()
        if not stdin:
            return {}
        listing = await self._run("cat-file", "--batch-check", stdin=stdin)
        small = [
            fields[0]
            for fields in (line.split() for line in listing.decode().splitlines())
            if fields[1] == "blob" and int(fields[2]) <= largest
        ]
        return await Snapshot(self._repository, "", self._env).read(small)

    async def touches(
        self, base: str, head: str, paths: Collection[str], most: int
    ) -> tuple[Touch, ...]:
        """List the commits after `base` up to `head` that changed files, the newest first.

        Merges themselves are left out: what they bring is in the commits that they join.
        """
        if not paths:
            return ()
        output = await self._run(
            "log", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-diff-merges",
            "--no-ext-diff", "--format=%x01%H", f"--max-count={most}", f"{base}..{head}", "--",
            *sorted(paths)[:MAX_PATHS],
            env={"GIT_LITERAL_PATHSPECS": "1"},
        )  # fmt: skip
        return tuple(touch for part in output.split(b"\1")[1:] for touch in _touches(part))

    async def _run(
        self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> bytes:
        return await run_git(
            self._repository, *arguments, stdin=stdin, env={**self._env, **(env or {})}
        )


def _touches(part: bytes) -> list[Touch]:
    commit, _, listing = part.partition(b"\0")
    return [
        Touch(
            commit=commit.decode(),
            path=each.new or each.old,
            old_blob=each.old_blob,
            new_blob=each.new_blob,
        )
        for each in parse_raw(listing.lstrip(b"\n"))
    ]
