"""Sections of the local writer that list all there is of something, or say that they do not."""

from collections.abc import Mapping, Sequence

from app.domain.code.change import Changes
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.wiki.page import Section

CUT = "Not all of them are shown here."
"""Ends a section that does not list all."""

_DRAWING = "```mermaid\n"

_LISTS = frozenset(
    {
        "Commands",
        "Entry points",
        "Environment variables",
        "Example programs",
        "Main types and functions",
        "Make targets",
        "Modules",
        "Packages",
        "Parts",
        "Routes",
        "Services",
        "Tests to run after a change",
        "The project's own documents",
        "What CI runs",
        "What it takes from other parts",
        "Where the code is",
    }
)
"""Headings; imports are shown by examples, so that there a list says nothing of others."""


def lists_all(section: Section) -> bool:
    """Say whether something new would belong into a section of the local writer."""
    return section.heading in _LISTS and not section.text.endswith(CUT)


def unlisted(
    before: Sequence[CitedSymbol], after: Sequence[CitedSymbol], changes: Changes | None
) -> list[CitedSymbol]:
    """Find what a list made anew has more than one that was complete.

    What a row only names besides does not count: which names lead changes with every mention.
    """
    files = changes.files if changes is not None else {}
    known = {
        (now.path if (now := files.get(each.path)) else each.path, *_subject(each))
        for each in before
    }
    return [
        each
        for each in after
        if each.relies is not Reliance.EXISTENCE and (each.path, *_subject(each)) not in known
    ]


def _subject(cited: CitedSymbol) -> tuple[str, str]:
    """Tell a symbol by its name, and a place by what is told of it: lines move."""
    return cited.symbol, cited.wording if cited.is_place else ""


def redrawn(before: Mapping[str, str], after: Mapping[str, str]) -> frozenset[str]:
    """Name the sections of the local writer, by heading, whose drawing is another one by now.

    Both are bodies by heading. A drawing shows all, or says how much of it, and cites nothing.
    """
    return frozenset(
        heading
        for heading, body in before.items()
        if _DRAWING in body
        and body.partition(_DRAWING)[2] != after.get(heading, "").partition(_DRAWING)[2]
    )
