"""Every service of the compose file that is built here, run in a plain virtual environment.

Only addresses, ports and the key's place differ from what the compose file says.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tests.e2e import thread
from tests.e2e.image_environment import build
from tests.e2e.prefect_server import started
from tests.e2e.served import Served, eventually, free_port
from tests.fake_github.fake import FakeGitHub
from tests.integration.docker.databases import initialised
from tests.integration.docker.image_files import (
    argv_of,
    environment_of,
    interpolate,
    read_compose,
    read_stages,
)

pytestmark = pytest.mark.soak
SERVICES: Mapping[str, Mapping[str, Any]] = read_compose()["services"]
PASSWORDS = {
    "POSTGRES_PASSWORD": "p0",
    "DB_PASSWORD_AUTODOC": "p1",
    "DB_PASSWORD_READER": "p2",
    "DB_PASSWORD_PREFECT": "p3",
}
ONCE_S = 90.0
HEALTHY_S = 90.0
STORY_S = 120.0
LIVING = ("server", "reader", "orchestrator", "writer")


@dataclass
class Engine:
    """Runs services as a container engine would, all in one network."""

    folder: Path
    database: str
    given: Mapping[str, str]
    ports: Mapping[str, int]

    def environment(self, name: str) -> dict[str, str]:
        """Give what the image and the compose file tell a service."""
        image = self.image(name)
        told = {
            **read_stages()[image].environment(),
            **environment_of(SERVICES[name], self.given),
        }
        bin_folder = self.folder / image / "venv" / "bin"
        return {
            **{variable: self.here(value) for variable, value in told.items()},
            "PATH": f"{bin_folder}:/usr/bin:/bin",
            "PYTHONPATH": str(self.folder / image / "work"),
            "HOME": str(self.folder),
            "PREFECT_HOME": str(self.folder / f"prefect-{name}"),
            "AUTODOC_DATA_DIR": str(self.folder / "data"),
            "AUTODOC_GITHUB__API_URL": self.given["API_URL"],
            "AUTODOC_GITHUB__WEB_URL": self.given["WEB_URL"],
            "AUTODOC_PORT": str(self.ports["server"]),
            "AUTODOC_MCP__PORT": str(self.ports["reader"]),
            "PREFECT_SERVER_API_PORT": str(self.ports["prefect"]),
            "PREFECT_WORKER_WEBSERVER_PORT": str(self.ports.get(name, 0)),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
        }

    def image(self, name: str) -> str:
        """Name the target from which a service is built."""
        return interpolate(SERVICES[name]["build"]["target"], self.given)

    def here(self, text: str) -> str:
        """Move what a service is told from the compose network to this machine."""
        if text.startswith("postgresql+asyncpg://"):
            told = make_url(text)
            moved = make_url(self.database).set(
                username=told.username, password=told.password, database=told.database
            )
            return moved.render_as_string(hide_password=False)
        text = text.replace("/run/secrets/github_private_key", self.given["KEY"])
        text = text.replace("http://prefect:4200", f"http://127.0.0.1:{self.ports['prefect']}")
        return text.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - what is replaced

    @asynccontextmanager
    async def run(self, name: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run a service's command for the block, as its image starts it."""
        environment = self.environment(name)
        command = [self.here(word) for word in argv_of(SERVICES[name], self.given)]
        async with started(
            command, environment, self.log(name), self.folder / self.image(name) / "work"
        ) as process:
            yield process

    def log(self, name: str) -> Path:
        """Name the file of what a service says."""
        return self.folder / f"{name}.log"

    async def finish(self, name: str) -> None:
        """Run a service that ends, and see it succeed."""
        async with self.run(name) as process:
            status = await asyncio.wait_for(process.wait(), ONCE_S)
        assert status == 0, f"{name}:\n{self.log(name).read_text()[-4000:]}"

    async def healthy(self, name: str) -> None:
        """Wait until the service's own health check is content."""
        _, *check = SERVICES[name]["healthcheck"]["test"]
        port = {"prefect": "4200", "reader": "8081"}.get(name, "8080")
        command = [word.replace(port, str(self.ports[name])) for word in check]

        async def content() -> bool:
            log = self.folder / "checks.log"
            async with started(command, self.environment(name), log) as process:
                return await asyncio.wait_for(process.wait(), 10) == 0

        await eventually(content, f"{name} is healthy; see {self.log(name)}", HEALTHY_S)


async def stop(process: asyncio.subprocess.Process) -> int:
    """End a service as a container engine does, in the time that it gives."""
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), 10)


async def test_the_services_of_the_compose_file_tell_the_thread_in_plain_environments(
    folder: Path,
) -> None:
    for image in ("server", "worker"):
        await asyncio.to_thread(build, image, folder / image)
    (folder / "data").mkdir()
    key = folder / "app.pem"
    async with (
        FakeGitHub.start(folder / "github") as github,
        initialised(folder / "postgres", PASSWORDS) as database,
        AsyncExitStack() as stack,
    ):
        key.write_text(github.app.private_key)
        given = {
            **PASSWORDS,
            "AUTODOC_GITHUB__APP_ID": str(github.app.id),
            "AUTODOC_GITHUB__WEBHOOK_SECRET": github.app.webhook_secret,
            "AUTODOC_ONBOARDING__SAMPLES": "false",
            "KEY": str(key),
            "API_URL": github.api_url,
            "WEB_URL": github.url,
        }
        ports = {name: free_port() for name in ("prefect", *LIVING)}
        engine = Engine(folder, database, given, ports)
        prefect = await stack.enter_async_context(engine.run("prefect"))
        await engine.finish("migrate")
        await engine.healthy("prefect")
        await engine.finish("deployments")
        running = {name: await stack.enter_async_context(engine.run(name)) for name in LIVING}
        for name in LIVING:
            await engine.healthy(name)

        served = Served(running["server"], ports["server"], ports["reader"], engine.log("server"))
        github.send_webhooks_to(served.webhook_url)
        await thread.install(github, STORY_S)
        await thread.merge_and_ask(github, served, "How do I put an item into a cart?", "item")
        thread.assert_one_pull_request(github)

        ended = {name: await stop(process) for name, process in running.items()}
        ended["prefect"] = await stop(prefect)
        # uvicorn closes what is open and then lets the signal have its way.
        assert set(ended.values()) <= {0, -signal.SIGTERM}, ended
