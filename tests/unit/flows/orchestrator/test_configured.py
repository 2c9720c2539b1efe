from dataclasses import dataclass, field
from uuid import uuid4

from app.domain.work.check_run import CheckRun, Conclusion
from app.domain.work.ended import HELD
from app.domain.work.job import FlowName, Job, JobState
from app.domain.work.repository import Repository
from app.errors import NotGranted
from flows.orchestrator.configured import Teller, with_defaults
from tests.fakes.work import SHOP

COMMIT = "a" * 40
ERRORS = (
    ".autodoc.yaml:2: `publish` must be one of readme, narrative, all, not `x`",
    "cart/.autodoc.yaml is larger than 64000 bytes: shorten it",
)
REPOSITORY = Repository(**SHOP.model_dump(), id=1)
JOB = Job(
    id=uuid4(),
    repository=REPOSITORY,
    branch="main",
    flow=FlowName.INCREMENTAL_UPDATE,
    state=JobState.RUNNING,
    reason="push",
)


@dataclass
class GitHubOfTest:
    """Takes checks, and knows one file of the organisation."""

    shared: bytes | None = None
    refuses: bool = False
    runs: list[CheckRun] = field(default_factory=list)

    async def put_check(self, repository: Repository, run: CheckRun) -> int:
        assert repository.id
        if self.refuses:
            raise NotGranted("The App may not write checks.")
        self.runs.append(run)
        return len(self.runs)

    async def organisation_file(self, repository: Repository, path: str) -> bytes | None:
        assert repository.id
        assert path == ".autodoc.yaml"
        return self.shared


@dataclass
class RowsOfTest:
    """Remembers how the last job ended, and the organisation's configuration."""

    last: str = ""
    kept: list[str] = field(default_factory=list)

    async def last_message(self, repository_id: int, branch: str) -> str:
        assert repository_id
        assert branch
        return self.last

    async def set_defaults(self, installation_id: int, defaults: str) -> None:
        assert installation_id == SHOP.installation_id
        self.kept.append(defaults)


async def test_a_broken_configuration_is_told_at_its_lines_on_the_commit() -> None:
    github = GitHubOfTest()
    page = "https://autodoc.example.com/jobs/1"
    message = await Teller(JOB, github, RowsOfTest(), page).tell_broken(COMMIT, ERRORS)
    [run] = github.runs
    assert message == f"{HELD}{ERRORS[0]}"
    assert (run.head, run.conclusion) == (COMMIT, Conclusion.FAILURE)
    assert run.details_url == page
    [remark] = run.annotations
    assert (remark.path, remark.first_line) == (".autodoc.yaml", 2)
    assert remark.message.startswith("`publish` must be one of")
    assert all(each in run.summary for each in ERRORS)


async def test_only_after_that_a_right_one_is_told() -> None:
    github, rows = GitHubOfTest(), RowsOfTest()
    await Teller(JOB, github, rows).tell_mended(COMMIT)
    assert github.runs == []
    rows.last = f"{HELD}{ERRORS[0]}"
    await Teller(JOB, github, rows).tell_mended(COMMIT)
    assert [each.conclusion for each in github.runs] == [Conclusion.SUCCESS]


async def test_an_app_that_may_write_no_checks_still_holds_still() -> None:
    github = GitHubOfTest(refuses=True)
    message = await Teller(JOB, github, RowsOfTest()).tell_broken(COMMIT, ERRORS)
    assert message.startswith(HELD)


async def test_the_organisations_configuration_is_kept_when_it_is_another_one() -> None:
    rows = RowsOfTest()
    found = await with_defaults(REPOSITORY, GitHubOfTest(b"publish: all\n"), rows)
    assert found.defaults == "publish: all\n"
    assert await with_defaults(found, GitHubOfTest(b"publish: all\n"), rows) == found
    assert (await with_defaults(found, GitHubOfTest(), rows)).defaults == ""
    assert rows.kept == ["publish: all\n", ""]
