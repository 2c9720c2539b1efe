"""Keep what pages were merged from, what is to be written anew, and what became stale"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _create_page_bases()
    _create_revisions()
    _create_section_verdicts()


def _create_page_bases() -> None:
    op.create_table(
        "page_bases",
        sa.Column("repository_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _now("saved_at"),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repositories.id"],
            name=op.f("fk_page_bases_repository_id_repositories"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("repository_id", "digest", name=op.f("pk_page_bases")),
    )
    op.create_index("ix_page_bases_oldest", "page_bases", ["repository_id", "saved_at"])


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("plan", postgresql.JSONB(), nullable=False),
        _now("stored_at"),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.id"],
            name=op.f("fk_revisions_job_id_jobs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", "scope", name=op.f("pk_revisions")),
    )


def _create_section_verdicts() -> None:
    op.create_table(
        "section_verdicts",
        sa.Column("repository_id", sa.Integer(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("commit", sa.Text(), nullable=False),
        sa.Column("about", postgresql.JSONB(), nullable=False),
        sa.Column("impact", postgresql.JSONB(), nullable=False),
        _now("judged_at"),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repositories.id"],
            name=op.f("fk_section_verdicts_repository_id_repositories"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "repository_id", "branch", "scope", "page", "anchor", name=op.f("pk_section_verdicts")
        ),
    )


def _now(column: str) -> sa.Column[datetime]:
    return sa.Column(
        column, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
    )


def downgrade() -> None:
    op.drop_table("section_verdicts")
    op.drop_table("revisions")
    op.drop_table("page_bases")
