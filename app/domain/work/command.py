"""The `/autodoc` comment grammar: `/autodoc VERB [ARGUMENT]` on a line of its own."""

from enum import StrEnum

from app.domain.value import Value


class Verb(StrEnum):
    """What a person can order in a comment."""

    HELP = "help"
    REGENERATE = "regenerate"


class Command(Value):
    """One order given in a comment."""

    verb: Verb
    argument: str | None = None


class Misunderstood(Value):
    """A line that addresses AutoDoc but is no command; `answer` says why and what is."""

    line: str
    answer: str
