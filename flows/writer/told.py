"""Telling those who watch a job how the writing of a page ended."""

from posixpath import join

from app.domain.wiki.page import AgentResult, Page, PageSpec
from app.domain.work.job import WrittenPage

NOTE_CHARACTERS = 300


def written_page(
    spec: PageSpec, result: AgentResult[Page] | None, scope: str = "", lost: str = ""
) -> WrittenPage:
    """Say how a page of a scope ended; without a result it was `lost` for that reason."""
    path = join(scope, spec.path)
    if result is None:
        return WrittenPage(path=path, title=spec.title, note=lost[:NOTE_CHARACTERS])
    return WrittenPage(
        path=path,
        title=spec.title,
        writer=result.output.writer,
        score=result.score,
        findings=result.findings,
        attempts=result.attempts,
        note=_note(result)[:NOTE_CHARACTERS],
    )


def _note(result: AgentResult[Page]) -> str:
    page = result.output
    left = len(page.unmended)
    notes = [
        *([f"by the local writer, since {page.stand_in}"] if page.stand_in else []),
        *result.warnings,
        *([f"sections that stay as they are published: {left}"] if left else []),
    ]
    return "; ".join(notes)
