"""The ledger of model calls: what a call could cost is set aside before it is made.

A process that dies between the two leaves all that it had set aside, so the ledger is never below
the truth.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions, transaction
from app.db.models import RepositoryRow, UsageRow
from app.domain.wiki.page import TokenUsage
from app.domain.work.budget import Account, Amounts, month_of, refusal, short_purse
from app.domain.work.prices import to_money
from app.domain.work.repository import Provider
from app.errors import BudgetExceeded

_LOCK = 0x7573616765
"""The key of the advisory lock: "usage" in ASCII."""


class UsageRepo:
    """What model calls took of the budgets."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def reserve(self, account: Account, model: str, most: Decimal, at: datetime) -> int:
        """Set aside what a call could cost and return the number to settle it by.

        Raises BudgetExceeded when it does not fit into what the caps leave. A call counts against
        the month in which it began.
        """
        month = month_of(at)
        row = {
            "job_id": account.job,
            "repository_id": account.repository_id,
            "external_id": account.external_id,
            "installation_id": account.installation_id,
            "month": month,
            "model": model,
            "amount": most,
            "reserved_at": at,
        }
        async with transaction(self._sessions) as session:
            # The caps of a month are shared by every process, so reservations take turns. The sums
            # are read by a later statement, which sees what the one before committed.
            await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            taken = await _taken(session, account, month)
            purse = short_purse(account.caps, taken, most)
            if purse is not None:
                raise BudgetExceeded(refusal(purse, account.caps, taken, most))
            made = insert(UsageRow).values(row).returning(UsageRow.id)
            return (await session.execute(made)).scalar_one()

    async def settle(self, reservation: int, used: TokenUsage, at: datetime) -> None:
        """Put what a call did cost in the place of what it could; settling twice is harmless."""
        settled = (
            update(UsageRow)
            .where(UsageRow.id == reservation, UsageRow.settled_at.is_(None))
            .values(
                amount=to_money(used.cost),
                calls=used.calls,
                input_tokens=used.input_tokens,
                output_tokens=used.output_tokens,
                settled_at=at,
            )
        )
        async with transaction(self._sessions) as session:
            await session.execute(settled)

    async def taken(self, account: Account, at: datetime) -> Amounts:
        """Return what is taken of each purse, with what is only set aside."""
        async with transaction(self._sessions) as session:
            return await _taken(session, account, month_of(at))

    async def spent(self, repository_id: int, at: datetime) -> Decimal:
        """Add up what a repository took of a calendar month, with what is only set aside."""
        named = select(RepositoryRow.external_id).where(
            RepositoryRow.id == repository_id, RepositoryRow.provider == Provider.GITHUB
        )
        amount = select(func.coalesce(func.sum(UsageRow.amount), 0)).where(
            or_(
                UsageRow.repository_id == repository_id,
                UsageRow.external_id == named.scalar_subquery(),
            ),
            UsageRow.month == month_of(at),
        )
        async with transaction(self._sessions) as session:
            return Decimal((await session.execute(amount)).scalar_one())

    async def used(self, job_id: UUID) -> TokenUsage:
        """Add up the calls of a job, over all its attempts and scopes."""
        sums = select(
            func.coalesce(func.sum(UsageRow.calls), 0),
            func.coalesce(func.sum(UsageRow.input_tokens), 0),
            func.coalesce(func.sum(UsageRow.output_tokens), 0),
            func.coalesce(func.sum(UsageRow.amount), 0),
        ).where(UsageRow.job_id == job_id)
        async with transaction(self._sessions) as session:
            calls, asked, answered, cost = (await session.execute(sums)).one()
        return TokenUsage(
            calls=int(calls), input_tokens=int(asked), output_tokens=int(answered), cost=float(cost)
        )


async def _taken(session: AsyncSession, account: Account, month: date) -> Amounts:
    amount = func.coalesce(func.sum(UsageRow.amount), 0)
    of_job = select(amount).where(UsageRow.job_id == account.job).scalar_subquery()
    of_month = select(
        of_job,
        func.coalesce(func.sum(UsageRow.amount).filter(_of_repository(account)), 0),
        func.coalesce(func.sum(UsageRow.amount).filter(_of_installation(account)), 0),
        amount,
    ).where(UsageRow.month == month)
    job, repository, installation, total = (await session.execute(of_month)).one()
    return Amounts(
        job=job, repository_month=repository, installation_month=installation, month=total
    )


def _of_repository(account: Account) -> ColumnElement[bool]:
    of_row = UsageRow.repository_id == account.repository_id
    if account.external_id is None:
        return of_row
    return or_(of_row, UsageRow.external_id == account.external_id)


def _of_installation(account: Account) -> ColumnElement[bool]:
    """Tell what counts against an account: of its present repositories also what they took before.

    An account that installs the App anew has another installation.
    """
    if account.installation_id is None:
        # A repository of no installation shares its account with none.
        return false()
    present = RepositoryRow.installation_id == account.installation_id
    numbers = select(RepositoryRow.external_id).where(
        present, RepositoryRow.provider == Provider.GITHUB
    )
    return or_(
        UsageRow.installation_id == account.installation_id,
        UsageRow.repository_id.in_(select(RepositoryRow.id).where(present)),
        UsageRow.external_id.in_(numbers),
    )
