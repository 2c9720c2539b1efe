"""Writing many files as if at once: all are written aside first, then each is moved into place."""

import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

ASIDE = ".new-"
"""How the folder begins in which files wait; the rest of its name is drawn by lot."""

_WAITING = re.compile(r"\d+\.tmp")


class Staging:
    """Files of several folders on their way; nothing is in its place before `move`."""

    def __init__(self) -> None:
        self._moves: list[tuple[Path, Path]] = []
        self._made: list[Path] = []
        self._aside: list[Path] = []

    def add(self, folder: Path, files: Mapping[Path, bytes]) -> None:
        """Write files aside, below a folder, in the order in which they will be moved.

        What a killed run left there is removed. Raises OSError for a full disk or a folder that
        cannot be written.
        """
        self._make(folder)
        for left in folder.glob(f"{ASIDE}*"):
            if left not in self._aside and _is_left_over(left):
                shutil.rmtree(left)
        aside = Path(mkdtemp(prefix=ASIDE, dir=folder))
        self._aside.append(aside)
        for number, (target, content) in enumerate(files.items()):
            written = aside / f"{number}.tmp"
            written.write_bytes(content)
            written.chmod(_mode(target))
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


def _mode(target: Path) -> int:
    """Say who may read and write a file: as before, or everybody and its owner."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return 0o644


def _is_left_over(folder: Path) -> bool:
    """Say whether a folder holds nothing but files on their way; anything else is a person's."""
    return (
        not folder.is_symlink()
        and folder.is_dir()
        and all(_WAITING.fullmatch(each.name) and each.is_file() for each in folder.iterdir())
    )


@contextmanager
def staging() -> Iterator[Staging]:
    """Stage files, and leave nothing of them aside, whatever happens."""
    staged = Staging()
    try:
        yield staged
    finally:
        staged.clear()
