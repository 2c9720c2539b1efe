"""What a change of the code makes of a page, as far as a section about prices goes."""

from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact


def stale_reason(**different: object) -> Reason:
    """Say that the code of `total` changed, of which the page says that it adds up."""
    told: dict[str, object] = {
        "verdict": Verdict.STALE,
        "cause": Cause.CODE,
        "sentence": "`total` adds up.",
        "path": "cart.py",
        "symbol": "total",
        "detail": "its code changed",
        "now_path": "cart.py",
        "first_line": 3,
        "last_line": 4,
        "code": "def total(items):\n    return 0",
    }
    return Reason.model_validate({**told, **different})


def judged_page(name: str, *reasons: Reason, verdict: Verdict = Verdict.STALE) -> PageImpact:
    """Judge a page by one of its sections."""
    section = SectionImpact(anchor="prices", heading="Prices", verdict=verdict, reasons=reasons)
    return PageImpact(page=name, verdict=verdict, sections=(section,))
