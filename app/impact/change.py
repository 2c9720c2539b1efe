"""From a change to what there is to say about it: the work of one worker process."""

from collections.abc import Iterable
from pathlib import Path

from app.analysis.facts import FactCache
from app.domain.code.change import Hunk
from app.git.history import History
from app.impact.annotating import FAULT
from app.impact.assessing import Question, assess
from app.impact.assessment import Impact
from app.impact.finding import (
    Finding,
    acknowledged_in_sight,
    answerable,
    in_sight,
    new_in_sight,
    required,
    stale_places,
)
from app.impact.order import Order, Report
from app.impact.telling import report


async def judge_change(order: Order, cache: FactCache) -> Report:
    """Judge a change of a mirror and write what there is to say about it."""
    root = Path(order.mirror)
    asked = Question(base=order.base, head=order.head, acks=order.acks, defaults=order.defaults)
    impact = await assess(root, asked, cache, order.terms)
    pages = in_sight(impact, order.modes)
    finding = Finding(
        web=order.web,
        branch=order.branch,
        head=impact.head,
        pages=pages,
        new=new_in_sight(impact, order.modes),
        acknowledged=acknowledged_in_sight(impact, order.modes),
        cost=impact.cost,
        loosened=impact.loosened,
        broken=impact.broken,
        # What is wrong with the documented branch itself is told on its own commits.
        notes=tuple(each for each in impact.notes if not FAULT.fullmatch(each)),
        holds_up=required(pages, impact, order.modes) or bool(impact.broken and order.is_required),
    )
    places = (reason.now_path or reason.path for _, _, reason in stale_places(finding))
    hunks = await _hunks(root, impact, places)
    told = report(finding.model_copy(update={"hunks": hunks}))
    return told.model_copy(update={"stale": answerable(pages)})


async def _hunks(root: Path, impact: Impact, paths: Iterable[str]) -> dict[str, tuple[Hunk, ...]]:
    """Read what the change itself replaces in the files that pages cite."""
    wanted = sorted(set(paths))
    if not wanted or not impact.base:
        return {}
    diff = await History(root).diff(impact.base, impact.head, wanted)
    return {each.new: each.hunks for each in diff.files if each.new and each.hunks}
