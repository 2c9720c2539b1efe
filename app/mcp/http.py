"""The MCP server over streamable HTTP."""

import uvicorn
from fastmcp import FastMCP

PATH = "/mcp"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
GRACE_S = 5


async def serve_http(server: FastMCP, host: str, port: int) -> None:
    """Serve until a signal ends the process.

    Any Host and Origin but our own are refused, so that a web page that a browser shows cannot
    reach a server on loopback (DNS rebinding).
    """
    names = sorted({host, *(LOOPBACK if host in LOOPBACK else ())})
    application = server.http_app(
        path=PATH,
        stateless_http=True,
        json_response=True,
        host_origin_protection=True,
        allowed_hosts=[f"{name}:{port}" for name in names],
    )
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=GRACE_S,
    )
    await uvicorn.Server(config).serve()
