"""How the trees of two commits differ: files, renames, and the lines of a few of them."""

from typing import Literal

from app.domain.code.change import Hunk
from app.domain.value import Value

LeafKind = Literal["", "file", "executable", "symlink", "submodule"]
"""What stands in a tree under a name; empty for nothing."""


class FileDiff(Value):
    """One file that differs; bytes of its names that are not UTF-8 are lone surrogates."""

    old: str
    """Its path in the old tree; empty for a file that is new."""
    new: str
    """Its path in the new tree; empty for a file that is gone."""
    old_blob: str = ""
    new_blob: str = ""
    old_kind: LeafKind = ""
    new_kind: LeafKind = ""
    hunks: tuple[Hunk, ...] = ()
    """Only of the files that they were asked for; a binary file has none."""

    @property
    def is_renamed(self) -> bool:
        """Say whether git finds the same file under another name."""
        return bool(self.old and self.new) and self.old != self.new


class Diff(Value):
    """All that differs between two trees, by path."""

    files: tuple[FileDiff, ...] = ()


class Touch(Value):
    """A commit that changed a file, and what the file was before and after."""

    commit: str
    path: str
    old_blob: str
    """Empty for a file that the commit adds."""
    new_blob: str
    """Empty for a file that the commit removes."""
