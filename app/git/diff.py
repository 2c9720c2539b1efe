"""What changed between two commits."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from app.domain.code.change import Hunk
from app.domain.code.diff import Diff, FileDiff, LeafKind
from app.errors import GitError
from app.git.command import run_git

MAX_HUNK_FILES = 1_000
MAX_ARGUMENT_BYTES = 200_000
"""Of paths on a command line; operating systems refuse longer ones."""
MAX_HUNKS = 2_000
"""Of one file."""
LARGEST_TEXT = "1m"
"""The lines of larger files are not compared."""
RENAMES_TRIED = 1_000
"""With more new files than this, only those with equal contents are found again."""

_KINDS: dict[str, LeafKind] = {
    "000000": "",
    "100755": "executable",
    "120000": "symlink",
    "160000": "submodule",
}
_COMPARE = ("diff-tree", "-r", "-z", "--no-ext-diff", "--no-textconv", "--no-abbrev")
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NOTHING = re.compile(r"0+")


async def changed_paths(repository: Path, old: str, new: str) -> frozenset[str]:
    """Name the files that differ between two commits; of a renamed file, both names."""
    diff = await read_diff(repository, old, new)
    return frozenset(path for each in diff.files for path in (each.old, each.new) if path)


async def read_diff(
    repository: Path,
    old: str,
    new: str,
    paths: Collection[str] = (),
    env: Mapping[str, str] | None = None,
) -> Diff:
    """Compare two commits or trees, whether or not one is an ancestor of the other.

    The hunks are read of the files that `paths` names by their old or new path, at most
    `MAX_HUNK_FILES` of them. In a partial clone without the blobs only files that are exactly equal
    are found again under another name, and hunks are left out.
    """
    files = await _compared(repository, old, new, env)
    wanted = [each for each in files if paths and not {each.old, each.new}.isdisjoint(paths)]
    if not wanted:
        return Diff(files=files)
    hunks = await _hunks(repository, old, new, _fitting(wanted), env)
    return Diff(
        files=tuple(
            each.model_copy(update={"hunks": hunks.get((each.old, each.new), ())}) for each in files
        )
    )


async def _compared(
    repository: Path, old: str, new: str, env: Mapping[str, str] | None
) -> tuple[FileDiff, ...]:
    flags = (*_COMPARE, "--raw", f"-l{RENAMES_TRIED}")
    try:
        output = await run_git(repository, *flags, "-M", "--end-of-options", old, new, env=env)
    except GitError:
        # Equal contents have equal names, so these are found where the contents are missing.
        exact = (*flags, "-M100%", "--end-of-options", old, new)
        output = await run_git(repository, *exact, env=env)
    return tuple(sorted(parse_raw(output), key=lambda each: (each.new or each.old, each.old)))


def parse_raw(output: bytes) -> Iterator[FileDiff]:
    """Read what `--raw -z` prints."""
    fields = iter(output.decode(errors="surrogateescape").split("\0"))
    for head in fields:
        if not head.startswith(":"):
            continue
        old_mode, new_mode, old_blob, new_blob, status = head[1:].split()
        first = next(fields)
        second = next(fields) if status[0] in "RC" else first
        yield FileDiff(
            old="" if status[0] in "AC" else first,
            new="" if status[0] == "D" else second,
            old_blob="" if status[0] == "C" else _blob(old_blob),
            new_blob=_blob(new_blob),
            old_kind="" if status[0] == "C" else _KINDS.get(old_mode, "file"),
            new_kind=_KINDS.get(new_mode, "file"),
        )


def _blob(blob_id: str) -> str:
    return "" if _NOTHING.fullmatch(blob_id) else blob_id


def _fitting(files: Iterable[FileDiff]) -> list[FileDiff]:
    """Choose so many files that their names fit on a command line."""
    chosen: list[FileDiff] = []
    size = 0
    for each in files:
        size += len(f"{each.old}{each.new}".encode(errors="surrogateescape"))
        if len(chosen) == MAX_HUNK_FILES or size > MAX_ARGUMENT_BYTES:
            break
        chosen.append(each)
    return chosen


async def _hunks(
    repository: Path,
    old: str,
    new: str,
    files: Sequence[FileDiff],
    env: Mapping[str, str] | None,
) -> dict[tuple[str, str], tuple[Hunk, ...]]:
    """Read the hunks of some files; git lists them in the order in which it prints the patches."""
    paths = sorted({path for each in files for path in (each.old, each.new) if path})
    try:
        output = await run_git(
            repository, "-c", f"core.bigFileThreshold={LARGEST_TEXT}", *_COMPARE, "--raw", "-p",
            "-U0", "-M", "--end-of-options", old, new, "--", *paths,
            env={**(env or {}), "GIT_LITERAL_PATHSPECS": "1"},
        )  # fmt: skip
    except GitError:
        return {}
    listing, _, patches = output.partition(b"\0\0")
    listed = [part for each in parse_raw(listing) for part in _patched(each)]
    found: dict[tuple[str, str], tuple[Hunk, ...]] = {}
    for each, patch in zip(listed, _split(patches), strict=False):
        key = (each.old, each.new)
        found[key] = (*found.get(key, ()), *_parse_hunks(each.new or each.old, patch))
    return found


def _patched(each: FileDiff) -> list[FileDiff]:
    """Give a file once for each patch that git prints of it: one that becomes a link has two."""
    kinds = {"file" if kind == "executable" else kind for kind in (each.old_kind, each.new_kind)}
    return [each, each] if len(kinds - {""}) > 1 else [each]


def _split(patches: bytes) -> list[list[bytes]]:
    """Cut a patch into those of each file; a line of a file begins with its sign."""
    found: list[list[bytes]] = []
    for line in patches.split(b"\n"):
        if line.startswith(b"diff --git "):
            found.append([])
        elif found and line.startswith(b"@@ "):
            found[-1].append(line)
    return found


def _parse_hunks(path: str, lines: Sequence[bytes]) -> Iterator[Hunk]:
    for line in lines[:MAX_HUNKS]:
        match = _HUNK.match(line)
        if match is not None:
            first, count, new_first, new_count = (
                1 if number is None else int(number) for number in match.groups()
            )
            yield Hunk(
                path=path,
                old_first=first,
                old_lines=count,
                new_first=new_first,
                new_lines=new_count,
            )
