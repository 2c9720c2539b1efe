"""A repository's history, read with plain git."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from benchmarks.repository import git, read_blobs


def first_parents(repository: Path, last: str, count: int) -> list[str]:
    """List commits up to one, the oldest first; merges count once."""
    listed = git(repository, "rev-list", "--first-parent", "-n", str(count), last)
    return listed.decode().split()[::-1]


class Tree:
    """Reads files of commits; what was read is remembered by its content."""

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._texts: dict[str, str] = {}
        self.listing = cache(self._listing)
        self.changed = cache(self._changed)

    def _listing(self, commit: str) -> dict[str, str]:
        """Map the files of a commit to their contents' names."""
        output = git(self._repository, "ls-tree", "-r", "-z", commit)
        entries = (each.split("\t", 1) for each in output.decode("utf-8", "replace").split("\0"))
        files = (each for each in entries if len(each) > 1)
        return {
            each[1]: each[0].split()[2] for each in files if each[0].split()[0].startswith("100")
        }

    def _changed(self, old: str, new: str) -> dict[str, str]:
        """Map each file that differs to its new path; to nothing where it is gone.

        A file that is new stands under its own path.
        """
        output = git(
            self._repository, "diff-tree", "-r", "-z", "-M", "--no-commit-id", "--name-status",
            old, new,
        )  # fmt: skip
        parts = iter(output.decode("utf-8", "replace").split("\0"))
        found: dict[str, str] = {}
        for status in parts:
            if status[:1] in ("R", "C"):
                old_path, new_path = next(parts), next(parts)
                found[old_path if status[0] == "R" else new_path] = new_path
            elif status:
                path = next(parts)
                found[path] = "" if status == "D" else path
        return found

    def text(self, commit: str, path: str) -> str | None:
        """Read a file of a commit; None when it is not there."""
        blob = self.listing(commit).get(path)
        return None if blob is None else self.blob(blob)

    def blob(self, name: str) -> str:
        """Read a content."""
        if name not in self._texts:
            self.read([name])
        return self._texts[name]

    def read(self, names: Iterable[str]) -> None:
        """Read contents at once."""
        wanted = [each for each in dict.fromkeys(names) if each not in self._texts]
        for name, blob in zip(wanted, read_blobs(self._repository, wanted), strict=True):
            self._texts[name] = blob.decode("utf-8-sig", "replace")

    def touched_lines(self, old: str, new: str, endings: tuple[str, ...]) -> int:
        """Count the lines that differ in files with some endings."""
        output = git(self._repository, "diff-tree", "-r", "--numstat", "--no-commit-id", old, new)
        lines = (line.split("\t") for line in output.decode("utf-8", "replace").splitlines())
        return sum(
            int(added) + int(removed)
            for added, removed, path in lines
            if path.endswith(endings) and added != "-"
        )
