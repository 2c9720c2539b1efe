"""Say where pages can be read"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "wiki_structures", sa.Column("location", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("wiki_structures", "location")
