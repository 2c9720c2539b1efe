"""The MCP server over streamable HTTP."""

import socket

import uvicorn
from fastmcp import FastMCP

from app.settings import McpSettings

PATH = "/mcp"
EVERY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised, not chosen
GRACE_S = 5


async def serve_http(server: FastMCP, settings: McpSettings) -> None:
    """Serve until a signal ends the process.

    Any Host but our own and any Origin but the Host's are refused, so that a web page that a
    browser shows cannot reach a server on loopback or in its network (DNS rebinding).
    """
    application = server.http_app(
        path=PATH,
        stateless_http=True,
        json_response=True,
        host_origin_protection=True,
        allowed_hosts=own_names(settings),
    )
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=GRACE_S,
    )
    await uvicorn.Server(config).serve()


def own_names(settings: McpSettings) -> list[str]:
    """List the names that a client may call us by.

    The names of loopback and the address that a connection arrived at are always allowed. Whoever
    listens at every address is also known by the machine's name; any other name has to be set.
    """
    listed = {name.strip() for name in settings.names.split(",")}
    listed |= {socket.gethostname()} if settings.host in EVERY_ADDRESS else {settings.host}
    return sorted(listed - {""})
