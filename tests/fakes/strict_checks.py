"""Checks of drafts that are small enough to see through, for tests of the loop around them."""

import re
from collections.abc import Sequence

from app.domain.checks.finding import Finding
from app.domain.wiki.briefing import Briefing
from app.domain.wiki.page import Draft, Section

_CITATION = re.compile(r"\[(E\d+)\]")
_CODE = re.compile(r"`([^`]+)`")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def review(draft: Draft, briefing: Briefing) -> Sequence[Finding]:
    """Find citations and names that do not exist."""
    texts = [draft.summary, *(section.text for section in draft.sections)]
    return [fault for text in texts for fault in _faults(text, briefing)]


def drop_false(draft: Draft, briefing: Briefing) -> Draft:
    """Drop the sentences that hold such a fault."""

    def true(text: str) -> str:
        return " ".join(s for s in _SENTENCE.split(text) if not _faults(s, briefing))

    return Draft(
        summary=true(draft.summary),
        sections=tuple(
            Section(heading=section.heading, text=true(section.text)) for section in draft.sections
        ),
    )


def _faults(text: str, briefing: Briefing) -> list[Finding]:
    known = {each.id for each in briefing.evidence}
    faults = [
        Finding(rule="citation", page="", message=f"{each} is not in the evidence")
        for each in _CITATION.findall(text)
        if each not in known
    ]
    return faults + [
        Finding(rule="symbol", page="", message=f"`{each}` does not exist in the source")
        for each in _CODE.findall(text)
        if each not in briefing.names
    ]
