"""Which words the source of a commit still holds."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from app.errors import GitError
from app.git.command import run_git

MAX_WORDS = 2_000
"""More words than that are taken for still there: nobody reads so many findings."""
MAX_BYTES = 8_000_000
TIMEOUT_S = 30.0

_PROSE = (
    "*.md", "*.mdx", "*.markdown", "*.rst", "*.adoc", "*.po", "*.pot", "*.svg", "*.lock",
    "*.min.js", "*.map", "*.ipynb", "package-lock.json", "docs/*.txt", "CHANGES*", "CHANGELOG*",
    "HISTORY*", "NEWS*", "RELEASE*", "AUTHORS*",
)  # fmt: skip
"""What tells of names without having them: prose, changelogs, and what is generated."""
_PARTS = re.compile(r"\w+")
_PRINTABLE = re.compile(r"[^\s\0]+")


async def still_there(
    repository: Path, commit: str, words: Iterable[str], exclude: Collection[str] = ()
) -> frozenset[str]:
    """Say which words stand somewhere in the source of a commit, as whole words.

    Prose, changelogs and lock files do not count, nor do files below the folders or globs of
    `exclude`. When the search itself fails or takes too long, every word is said to be there.
    """
    sought = frozenset(word for word in words if _PRINTABLE.fullmatch(word))
    if len(sought) > MAX_WORDS:
        return sought
    if not sought:
        return frozenset()
    try:
        found = await _search(repository, commit, sorted(sought), exclude)
    except GitError as error:
        return frozenset() if _found_nothing(error) else sought
    return frozenset(sought.intersection(found)) | frozenset(_within(found, sought))


async def _search(
    repository: Path, commit: str, words: list[str], exclude: Collection[str]
) -> frozenset[str]:
    output = await run_git(
        repository,
        "grep",
        "-I", "-h", "-o", "-w", "-F", "-f", "-",
        commit,
        "--",
        ".",
        *(f":(exclude,icase,glob)**/{each}" for each in _PROSE),
        *(f":(exclude){each}" for each in sorted(exclude)),
        stdin="\n".join(words).encode(errors="surrogateescape"),
        timeout=TIMEOUT_S,
    )  # fmt: skip
    text = output[:MAX_BYTES].decode(errors="replace")
    return frozenset(text.splitlines())


def _within(found: Iterable[str], sought: Collection[str]) -> Iterator[str]:
    """Name the words within a longer one that was found, `tax` in `--tax-rate`."""
    for line in found:
        yield from (part for part in _PARTS.findall(line) if part in sought)


def _found_nothing(error: GitError) -> bool:
    """Say whether git ended without a word, as it does when nothing is found."""
    return "without a word" in str(error)
