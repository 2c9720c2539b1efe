"""Writing many files as if at once: all are written aside first, then each is moved into place."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ASIDE = ".new"
"""Where files wait, in the folder of the records; what a killed run left there is removed."""


class Staging:
    """Files of several folders on their way; nothing is in its place before `move`."""

    def __init__(self) -> None:
        self._moves: list[tuple[Path, Path]] = []
        self._made: list[Path] = []
        self._aside: list[Path] = []

    def add(self, aside: Path, files: Mapping[Path, bytes]) -> None:
        """Write files aside, in the order in which they will be moved.

        Raises OSError for a full disk or a folder that cannot be written.
        """
        if aside.is_symlink() or aside.exists():
            shutil.rmtree(aside)
        self._make(aside)
        self._aside.append(aside)
        for number, (target, content) in enumerate(files.items()):
            written = aside / f"{number}.tmp"
            written.write_bytes(content)
            written.chmod(0o644)
            self._make(target.parent)
            self._moves.append((written, target))

    def move(self) -> None:
        """Put each file into its place: a reader sees the old one or the new one, never a part."""
        self._made.clear()
        for written, target in self._moves:
            written.replace(target)

    def clear(self) -> None:
        """Remove what was written aside, and the folders that nothing came into."""
        for folder in self._aside:
            shutil.rmtree(folder, ignore_errors=True)
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()

    def _make(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            self._made.append(each)


@contextmanager
def staging() -> Iterator[Staging]:
    """Stage files, and leave nothing of them aside, whatever happens."""
    staged = Staging()
    try:
        yield staged
    finally:
        staged.clear()
