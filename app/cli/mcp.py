"""`autodoc mcp`."""

import asyncio
from typing import Annotated

import typer


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP instead of stdin and stdout.")
    ] = False,
) -> None:
    """Answer agents from the published documentation."""
    from app.cli.checkout_verdicts import CheckoutVerdicts
    from app.mcp.server import create_mcp_server
    from app.settings import load_settings
    from app.telemetry import observe
    from app.wiring import open_reader, update_terms

    settings = load_settings()
    observe(settings, "reader")
    checkout = CheckoutVerdicts(update_terms(settings))
    server = create_mcp_server(lambda: open_reader(settings, checkout))
    if not http:
        asyncio.run(server.run_async(transport="stdio", show_banner=False))
        return
    from app.dispatch.lifeline import watch_parent
    from app.mcp.http import serve_http

    watch_parent()
    asyncio.run(serve_http(server, settings.mcp))
