"""What a run would ask of its models, before anything is asked.

A draft that is sent back is written and judged again; a writer that looks into the source sends
its whole prompt once more, with all that it has read. How often both happen is an assumption.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.configuration.config import PinnedPage
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.narrative.call_targets import is_code
from app.domain.wiki.narrative.how_to import HOW_TO
from app.domain.wiki.narrative.plan import pin, plan_narrative, with_way
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.narrative.walk import FEWEST_STEPS, MOST_STEPS, WALK, Way, starts
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.revision import LOCAL, Revision, join
from app.domain.work.budget import Estimate
from app.domain.work.prices import Price
from flows.writer.commission import Commission, commission
from flows.writer.outline import SHARE_OF_SOURCES, pieces, told
from flows.writer.recipe import prompt_texts

SHARE_OF_ORDERS = 3
"""The shipped prompts are for writers and critics of plans, pages and sections; each reads some."""
BYTES_PER_TOKEN = 4
BYTES_PER_LINE = 40
MOST_SOURCE_BYTES = 60_000
"""So much source a critic is shown, and so large a map of the modules whoever plans."""
BYTES_PER_MODULE = 200
ENOUGH_DEFINITIONS = 3 * FEWEST_STEPS
"""Of three definitions near its start, a way passes about one."""
DRAFT_TOKENS = 1_000
VERDICT_TOKENS = 150
SUMMARY_TOKENS = 200
SUMMARY_ORDERS = 200
TOOL_CALL_TOKENS = 50
TOOL_RESULT_TOKENS = 1_500
CRITIC = "critic"

Prices = Mapping[str, Price | None]
"""By role; None where the local writer does the work, or nobody judges."""


class Assumptions(Value):
    """What nobody knows before a run."""

    drafts: float = 1.0
    """How many a page takes."""
    tool_rounds: float = 0.0
    """How often a page's writer looks into the source for one draft."""
    evidence_tokens: int = 12_000
    """How much one prompt holds of a page's subject."""
    has_tools: bool = True
    """Whether a page's writer can look into the source; else it is quoted to it."""
    call_seconds: float = 10.0
    parallel_calls: int = 5


class Task(Value):
    """A page or a plan that somebody writes and somebody judges."""

    role: str
    asked: int
    """Bytes that whoever writes is sent."""
    judged: int
    """Bytes that whoever judges is sent."""
    source: int = 0
    """Bytes of source that a writer without tools may be sent."""


class Work(Value):
    """All that is to be done."""

    plan: Task | None
    """None where the pages that there are stay."""
    guides: tuple[Task, ...]
    fronts: tuple[Task, ...]
    summaries: tuple[int, ...]
    """Bytes that are sent for each summary."""


class Share(Value):
    """What a task takes."""

    calls: float = 0.0
    input_tokens: float = 0.0
    output_tokens: float = 0.0
    cost: float = 0.0

    def __add__(self, other: "Share") -> "Share":
        return Share(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=self.cost + other.cost,
        )


def estimate(
    facts: RepositoryFacts,
    pinned: Sequence[PinnedPage],
    prices: Prices,
    assumed: Assumptions,
    revision: Revision | None = None,
) -> Estimate:
    """Reckon with the pages that the local plan has, and the pinned ones.

    With a revision these are only the pages and sections that it has a model write.

    It takes CPU time, so call it in a thread. Answers that are stored cost nothing, so a repeated
    run takes less.
    """
    is_part = revision is not None and not revision.everything
    work = work_on(facts, pinned, assumed, revision if is_part else None)
    planned = share_of(work.plan, prices, assumed) if work.plan else Share()
    written = [share_of(each, prices, assumed) for each in work.guides]
    distilled = [share_of(each, prices, assumed) for each in work.fronts]
    summed = summaries_share(work.summaries, prices)
    everything = sum((planned, *written, *distilled, summed), start=Share())
    calls = sum((each.calls for each in written), start=summed.calls)
    longest = max((each.calls for each in written), default=0.0)
    # The plan comes before the pages, and the front page after them.
    side_by_side = max(calls / assumed.parallel_calls, longest)
    rounds = planned.calls + side_by_side + sum(each.calls for each in distilled)
    return Estimate(
        pages=len(work.guides) + len(work.fronts),
        calls=math.ceil(everything.calls),
        input_tokens=round(everything.input_tokens),
        output_tokens=round(everything.output_tokens),
        cost=everything.cost,
        seconds=rounds * assumed.call_seconds,
    )


def work_on(
    facts: RepositoryFacts,
    pinned: Sequence[PinnedPage],
    assumed: Assumptions,
    revision: Revision | None = None,
) -> Work:
    """List what is to be done: the plan, the pages, the front page, and summaries for them."""
    orders = sum(len(text.encode()) for text in prompt_texts()) // SHARE_OF_ORDERS
    is_planned = revision is None or revision.structure_again
    pages = pin(with_way(plan_narrative(facts), likely_way(facts)), pinned).pages
    specs = [each for each in pages if each.kind is not PageKind.REFERENCE] if is_planned else []
    modules = min(MOST_SOURCE_BYTES, BYTES_PER_MODULE * len(facts.files))
    shown = orders + modules + BYTES_PER_MODULE * len(specs)
    survey = Survey(facts)
    sections: list[Task] = []
    if revision is not None:
        joined = join(revision.known, specs, revision.retired, facts.files)
        specs = whole_pages(revision, joined)
        sections = section_tasks(revision, facts, survey, orders)
    briefings = [brief(spec, facts, survey) for spec in specs]
    tasks = [*(page_task(each, orders) for each in briefings), *sections]
    return Work(
        plan=Task(role="structure", asked=shown, judged=shown) if is_planned else None,
        guides=tuple(each for each in tasks if each.role == "page"),
        fronts=tuple(each for each in tasks if each.role == "readme"),
        summaries=summaries_of(briefings, facts, assumed),
    )


def whole_pages(revision: Revision, joined: Sequence[PageSpec]) -> list[PageSpec]:
    """List the pages of a revision that are written from nothing."""
    known = {each.id for each in revision.known}
    new = [each for each in joined if each.id not in known]
    ordered = [each.spec for each in revision.pages if each.whole]
    return list({each.id: each for each in (*new, *ordered)}.values())


def section_tasks(
    revision: Revision, facts: RepositoryFacts, survey: Survey, orders: int
) -> list[Task]:
    """List what a model is asked about single sections; the local writer's cost nothing."""
    asked = [
        commission(page, brief(page.spec, facts, survey), facts.files)
        for page in revision.pages
        if page.sections and not page.whole and page.writer != LOCAL
    ]
    return [section_task(each, orders) for each in asked]


def section_task(asked: Commission, orders: int) -> Task:
    """Add up what a writer and a critic of some sections are sent."""
    page = page_task(asked.briefing, orders)
    shown = sum(len(each.model_dump_json().encode()) for each in asked.sections)
    return page.model_copy(update={"asked": page.asked + shown, "judged": page.judged + shown})


def likely_way(facts: RepositoryFacts) -> Way | None:
    """Guess the way that a page may follow; which calls there are only the source tells.

    Where little is defined around the start no way is worth a page.
    """
    begun = starts(facts)
    if not begun:
        return None
    near = {edge.target for edge in facts.edges if edge.source == begun[0].place.path}
    around = [facts.files[path] for path in {*near, begun[0].place.path} if path in facts.files]
    if sum(is_code(each) for file in around for each in file.symbols) < ENOUGH_DEFINITIONS:
        return None
    return Way(start=begun[0], steps=tuple(each.place for each in begun[:MOST_STEPS]))


def summaries_of(
    briefings: Iterable[Briefing], facts: RepositoryFacts, assumed: Assumptions
) -> tuple[int, ...]:
    """Say what is sent for each summary; pages that are about the same files share theirs."""
    room = assumed.evidence_tokens * BYTES_PER_TOKEN
    sizes = {path: len(told(path, file)) for path, file in facts.files.items()}
    made: dict[tuple[str, ...], int] = {}
    for briefing in briefings:
        paths = {path for part in briefing.parts for path in part.files}
        is_page = briefing.spec.kind is not PageKind.HOME
        is_summed = is_page and briefing.spec.id not in (WALK, HOW_TO)
        if not is_summed or sum(sizes.get(path, 0) for path in paths) <= room:
            continue
        for part in briefing.parts:
            divided = pieces(part)
            for each in divided:
                made[each.files] = min(room, sum(sizes.get(path, 0) for path in each.files))
            if len(divided) > 1:
                made[part.files] = len(divided) * SUMMARY_TOKENS * BYTES_PER_TOKEN
    return tuple(made.values())


def summaries_share(summaries: Sequence[int], prices: Prices) -> Share:
    """Reckon what summaries take: each is asked once, and nobody judges it."""
    price = prices.get("page")
    if price is None:
        return Share()
    asked = sum(summaries) / BYTES_PER_TOKEN + len(summaries) * SUMMARY_ORDERS
    share = Share(
        calls=len(summaries), input_tokens=asked, output_tokens=len(summaries) * SUMMARY_TOKENS
    )
    return priced(share, price)


def page_task(briefing: Briefing, orders: int) -> Task:
    """Add up what a writer and a critic of one page are sent."""
    said = briefing.model_dump(
        mode="json",
        exclude={
            "names": True,
            "evidence": {"__all__": {"digests", "kind", "parameters", "quoted"}},
        },
    )
    asked = orders + len(json.dumps(said, ensure_ascii=False).encode())
    lines = [each.last_line - each.first_line + 1 for each in briefing.evidence]
    return Task(
        role="readme" if briefing.spec.kind is PageKind.HOME else "page",
        asked=asked,
        judged=asked + source_bytes(lines) + DRAFT_TOKENS * BYTES_PER_TOKEN,
        source=BYTES_PER_LINE * sum(lines),
    )


def source_bytes(lines: Iterable[int]) -> int:
    """Guess how many bytes of source a critic is shown."""
    return min(MOST_SOURCE_BYTES, BYTES_PER_LINE * sum(lines))


def share_of(task: Task, prices: Prices, assumed: Assumptions) -> Share:
    """Reckon what a task takes; the local writer's takes nothing."""
    price = prices.get(task.role)
    if price is None:
        return Share()
    critic = prices.get(CRITIC)
    writing = priced(writing_share(task, assumed), price)
    return writing if critic is None else writing + priced(judging_share(task, assumed), critic)


def writing_share(task: Task, assumed: Assumptions) -> Share:
    """Reckon what whoever writes takes, without its price."""
    is_page = task.role == "page"
    rounds = assumed.tool_rounds if is_page and assumed.has_tools else 0.0
    room = assumed.evidence_tokens * SHARE_OF_SOURCES * BYTES_PER_TOKEN
    quoted = 0 if assumed.has_tools or not is_page else min(room, task.source)
    again = (assumed.drafts - 1) * DRAFT_TOKENS
    results = TOOL_RESULT_TOKENS * rounds * (rounds + 1) / 2
    asked = (rounds + 1) * (task.asked + quoted) / BYTES_PER_TOKEN + results
    return Share(
        calls=assumed.drafts * (1 + rounds),
        input_tokens=assumed.drafts * asked + again,
        output_tokens=assumed.drafts * (DRAFT_TOKENS + rounds * TOOL_CALL_TOKENS),
    )


def judging_share(task: Task, assumed: Assumptions) -> Share:
    """Reckon what whoever judges takes, without its price."""
    return Share(
        calls=assumed.drafts,
        input_tokens=assumed.drafts * task.judged / BYTES_PER_TOKEN,
        output_tokens=assumed.drafts * VERDICT_TOKENS,
    )


def priced(share: Share, price: Price) -> Share:
    """Add what its tokens cost."""
    cost = share.input_tokens * price.input + share.output_tokens * price.output
    return share.model_copy(update={"cost": cost})
