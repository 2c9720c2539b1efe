"""Letting the scopes of a run go on when one of them cannot be written."""

from collections.abc import Sequence

from app.domain.value import Value
from app.errors import Gone, OutsideError
from flows.sources import Commit


class Lost(Value):
    """A scope that was not written; its pages stay as they are."""

    folder: str
    name: str
    """What people call it."""
    problem: str

    @property
    def told(self) -> str:
        """Say it in a sentence."""
        return f"{self.name} stays as it is: {self.problem}"


def lose(commit: Commit, folder: str, error: OutsideError) -> Lost:
    """Note that a scope was not written; raises the error when it ends the whole run.

    It does where nothing else is to be written, or the job itself is gone.
    """
    if isinstance(error, Gone) or len(commit.sources) == 1:
        raise error
    return Lost(folder=folder, name=commit.source(folder).scope.name, problem=str(error))


def raise_lost(lost: Sequence[Lost]) -> None:
    """Raise what lets the job be tried again, now that the other scopes are published."""
    if lost:
        raise OutsideError("; ".join(each.told for each in lost))
