"""What `autodoc update` says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli import generate
from app.cli.config import count

if TYPE_CHECKING:
    from flows.page_updates import PageUpdate
    from flows.updating import UpdateOutcome

LISTED = 30
HEADINGS = 12
BECAME = {
    "added": ("new page", "would be a new page"),
    "removed": ("removed", "would be removed"),
    "kept": ("stays as a person has it",) * 2,
    "left": ("stays as it is",) * 2,
    "written": ("only places and links changed", "only places and links would change"),
}
"""What is said of a page no section of which is another, of a run and of a dry run."""


def describe(outcome: "UpdateOutcome") -> str:
    """Say page by page what was found and done, and then what the run took."""
    if outcome.outcome is None:
        return (
            f"{outcome.repository}: every page in {outcome.output} is true of"
            f" {outcome.commit[:12]}; nothing to update ({outcome.elapsed:.1f} s)."
        )
    lines = [describe_page(each, dry_run=outcome.dry_run) for each in outcome.updates[:LISTED]]
    more = len(outcome.updates) - LISTED
    lines += [f"and {count(more, 'more page')}"] if more > 0 else []
    if not outcome.updates:
        lines.append("no section is stale")
    if outcome.moved:
        pages = count(outcome.moved, "page")
        lines.append(f"only lines moved under {pages}: nothing to write there")
    return "\n".join([*lines, generate.describe(outcome.outcome)])


def describe_page(page: "PageUpdate", *, dry_run: bool) -> str:
    """Say how many sections of a page are not fresh, and what became of the page."""
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in page.verdicts.items())
    done = []
    if page.rewritten:
        done.append(f"{'would write' if dry_run else 'wrote'} {_listed(page.rewritten)}")
    if page.dropped:
        done.append(f"{'would drop' if dry_run else 'dropped'} {_listed(page.dropped)}")
    said = "; ".join(done) or BECAME[page.became][dry_run]
    return f"{page.page}: {f'{verdicts}; ' if verdicts else ''}{said}"


def _listed(headings: Sequence[str]) -> str:
    more = len(headings) - HEADINGS
    named = ", ".join(f"“{each}”" for each in headings[:HEADINGS])
    return f"{named} and {count(more, 'more section')}" if more > 0 else named
