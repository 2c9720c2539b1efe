"""What `autodoc update` says of pages."""

from collections.abc import Sequence

from app.cli.config import count
from app.domain.wiki.page_updates import PageUpdate

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


def describe_pages(pages: Sequence[PageUpdate], moved: int, *, dry_run: bool) -> list[str]:
    """Say page by page what was found and done."""
    lines = [describe_page(each, dry_run=dry_run) for each in pages[:LISTED]]
    more = len(pages) - LISTED
    lines += [f"and {count(more, 'more page')}"] if more > 0 else []
    if not pages:
        lines.append("no section is stale")
    if moved:
        lines.append(f"only lines moved under {count(moved, 'page')}: nothing to write there")
    return lines


def describe_page(page: PageUpdate, *, dry_run: bool) -> str:
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
