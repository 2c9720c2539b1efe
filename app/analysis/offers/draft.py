"""A command while it is put together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.domain.code.artifacts import CliCommand, Flag

_MAX_WORDS = 12
_MAX_FLAGS = 5_000
"""So many flags of one file are told: helpers and parents may multiply them."""
ROOTS = frozenset({"main", "cli", "root", "app", "program", "entrypoint", "entry_point"})
"""A function or variable of such a name is the program itself and no command of it."""


@dataclass(eq=False)
class Draft:
    """A command and what is known of it so far."""

    name: str
    line: int
    help: str = ""
    handler: str = ""
    flags: list[Flag] = field(default_factory=list)
    parent: "Draft | None" = None
    hidden: bool = False
    """Not a command by itself: it lends its flags to others."""

    def full_name(self) -> str:
        """Return the words from the program on; a ring of parents ends."""
        words: list[str] = []
        draft: Draft | None = self
        seen: set[int] = set()
        while draft is not None and id(draft) not in seen and len(words) < _MAX_WORDS:
            seen.add(id(draft))
            words.insert(0, draft.name)
            draft = draft.parent
        return " ".join(word for word in words if word)


def finished(drafts: Iterable[Draft]) -> Iterator[CliCommand]:
    """Give the commands in the order of their lines."""
    left = _MAX_FLAGS
    for draft in sorted((one for one in drafts if not one.hidden), key=lambda one: one.line):
        yield CliCommand(
            name=draft.full_name(),
            line=draft.line,
            help=draft.help,
            flags=tuple(draft.flags[:left]),
            handler=draft.handler,
        )
        left = max(0, left - len(draft.flags))
