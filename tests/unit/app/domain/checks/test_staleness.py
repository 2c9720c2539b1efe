import pytest

from app.domain.checks.finding import Severity
from app.domain.checks.staleness import check_staleness
from app.domain.code.verdict import Cause
from tests.fakes.stale import judged_page, stale_reason

REASON = stale_reason(
    cause=Cause.SIGNATURE,
    sentence="`total(tax)` adds up.",
    detail="lost the parameter `tax`",
    code="def total():\n    return 0",
)
TEXT = "# Cart\n\nIt holds items.\n\n## Prices\n\n`total(tax)` adds up.\n"


@pytest.mark.parametrize(("strict", "severity"), [(False, "warning"), (True, "error")])
def test_a_stale_sentence_is_told_at_its_section_with_the_current_code(
    *, strict: bool, severity: str
) -> None:
    [finding] = check_staleness("cart.md", TEXT, judged_page("cart.md", REASON), strict=strict)

    assert finding.line == 5
    assert finding.message == (
        "`total`: lost the parameter `tax` [cart.py:3]; the page says `total(tax)` adds up."
    )
    assert finding.code == "def total():\n    return 0"
    assert finding.severity is Severity(severity)


def test_what_a_person_acknowledged_is_not_told() -> None:
    known = REASON.model_copy(update={"acknowledged": "the tax is in the price"})

    assert not list(check_staleness("cart.md", TEXT, judged_page("cart.md", known), strict=True))
