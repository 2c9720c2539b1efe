"""Know who agreed, who paused, what people said of pages, and who ordered a job"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

_FLOWS = ("full_generation", "incremental_update", "index_pages", "process_scope")
_STATES = ("waiting", "running", "done", "failed")


def upgrade() -> None:
    _add_to_repositories()
    _add_to_jobs()
    _allow("jobs", "flow", (*_FLOWS[:3], "onboarding", _FLOWS[3]))
    _allow("runs", "flow", (*_FLOWS[:3], "onboarding", _FLOWS[3]))
    _allow("jobs", "state", (*_STATES, "cancelled"))
    op.add_column(
        "job_events", sa.Column("attempt", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("job_events", sa.Column("page", postgresql.JSONB(), nullable=True))
    _create_page_notes()
    _create_acks()
    _know_what_belongs_to_whom()
    _know_who_spent()


def _add_to_repositories() -> None:
    for column in (
        sa.Column("consent", sa.Text(), server_default="unasked", nullable=False),
        sa.Column("paused_by", sa.Text(), server_default="", nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("private", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("defaults", sa.Text(), server_default="", nullable=False),
    ):
        op.add_column("repositories", column)
    # Whoever merged pages before there was an onboarding agreed by that.
    op.execute(
        "UPDATE repositories SET consent = 'given' WHERE id IN"
        " (SELECT repository_id FROM wiki_structures WHERE state = 'published')"
    )
    _check("repositories", "consent", ("unasked", "asked", "given", "declined"))


def _add_to_jobs() -> None:
    strings = postgresql.ARRAY(sa.Text())
    for column in (
        sa.Column("asked_by", sa.Text(), server_default="", nullable=False),
        sa.Column("pages", strings, server_default="{}", nullable=False),
        sa.Column("replan", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("unasked", sa.Text(), nullable=True),
        sa.Column("unasked_local", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
    ):
        op.add_column("jobs", column)
    # What ended before was answered as it was then.
    op.execute("UPDATE jobs SET told = true WHERE state IN ('done', 'failed')")
    op.execute("UPDATE jobs SET pages = ARRAY[page] WHERE page IS NOT NULL")
    op.drop_column("jobs", "page")
    untold = sa.text("NOT told AND causes <> '{}'::text[]")
    op.create_index("ix_jobs_untold", "jobs", ["ended_at"], postgresql_where=untold)


def _know_what_belongs_to_whom() -> None:
    """Let all that is kept of a repository be found when it goes."""
    op.add_column(
        "repositories", sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("deliveries", sa.Column("installation_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "deliveries", sa.Column("repository", sa.Text(), server_default="", nullable=False)
    )
    for table in ("generations", "site_checks"):
        op.add_column(table, sa.Column("repository_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_repository_id_repositories"),
            table,
            "repositories",
            ["repository_id"],
            ["id"],
            ondelete="CASCADE",
        )
        op.create_index(op.f(f"ix_{table}_repository_id"), table, ["repository_id"])


def _know_who_spent() -> None:
    """Let what a repository took of its caps be found when it comes back under another row."""
    op.add_column("usage", sa.Column("external_id", sa.Text(), nullable=True))
    op.add_column("usage", sa.Column("installation_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE usage SET external_id = r.external_id, installation_id = r.installation_id"
        " FROM repositories r WHERE r.id = usage.repository_id AND r.provider = 'github'"
    )
    _sum_usage_by("repository_id", "external_id", "installation_id", "amount")


def _sum_usage_by(*columns: str) -> None:
    name = op.f("ix_usage_month")
    op.drop_index(name, "usage")
    op.create_index(name, "usage", ["month"], postgresql_include=list(columns))


def _create_page_notes() -> None:
    op.create_table(
        "page_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("repository_id", sa.Integer(), nullable=False),
        *_texts("branch", "page_id", "instruction", "said_by", "cause"),
        _said_at(),
        _of_repository("page_notes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_notes")),
        sa.UniqueConstraint(
            "repository_id", "cause", name=op.f("uq_page_notes_repository_id_cause")
        ),
    )
    columns = ["repository_id", "branch", "page_id", "id"]
    op.create_index("ix_page_notes_page", "page_notes", columns)


def _create_acks() -> None:
    op.create_table(
        "acks",
        sa.Column("repository_id", sa.Integer(), nullable=False),
        *_texts("page", "key", "digest", "reason", "said_by"),
        _said_at(),
        _of_repository("acks"),
        sa.PrimaryKeyConstraint("repository_id", "page", "key", "digest", name=op.f("pk_acks")),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _said_at() -> sa.Column[object]:
    return sa.Column(
        "said_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
    )


def _of_repository(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_repository_id_repositories")
    return sa.ForeignKeyConstraint(
        ["repository_id"], ["repositories.id"], name=name, ondelete="CASCADE"
    )


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{column}"), table)
    _check(table, column, values)


def _check(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in values)
    op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ({listed})")


def downgrade() -> None:
    _sum_usage_by("repository_id", "amount")
    op.drop_column("usage", "installation_id")
    op.drop_column("usage", "external_id")
    op.drop_column("site_checks", "repository_id")
    op.drop_column("generations", "repository_id")
    op.drop_column("deliveries", "repository")
    op.drop_column("deliveries", "installation_id")
    op.drop_column("repositories", "missing_since")
    op.drop_table("acks")
    op.drop_table("page_notes")
    op.execute("DELETE FROM runs WHERE flow = 'onboarding'")
    op.execute("DELETE FROM jobs WHERE flow = 'onboarding' OR state = 'cancelled'")
    _allow("jobs", "state", _STATES)
    _allow("runs", "flow", _FLOWS)
    _allow("jobs", "flow", _FLOWS)
    op.drop_column("job_events", "page")
    op.drop_column("job_events", "attempt")
    op.add_column("jobs", sa.Column("page", sa.Text(), nullable=True))
    op.execute("UPDATE jobs SET page = pages[1] WHERE cardinality(pages) = 1")
    op.drop_index("ix_jobs_untold", "jobs")
    for name in ("asked_by", "pages", "replan", "unasked", "unasked_local", "told"):
        op.drop_column("jobs", name)
    op.drop_constraint(op.f("ck_repositories_consent"), "repositories")
    for name in ("consent", "suspended", "private", "archived", "defaults", "paused_by"):
        op.drop_column("repositories", name)
