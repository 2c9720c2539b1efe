"""`autodoc serve`: the supervisor and, as its children, the server, the reader and the runs."""

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.settings import Settings

PROGRAM = (sys.executable, "-P", "-m", "app")


def serve() -> None:
    """Listen to GitHub and keep the documentation of its repositories true."""
    from app.settings import load_settings
    from app.telemetry import configure_telemetry

    settings = load_settings()
    configure_telemetry(settings.log_level)
    try:
        asyncio.run(supervise_all(settings))
    except asyncio.CancelledError:
        raise typer.Exit(0) from None


async def supervise_all(settings: "Settings") -> None:
    """Own the database and the children until a signal ends them all."""
    from app.dispatch.processes import ProcessDispatcher
    from app.domain.work.zone import Zone
    from app.jobs.supervisor import Supervisor
    from app.settings import inherited_environment
    from app.wiring import connect_stores, open_database

    stop_on_sigterm()
    async with open_database(settings) as url, connect_stores(settings, url) as stores:
        environment = {**inherited_environment(), "AUTODOC_DATABASE_URL": url}
        services = {"server": (Zone.SERVER, (*PROGRAM, "server"))}
        if settings.mcp.port:
            services["reader"] = (Zone.READER, (*PROGRAM, "mcp", "--http"))
        processes = ProcessDispatcher(environment, settings.data_dir)
        await Supervisor(processes, stores.runs, stores.jobs, services).run()


def stop_on_sigterm() -> None:
    """Let the supervisor end its children before it ends, as it does on ctrl-c."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def server() -> None:
    """Be the server; `autodoc serve` starts this with the environment of its zone."""
    from app.dispatch.lifeline import watch_parent
    from app.settings import load_settings
    from app.telemetry import configure_telemetry
    from app.wiring import run_server

    settings = load_settings()
    configure_telemetry(settings.log_level)
    watch_parent()
    asyncio.run(run_server(settings))
