"""What is to be done, and how far it is."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    false,
    func,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.models.base import Base, one_of
from app.db.types import CleanJson
from app.domain.work.job import FlowName, JobState, RunState
from app.domain.work.repository import Consent, Provider


class RepositoryRow(Base):
    """A documented repository."""

    __tablename__ = "repositories"
    __table_args__ = (
        UniqueConstraint("provider", "external_id"),
        one_of("provider", Provider),
        one_of("consent", Consent),
        Index(
            "ix_repositories_full_name",
            "full_name",
            postgresql_using="gin",
            postgresql_ops={"full_name": "gin_trgm_ops"},
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    provider: Mapped[str]
    external_id: Mapped[str]
    full_name: Mapped[str]
    url: Mapped[str]
    address: Mapped[str] = mapped_column(index=True)
    """The URL without what does not tell repositories apart."""
    default_branch: Mapped[str]
    installation_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    consent: Mapped[str] = mapped_column(server_default=Consent.UNASKED)
    paused_by: Mapped[str] = mapped_column(server_default="")
    archived: Mapped[bool] = mapped_column(server_default=false())
    private: Mapped[bool] = mapped_column(server_default=true())
    suspended: Mapped[bool] = mapped_column(server_default=false())
    defaults: Mapped[str] = mapped_column(server_default="")
    missing_since: Mapped[datetime | None]
    """When its provider first did not find it any more."""


class DeliveryRow(Base):
    """A webhook delivery, from its arrival to its end."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("guid"),
        one_of("state", ("waiting", "done", "failed")),
        Index(
            "uq_deliveries_event_body_digest",
            "event",
            "body_digest",
            unique=True,
            postgresql_where=text("once_per_body"),
        ),
        Index("ix_deliveries_waiting", "due_at", "id", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    guid: Mapped[str]
    event: Mapped[str]
    action: Mapped[str]
    body: Mapped[bytes]
    body_digest: Mapped[str]
    once_per_body: Mapped[bool]
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    reason: Mapped[str] = mapped_column(server_default="")
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When it may be taken: later while somebody has it, or after a failure."""
    installation_id: Mapped[int | None] = mapped_column(BigInteger)
    repository: Mapped[str] = mapped_column(server_default="")
    """The provider's id of the one repository that it is about."""


class JobRow(Base):
    """The truth about a job."""

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("flow", FlowName),
        one_of("state", JobState),
        *(
            Index(
                f"uq_jobs_{state}",
                "repository_id",
                "branch",
                unique=True,
                postgresql_where=text(f"state = '{state}'"),
            )
            for state in (JobState.WAITING, JobState.RUNNING)
        ),
        Index(
            "ix_jobs_untold",
            "ended_at",
            postgresql_where=text("NOT told AND causes <> '{}'::text[]"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    repository_id: Mapped[int] = mapped_column(
        ForeignKey("repositories.id", ondelete="CASCADE"), index=True
    )
    branch: Mapped[str]
    flow: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    fresh: Mapped[bool]
    local_writer_only: Mapped[bool]
    attempt: Mapped[int] = mapped_column(server_default="0")
    fence: Mapped[int] = mapped_column(server_default="0")
    commit: Mapped[str | None]
    message: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    causes: Mapped[list[str]] = mapped_column(server_default="{}")
    """What ordered it and may order nothing again; several, because orders become one job."""
    spared: Mapped[int] = mapped_column(server_default="0")
    asked_by: Mapped[str] = mapped_column(server_default="")
    pages: Mapped[list[str]] = mapped_column(server_default="{}")
    replan: Mapped[bool] = mapped_column(server_default=false())
    unasked: Mapped[str | None]
    unasked_local: Mapped[bool] = mapped_column(server_default=false())
    """Whether what nobody ordered is done without a model."""
    told: Mapped[bool] = mapped_column(server_default=false())
    """Whether those who ordered it in a comment know how it ended."""

    repository: Mapped[RepositoryRow] = relationship(lazy="raise")


class RunRow(Base):
    """A process that was asked for."""

    __tablename__ = "runs"
    __table_args__ = (
        one_of("flow", FlowName),
        one_of("state", RunState),
        Index("ix_runs_unended", "id", postgresql_where=text("state IN ('waiting', 'running')")),
        UniqueConstraint("name"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    flow: Mapped[str]
    attempt: Mapped[int]
    scope: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    owner: Mapped[str | None]
    exit_status: Mapped[int | None]
    message: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    claimed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class JobEventRow(Base):
    """A line of a job's progress."""

    __tablename__ = "job_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    stage: Mapped[str]
    done: Mapped[int]
    total: Mapped[int]
    detail: Mapped[str]
    attempt: Mapped[int] = mapped_column(server_default="0")
    """Of the job, when the line was written."""
    page: Mapped[dict[str, Any] | None] = mapped_column(CleanJson(none_as_null=True))


class ScopeRow(Base):
    """What a writer run made of one scope."""

    __tablename__ = "scopes"

    job_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    attempt_key: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str]
    result: Mapped[dict[str, Any]]
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())
