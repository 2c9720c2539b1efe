"""Values become HTML here: templates that escape all they are given, and the words for numbers."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.domain.work.job import JobState
from app.domain.work.report import JobLine, JobReport, PageLine
from app.domain.work.stages import FLOWS, STAGES
from app.server.pages.guard import Visit

NOT_ENDED = frozenset({JobState.WAITING, JobState.RUNNING})
NO_BREAK = "\N{NO-BREAK SPACE}"
SECONDS_SHOWN = 90
MINUTES_SHOWN = 90


class Renderer:
    """Renders the pages."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("app.server.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "moment": moment,
            "money": money,
            "number": number,
            "row_id": row_id,
        }
        self._environment.globals |= {"stages": STAGES, "flows": FLOWS, "took": took}

    def page(self, template: str, **values: Any) -> str:
        """Render a whole page."""
        return self._environment.get_template(template).render(**values)

    def job(self, visit: Visit, report: JobReport, pages: Sequence[PageLine]) -> str:
        """Render the page of a job."""
        rows = {each.page.path: each for each in pages}
        return self.page(
            "job.html",
            **self._values(visit, report),
            rows=list(rows.values()),
            newest=max((each.id for each in pages), default=0),
        )

    def regions(self, visit: Visit, report: JobReport) -> Mapping[str, str]:
        """Render the parts of a job's page that change, by their ids."""
        values = self._values(visit, report)
        names = ("summary", "actions", "stages", "attempts")
        return {name: self.page(f"_{name}.html", **values) for name in names}

    def row(self, line: PageLine) -> str:
        """Render the row of a page."""
        return self.page("_row.html", line=line)

    @staticmethod
    def _values(visit: Visit, report: JobReport) -> dict[str, Any]:
        return {
            "session": visit.session,
            "rights": visit.rights,
            "report": report,
            "job": report.job,
            "live": report.job.state in NOT_ENDED,
            "early": report.job.state is JobState.WAITING,
            "again": report.job.state in (JobState.FAILED, JobState.CANCELLED),
            "where": link_of(report.job.message),
        }


def announcement(report: JobReport) -> str:
    """Say in a few words what is new, for those who do not see the page."""
    job = report.job
    if job.state is not JobState.RUNNING or not report.stages:
        return f"The job is {job.state}."
    stage = report.stages[-1]
    count = f" {stage.done} of {stage.total}" if stage.total else ""
    return f"{STAGES.get(stage.name, stage.name)}{count}."


def title_of(line: JobLine) -> str:
    """Name a job's page in a tab."""
    return f"{line.job.state.capitalize()}: {line.job.repository.full_name}, {line.job.branch}"


def row_id(path: str) -> str:
    """Name the row of a page within the document."""
    return f"page-{hashlib.sha256(path.encode()).hexdigest()[:16]}"


def link_of(message: str) -> str:
    """Take the address out of a message that is nothing else; empty when it is not."""
    is_link = message.startswith(("https://", "http://")) and not set(message) & set(" \"'<>\\")
    return message if is_link else ""


def moment(at: datetime) -> str:
    """Write a time."""
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")


def took(began: datetime | None, ended: datetime | None) -> str:
    """Write a duration; empty when it has no end yet."""
    if began is None or ended is None:
        return ""
    seconds = max(ended - began, timedelta(0)).total_seconds()
    if seconds < SECONDS_SHOWN:
        return f"{seconds:.0f}{NO_BREAK}s"
    minutes = seconds / 60
    if minutes < MINUTES_SHOWN:
        return f"{minutes:.0f}{NO_BREAK}min"
    return f"{minutes / 60:.1f}{NO_BREAK}h"


def number(value: int) -> str:
    """Write a number with its thousands apart."""
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def money(value: float) -> str:
    """Write an amount of US dollars."""
    return f"${value:.2f}" if value >= 0.01 or not value else f"${value:.4f}"
