"""One commit of a repository, read with plain git."""

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.second_check.markdown import words

GIT_TIMEOUT = 300


@dataclass(frozen=True)
class Commit:
    """The files of a commit; a submodule is a path without bytes."""

    sha: str
    files: dict[str, bytes]
    submodules: frozenset[str]

    @cached_property
    def folders(self) -> frozenset[str]:
        """List the folders that hold files."""
        found = {""}
        for path in (*self.files, *self.submodules):
            parts = path.split("/")
            found.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
        return frozenset(found)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Decode what is text."""
        return {
            path: content.decode("utf-8", "replace")
            for path, content in self.files.items()
            if b"\0" not in content[:8000]
        }

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """List the words of each text, those of its path included."""
        return {
            path: frozenset(words(text)) | frozenset(words(path.replace("-", " ")))
            for path, text in self.texts.items()
        }

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """List every word of the commit, those of its paths included."""
        named = frozenset(word for path in self.files for word in words(path.replace("-", " ")))
        return frozenset().union(named, *self.words.values())

    def has(self, path: str) -> bool:
        """Say whether the commit has this file, folder or submodule."""
        path = path.strip("/")
        return path in self.files or path in self.folders or path in self.submodules

    def lines(self, path: str) -> list[str]:
        """Cut a file into its lines."""
        text = self.files[path].decode("utf-8", "replace")
        lines = text.split("\n")
        return lines[:-1] if lines[-1] == "" else lines


def read_commit(repository: Path, revision: str) -> Commit:
    """Read every file of a commit.

    Raises subprocess.CalledProcessError when git does not know the revision.
    """
    sha = _git(repository, "rev-parse", "--verify", f"{revision}^{{commit}}").decode().strip()
    listing = _git(repository, "ls-tree", "-r", "-z", "--full-tree", sha).decode(
        "utf-8", "surrogateescape"
    )
    blobs: dict[str, str] = {}
    submodules = set()
    for entry in filter(None, listing.split("\0")):
        head, _, path = entry.partition("\t")
        _, kind, blob = head.split(" ")
        if kind == "blob":
            blobs[path] = blob
        else:
            submodules.add(path)
    contents = _read_blobs(repository, sorted(set(blobs.values())))
    files = {path: contents[blob] for path, blob in blobs.items()}
    return Commit(sha=sha, files=files, submodules=frozenset(submodules))


def _read_blobs(repository: Path, blobs: list[str]) -> dict[str, bytes]:
    answer = _git(repository, "cat-file", "--batch", feed="\n".join(blobs).encode() + b"\n")
    contents: dict[str, bytes] = {}
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        blob, _, size = answer[at:end].decode().split(" ")
        contents[blob] = answer[end + 1 : end + 1 + int(size)]
        at = end + 1 + int(size) + 1
    return contents


def _git(repository: Path, *arguments: str, feed: bytes = b"") -> bytes:
    command = ("git", "-C", str(repository), "-c", "safe.directory=*", *arguments)
    done = subprocess.run(command, input=feed, capture_output=True, check=True, timeout=GIT_TIMEOUT)
    return done.stdout
