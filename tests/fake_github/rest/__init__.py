"""The REST API: one handler for each operation that the facts know."""

from tests.fake_github.calls import Handler
from tests.fake_github.rest import (
    apps,
    checks,
    comparisons,
    git_data,
    issues,
    pulls,
    references,
    repositories,
)

HANDLERS: dict[str, Handler] = {
    **apps.HANDLERS,
    **checks.HANDLERS,
    **comparisons.HANDLERS,
    **git_data.HANDLERS,
    **issues.HANDLERS,
    **pulls.HANDLERS,
    **references.HANDLERS,
    **repositories.HANDLERS,
}
