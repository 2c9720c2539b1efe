"""A repository, read with plain git."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

_TIMEOUT_S = 300


def git(repository: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Run git."""
    return subprocess.run(
        ["git", "-C", str(repository), *arguments],
        input=stdin,
        capture_output=True,
        check=True,
        timeout=_TIMEOUT_S,
    ).stdout


def read_blobs(repository: Path, names: Sequence[str]) -> Iterator[bytes]:
    """Read contents at once, in the order of their names; a name may be `COMMIT:PATH`."""
    if not names:
        return
    output = git(
        repository, "cat-file", "--batch", stdin="".join(f"{each}\n" for each in names).encode()
    )
    start = 0
    for _ in names:
        end = output.index(b"\n", start)
        size = int(output[start:end].split()[2])
        yield output[end + 1 : end + 1 + size]
        start = end + size + 2
