import pytest

from app.domain.work.zone import Zone, scrub

SYSTEM = {"PATH": "/usr/bin", "AUTODOC_DATA_DIR": "data"}
APP_KEY = {"AUTODOC_GITHUB__APP_ID", "AUTODOC_GITHUB__PRIVATE_KEY"}
WEBHOOK = {"AUTODOC_GITHUB__WEBHOOK_SECRET"}
MODELS = {"AUTODOC_MODEL", "AUTODOC_MODELS__PAGE", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"}
NOBODYS = {"GITHUB_TOKEN", "GH_TOKEN", "LD_PRELOAD", "PYTHONPATH", "DATABASE_PASSWORD"}


@pytest.mark.parametrize(
    ("zone", "secrets"),
    [
        (Zone.SERVER, APP_KEY | WEBHOOK),
        (Zone.ORCHESTRATOR, APP_KEY),
        (Zone.WRITER, MODELS),
        (Zone.READER, set[str]()),
    ],
)
def test_a_zone_sees_its_own_secrets_and_no_others(zone: Zone, secrets: set[str]) -> None:
    everything = SYSTEM | dict.fromkeys(APP_KEY | WEBHOOK | MODELS | NOBODYS, "secret")
    assert scrub(zone, everything).keys() == SYSTEM.keys() | secrets
