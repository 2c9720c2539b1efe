import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from app.db.engine import Sessions
from app.db.housekeeping import HousekeepingRepo
from app.db.repositories import RepositoryRepo
from app.db.usage import UsageRepo
from app.domain.wiki.configuration.config import BudgetCaps
from app.domain.wiki.page import TokenUsage
from app.domain.work.budget import Account, Amounts
from app.domain.work.job import FlowName, Job, JobState
from app.domain.work.repository import Provider, Repository, RepositoryRef
from app.errors import BudgetExceeded
from app.settings import BudgetSettings
from flows.writer.ledger import account_of

NOW = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 12, 1, tzinfo=UTC)
USED = TokenUsage(calls=1, input_tokens=1000, output_tokens=50, cost=0.25)


def account(
    repository_id: int = 1, job: str = "5", month: str = "20", all_: str = "100"
) -> Account:
    caps = Amounts(
        job=Decimal(job),
        repository_month=Decimal(month),
        installation_month=Decimal(all_),
        month=Decimal(all_),
    )
    return Account(job=uuid4(), repository_id=repository_id, caps=caps)


@pytest.fixture
def ledger(sessions: Sessions) -> UsageRepo:
    return UsageRepo(sessions)


async def take(ledger: UsageRepo, of: Account, dollars: str, at: datetime = NOW) -> int:
    return await ledger.reserve(of, "m", Decimal(dollars), at)


async def test_what_a_call_did_not_use_goes_back_and_the_rest_is_counted(ledger: UsageRepo) -> None:
    job = account(job="1.2")
    call = await take(ledger, job, "1")
    with pytest.raises(BudgetExceeded, match=r"AUTODOC_BUDGET__JOB .* 1\.00 \$ are taken"):
        await take(ledger, job, "0.25")
    await ledger.settle(call, USED, NOW)
    await ledger.settle(call, TokenUsage(), NOW)
    await take(ledger, job, "0.95")
    assert await ledger.used(job.job) == TokenUsage(
        calls=2, input_tokens=1000, output_tokens=50, cost=1.2
    )


async def test_every_job_of_a_repository_and_of_the_month_counts(ledger: UsageRepo) -> None:
    for each in (account(1), account(1), account(2)):
        await take(ledger, each, "5")
    with pytest.raises(BudgetExceeded, match="AUTODOC_BUDGET__REPOSITORY_MONTH"):
        await take(ledger, account(1, month="12"), "3")
    with pytest.raises(BudgetExceeded, match="AUTODOC_BUDGET__MONTH"):
        await take(ledger, account(3, all_="17"), "3")
    taken = await ledger.taken(account(1), NOW)
    assert taken == Amounts(repository_month=Decimal(10), month=Decimal(15))


async def test_the_repositories_of_one_installation_share_a_cap(
    ledger: UsageRepo, sessions: Sessions
) -> None:
    first, second = await keep(sessions, "701"), await keep(sessions, "702")
    foreign = await keep(sessions, "703", installation=7002)
    for each in (first, foreign):
        await take(ledger, account_in(each, job="9"), "9")
    with pytest.raises(BudgetExceeded, match=r"INSTALLATION_MONTH\) 9\.00 \$ are taken"):
        await take(ledger, account_in(second, installation_month="10"), "2")


async def keep(
    sessions: Sessions, number: str, installation: int = 7001, provider: Provider = Provider.GITHUB
) -> Repository:
    ref = RepositoryRef(
        provider=provider,
        external_id=number,
        full_name=f"octo/{number}",
        url=f"https://github.com/octo/{number}",
        installation_id=installation,
    )
    return await RepositoryRepo(sessions).upsert(ref)


def account_in(repository: Repository, **caps: str) -> Account:
    """The account of a run, as the writer makes it."""
    own = BudgetSettings.model_validate(caps)
    job = Job(
        id=uuid4(),
        repository=repository,
        branch="main",
        flow=FlowName.INDEX_PAGES,
        state=JobState.RUNNING,
        reason="push",
    )
    return account_of(job, own, BudgetCaps())


async def test_a_repository_that_is_removed_and_added_again_has_its_month_still(
    ledger: UsageRepo, sessions: Sessions
) -> None:
    first = await keep(sessions, "801")
    await take(ledger, account_in(first), "4")
    await HousekeepingRepo(sessions).remove(first)
    again = await keep(sessions, "801")
    assert again.id != first.id

    with pytest.raises(BudgetExceeded, match=r"REPOSITORY_MONTH .* 4\.00 \$ are taken"):
        await take(ledger, account_in(again, repository_month="5"), "2")
    assert await ledger.spent(again.id, NOW) == 4


async def test_what_an_account_spent_stays_spent_whatever_it_removes_or_installs_anew(
    ledger: UsageRepo, sessions: Sessions
) -> None:
    first, other = await keep(sessions, "811"), await keep(sessions, "812")
    await take(ledger, account_in(first), "4")
    await HousekeepingRepo(sessions).remove(first)
    with pytest.raises(BudgetExceeded, match=r"INSTALLATION_MONTH\) 4\.00 \$ are taken"):
        await take(ledger, account_in(other, installation_month="5"), "2")

    await keep(sessions, "811", installation=7009)
    beside = await keep(sessions, "813", installation=7009)
    with pytest.raises(BudgetExceeded, match=r"INSTALLATION_MONTH\) 4\.00 \$ are taken"):
        await take(ledger, account_in(beside, installation_month="5"), "2")


async def test_what_was_booked_before_numbers_were_kept_counts_by_the_row(
    ledger: UsageRepo, sessions: Sessions
) -> None:
    kept = await keep(sessions, "821")
    await take(ledger, account(kept.id), "4")

    taken = await ledger.taken(account_in(kept), NOW)
    assert taken.repository_month == taken.installation_month == 4
    assert await ledger.spent(kept.id, NOW) == 4


async def test_the_ledger_keeps_no_path_of_a_local_repository(sessions: Sessions) -> None:
    local = await keep(sessions, "a-path", provider=Provider.LOCAL)
    assert account_in(local).external_id is None


async def test_a_new_month_begins_at_nothing_but_a_job_goes_on(ledger: UsageRepo) -> None:
    job = account(job="5", month="5", all_="5")
    await take(ledger, job, "3")
    await take(ledger, account(job="5", month="5", all_="5"), "5", NEXT_MONTH)
    with pytest.raises(BudgetExceeded, match="AUTODOC_BUDGET__JOB"):
        await take(ledger, job.model_copy(update={"repository_id": 2}), "3", NEXT_MONTH)


async def test_calls_at_the_same_moment_never_take_more_than_the_cap(ledger: UsageRepo) -> None:
    job = account(job="1")
    outcomes = await asyncio.gather(
        *(take(ledger, job, "0.3") for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(each, BudgetExceeded) for each in outcomes) == 17
    assert (await ledger.taken(job, NOW)).job == Decimal("0.9")
