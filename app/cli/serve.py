"""`autodoc serve`: the supervisor and, as its children, the server, the reader and the runs."""

import asyncio
import os
import platform
import signal
import sys
from typing import TYPE_CHECKING
from uuid import uuid4

import typer

if TYPE_CHECKING:
    from app.settings import Settings

PROGRAM = (sys.executable, "-P", "-m", "app")


def serve() -> None:
    """Listen to GitHub and keep the documentation of its repositories true."""
    from app.settings import load_settings
    from app.telemetry import observe

    settings = load_settings()
    require_app(settings)
    observe(settings, "supervisor")
    try:
        asyncio.run(supervise_all(settings))
    except asyncio.CancelledError:
        raise typer.Exit(0) from None


def require_app(settings: "Settings") -> None:
    """Refuse to start without an App, before anything else does."""
    from app.errors import ConfigurationError

    app = settings.github
    if app.app_id is None or (app.private_key is None and app.private_key_path is None):
        raise ConfigurationError(
            "set AUTODOC_GITHUB__APP_ID and AUTODOC_GITHUB__PRIVATE_KEY_PATH, and"
            " AUTODOC_GITHUB__WEBHOOK_SECRET to take deliveries: the README says how"
        )


async def supervise_all(settings: "Settings") -> None:
    """Own the database and the children until a signal ends them all."""
    from app.dispatch.processes import Processes
    from app.domain.work.zone import Zone
    from app.jobs.scheduler import JobLimits
    from app.jobs.supervisor import Service, Supervisor, SupervisorLimits
    from app.settings import inherited_environment
    from app.wiring import connect_stores, make_data_dir, open_database

    stop_on_sigterm()
    services = [Service(name="server", zone=Zone.SERVER, command=(*PROGRAM, "server"))]
    if settings.mcp.port:
        command = (*PROGRAM, "mcp", "--http")
        services.append(Service(name="reader", zone=Zone.READER, command=command))
    limits = SupervisorLimits(jobs=JobLimits(attempts=settings.caps.attempts))
    await make_data_dir(settings.data_dir)  # its children work there
    async with open_database(settings) as url, connect_stores(settings, url) as stores:
        environment = {**inherited_environment(), "AUTODOC_DATABASE_URL": url}
        processes = Processes(environment, settings.data_dir, nice=settings.caps.nice)
        owner = f"{platform.node()}:{os.getpid()}:{uuid4().hex[:8]}"
        await Supervisor(processes, stores.runs, stores.jobs, owner, limits).supervise(services)


def stop_on_sigterm() -> None:
    """Let the supervisor end its children before it ends, as it does on ctrl-c."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def server() -> None:
    """Be the server; `autodoc serve` starts this with the environment of its zone."""
    from app.dispatch.lifeline import watch_parent
    from app.server.running import run_server
    from app.settings import load_settings
    from app.telemetry import observe

    settings = load_settings()
    observe(settings, "server")
    watch_parent()

    async def run() -> None:
        stop_on_sigterm()
        await run_server(settings)

    try:
        asyncio.run(run())
    except asyncio.CancelledError:
        raise typer.Exit(0) from None
