"""Sections of the local writer that list all there is of something, or say that they do not."""

from app.domain.wiki.page import Section

CUT = "Not all of them are shown here."
"""Ends a section that does not list all."""

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
