"""What keeps published pages true."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base


class PageBaseRow(Base):
    """A page as generated, by its digest: what people's edits of it are told by."""

    __tablename__ = "page_bases"
    __table_args__ = (Index("ix_page_bases_oldest", "repository_id", "saved_at"),)

    repository_id: Mapped[int] = mapped_column(
        ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RevisionRow(Base):
    """Which pages and sections a writer run has to write."""

    __tablename__ = "revisions"

    job_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    scope: Mapped[str] = mapped_column(primary_key=True)
    plan: Mapped[dict[str, Any]]
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SectionVerdictRow(Base):
    """A section of a published page that a newer commit made something of."""

    __tablename__ = "section_verdicts"

    repository_id: Mapped[int] = mapped_column(
        ForeignKey("repositories.id", ondelete="CASCADE"), primary_key=True
    )
    branch: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(primary_key=True)
    anchor: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    """Among all that was judged at once, in reading order."""
    commit: Mapped[str]
    """Which it was judged against."""
    about: Mapped[dict[str, Any]]
    """The page's impact without sections."""
    impact: Mapped[dict[str, Any]]
    judged_at: Mapped[datetime] = mapped_column(server_default=func.now())
