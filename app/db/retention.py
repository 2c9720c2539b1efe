"""Removes what is over and that nobody will ask for again."""

from sqlalchemy import text

from app.db.engine import Sessions, transaction

_ROWS = 1000
"""Of each table at a time."""

_DELIVERIES = """
SELECT d.ctid FROM deliveries d
WHERE d.state <> 'waiting' AND d.received_at < now() - make_interval(days => :days)
LIMIT :rows FOR UPDATE OF d SKIP LOCKED
"""
_OF_ENDED_JOBS = """
SELECT t.ctid FROM {table} t JOIN jobs j ON j.id = t.job_id
WHERE j.state IN ('done', 'failed', 'cancelled')
  AND j.ended_at < now() - make_interval(days => :days)
LIMIT :rows FOR UPDATE OF t SKIP LOCKED
"""
_CHECKS = """
SELECT c.ctid FROM site_checks c
WHERE c.checked_at < now() - make_interval(days => :days)
LIMIT :rows FOR UPDATE OF c SKIP LOCKED
"""
_OLD = {
    "deliveries": _DELIVERIES,
    "site_checks": _CHECKS,
    **{
        table: _OF_ENDED_JOBS.format(table=table)
        for table in ("job_events", "revisions", "runs", "scopes")
    },
}


class Retention:
    """Deliveries that were processed, what jobs left behind, old checks; the jobs themselves stay.

    A job's row says that its cause was carried out, so that a delivery which comes back after its
    own row was removed repeats nothing.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def prune(self, days: int, rows: int = _ROWS) -> int:
        """Remove up to `rows` of each kind that ended so many days ago; say how many it were."""
        removed = 0
        for table, old in _OLD.items():
            statement = text(
                f"WITH gone AS (DELETE FROM {table} WHERE ctid = ANY (ARRAY({old})) RETURNING 1)"  # noqa: S608 - tables of ours
                " SELECT count(*) FROM gone"
            )
            async with transaction(self._sessions) as session:
                removed += await session.scalar(statement, {"days": days, "rows": rows}) or 0
        return removed
