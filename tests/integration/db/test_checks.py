from app.db.checks import SiteCheckRepo
from app.db.engine import Sessions
from app.domain.checks.finding import Finding, Severity

WARNING = Finding(
    rule="diagram", page="a.md", line=3, message="too large\x00", severity=Severity.WARNING
)


async def test_findings_come_back_under_their_key_alone(sessions: Sessions) -> None:
    checks = SiteCheckRepo(sessions)
    assert await checks.find("a") is None

    await checks.store("a", [])
    await checks.store("b", [WARNING])
    await checks.store("b", [])

    assert await checks.find("a") == ()
    assert await checks.find("b") == (WARNING,)
    assert WARNING.message == r"too large\x00"
