"""Telling those who watch a job what became of pages after their writer."""

from collections.abc import Iterator
from posixpath import join

from app.domain.wiki.page import ScopeResult
from app.domain.wiki.revision import LOCAL
from app.domain.work.job import Progress, WrittenPage
from flows.orchestrator.revising import Revised
from flows.orchestrator.site import Site

STAGE = "checks"
NOTE_CHARACTERS = 300


def withheld_pages(result: ScopeResult, site: Site) -> Iterator[Progress]:
    """Tell of the pages that were written and did not pass the checks."""
    kept = {each.spec.path for each in site.pages}
    for page in result.pages:
        path = page.spec.path
        if path not in kept:
            why = "; ".join(each for each in site.withheld if each.startswith(f"{path}:"))
            yield _told(
                WrittenPage(
                    path=join(result.scope, path),
                    title=page.spec.title,
                    note=(why or "it did not pass the checks")[:NOTE_CHARACTERS],
                )
            )


def revised_pages(revised: Revised, result: ScopeResult | None, scope: str) -> Iterator[Progress]:
    """Tell of the pages that were composed beside the graft, of which no writer told."""
    by_writer = {each.spec.path for each in result.pages} if result else frozenset()
    for page in revised.site.pages:
        path = page.spec.path
        if path in by_writer or path not in {*revised.rebuilt, *revised.added}:
            continue
        sections = ", ".join(revised.rebuilt.get(path, ()))
        note = "new" if path in revised.added else f"sections: {sections}" if sections else ""
        yield _told(
            WrittenPage(
                path=join(scope, path),
                title=page.spec.title,
                writer=LOCAL,
                attempts=1,
                note=note[:NOTE_CHARACTERS],
            )
        )
    for path in revised.retired:
        note = "retired: what it was about is gone"
        yield _told(WrittenPage(path=join(scope, path), title=path, note=note))


def _told(page: WrittenPage) -> Progress:
    return Progress(stage=STAGE, page=page)
