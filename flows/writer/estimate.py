"""What a run would ask of its models, before anything is asked.

A draft that is sent back is written and judged again; a writer that looks into the source sends
its whole prompt once more, with all that it has read. How often both happen is an assumption.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.brief import brief
from app.domain.wiki.briefing import Briefing
from app.domain.wiki.config import PinnedPage
from app.domain.wiki.narrative import pin, plan_narrative
from app.domain.wiki.page import PageKind
from app.domain.wiki.survey import Survey
from app.domain.work.budget import Estimate
from app.domain.work.prices import Price
from flows.writer.recipe import prompt_texts

BYTES_PER_TOKEN = 4
BYTES_PER_LINE = 40
MOST_SOURCE_BYTES = 60_000
"""So much source a critic is shown, and so large a map of the modules whoever plans."""
BYTES_PER_MODULE = 200
DRAFT_TOKENS = 1_000
VERDICT_TOKENS = 150
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
    call_seconds: float = 10.0
    parallel_calls: int = 5


class Task(Value):
    """A page or a plan that somebody writes and somebody judges."""

    role: str
    asked: int
    """Bytes that whoever writes is sent."""
    judged: int
    """Bytes that whoever judges is sent."""


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
    facts: RepositoryFacts, pinned: Sequence[PinnedPage], prices: Prices, assumed: Assumptions
) -> Estimate:
    """Reckon with the pages that the local plan has, and the pinned ones.

    It takes CPU time, so call it in a thread. Answers that are stored cost nothing, so a repeated
    run takes less.
    """
    plan, guides, fronts = tasks_of(facts, pinned)
    planned = share_of(plan, prices, assumed)
    written = [share_of(each, prices, assumed) for each in guides]
    distilled = [share_of(each, prices, assumed) for each in fronts]
    everything = sum((planned, *written, *distilled), start=Share())
    pages = sum((each.calls for each in written), start=0.0) / assumed.parallel_calls
    longest = max((each.calls for each in written), default=0.0)
    # The plan comes before the pages, and the front page after them.
    rounds = planned.calls + max(pages, longest) + sum(each.calls for each in distilled)
    return Estimate(
        pages=len(guides) + len(fronts),
        calls=math.ceil(everything.calls),
        input_tokens=round(everything.input_tokens),
        output_tokens=round(everything.output_tokens),
        cost=everything.cost,
        seconds=rounds * assumed.call_seconds,
    )


def tasks_of(
    facts: RepositoryFacts, pinned: Sequence[PinnedPage]
) -> tuple[Task, Sequence[Task], Sequence[Task]]:
    """List what is to be done: the plan, the pages, the front page."""
    survey = Survey(facts)
    pages = pin(plan_narrative(facts), pinned).pages
    specs = [each for each in pages if each.kind is not PageKind.REFERENCE]
    orders = sum(len(text.encode()) for text in prompt_texts()) // 2
    modules = min(MOST_SOURCE_BYTES, BYTES_PER_MODULE * len(facts.files))
    shown = orders + modules + BYTES_PER_MODULE * len(specs)
    tasks = [page_task(brief(spec, facts, survey), orders) for spec in specs]
    return (
        Task(role="structure", asked=shown, judged=shown),
        [each for each in tasks if each.role == "page"],
        [each for each in tasks if each.role == "readme"],
    )


def page_task(briefing: Briefing, orders: int) -> Task:
    """Add up what a writer and a critic of one page are sent."""
    said = briefing.model_dump(
        mode="json", exclude={"names": True, "evidence": {"__all__": {"digests"}}}
    )
    told = orders + len(json.dumps(said, ensure_ascii=False).encode())
    lines = (each.last_line - each.first_line + 1 for each in briefing.evidence)
    return Task(
        role="readme" if briefing.spec.kind is PageKind.HOME else "page",
        asked=told,
        judged=told + source_bytes(lines) + DRAFT_TOKENS * BYTES_PER_TOKEN,
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
    rounds = assumed.tool_rounds if task.role == "page" else 0.0
    again = (assumed.drafts - 1) * DRAFT_TOKENS
    results = TOOL_RESULT_TOKENS * rounds * (rounds + 1) / 2
    asked = (rounds + 1) * task.asked / BYTES_PER_TOKEN + results
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
