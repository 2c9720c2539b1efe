"""Know what ordered a job, and which of its attempts do not count"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "jobs",
        sa.Column("causes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("jobs", sa.Column("spared", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("jobs", "spared")
    op.drop_column("jobs", "causes")
