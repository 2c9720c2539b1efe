"""What people said about pages in comments."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base


class PageNoteRow(Base):
    """An instruction for a page, which every later writer of it is told."""

    __tablename__ = "page_notes"
    __table_args__ = (
        UniqueConstraint("repository_id", "cause"),
        Index("ix_page_notes_page", "repository_id", "branch", "page_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    repository_id: Mapped[int] = mapped_column(ForeignKey("repositories.id", ondelete="CASCADE"))
    branch: Mapped[str]
    page_id: Mapped[str]
    instruction: Mapped[str]
    said_by: Mapped[str]
    cause: Mapped[str]
    """What is kept at most once, such as `comment:9:revise:home`."""
    said_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AckRow(Base):
    """A person's word that a sentence is true of one version of the code that it cites."""

    __tablename__ = "acks"

    repository_id: Mapped[int] = mapped_column(
        ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True
    )
    page: Mapped[str] = mapped_column(primary_key=True)
    """Its path from the root of the repository."""
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    """Of the version; with the next change the word counts no more."""
    reason: Mapped[str]
    said_by: Mapped[str]
    said_at: Mapped[datetime] = mapped_column(server_default=func.now())
