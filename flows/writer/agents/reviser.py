"""The agent that writes stale sections of a page again, and nothing else of it."""

import json

from app.domain.checks.finding import Finding, Severity
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.narrative.evidence_choice import within
from app.domain.wiki.page import AgentResult, Draft, Page, PageKind, Section
from app.errors import ModelRefused
from flows.writer.agents.drafting import (
    Crew,
    Form,
    Order,
    draft_page,
    preamble,
    show_briefing,
    show_notes,
)
from flows.writer.agents.fence import fence
from flows.writer.agents.files import Files, Register
from flows.writer.agents.limits import UnusableAnswer
from flows.writer.agents.page_generator import excerpts
from flows.writer.agents.tools import Tools
from flows.writer.commission import Commission, Stale

SECTIONS = "SECTIONS"
ROLE = "revise"
JUDGE = "critic-sections"
AS_ABOVE = "(as above)"
"""In the place of code that an earlier sentence shows."""


class Reviser:
    """Writes sections again; what it reads of the source becomes citable, as for a page."""

    def __init__(self, pages: Crew, front: Crew, files: Files) -> None:
        self._pages = pages
        self._front = front
        self._files = files

    async def revise(self, asked: Commission) -> AgentResult[Page]:
        """Write the sections that are asked for, as far as true ones can be had.

        The page that is returned has these alone, and names the others as unmended. Raises
        QualityGateFailed when there is none, and ModelRefused where no model writes such pages.
        """
        spec = asked.briefing.spec
        crew = self._front if spec.kind is PageKind.HOME else self._pages
        if crew.writer.is_local:
            raise ModelRefused("no model is set: set AUTODOC_MODEL")
        briefing = _within_budget(asked, crew.limits.evidence_tokens)
        form = SomeSections(asked)
        shown = fence(SECTIONS, form.shown)
        parts = [
            preamble(briefing, crew.guide),
            show_briefing(briefing, whole=False),
            show_notes(briefing),
            shown,
            await excerpts(briefing, crew, self._files),
            "Write the sections.",
        ]
        register = Register(briefing)
        order = Order(
            role=ROLE,
            briefing=briefing,
            prompt="\n\n".join(filter(None, parts)),
            register=register,
            tools=Tools(self._files, register).all() if crew.writer.has_tools else [],
            judge=JUDGE,
            told=(form.told,),
            shown=shown,
            form=Form(convert=form.convert, review=form.review, salvage=form.salvage),
        )
        written = await draft_page(order, crew, self._files)
        page = written.output.model_copy(update={"unmended": form.missing(written.output.draft)})
        return written.model_copy(update={"output": page})


class SomeSections:
    """Holds drafts to the sections that are asked for."""

    def __init__(self, asked: Commission) -> None:
        self._asked = asked
        self._wanted = {_plain(each.heading): each for each in asked.sections if not each.is_lead}
        self._lead = next((each for each in asked.sections if each.is_lead), None)
        self._beside: tuple[str, ...] = ()
        self._is_settled = False

    @property
    def shown(self) -> str:
        """Say the order for a prompt."""
        return self._said(code=True)

    @property
    def told(self) -> str:
        """Say what does not change as long as the code says the same."""
        return self._said(code=False)

    def convert(self, draft: Draft) -> Draft:
        """Keep what was asked for, in the page's order and words."""
        found: dict[str, Section] = {}
        for each in draft.sections:
            found.setdefault(_plain(each.heading), each)
        self._beside = tuple(found[each].heading for each in found if each not in self._wanted)
        sections = tuple(
            found[name].model_copy(update={"heading": wanted.heading})
            for name, wanted in self._wanted.items()
            if name in found
        )
        summary = draft.summary if self._lead else ""
        if not sections and not summary:
            raise UnusableAnswer(f"write the sections that were asked for: {self._listed()}")
        return Draft(summary=summary, sections=sections)

    def review(self, draft: Draft) -> list[Finding]:
        """Find what is missing, and what nobody asked for."""
        page = self._asked.briefing.spec.path
        missing = () if self._is_settled else self.missing(draft)
        return [
            *(
                Finding(rule="section", page=page, message=f"the section “{each}” is missing")
                for each in missing
            ),
            *(
                Finding(
                    rule="section",
                    page=page,
                    message=f"the section “{each}” was not asked for; leave it out",
                    severity=Severity.WARNING,
                )
                for each in self._beside
            ),
        ]

    def salvage(self, draft: Draft) -> Draft | None:
        """Make do with a part of the sections; the others stay as they are published."""
        self._is_settled = True
        return draft if draft.summary.strip() or draft.sections else None

    def missing(self, draft: Draft) -> tuple[str, ...]:
        """List the headings of the sections that a draft does not have."""
        there = {_plain(each.heading) for each in draft.sections}
        lead = [self._lead.heading] if self._lead and not draft.summary.strip() else []
        return (*lead, *(each.heading for name, each in self._wanted.items() if name not in there))

    def _said(self, *, code: bool) -> str:
        shown: set[str] = set()

        def beside(each: Stale) -> dict[str, str]:
            told = each.model_dump(mode="json", exclude=None if code else {"code_now"})
            if code and each.code_now in shown:
                told["code_now"] = AS_ABOVE
            shown.update(filter(None, [each.code_now]))
            return told

        sections = [
            {
                "heading": each.heading,
                "answer_in": "summary" if each.is_lead else "sections",
                "text": each.text,
                "stale": [beside(one) for one in each.stale],
            }
            for each in self._asked.sections
        ]
        said = {"outline_of_the_page": self._asked.outline, "sections": sections}
        return json.dumps(said, ensure_ascii=False)

    def _listed(self) -> str:
        return ", ".join(f"“{each}”" for each in self._asked.headings)


def _within_budget(asked: Commission, tokens: int) -> Briefing:
    """Leave out the least relevant facts, but nothing that the sections cite."""
    chosen = within(asked.briefing, tokens)
    ids = {each.id for each in chosen.evidence}
    ids.update(each for section in asked.sections for each in section.evidence)
    evidence = tuple(each for each in asked.briefing.evidence if each.id in ids)
    return chosen.model_copy(update={"evidence": evidence})


def _plain(heading: str) -> str:
    return " ".join(heading.replace("`", "").split()).casefold()
