import pytest

from app.domain.checks.finding import Severity
from app.domain.checks.staleness import check_staleness
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact

REASON = Reason(
    verdict=Verdict.STALE,
    cause=Cause.SIGNATURE,
    sentence="`total(tax)` adds up.",
    path="cart.py",
    symbol="total",
    detail="lost the parameter `tax`",
    now_path="cart.py",
    first_line=3,
    last_line=4,
    code="def total():\n    return 0",
)
TEXT = "# Cart\n\nIt holds items.\n\n## Prices\n\n`total(tax)` adds up.\n"


def impact_of(*reasons: Reason) -> PageImpact:
    section = SectionImpact(
        anchor="prices", heading="Prices", verdict=Verdict.STALE, reasons=reasons
    )
    return PageImpact(page="cart.md", verdict=Verdict.STALE, sections=(section,))


@pytest.mark.parametrize(("strict", "severity"), [(False, "warning"), (True, "error")])
def test_a_stale_sentence_is_told_at_its_section_with_the_current_code(
    *, strict: bool, severity: str
) -> None:
    [finding] = check_staleness("cart.md", TEXT, impact_of(REASON), strict=strict)

    assert finding.line == 5
    assert finding.message == (
        "`total`: lost the parameter `tax` [cart.py:3]; the page says `total(tax)` adds up."
    )
    assert finding.code == "def total():\n    return 0"
    assert finding.severity is Severity(severity)


def test_what_a_person_acknowledged_is_not_told() -> None:
    known = REASON.model_copy(update={"acknowledged": "the tax is in the price"})

    assert not list(check_staleness("cart.md", TEXT, impact_of(known), strict=True))
