"""What was found out or paid for once, so that it need not be again."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Numeric, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base
from app.db.types import CleanJson


class BlobFactRow(Base):
    """What analysis found in one blob."""

    __tablename__ = "blob_facts"

    recipe: Mapped[str] = mapped_column(primary_key=True)
    blob_id: Mapped[str] = mapped_column(primary_key=True)
    facts: Mapped[dict[str, Any]]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class GenerationRow(Base):
    """A model's answer, and what it cost."""

    __tablename__ = "generations"

    key: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str]
    answer: Mapped[str]
    calls: Mapped[int]
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[float]
    """US dollars."""
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())
    repository_id: Mapped[int | None] = mapped_column(
        ForeignKey("repositories.id", ondelete="CASCADE"), index=True
    )
    """Whose sources were asked about: with it goes what was said of them."""


_SUMMED = ("repository_id", "external_id", "installation_id", "amount")


class UsageRow(Base):
    """What one model call took of the budgets: all that was set aside, until it is known.

    No foreign keys: what a job or a repository took stays taken after it was removed. No names: the
    provider's numbers tell whose it was when the repository comes back under another row.
    """

    __tablename__ = "usage"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        Index(None, "job_id", postgresql_include=["amount"]),
        Index(None, "month", postgresql_include=list(_SUMMED)),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    job_id: Mapped[uuid.UUID]
    repository_id: Mapped[int]
    month: Mapped[date]
    """The first day of the calendar month (UTC) whose caps it counts against."""
    model: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(20, 9))
    """US dollars."""
    calls: Mapped[int] = mapped_column(server_default="1")
    """0 once it is known that the provider did not bill it."""
    input_tokens: Mapped[int] = mapped_column(BigInteger, server_default="0")
    output_tokens: Mapped[int] = mapped_column(BigInteger, server_default="0")
    reserved_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    external_id: Mapped[str | None]
    """GitHub's number of the repository."""
    installation_id: Mapped[int | None] = mapped_column(BigInteger)


class SiteCheckRow(Base):
    """What a check of a whole site found."""

    __tablename__ = "site_checks"

    key: Mapped[str] = mapped_column(primary_key=True)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(CleanJson())
    checked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    repository_id: Mapped[int | None] = mapped_column(
        ForeignKey("repositories.id", ondelete="CASCADE"), index=True
    )
