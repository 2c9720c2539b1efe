"""`autodoc serve` as an operator starts it, beside a fake GitHub."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from tests.fake_github.fake import FakeGitHub

POLL_S = 0.1
START_S = 60.0
STOP_S = 40.0
LOG_SHOWN = 20_000
"""Characters of the server's log that a failed story shows."""


async def eventually(
    happened: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str, seconds: float = 60
) -> None:
    """Wait until something happened, and fail with what it was if it did not."""
    deadline = time.monotonic() + seconds
    while True:
        answer = happened()
        if answer if isinstance(answer, bool) else await answer:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not happen in {seconds:.0f} s: {what}")
        await asyncio.sleep(POLL_S)


def free_port() -> int:
    """Find a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """A running `autodoc serve`."""

    process: asyncio.subprocess.Process
    port: int
    mcp_port: int
    log: Path

    @property
    def webhook_url(self) -> str:
        """Where GitHub sends deliveries."""
        return f"http://127.0.0.1:{self.port}/webhook"

    @property
    def mcp_url(self) -> str:
        """Where agents ask."""
        return f"http://127.0.0.1:{self.mcp_port}/mcp"

    def children(self) -> list[psutil.Process]:
        """List the processes that it started, PostgreSQL's left out."""
        try:
            found = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        return [child for child in found if "postgres" not in name_of(child)]

    async def healthy(self) -> bool:
        """Ask whether it takes deliveries."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/ready") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def stop(self) -> None:
        """End it as an operator does."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_S):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise AssertionError(f"it did not stop:\n{self.log.read_text()[-4000:]}") from None


def name_of(process: psutil.Process) -> str:
    """Read a process's name; it may be gone by now."""
    try:
        return str(process.name())
    except psutil.Error:
        return ""


def operator_environment(github: FakeGitHub, data: Path) -> dict[str, str]:
    """Set what an operator sets, and nothing that this process inherited but the system's."""
    key = data / "app.pem"
    key.write_text(github.app.private_key)
    key.chmod(0o600)
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "AUTODOC_DATA_DIR": str(data / "data"),
        "AUTODOC_GITHUB__APP_ID": str(github.app.id),
        "AUTODOC_GITHUB__PRIVATE_KEY_PATH": str(key),
        "AUTODOC_GITHUB__WEBHOOK_SECRET": github.app.webhook_secret,
        "AUTODOC_GITHUB__API_URL": github.api_url,
        "AUTODOC_GITHUB__WEB_URL": github.url,
        "AUTODOC_GITHUB__WRITE_SPACING": "0",
        "AUTODOC_CAPS__SETTLE": "0.5",
        # A story waits for its runs, whatever else the machine does.
        "AUTODOC_CAPS__NICE": "0",
        "AUTODOC_ONBOARDING__SAMPLES": "false",
    }


@asynccontextmanager
async def serve(
    github: FakeGitHub, data: Path, extra: Mapping[str, str] | None = None
) -> AsyncIterator[Served]:
    """Start `autodoc serve`, point the fake's webhooks at it, and stop it after the block."""
    port, mcp_port = free_port(), free_port()
    environment = {
        **operator_environment(github, data),
        "AUTODOC_PORT": str(port),
        "AUTODOC_MCP__PORT": str(mcp_port),
        **(extra or {}),
    }
    log = data / "serve.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "app", "serve",
            env=environment, cwd=data, stdin=asyncio.subprocess.DEVNULL,
            stdout=output, stderr=output,
        )  # fmt: skip
    served = Served(process, port, mcp_port, log)
    try:
        await eventually(served.healthy, f"the server is ready; see {log}", START_S)
        github.send_webhooks_to(served.webhook_url)
        yield served
    except BaseException:
        sys.stderr.write(log.read_text()[-LOG_SHOWN:])
        raise
    finally:
        await served.stop()
