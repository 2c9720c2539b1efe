"""The table of commands: the parser reads it, and the help is made from it."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.value import Value
from app.domain.work.command import Verb

ADDRESS = "/autodoc"
FULL = "--full"


class Takes(StrEnum):
    """What kind of argument follows a verb."""

    NOTHING = ""
    COMMAND = "command"
    PLACE = "place"
    """A page by its id or path, or a file of the repository."""


class Usage(Value):
    """What one verb takes and does."""

    takes: Takes = Takes.NOTHING
    argument: str = ""
    """What the help calls the argument."""
    needs_argument: bool = False
    colon: bool = False
    """Whether a colon stands between the argument and the text."""
    text: str = ""
    """What the help calls the words at the end; empty when there are none."""
    flags: tuple[str, ...] = ()
    effect: str
    needs_write: bool
    """Whether only somebody who may push to the repository can order it."""
    more: str = ""
    """What the help of this verb alone says, too."""


USAGES: Mapping[Verb, Usage] = {
    Verb.HELP: Usage(
        takes=Takes.COMMAND,
        argument="command",
        effect="show this list, or explain one command",
        needs_write=False,
    ),
    Verb.STATUS: Usage(
        effect="say what is documented, what is stale and what is being done",
        needs_write=False,
    ),
    Verb.REGENERATE: Usage(
        takes=Takes.PLACE,
        argument="page|path",
        flags=(FULL,),
        effect="write pages anew: all, one, or those that cite a file",
        needs_write=True,
        more="A page is named by its id or its path, a file by its path from the root of the"
        f" repository. With `{FULL}` it is thought through anew, too, which pages there are."
        " Stored answers of the model do not count. Whoever orders it agrees to model calls.",
    ),
    Verb.REVISE: Usage(
        takes=Takes.PLACE,
        argument="page",
        needs_argument=True,
        colon=True,
        text="instruction",
        effect="have a page written again as the instruction says",
        needs_write=True,
        more="The model is told the instruction now and whenever it writes this page again; of"
        " several the newest comes last and counts most. What it writes has to be true of the code"
        " all the same. Without a model nothing can be revised:"
        " edit the page by hand, and AutoDoc keeps the edit.",
    ),
    Verb.ASK: Usage(
        text="question",
        effect="quote the passages of the published pages that answer best; no model is called",
        needs_write=False,
    ),
    Verb.ACK: Usage(
        takes=Takes.PLACE,
        argument="page",
        needs_argument=True,
        text="reason",
        effect="say that a page stays true although this pull request changes what it cites",
        needs_write=True,
        more="It holds for the code as it is in this pull request now, and is void with the next"
        " change to it.",
    ),
    Verb.PAUSE: Usage(
        effect="do nothing by itself any more, until `resume`; what runs comes to its end",
        needs_write=True,
    ),
    Verb.RESUME: Usage(effect="go on after `pause`, or after a refusal", needs_write=True),
}


def form(verb: Verb) -> str:
    """Show how a verb is said; it begins with the address, so it goes into code spans only."""
    usage = USAGES[verb]
    argument = f"<{usage.argument}>" if usage.needs_argument else f"[{usage.argument}]"
    parts = [
        f"{ADDRESS} {verb}",
        f"{argument}{':' if usage.colon else ''}" if usage.argument else "",
        f"<{usage.text}>" if usage.text else "",
        *(f"[{flag}]" for flag in usage.flags),
    ]
    return " ".join(part for part in parts if part)


def help_text() -> str:
    """List the commands as a Markdown table; no line of it is itself a command."""
    rows = [
        # A bar would end the cell, even in a code span.
        f"| `{form(verb).replace('|', chr(92) + '|')}` | {use.effect} | {_who(use)} |"
        for verb, use in USAGES.items()
    ]
    return "\n".join(("| command | what it does | who may |", "| --- | --- | --- |", *rows))


def help_of(verb: Verb) -> str:
    """Explain one command."""
    usage = USAGES[verb]
    told = [f"`{form(verb)}`: {usage.effect} ({_who(usage)}).", usage.more]
    if usage.text:
        told.append(f"The {usage.text} goes on to the end of the paragraph.")
    return " ".join(part for part in told if part)


def _who(usage: Usage) -> str:
    return "people with write access" if usage.needs_write else "everybody"
