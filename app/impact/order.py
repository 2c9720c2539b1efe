"""What a worker is asked about one change, and what it answers; both go through a pipe as JSON."""

from collections.abc import Mapping

from app.domain.value import Value
from app.domain.wiki.configuration.config import CheckMode
from app.domain.wiki.impact import StalePage
from app.domain.wiki.record import Ack
from app.domain.work.check_run import Annotation
from app.domain.work.update_cost import Terms


class Order(Value):
    """A change to judge."""

    mirror: str
    """The path of the repository."""
    web: str
    """The address of the repository that a person opens."""
    branch: str
    """The branch that the change is proposed for."""
    base: str
    head: str
    modes: Mapping[str, CheckMode]
    """What findings do, by the folder of the scope; from the documented branch."""
    defaults: str = ""
    """The organisation's configuration."""
    terms: Terms = Terms()
    acks: Mapping[str, tuple[Ack, ...]] = {}
    """What people said in comments, by the page's path from the root."""

    @property
    def is_required(self) -> bool:
        """Say whether findings hold a change up."""
        return CheckMode.REQUIRE in self.modes.values()


class Report(Value):
    """What a change does to the documentation, in words; foreign text in them is neutralised."""

    title: str
    summary: str
    text: str = ""
    """Each page, the old sentences beside the current code."""
    brief: str = ""
    """The same for a comment; empty when there is nothing that anybody has to know."""
    settled: str = ""
    """What a comment says instead when something was stale before."""
    annotations: tuple[Annotation, ...] = ()
    is_noteworthy: bool = False
    """Whether something is stale or broken; else all is well."""
    holds_up: bool = False
    """Whether the configuration lets it hold the change up."""
    stale: tuple[StalePage, ...] = ()
