"""Sentences of our pages that rely on code which changed since they were written."""

from collections.abc import Iterator

from app.domain.checks.finding import Finding, Severity
from app.domain.knowledge.marks import marks_of, told
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.markdown import read_headings

RULE = "stale"


def check_staleness(page: str, text: str, impact: PageImpact, *, strict: bool) -> Iterator[Finding]:
    """Tell each sentence that may be false, beside the code as it is now.

    What is false for certain, as a name that is gone, is an error by a rule of its own.
    """
    lines = {each.text: each.line for each in read_headings(text)}
    for mark in marks_of(impact):
        said = f"the page says {mark.sentence}" if mark.sentence else "the section shows it"
        yield Finding(
            rule=RULE,
            page=page,
            line=lines.get(mark.heading, 0),
            message=f"{told(mark)}; {said}",
            severity=Severity.ERROR if strict else Severity.WARNING,
            code=mark.code,
        )
