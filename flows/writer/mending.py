"""What becomes of sections that no model could write again."""

import re
from collections.abc import Iterable
from typing import Protocol

from app.domain.code.evidence import Evidence
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import AgentResult, Draft, Page, Section
from app.domain.wiki.revision import LOCAL
from app.domain.wiki.words.prose import CITATION
from app.errors import ModelError
from flows.writer.commission import Commission, Wanted, stand_in_for

_ID = re.compile(r"E(\d+)")


class LocalWriter(Protocol):
    """Whatever writes without a model."""

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        """Write one page from its briefing, or raise ModelError."""


def nothing_mended(asked: Commission, cause: str = "") -> Page:
    """Leave all sections as they are published; `cause` says what a later run may do better."""
    return Page(
        spec=asked.briefing.spec,
        draft=Draft(summary="", sections=()),
        evidence=(),
        writer=LOCAL,
        stand_in=cause,
        unmended=asked.headings,
    )


async def with_stand_ins(page: Page, asked: Commission, local: LocalWriter) -> Page:
    """Put the local writer's words in the place of what is certainly false and was not mended.

    A section all of whose subjects are gone is over. What is only doubtful stays as published.
    """
    for wanted in asked.sections:
        if wanted.heading not in page.unmended or not wanted.is_false:
            continue
        told = stand_in_for(wanted, asked.briefing)
        if told is not None:
            page = _added(page, wanted, await _words(told, local))
        elif wanted.is_cited and not wanted.evidence:
            page = page.model_copy(update={"unmended": _without(page.unmended, wanted.heading)})
    return page


async def _words(told: Briefing, local: LocalWriter) -> Page | None:
    try:
        return (await local.write(told)).output
    except (ModelError, TimeoutError):
        return None


def _added(page: Page, wanted: Wanted, local: Page | None) -> Page:
    texts = [each.text for each in local.draft.sections if each.text] if local else []
    if local is None or not texts:
        return page
    start = max((int(each.id[1:]) for each in page.evidence), default=0)
    text = CITATION.sub(lambda found: _shifted(found[0], start), "\n\n".join(texts))
    draft = page.draft
    if wanted.is_lead:
        draft = draft.model_copy(update={"summary": text})
    else:
        section = Section(heading=wanted.heading, text=text, stand_in=True)
        draft = draft.model_copy(update={"sections": (*draft.sections, section)})
    return page.model_copy(
        update={
            "draft": draft,
            "evidence": (*page.evidence, *_renumbered(local.evidence, start)),
            "unmended": _without(page.unmended, wanted.heading),
        }
    )


def _renumbered(evidence: Iterable[Evidence], start: int) -> Iterable[Evidence]:
    """Give evidence numbers that the page does not use: what its writer read has numbers too."""
    return (each.model_copy(update={"id": _shifted(each.id, start)}) for each in evidence)


def _shifted(text: str, start: int) -> str:
    return _ID.sub(lambda found: f"E{int(found[1]) + start}", text)


def _without(headings: tuple[str, ...], heading: str) -> tuple[str, ...]:
    return tuple(each for each in headings if each != heading)
