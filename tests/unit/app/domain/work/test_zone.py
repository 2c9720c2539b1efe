import pytest

from app.domain.work.zone import Zone, scrub

SYSTEM = {"PATH": "/usr/bin", "AUTODOC_DATA_DIR": "data"}
APP_KEY = {"AUTODOC_GITHUB__APP_ID", "AUTODOC_GITHUB__PRIVATE_KEY"}
WEBHOOK = {"AUTODOC_GITHUB__WEBHOOK_SECRET"}
EMBEDDING = {"AUTODOC_EMBEDDING__MODEL", "AUTODOC_EMBEDDING__API_KEY"}
MODEL_NAMES = {"AUTODOC_MODEL", "AUTODOC_MODELS__PAGE"}
MODELS = MODEL_NAMES | {"OPENAI_API_KEY", "ANTHROPIC_API_KEY"}
NOBODYS = {"GITHUB_TOKEN", "GH_TOKEN", "LD_PRELOAD", "PYTHONPATH", "DATABASE_PASSWORD"}


@pytest.mark.parametrize(
    ("zone", "secrets"),
    [
        (Zone.SERVER, APP_KEY | WEBHOOK | MODEL_NAMES | EMBEDDING),
        (Zone.ORCHESTRATOR, APP_KEY | EMBEDDING | MODEL_NAMES),
        (Zone.WRITER, MODELS),
        (Zone.READER, EMBEDDING),
    ],
)
def test_a_zone_sees_its_own_secrets_and_no_others(zone: Zone, secrets: set[str]) -> None:
    known = APP_KEY | WEBHOOK | MODELS | EMBEDDING | NOBODYS
    everything = SYSTEM | dict.fromkeys(known, "secret")
    assert scrub(zone, everything).keys() == SYSTEM.keys() | secrets


@pytest.mark.parametrize(
    "name",
    [
        "HOMEBREW_GITHUB_API_TOKEN",
        "LANGCHAIN_API_KEY",
        "LANGSMITH_API_KEY",
        "PATH_TO_TOKEN",
        "TZ_TOKEN",
        "NO_PROXY_PASSWORD",
        "AUTODOC_MODELISH_KEY",
        "AUTODOC_PORTAL_KEY",
        "VERTEXT_KEY",
        "SSL_CERT_PASSWORD",
    ],
)
@pytest.mark.parametrize("zone", Zone)
def test_a_name_that_only_begins_like_an_allowed_one_reaches_nobody(zone: Zone, name: str) -> None:
    assert scrub(zone, {name: "secret"}) == {}


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "no_proxy", "HOME", "LC_ALL"])
@pytest.mark.parametrize("zone", Zone)
def test_every_zone_learns_its_proxy_home_and_language(zone: Zone, name: str) -> None:
    assert scrub(zone, {name: "value"}) == {name: "value"}


@pytest.mark.parametrize(
    "name",
    [
        "ANTHROPIC_API_KEY",
        "HOSTED_VLLM_API_BASE",
        "LM_STUDIO_API_KEY",
        "TOGETHERAI_API_KEY",
        "VERTEXAI_PROJECT",
    ],
)
def test_where_a_model_is_and_its_key_reach_the_writer_alone(name: str) -> None:
    assert [zone for zone in Zone if scrub(zone, {name: "secret"})] == [Zone.WRITER]


@pytest.mark.parametrize("name", ["AUTODOC_BUDGET__JOB", "AUTODOC_REFINE__ATTEMPTS"])
def test_what_an_estimate_is_made_of_reaches_whoever_tells_it_in_a_pull_request(name: str) -> None:
    zones = [zone for zone in Zone if scrub(zone, {name: "5"})]
    assert zones == [Zone.SERVER, Zone.ORCHESTRATOR, Zone.WRITER]


@pytest.mark.parametrize("zone", [Zone.SERVER, Zone.ORCHESTRATOR])
def test_the_app_key_may_be_given_as_a_file(zone: Zone) -> None:
    key = {"AUTODOC_GITHUB__PRIVATE_KEY_PATH": "app.pem"}
    assert scrub(zone, key) == key
