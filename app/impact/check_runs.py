"""The check runs and the comment that AutoDoc puts on a change."""

import re

from app.domain.value import Value
from app.domain.wiki.words.prose import code_span, escape
from app.domain.work.check_run import CheckAction, CheckRun, CheckStatus, Conclusion
from app.impact.order import Order, Report

NAME = "AutoDoc impact"
AGAIN = "check-again"
"""The button that has a change judged anew."""
MARKER = "<!-- autodoc:impact -->"
"""By it the one comment on a pull request is found again."""
_ID = re.compile(r"impact:(?:(?P<number>\d+)|queue:(?P<branch>\S+))")
_BUTTON = CheckAction(identifier=AGAIN, label="Check again", description="Judge this commit anew.")

_STEERING = (
    CheckAction(
        identifier="regenerate",
        label="Regenerate",
        description="Write all pages of the branch anew.",
    ),
    CheckAction(identifier="retry", label="Retry", description="Do the job that failed once more."),
)
"""The buttons of a documentation pull request; `app.jobs` obeys them."""


class Subject(Value):
    """What is judged."""

    head: str
    """The commit that the check stands on."""
    branch: str
    """The branch that it is for."""
    number: int = 0
    """Of the pull request; 0 for a group of a merge queue."""
    is_own: bool = False
    """Whether it is a documentation pull request of AutoDoc."""

    @property
    def external_id(self) -> str:
        """Tell the check from those of other pull requests with the same head."""
        return f"impact:{self.number or f'queue:{self.branch}'}"

    def run(self, title: str, summary: str, conclusion: Conclusion) -> CheckRun:
        """Make a check that is completed and says no more than that."""
        return CheckRun(
            name=NAME,
            head=self.head,
            external_id=self.external_id,
            conclusion=conclusion,
            title=title,
            summary=summary,
        )


def subject_of(external_id: str) -> Subject | None:
    """Read which change a check is about; None when the id is none of ours."""
    match = _ID.fullmatch(external_id)
    if match is None:
        return None
    return Subject(head="", branch=match["branch"] or "", number=int(match["number"] or 0))


def judged(subject: Subject, report: Report, order: Order) -> CheckRun:
    """Say what a change does; only a configuration that requires true pages holds it up."""
    if report.holds_up:
        conclusion = Conclusion.FAILURE
    elif report.is_noteworthy and not order.is_required:
        conclusion = Conclusion.NEUTRAL
    else:
        conclusion = Conclusion.SUCCESS
    return subject.run(report.title, report.summary, conclusion).model_copy(
        update={"text": report.text, "annotations": report.annotations, "actions": (_BUTTON,)}
    )


def under_way(subject: Subject) -> CheckRun:
    """Say that a change is being judged."""
    told = subject.run("Judging the pages", "No model is asked.", Conclusion.NEUTRAL)
    return told.model_copy(update={"status": CheckStatus.IN_PROGRESS, "conclusion": None})


def waiting(subject: Subject) -> CheckRun:
    """Say that a commit is not at hand; a check that is required does not pass by that."""
    said = "git could not fetch this commit yet. That is tried again for some hours."
    told = subject.run("Not fetched yet", said, Conclusion.NEUTRAL)
    return told.model_copy(update={"status": CheckStatus.QUEUED, "conclusion": None})


def unjudged(subject: Subject, reason: str, *, holds_up: bool) -> CheckRun:
    """Say why a change could not be judged; a check that is required does not pass by that."""
    conclusion = Conclusion.FAILURE if holds_up else Conclusion.NEUTRAL
    told = subject.run("The pages could not be judged", escape(reason), conclusion)
    return told.model_copy(update={"actions": (_BUTTON,)})


def overtaken(subject: Subject) -> CheckRun:
    """End a check of a commit that is not the newest any more."""
    return subject.run("Not judged", "A newer commit is judged instead.", Conclusion.NEUTRAL)


def own(subject: Subject, refused: str = "") -> CheckRun:
    """Let the documentation itself pass: it is made from the branch that it is for.

    `refused` says why the last press of a button did nothing; foreign words in it are neutralised.
    """
    said = f"This pull request holds the pages of {code_span(subject.branch)} themselves."
    summary = f"{said}\n\n{refused}" if refused else said
    told = subject.run("Documentation pull request", summary, Conclusion.SUCCESS)
    return told.model_copy(update={"actions": _STEERING})


def still(subject: Subject, reason: str) -> CheckRun:
    """Let everything pass while AutoDoc holds still, although the check may be required."""
    return subject.run("Not judged", escape(reason), Conclusion.NEUTRAL)


def without_pages(subject: Subject) -> CheckRun:
    """Let everything pass while there are no pages, although the check is required."""
    said = f"{code_span(subject.branch)} has no pages of AutoDoc yet that could become stale."
    return subject.run("Nothing is documented yet", said, Conclusion.NEUTRAL)


def comment(report: Report) -> str:
    """Write the one comment: what is stale, or that nothing is any more."""
    return f"{MARKER}\n{report.brief or report.settled}"
