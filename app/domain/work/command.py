"""The `/autodoc` comment grammar: `/autodoc VERB …` on a line of its own."""

from enum import StrEnum

from app.domain.value import Value


class Verb(StrEnum):
    """What a person can order in a comment."""

    HELP = "help"
    STATUS = "status"
    REGENERATE = "regenerate"
    REVISE = "revise"
    ASK = "ask"
    ACK = "ack"
    PAUSE = "pause"
    RESUME = "resume"


class Command(Value):
    """One order given in a comment."""

    verb: Verb
    argument: str | None = None
    """The page or path that it is about."""
    text: str = ""
    """An instruction, a question or a reason, in the person's own words."""
    full: bool = False
    """`--full`: the structure is planned anew, too."""
    pages: tuple[str, ...] = ()
    """The pages that the argument means, by `page_key`, once that was looked up."""


class Misunderstood(Value):
    """A line that addresses AutoDoc but is no command; `answer` says why and what is."""

    line: str
    answer: str
