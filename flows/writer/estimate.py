"""What a run with a model would ask of it, before anything is asked."""

import json
from collections.abc import Iterable

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.brief import brief
from app.domain.wiki.briefing import Briefing
from app.domain.wiki.names import known_names
from app.domain.wiki.narrative import plan_narrative
from app.domain.wiki.page import PageKind
from flows.writer.recipe import prompt_texts

BYTES_PER_TOKEN = 4
BYTES_PER_LINE = 40
MOST_SOURCE_BYTES = 60_000
"""So much source a critic is shown, and so large a map of the modules whoever plans."""
BYTES_PER_MODULE = 200
DRAFT_TOKENS = 1_000
VERDICT_TOKENS = 150
CALLS_PER_DRAFT = 2
"""One writes and one judges."""


class Estimate(Value):
    """The calls of a run in which every first draft is good and no tool is used.

    Drafts that are sent back and tools cost more; answers that are stored cost nothing.
    """

    pages: int
    calls: int
    input_tokens: int
    output_tokens: int


def estimate(facts: RepositoryFacts) -> Estimate:
    """Reckon with the pages that the local plan has; it takes CPU time, so call it in a thread."""
    names = known_names(facts)
    specs = [each for each in plan_narrative(facts).pages if each.kind is not PageKind.REFERENCE]
    orders = sum(len(text.encode()) for text in prompt_texts()) // 2
    plan = min(MOST_SOURCE_BYTES, BYTES_PER_MODULE * len(facts.files)) + BYTES_PER_MODULE * len(
        specs
    )
    asked = CALLS_PER_DRAFT * (orders + plan) + sum(
        page_bytes(brief(spec, facts, names), orders) for spec in specs
    )
    drafts = len(specs) + 1
    return Estimate(
        pages=len(specs),
        calls=CALLS_PER_DRAFT * drafts,
        input_tokens=asked // BYTES_PER_TOKEN,
        output_tokens=drafts * (DRAFT_TOKENS + VERDICT_TOKENS),
    )


def page_bytes(briefing: Briefing, orders: int) -> int:
    """Add up what a writer and a critic of one page are sent."""
    said = briefing.model_dump(
        mode="json", exclude={"names": True, "evidence": {"__all__": {"digests"}}}
    )
    told = len(json.dumps(said, ensure_ascii=False).encode())
    lines = (each.last_line - each.first_line + 1 for each in briefing.evidence)
    return CALLS_PER_DRAFT * (orders + told) + source_bytes(lines) + DRAFT_TOKENS * BYTES_PER_TOKEN


def source_bytes(lines: Iterable[int]) -> int:
    """Guess how many bytes of source a critic is shown."""
    return min(MOST_SOURCE_BYTES, BYTES_PER_LINE * sum(lines))
