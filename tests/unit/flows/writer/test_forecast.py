from dataclasses import dataclass
from uuid import UUID

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.configuration.config import Config
from app.domain.wiki.page import TokenUsage
from app.domain.work.job import FlowName, Job, JobState, Progress
from app.domain.work.repository import Provider, Repository
from app.settings import Settings
from flows.writer.forecast import Foreteller
from tests.fakes.facts import shop

JOB = Job(
    id=UUID(int=1),
    repository=Repository(
        id=1, provider=Provider.GITHUB, external_id="1", full_name="o/shop",
        url="https://github.com/o/shop", default_branch="main",
    ),
    branch="main",
    flow=FlowName.FULL_GENERATION,
    state=JobState.RUNNING,
    reason="a test",
)  # fmt: skip
PRICES = {"openai/own": {"input": 1, "output": 1}}
SETTINGS = Settings.model_validate({"model": "openai/own", "budget": {"prices": PRICES}})


@dataclass(frozen=True)
class Scope:
    facts: RepositoryFacts
    config: Config


SCOPE = Scope(shop(), Config())


class Usage:
    """A job that an earlier attempt spent a dollar for."""

    def __init__(self) -> None:
        self.total = TokenUsage(calls=1, input_tokens=500, output_tokens=500, cost=1.0)

    async def used(self, job_id: UUID) -> TokenUsage:
        assert job_id == JOB.id
        return self.total


async def foretell(settings: Settings, job: Job) -> tuple[Foreteller, Usage, list[Progress]]:
    shown: list[Progress] = []

    async def show(progress: Progress) -> None:
        shown.append(progress)

    usage = Usage()
    return Foreteller(settings, usage, job, show), usage, shown


async def test_the_estimate_is_told_before_the_run_and_its_error_after_it() -> None:
    teller, usage, shown = await foretell(SETTINGS, JOB)
    guessed = await teller.estimate(SCOPE)
    assert guessed is not None

    async def work() -> str:
        assert [each.detail for each in shown] == [str(guessed)]
        spent = TokenUsage(calls=9, input_tokens=900, output_tokens=100, cost=guessed.cost / 1.5)
        usage.total = usage.total + spent
        return "written"

    made, seen = await teller.around((SCOPE,), work)
    assert made == "written"
    assert seen is not None
    assert (seen.used.calls, seen.used.input_tokens) == (9, 900)
    assert round(seen.error or 0, 6) == 0.5
    assert shown[-1].detail.endswith(": +50%")
    assert {each.stage for each in shown} == {"estimate"}


async def test_nothing_is_foretold_where_no_model_may_be_called() -> None:
    local_only = JOB.model_copy(update={"local_writer_only": True})
    nobody = Settings.model_validate({"model": None})
    for settings, job in ((nobody, JOB), (SETTINGS, local_only)):
        teller, _, shown = await foretell(settings, job)

        async def work() -> int:
            return 7

        assert await teller.around((SCOPE,), work) == (7, None)
        assert shown == []
