"""The documentation, and what searches it."""

from datetime import datetime
from typing import Any

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, one_of, weighted

INDEXED_CHARACTERS = 200_000
"""How much of a page is searched: a tsvector holds at most 1 MB."""


class WikiStructureRow(Base):
    """A version of one branch's and scope's documentation."""

    __tablename__ = "wiki_structures"
    __table_args__ = (
        UniqueConstraint(
            "repository_id", "branch", "scope", "commit", "recipe", "digest",
            name="uq_wiki_structures_version",
        ),
        one_of("state", ("candidate", "published", "retired")),
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
        TSVECTOR, weighted(("title", "A"), (f'"left"(markdown, {INDEXED_CHARACTERS})', "D"))
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
        TSVECTOR, weighted(("title", "A"), ("heading", "B"), ("content", "D"))
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
