"""The tables. Rows never leave `app.db`; every text column takes any text."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Numeric,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from app.db.types import CleanJson, CleanText, CleanTexts
from app.domain.work.job import FlowName, JobState, RunState
from app.domain.work.repository import Provider

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

INDEXED_CHARACTERS = 200_000
"""How much of a page is searched: a tsvector holds at most 1 MB."""


def _one_of(column: str, values: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    # Not a native enum: a downgrade would leave the type behind.
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _weighted(*parts: tuple[str, str]) -> Computed:
    terms = (
        f"setweight(to_tsvector('english', autodoc_words({expression})), '{weight}')"
        for expression, weight in parts
    )
    # SQLAlchemy 2.1 makes a virtual column by default, which no index can cover.
    return Computed(" || ".join(terms), persisted=True)


class Base(DeclarativeBase):
    """Declarative base of every table."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: CleanText(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: CleanJson(),
        list[str]: CleanTexts(),
    }


class RepositoryRow(Base):
    """A documented repository."""

    __tablename__ = "repositories"
    __table_args__ = (
        UniqueConstraint("provider", "external_id"),
        _one_of("provider", Provider),
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


class DeliveryRow(Base):
    """A webhook delivery, from its arrival to its end."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("guid"),
        _one_of("state", ("waiting", "done", "failed")),
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


class JobRow(Base):
    """The truth about a job."""

    __tablename__ = "jobs"
    __table_args__ = (
        _one_of("flow", FlowName),
        _one_of("state", JobState),
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
    page: Mapped[str | None]
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

    repository: Mapped[RepositoryRow] = relationship(lazy="raise")


class RunRow(Base):
    """A process that was asked for."""

    __tablename__ = "runs"
    __table_args__ = (
        _one_of("flow", FlowName),
        _one_of("state", RunState),
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


class UsageRow(Base):
    """What one model call took of the budgets: all that was set aside, until it is known.

    No foreign keys: what a job or a repository took stays taken after it was removed.
    """

    __tablename__ = "usage"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        Index(None, "job_id", postgresql_include=["amount"]),
        Index(None, "month", postgresql_include=["repository_id", "amount"]),
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


class SiteCheckRow(Base):
    """What a check of a whole site found."""

    __tablename__ = "site_checks"

    key: Mapped[str] = mapped_column(primary_key=True)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(CleanJson())
    checked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WikiStructureRow(Base):
    """A version of one branch's and scope's documentation."""

    __tablename__ = "wiki_structures"
    __table_args__ = (
        UniqueConstraint(
            "repository_id", "branch", "scope", "commit", "recipe", "digest",
            name="uq_wiki_structures_version",
        ),
        _one_of("state", ("candidate", "published", "retired")),
        Index(
            "uq_wiki_structures_published",
            "repository_id",
            "branch",
            "scope",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    repository_id: Mapped[int] = mapped_column(ForeignKey("repositories.id", ondelete="CASCADE"))
    branch: Mapped[str]
    scope: Mapped[str]
    commit: Mapped[str]
    recipe: Mapped[str]
    title: Mapped[str]
    digest: Mapped[str]
    """Of all pages."""
    state: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_at: Mapped[datetime | None]
    location: Mapped[str] = mapped_column(server_default="")
    """Where the committed pages can be read."""
    chunk_recipe: Mapped[str] = mapped_column(server_default="")
    """How its passages were made; those of another recipe are made anew."""


class WikiPageRow(Base):
    """A page of a version."""

    __tablename__ = "wiki_pages"
    __table_args__ = (
        UniqueConstraint("version_id", "path"),
        Index("ix_wiki_pages_fts", "version_id", "fts", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("wiki_structures.id", ondelete="CASCADE"))
    position: Mapped[int]
    path: Mapped[str]
    title: Mapped[str]
    spec: Mapped[dict[str, Any]]
    markdown: Mapped[str]
    committed: Mapped[bool]
    fts: Mapped[str] = mapped_column(
        TSVECTOR, _weighted(("title", "A"), (f'"left"(markdown, {INDEXED_CHARACTERS})', "D"))
    )


class PageChunkRow(Base):
    """A passage of a published page."""

    __tablename__ = "page_chunks"
    __table_args__ = (
        UniqueConstraint("page_id", "index"),
        Index("ix_page_chunks_fts", "version_id", "fts", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("wiki_structures.id", ondelete="CASCADE"))
    page_id: Mapped[int] = mapped_column(ForeignKey("wiki_pages.id", ondelete="CASCADE"))
    index: Mapped[int]
    title: Mapped[str]
    heading_path: Mapped[list[str]]
    heading: Mapped[str]
    """The heading path as one text: no immutable function joins an array."""
    content: Mapped[str]
    start_char: Mapped[int]
    end_char: Mapped[int]
    tokens: Mapped[int]
    has_code: Mapped[bool]
    content_digest: Mapped[str] = mapped_column(index=True)
    fts: Mapped[str] = mapped_column(
        TSVECTOR, _weighted(("title", "A"), ("heading", "B"), ("content", "D"))
    )


class EmbeddingModelRow(Base):
    """An embedding model, whose vectors have a partition of their own."""

    __tablename__ = "embedding_models"
    __table_args__ = (
        UniqueConstraint("name", "dimensions"),
        CheckConstraint("dimensions BETWEEN 1 AND 4000", name="dimensions"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str]
    dimensions: Mapped[int]


class ChunkEmbeddingRow(Base):
    """A passage's vector.

    Kept by what the passage says, not by which version it belongs to: publishing a version leaves
    the vectors of unchanged passages alone, and the HNSW graph with them.
    """

    __tablename__ = "chunk_embeddings"
    __table_args__ = (
        Index(None, "repository_id"),
        {"postgresql_partition_by": "LIST (model_id)"},
    )

    model_id: Mapped[int] = mapped_column(ForeignKey("embedding_models.id"), primary_key=True)
    content_digest: Mapped[str] = mapped_column(primary_key=True)
    repository_id: Mapped[int] = mapped_column(
        ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True
    )
    embedding: Mapped[Any] = mapped_column(HALFVEC())
