"""What changed between two commits."""

from pathlib import Path

from app.git.command import run_git


async def changed_paths(repository: Path, old: str, new: str) -> frozenset[str]:
    """Name the files that differ between two commits; of a renamed file, both names."""
    output = await run_git(
        repository,
        "diff-tree",
        "-r",
        "-M",
        "-z",
        "--name-status",
        "--no-ext-diff",
        "--end-of-options",
        old,
        new,
    )
    fields = output.decode(errors="surrogateescape").split("\0")[:-1]
    paths: set[str] = set()
    position = 0
    while position < len(fields):
        count = 2 if fields[position][:1] in ("R", "C") else 1
        paths.update(fields[position + 1 : position + 1 + count])
        position += 1 + count
    return frozenset(paths)
