"""`autodoc mcp`: an agent asks what a person documented on the same machine."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import aiohttp
import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from fastmcp.exceptions import ToolError

from tests.e2e.laptop import AUTODOC, Laptop, git
from tests.e2e.served import eventually, free_port

WITHIN_S = 2.0
STARTS = 4
"""The machine may be busy with something else when it is started once."""
HIT = {"page", "title", "heading_path", "excerpt", "score", "source", "commit", "stale"}
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the point of the test
HEAVY = ("google.adk", "prefect", "litellm")
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


@pytest.fixture(scope="module")
def shop(laptop: Laptop) -> Path:
    checkout = laptop.make_repository("shop")
    done = laptop.run("generate", cwd=checkout)
    assert done.status == 0, done.errors
    return checkout


def open_client(laptop: Laptop, **settings: str) -> Client[StdioTransport]:
    command, *arguments = AUTODOC
    transport = StdioTransport(
        command,
        [*arguments, "mcp"],
        env=laptop.environment(settings),
        cwd=str(laptop.folder),
        keep_alive=False,
        log_file=laptop.folder / "mcp.log",
    )
    return Client(transport)


async def test_agent_finds_asks_and_reads_over_stdio(laptop: Laptop, shop: Path) -> None:
    async with open_client(laptop) as client:
        [found] = (await client.call_tool("find_repository", {"search": "shp"})).structured_content[
            "result"
        ]
        url = found["url"]
        asked = {"repo_url": url, "query": "Cart.total adds up prices", "limit": 3}
        hits = (await client.call_tool("query_documents", asked)).structured_content["result"]
        read = {"repo_url": url, "path": hits[0]["page"]}
        page = (await client.call_tool("read_page", read)).structured_content

    assert found["name"] == "shop"
    assert (url, found["provider"], found["branches"]) == (str(shop), "local", ["main"])
    assert len(hits) <= 3
    assert "Cart.total" in hits[0]["excerpt"]
    assert all(set(hit) == HIT for hit in hits)
    assert hits[0]["commit"] == git(shop, "rev-parse", "HEAD")
    assert Path(hits[0]["source"]).read_text().startswith("[Shop](../index.md)")
    assert page["text"].startswith("# shop")
    assert page["source"] == hits[0]["source"]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


async def test_a_server_that_was_just_started_answers_within_two_seconds(laptop: Laptop) -> None:
    took: list[float] = []
    while len(took) < STARTS and min(took, default=WITHIN_S) >= WITHIN_S:
        started = time.monotonic()
        async with open_client(laptop):
            took.append(time.monotonic() - started)

    assert min(took) < WITHIN_S


async def test_what_is_unknown_is_answered_with_what_to_do(laptop: Laptop, shop: Path) -> None:
    async with open_client(laptop, AUTODOC_MCP__APP_URL="https://github.com/apps/mine") as client:
        other = {"repo_url": "https://github.com/octo/other", "query": "x"}
        with pytest.raises(
            ToolError,
            match=r"install the AutoDoc App on it at https://github\.com/apps/mine .*or run"
            r" `autodoc generate` in a checkout of it",
        ):
            await client.call_tool("query_documents", other)
        with pytest.raises(ToolError, match=r"there is no page 'nope\.md'; the pages are: .*index"):
            await client.call_tool("read_page", {"repo_url": str(shop), "path": "nope.md"})
        for wrong in ({"limit": 0}, {"search_type": "psychic"}, {"limit": 51}):
            with pytest.raises(ToolError):
                await client.call_tool("query_documents", {**other, **wrong})


async def test_nothing_is_opened_before_the_first_question(laptop: Laptop) -> None:
    async with open_client(
        laptop, AUTODOC_DATABASE_URL="postgresql+asyncpg://x@127.0.0.1:1/x"
    ) as client:
        tools = await client.list_tools()
        with pytest.raises(ToolError, match="check AUTODOC_DATABASE_URL and that it runs"):
            await client.call_tool("find_repository", {"search": ""})

    assert {tool.name for tool in tools} == {"find_repository", "query_documents", "read_page"}


@asynccontextmanager
async def http_server(
    laptop: Laptop, host: str, further: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[int]:
    port = free_port()
    settings = {"AUTODOC_MCP__HOST": host, "AUTODOC_MCP__PORT": str(port), **further}
    with (laptop.folder / "http.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *AUTODOC, "mcp", "--http", env=laptop.environment(settings), cwd=laptop.folder,
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip

    async def answers() -> bool:
        return await status_of(port, f"127.0.0.1:{port}") == 200

    try:
        await eventually(answers, "the MCP server answers")
        yield port
    finally:
        process.terminate()
        async with asyncio.timeout(30):
            await process.wait()


async def status_of(
    port: int, host: str, origin: str | None = None, address: str = "127.0.0.1"
) -> int:
    headers = {"Host": host, "Accept": "application/json, text/event-stream"}
    if origin is not None:
        headers["Origin"] = origin
    url = f"http://{address}:{port}/mcp"
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=INITIALIZE, headers=headers) as answer,
        ):
            return answer.status
    except aiohttp.ClientError:
        return 0


async def test_a_web_page_cannot_reach_a_server_on_loopback(laptop: Laptop) -> None:
    async with http_server(laptop, "127.0.0.1") as port:
        here = f"127.0.0.1:{port}"
        assert await status_of(port, here) == 200
        assert await status_of(port, f"localhost:{port}", f"http://localhost:{port}") == 200
        assert await status_of(port, f"evil.example:{port}") == 421
        assert await status_of(port, here, "http://evil.example") == 403
        assert await status_of(port, here, "null") == 403


def own_address() -> str:
    """Find the address by which others reach this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


async def test_a_server_for_everybody_knows_the_names_of_its_machine(laptop: Laptop) -> None:
    address, name = own_address(), socket.gethostname()
    settings = {"AUTODOC_MCP__NAMES": "docs.example.org"}
    async with http_server(laptop, EVERYWHERE, settings) as port:
        assert await status_of(port, f"localhost:{port}") == 200
        assert await status_of(port, f"{address}:{port}", address=address) == 200
        assert await status_of(port, f"{name}:{port}") == 200
        assert await status_of(port, "docs.example.org", "http://docs.example.org") == 200
        assert await status_of(port, f"evil.example:{port}") == 421
        assert await status_of(port, f"127.0.0.1:{port}", "http://evil.example") == 403


async def test_serving_needs_none_of_the_heavy_libraries(laptop: Laptop) -> None:
    program = (
        "import asyncio, sys\n"
        "from contextlib import asynccontextmanager\n"
        "from fastmcp import Client\n"
        "from app.mcp.server import create_mcp_server\n"
        "@asynccontextmanager\n"
        "async def closed():\n"
        "    raise AssertionError\n"
        "    yield\n"
        "async def ask():\n"
        "    async with Client(create_mcp_server(closed)) as client:\n"
        "        await client.list_tools()\n"
        "asyncio.run(ask())\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    process = await asyncio.create_subprocess_exec(
        AUTODOC[0], "-c", program, env=laptop.environment(), cwd=laptop.folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()

    assert output.decode().strip() == "[]", errors.decode()
