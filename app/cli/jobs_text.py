"""Jobs in words, for a terminal."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from app.domain.work.report import JobLine, JobReport, PageLine
from app.domain.work.stages import FLOWS, STAGES

SHORT_ID = 8
LONGEST = 48
HEADS = ("ID", "STATE", "AGE", "REPOSITORY", "BRANCH", "FLOW", "REASON")
MINUTE, HOUR, DAY = 60, 3600, 86_400

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def table(lines: Sequence[JobLine], now: datetime) -> str:
    """Lay jobs out in columns."""
    rows = [HEADS, *(_row(each, now) for each in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(line: JobLine, now: datetime) -> tuple[str, ...]:
    job = line.job
    return (
        str(job.id)[:SHORT_ID],
        job.state,
        age((now - line.ordered_at).total_seconds()),
        short(job.repository.full_name),
        short(job.branch),
        job.flow,
        short(job.reason),
    )


def age(seconds: float) -> str:
    """Say how long ago something was."""
    for size, letter in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if seconds >= size:
            return f"{seconds // size:.0f}{letter}"
    return f"{max(seconds, 0):.0f}s"


def plain(text: str) -> str:
    """Take out what a terminal would obey."""
    return _CONTROL.sub(" ", text)


def short(text: str) -> str:
    """Cut a text to the width of a column."""
    shown = plain(text)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def text_of(report: JobReport, pages: Sequence[PageLine]) -> str:
    """Say all about a job."""
    newest = {each.page.path: each for each in pages}
    return "\n".join(
        [*_standing(report), *_stages(report), *_failures(report), *_pages([*newest.values()])]
    )


def _standing(report: JobReport) -> Iterator[str]:
    job, usage = report.job, report.usage
    yield f"{FLOWS[job.flow]} of {plain(job.repository.full_name)}, branch {plain(job.branch)}"
    yield f"  id        {job.id}"
    yield f"  state     {job.state}{f': {plain(job.message)}' if job.message else ''}"
    yield f"  reason    {plain(job.reason)}"
    if job.asked_by:
        yield f"  asked by  {plain(job.asked_by)}"
    if job.commit:
        yield f"  commit    {job.commit}"
    spared = f", {job.spared} of them only met a rate limit" if job.spared else ""
    yield f"  attempts  {job.attempt}{spared}"
    yield f"  ordered   {moment(report.ordered_at)}"
    if report.began_at:
        yield f"  began     {moment(report.began_at)}"
    if report.ended_at:
        yield f"  ended     {moment(report.ended_at)}"
    tokens = f"{usage.input_tokens} tokens in, {usage.output_tokens} out"
    yield f"  models    {usage.calls} calls, {tokens}, ${usage.cost:.2f}"


def _stages(report: JobReport) -> Iterator[str]:
    if report.stages:
        yield "stages:"
    for each in report.stages:
        count = f"  {each.done} of {each.total}" if each.total else ""
        detail = f"  {plain(each.detail)}" if each.detail else ""
        name = plain(STAGES.get(each.name, each.name))
        yield f"  {moment(each.began_at)}  {name}{count}{detail}"


def _failures(report: JobReport) -> Iterator[str]:
    if report.failures:
        yield "failed attempts:"
    for each in report.failures:
        yield f"  {moment(each.at)}  {each.attempt}. {plain(each.message)}"


def _pages(lines: Sequence[PageLine]) -> Iterator[str]:
    if lines:
        yield "pages:"
    for each in lines:
        page = each.page
        score = f"score {page.score:.1f}, " if page.score is not None else ""
        note = f" ({plain(page.note)})" if page.note else ""
        writer = "without a model" if page.writer == "local" else page.writer or "withheld"
        told = f"{score}findings {page.findings}, attempts {page.attempts}"
        yield f"  {plain(page.path)}: {plain(writer)}, {told}{note}"


def moment(at: datetime) -> str:
    """Write a time."""
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
