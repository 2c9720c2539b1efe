import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from typing_extensions import override

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import (
    AgentResult,
    Draft,
    Page,
    PageKind,
    ScopeResult,
    Section,
    TokenUsage,
    WikiStructure,
)
from app.domain.wiki.record import Note
from app.domain.wiki.render import Origin, render_page
from app.domain.wiki.revision import PageRevision, Revision, SectionRevision
from app.domain.work.job import FlowName, Progress, Run
from app.errors import BudgetExceeded, ModelError, QualityGateFailed
from app.settings import Settings
from flows.runs.performing import pages_at_once
from flows.steps import LocalSteps
from flows.writer.commission import Commission
from flows.writer.process_scope import WriterDesk, process_scope
from tests.fakes.facts import shop

RUN = Run(flow=FlowName.PROCESS_SCOPE, job=UUID(int=1))
FACTS = shop()


@dataclass
class Planner:
    """Plans as the machine proposes."""

    async def extract(self, facts: RepositoryFacts) -> AgentResult[WikiStructure]:
        return AgentResult[WikiStructure](output=plan_narrative(facts), attempts=1)


@dataclass
class Author:
    """Writes pages, but for those whose id it is told to fail at."""

    name: str
    fails: frozenset[str] = frozenset()
    pages_paid: int | None = None
    front: list[list[str]] = field(default_factory=list)

    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        if briefing.spec.id in self.fails:
            raise QualityGateFailed("every attempt lied")
        if self.pages_paid is not None:
            self.pages_paid -= 1
            if self.pages_paid < 0:
                raise BudgetExceeded("5.00 $ are taken")
        page = Page(
            spec=briefing.spec,
            draft=compose(briefing),
            evidence=briefing.evidence,
            writer=self.name,
        )
        usage = TokenUsage(calls=1, input_tokens=10, output_tokens=5, cost=0.5)
        return AgentResult[Page](output=page, attempts=1, usage=usage)

    async def distill(self, briefing: Briefing, pages: Sequence[Page]) -> AgentResult[Page]:
        self.front.append([page.spec.path for page in pages])
        return await self.write(briefing)


@dataclass
class Results:
    """Remembers what was stored."""

    stored: list[ScopeResult] = field(default_factory=list)

    async def store(self, job_id: UUID, attempt_key: str, result: ScopeResult) -> None:
        assert (job_id, attempt_key) == (RUN.job, RUN.key)
        self.stored.append(result)


async def run(author: Author, shown: list[Progress], local: Author | None = None) -> ScopeResult:
    async def show(progress: Progress) -> None:
        shown.append(progress)

    results = Results()
    desk = WriterDesk(
        structure=Planner(),
        pages=author,
        readme=author,
        local_pages=local or Author("local"),
        results=results,
        recipe="r1",
    )
    result = await process_scope(RUN, FACTS, desk, LocalSteps(show))
    assert results.stored == [result]
    return result


async def test_every_narrative_page_is_written_and_the_front_page_knows_the_others() -> None:
    author = Author("model")
    result = await run(author, [])
    paths = [page.spec.path for page in result.pages]
    assert paths == [spec.path for spec in result.structure.pages]
    assert author.front == [paths[1:]]
    assert result.recipe == "r1"


async def test_page_at_which_the_model_fails_is_the_local_writers_and_a_warning_says_so() -> None:
    result = await run(Author("model", fails=frozenset({"architecture"})), [])
    writers = {page.spec.id: page.writer for page in result.pages}
    assert writers["architecture"] == "local"
    assert writers["home"] == "model"
    assert result.warnings == ("architecture.md was written without the model: every attempt lied",)


async def test_at_the_cap_the_local_writer_takes_over_and_pages_and_one_warning_say_so() -> None:
    result = await run(Author("model", pages_paid=1), [])
    paid = [page for page in result.pages if page.writer == "model"]
    rest = [page for page in result.pages if page.writer == "local"]
    assert [page.stand_in for page in paid] == [""]
    assert {page.stand_in for page in rest} == {"the budget was reached"}
    assert result.warnings == (
        f"{len(rest)} pages were written without the model, since the budget was reached:"
        " 5.00 $ are taken",
    )
    origin = Origin(commit="c0ffee", base="https://example.org/")
    told = render_page(rest[0], origin, {}, "r1").markdown
    assert "without a language model, since the budget was reached, and not reviewed" in told


@dataclass
class Crowd(Author):
    """Writes no page before as many are on their way as there may be calls."""

    places: int = 0

    def __post_init__(self) -> None:
        self.meeting = asyncio.Barrier(self.places)

    @override
    async def write(self, briefing: Briefing) -> AgentResult[Page]:
        if briefing.spec.kind is not PageKind.HOME:
            async with asyncio.timeout(10):
                await self.meeting.wait()
        return await super().write(briefing)


@dataclass
class Planning:
    """Plans so many guides."""

    guides: int

    async def extract(self, facts: RepositoryFacts) -> AgentResult[WikiStructure]:
        plan = plan_narrative(facts)
        home, guide = plan.pages[0], plan.pages[1]
        pages = [
            guide.model_copy(update={"id": f"guide-{index}", "path": f"guide-{index}.md"})
            for index in range(self.guides)
        ]
        output = plan.model_copy(update={"pages": (home, *pages)})
        return AgentResult[WikiStructure](output=output, attempts=1)


async def test_pages_never_leave_a_place_for_a_call_empty() -> None:
    settings = Settings.model_validate({"refine": {"parallel_calls": 7}})

    async def show(_: Progress) -> None:
        """Nobody watches."""

    crowd = Crowd("model", places=7)
    desk = WriterDesk(Planning(21), crowd, crowd, Author("local"), Results(), "r1")
    steps = LocalSteps(show, pages_at_once(settings))
    result = await process_scope(RUN, FACTS, desk, steps)
    assert {page.writer for page in result.pages} == {"model"}
    assert len(result.pages) == 22


async def test_page_that_nobody_can_write_is_withheld_and_the_others_are_published() -> None:
    fails = frozenset({"architecture"})
    result = await run(Author("model", fails=fails), [], Author("local", fails=fails))
    ids = [page.spec.id for page in result.pages]
    assert "home" in ids
    assert "architecture" not in ids
    assert [spec.id for spec in result.structure.pages] == ids
    assert result.withheld == ("architecture.md was not written: every attempt lied",)


async def test_costs_add_up_and_are_shown_while_pages_are_written() -> None:
    shown: list[Progress] = []
    result = await run(Author("model"), shown)
    pages = len(result.pages)
    assert result.usage == TokenUsage(
        calls=pages, input_tokens=10 * pages, output_tokens=5 * pages, cost=0.5 * pages
    )
    last = shown[-1]
    assert (last.stage, last.done, last.total) == ("pages", pages, pages)
    assert f"${0.5 * pages:.2f}" in last.detail


async def test_each_page_that_ends_is_told_with_who_wrote_it_or_why_nobody_did() -> None:
    shown: list[Progress] = []
    fails = frozenset({"architecture"})
    await run(Author("model", fails=fails), shown, Author("local", fails=fails))
    told = {each.page.path: each.page for each in shown if each.page}
    assert len(told) == shown[-1].total
    assert (told["index.md"].writer, told["index.md"].attempts) == ("model", 1)
    assert told["architecture.md"].writer == ""
    assert "every attempt lied" in told["architecture.md"].note


@dataclass
class Sections:
    """Writes the sections that are asked for, or fails."""

    error: ModelError | None = None
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def revise(self, asked: Commission) -> AgentResult[Page]:
        self.asked.append((asked.briefing.spec.id, asked.headings))
        if self.error is not None:
            raise self.error
        written = tuple(Section(heading=each, text="New.") for each in asked.headings)
        page = Page(
            spec=asked.briefing.spec,
            draft=Draft(summary="", sections=written),
            evidence=(),
            writer="model",
        )
        return AgentResult[Page](output=page, attempts=1)


async def revise(
    revision: Revision, sections: Sections | None, author: Author | None = None
) -> ScopeResult:
    async def show(_: Progress) -> None:
        """Nobody watches."""

    author = author or Author("model")
    desk = WriterDesk(
        structure=Planner(),
        pages=author,
        readme=author,
        local_pages=Author("local"),
        results=Results(),
        recipe="r2",
        local_recipe="l2",
        sections=sections,
    )
    return await process_scope(RUN, FACTS, desk, LocalSteps(show), revision)


PLANNED = tuple(each for each in plan_narrative(FACTS).pages if each.kind is not PageKind.REFERENCE)
STALE = SectionRevision(anchor="parts", heading="Parts", text="Old.")


def of_page(number: int, writer: str = "model", **others: Any) -> PageRevision:
    spec = PLANNED[number]
    outline = (spec.title, "Parts")
    return PageRevision(spec=spec, writer=writer, outline=outline, text="# Old", **others)


async def test_a_revision_writes_its_sections_and_plans_nothing() -> None:
    author, sections = Author("model"), Sections()
    stale = of_page(1, sections=(STALE,))
    revision = Revision(pages=(stale,), known=PLANNED, title="Shop")

    result = await revise(revision, sections, author)

    assert sections.asked == [(PLANNED[1].id, ("Parts",))]
    [page] = result.pages
    assert [each.heading for each in page.draft.sections] == ["Parts"]
    assert result.structure == WikiStructure(title="Shop", pages=PLANNED)
    assert author.front == []


async def test_the_front_page_of_a_revision_is_asked_for_its_sections_too() -> None:
    sections = Sections()
    home = next(place for place, each in enumerate(PLANNED) if each.kind is PageKind.HOME)
    await revise(Revision(pages=(of_page(home, sections=(STALE,)),), known=PLANNED), sections)
    assert sections.asked == [(PLANNED[home].id, ("Parts",))]


async def test_whole_pages_of_a_revision_are_written_by_the_model() -> None:
    result = await revise(Revision(pages=(of_page(1, whole=True),), known=PLANNED), Sections())
    assert [(each.spec.id, each.writer) for each in result.pages] == [(PLANNED[1].id, "model")]


async def test_the_local_writers_pages_are_composed_without_a_model() -> None:
    sections = Sections()
    page = of_page(1, writer="local", sections=(STALE,))
    result = await revise(Revision(pages=(page,), known=PLANNED), sections)
    assert sections.asked == []
    assert [(each.writer, each.recipe) for each in result.pages] == [("local", "l2")]


@pytest.mark.parametrize(
    ("error", "stand_in"),
    [
        (BudgetExceeded("5.00 $ are taken"), "the budget was reached"),
        (ModelError("the provider is busy"), "the model could not be reached"),
        (QualityGateFailed("every attempt lied"), ""),
    ],
)
async def test_sections_that_no_model_could_write_stay_and_are_reported(
    error: ModelError, stand_in: str
) -> None:
    page = of_page(1, sections=(STALE,))
    result = await revise(Revision(pages=(page,), known=PLANNED), Sections(error))
    [left] = result.pages
    assert (left.unmended, left.draft.sections, left.stand_in) == (("Parts",), (), stand_in)
    assert result.warnings == (
        f"{left.spec.path}: “Parts” is stale and stays as it is published: {error}",
    )


async def test_what_is_true_of_many_sections_is_reported_once() -> None:
    many = tuple(
        STALE.model_copy(update={"anchor": f"part-{number}", "heading": f"Part {number}"})
        for number in range(7)
    )
    stale = Revision(pages=(of_page(1, sections=many),), known=PLANNED)
    [warning] = (await revise(stale, Sections(BudgetExceeded("5.00 $ are taken")))).warnings
    assert warning.startswith("7 stale sections stay as they are published (")
    assert "“Part 4” and 2 more): 5.00 $ are taken" in warning


async def test_without_a_model_what_a_model_wrote_stays() -> None:
    result = await revise(Revision(pages=(of_page(1, sections=(STALE,)),), known=PLANNED), None)
    assert result.pages[0].unmended == ("Parts",)
    assert "set AUTODOC_MODEL" in result.warnings[0]


async def test_new_modules_have_the_pages_planned_again_and_only_new_ones_written() -> None:
    new = PLANNED[-1]
    revision = Revision(known=PLANNED[:-1], structure_again=True)
    result = await revise(revision, Sections())
    assert [each.spec.id for each in result.pages] == [new.id]
    assert [each.id for each in result.structure.pages] == [each.id for each in PLANNED]


async def test_notes_of_people_reach_the_writer_of_a_whole_page() -> None:
    seen: list[tuple[Note, ...]] = []

    @dataclass
    class Reader(Author):
        @override
        async def write(self, briefing: Briefing) -> AgentResult[Page]:
            seen.append(briefing.notes)
            return await super().write(briefing)

    note = Note(section="parts", before="", after="Mind the gap.")
    asked = of_page(1, notes=(note,))
    await revise(Revision(pages=(asked,), everything=True), None, Reader("model"))
    assert seen.count((note,)) == 1
    assert len(seen) == len(PLANNED)


async def test_pages_of_the_local_writer_say_that_they_are_not_the_models() -> None:
    result = await revise(Revision(everything=True), None, Author("model", pages_paid=1))
    recipes = {each.writer: each.recipe for each in result.pages}
    assert recipes == {"model": "", "local": "l2"}
