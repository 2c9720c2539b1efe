"""What the first pull request says: what AutoDoc is, what it found, what the rest would cost."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME
from app.domain.wiki.configuration.layers import ORGANISATION_FILE
from app.domain.wiki.site.announcement import MOST_CHARACTERS, Announcement
from app.domain.wiki.words.prose import code_span, escape
from app.domain.work.budget import Estimate

_SHORT_COMMIT = 12
_MOST_LANGUAGES = 6
_MOST_SCOPES = 12
_MOST_NOTES = 10
_MOST_NOTE = 500
_MOST_TITLE = 120
"""Characters."""

_TITLE = "Document this repository with AutoDoc?"
_WHAT = (
    "AutoDoc writes documentation from the code of this repository: every statement cites the lines"
    " that it rests on. When a change makes one false, AutoDoc proposes new words in a pull request"
    " like this one."
)
_MERGE = (
    "**Merge** to go on: AutoDoc then writes the whole documentation and proposes it in a second"
    " pull request."
)
_MERGE_ALL = (
    "**Merge** to go on: as the configuration stands, these are all the pages that there are"
    " without a model. AutoDoc then keeps them true."
)
_CLOSE = """\
**Close** to stop: AutoDoc keeps silent here. `/autodoc regenerate` in a comment on a pull request \
asks for pages all the same, `/autodoc help` lists all commands."""


class Cap(Value):
    """What binds before a model is asked."""

    what: str
    amount: Decimal
    """US dollars."""


class Findings(Value):
    """What was found in a commit."""

    commit: str
    files: int
    languages: Mapping[str, int] = {}
    """Files by their language."""
    scopes: tuple[str, ...] = ()
    """Their folders, where there are several."""


class Invited(Value):
    """What the first pull request is made of."""

    found: Findings
    pages: tuple[str, ...]
    """The titles of its pages."""
    is_all: bool = False
    """Whether nothing more would be published without a model."""
    estimate: Estimate | None = None
    """Of the whole documentation; None where no model is set."""
    models: tuple[str, ...] = ()
    caps: tuple[Cap, ...] = ()
    begins_configuration: bool = False
    """Whether it brings an `.autodoc.yaml`."""
    inherited: tuple[str, ...] = ()
    """The keys that have the organisation's values."""
    notes: tuple[str, ...] = ()
    """One sentence for each thing that was noticed."""


def invite(invited: Invited) -> Announcement:
    """Ask for consent: short, with the price and the way out."""
    parts = [
        _WHAT,
        _pages(invited),
        _found(invited.found),
        _cost(invited),
        _MERGE_ALL if _has_all(invited) else _MERGE,
        _CLOSE,
        _configuration(invited),
        _noticed(invited.notes),
    ]
    short = invited.found.commit[:_SHORT_COMMIT]
    return Announcement(
        title=_TITLE,
        body="\n\n".join(part for part in parts if part)[:MOST_CHARACTERS],
        commit_message=f"Show what AutoDoc would write of {short}\n",
    )


def _pages(invited: Invited) -> str:
    titles = ", ".join(escape(each[:_MOST_TITLE]) for each in invited.pages)
    verb = "is" if len(invited.pages) == 1 else "are"
    return (
        f"Here {verb} {_count(len(invited.pages), 'page')} to judge it by ({titles}), written"
        " without a model: nothing was spent."
    )


def _has_all(invited: Invited) -> bool:
    return invited.is_all and invited.estimate is None


def _found(found: Findings) -> str:
    ranked = sorted(found.languages.items(), key=lambda each: (-each[1], each[0]))
    languages = ", ".join(f"{name} ({count})" for name, count in ranked[:_MOST_LANGUAGES])
    told = f"**Found** at `{found.commit[:_SHORT_COMMIT]}`: {_count(found.files, 'file')}"
    told = f"{told}, {languages}" if languages else told
    if len(found.scopes) > 1:
        shown = ", ".join(code_span(f"{each or '.'}/") for each in found.scopes[:_MOST_SCOPES])
        more = len(found.scopes) - _MOST_SCOPES
        rest = f" and {more} more" if more > 0 else ""
        told = f"{told}; {len(found.scopes)} scopes that are documented apart: {shown}{rest}"
    return f"{told}."


def _cost(invited: Invited) -> str:
    if invited.estimate is None:
        return (
            "**Cost** of the whole documentation: none. No model is set here, so all of it is"
            " written without one."
        )
    models = ", ".join(code_span(each) for each in invited.models)
    calls, cost = _count(invited.estimate.calls, "model call"), invited.estimate.cost
    told = f"**Cost** of the whole documentation with {models}: about {calls}, ${cost:.2f}."
    if not invited.caps:
        return told
    least = min(invited.caps, key=lambda each: each.amount)
    bound = f"At most ${least.amount:.2f} for {least.what}"
    return f"{told} {bound}; beyond, pages are written without a model."


def _configuration(invited: Invited) -> str:
    told = f"It is your own `{FILE_NAME}` that counts."
    if invited.begins_configuration:
        told = (
            f"**Configuration.** `{FILE_NAME}` explains every key with its default. Change it in"
            " this branch before you merge, or later on the documented branch."
        )
    if not invited.inherited:
        return told
    keys = ", ".join(code_span(each) for each in invited.inherited)
    return f"{told} From the organisation's `{ORGANISATION_FILE}`: {keys}."


def _noticed(notes: Sequence[str]) -> str:
    return "\n".join(f"- {escape(each)}" for each in _first(notes))


def _first(notes: Iterable[str]) -> list[str]:
    return [each[:_MOST_NOTE] for each in dict.fromkeys(notes)][:_MOST_NOTES]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
