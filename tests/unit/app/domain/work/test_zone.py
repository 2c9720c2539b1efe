import pytest

from app.domain.work.zone import Zone, scrub

SYSTEM = {"PATH": "/usr/bin", "AUTODOC_DATA_DIR": "data"}
APP_KEY = {"AUTODOC_GITHUB__APP_ID", "AUTODOC_GITHUB__PRIVATE_KEY"}
WEBHOOK = {"AUTODOC_GITHUB__WEBHOOK_SECRET"}
EMBEDDING = {"AUTODOC_EMBEDDING__MODEL", "AUTODOC_EMBEDDING__API_KEY"}
MODELS = {"AUTODOC_MODEL", "AUTODOC_MODELS__PAGE", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"}
NOBODYS = {"GITHUB_TOKEN", "GH_TOKEN", "LD_PRELOAD", "PYTHONPATH", "DATABASE_PASSWORD"}


@pytest.mark.parametrize(
    ("zone", "secrets"),
    [
        (Zone.SERVER, APP_KEY | WEBHOOK),
        (Zone.ORCHESTRATOR, APP_KEY | EMBEDDING),
        (Zone.WRITER, MODELS),
        (Zone.READER, EMBEDDING),
    ],
)
def test_a_zone_sees_its_own_secrets_and_no_others(zone: Zone, secrets: set[str]) -> None:
    known = APP_KEY | WEBHOOK | MODELS | EMBEDDING | NOBODYS
    everything = SYSTEM | dict.fromkeys(known, "secret")
    assert scrub(zone, everything).keys() == SYSTEM.keys() | secrets
