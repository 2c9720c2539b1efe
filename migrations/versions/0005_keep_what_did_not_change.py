"""Keep the passages of pages that did not change, and what sites were found to be"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "wiki_structures",
        sa.Column("chunk_recipe", sa.Text(), server_default="", nullable=False),
    )
    op.create_table(
        "site_checks",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column(
            "checked_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_site_checks")),
    )


def downgrade() -> None:
    op.drop_table("site_checks")
    op.drop_column("wiki_structures", "chunk_recipe")
