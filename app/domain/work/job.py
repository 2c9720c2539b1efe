"""A job and the runs that an engine starts for it."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from app.domain.value import Value
from app.domain.work.repository import Repository
from app.domain.work.zone import Zone


class FlowName(StrEnum):
    """What a run can be asked to do, by the name that every engine uses."""

    FULL_GENERATION = "full_generation"
    INCREMENTAL_UPDATE = "incremental_update"
    INDEX_PAGES = "index_pages"
    ONBOARDING = "onboarding"
    """Asks for consent: configuration, estimate and a few pages without a model."""
    PROCESS_SCOPE = "process_scope"


_SIZES = {
    FlowName.INDEX_PAGES: 1,
    FlowName.ONBOARDING: 2,
    FlowName.INCREMENTAL_UPDATE: 3,
    FlowName.FULL_GENERATION: 4,
}


def larger(first: FlowName, second: FlowName) -> FlowName:
    """Choose the job that does the other's work too; a generation ends with an index."""
    return max(first, second, key=lambda flow: _SIZES[flow])


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """A person ended it."""


class JobOrder(Value):
    """A wish for work on one branch; orders for the same branch that still wait become one."""

    repository_id: int
    branch: str
    flow: FlowName
    reason: str
    fresh: bool = False
    """A person asked for pages anew: stored model answers do not count."""
    pages: tuple[str, ...] = ()
    """When fresh: only these, by `page_key`; none means all."""
    replan: bool = False
    """When fresh: it is thought through anew, too, which pages there are."""
    local_writer_only: bool = False
    """Nobody agreed to model calls yet."""
    settle: float = 0
    """Seconds to wait for further pushes, so that two in a row make one run."""
    asked_by: str = ""
    """The login of whoever ordered it in a comment or by a button: what he may do is asked again
    when the run starts."""
    cause: str = ""
    """What is carried out at most once, such as `comment:9`: a repeated order finds its job."""


class Job(Value):
    """One unit of work on one branch; its row is the truth about it."""

    id: UUID
    repository: Repository
    branch: str
    flow: FlowName
    state: JobState
    reason: str
    fresh: bool = False
    pages: tuple[str, ...] = ()
    replan: bool = False
    local_writer_only: bool = False
    attempt: int = 0
    """How often a run was started for it."""
    spared: int = 0
    """Attempts that do not count, because they only met a rate limit."""
    fence: int = 0
    """Rises whenever somebody takes the job over; an effect needs the newest."""
    commit: str | None = None
    """The head of the branch as it was when the run started."""
    message: str = ""
    """How it ended, in one sentence."""
    asked_by: str = ""
    """The login of the person who ordered it, if one did."""
    wish: str = ""
    """Names what was asked for anew: a job that inherits it pays for no answer twice."""
    unasked: FlowName | None = None
    """What is to be done even when that person may no longer order it: a push wanted it, too."""

    @property
    def tries(self) -> int:
        """Count the attempts that are held against a bound."""
        return self.attempt - self.spared


class Run(Value):
    """A request to start one process: ids only, never a secret."""

    flow: FlowName
    job: UUID
    attempt: int = Field(1, ge=1)
    scope: str = ""
    """The folder of the scope; empty for the whole repository or a run about no scope."""

    @property
    def key(self) -> str:
        """Name the run so that starting it twice starts it once."""
        suffix = f":{self.scope or '.'}" if self.flow is FlowName.PROCESS_SCOPE else ""
        return f"{self.job}:{self.attempt}{suffix}"

    @property
    def name(self) -> str:
        """Tell the run from every other run, of whatever flow."""
        return f"{self.flow}:{self.key}"

    @property
    def zone(self) -> Zone:
        """Say in which zone the run works."""
        return Zone.WRITER if self.flow is FlowName.PROCESS_SCOPE else Zone.ORCHESTRATOR


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class WrittenPage(Value):
    """How the writing of one page ended."""

    path: str
    """With the folder of its scope before it."""
    title: str
    writer: str = ""
    """`local`, or the model's name; empty when the page was withheld."""
    score: float | None = None
    """The critic's average mark, 0 to 10; None when no critic read it."""
    findings: int = 0
    """How many faults the checks found in its drafts; they went back to the writer."""
    attempts: int = 0
    """Drafts that were asked for; 0 when a stored answer served."""
    note: str = ""
    """Why a model's page is not a model's, or is none at all."""


class Progress(Value):
    """One line of a job's progress."""

    stage: str
    done: int = 0
    total: int = 0
    detail: str = ""
    page: WrittenPage | None = None
    """The page that was ended with this line."""


FAILED_ATTEMPT = "attempt"
"""The stage of the line that ends an attempt which failed: its number is `done`."""
