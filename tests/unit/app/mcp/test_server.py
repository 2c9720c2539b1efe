import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError

from app.domain.knowledge.search import PublishedPage, RepositoryHit, SearchHit, SearchType
from app.errors import InputError
from app.mcp.server import create_mcp_server
from app.reader import Reader

SHOP = "https://github.com/octo/shop"


class Shelf:
    """A reader that knows one repository, and counts how often it was opened and closed."""

    def __init__(self) -> None:
        self.opened = self.closed = 0
        self.asked: list[tuple[str, str, SearchType, int]] = []

    async def find_repository(self, search: str) -> list[RepositoryHit]:
        hit = RepositoryHit(id=1, name="octo/shop", url=SHOP, provider="github", branches=("main",))
        return [hit] if search in hit.name else []

    async def query_documents(
        self, repo_url: str, query: str, search_type: SearchType, limit: int
    ) -> list[SearchHit]:
        self.asked.append((repo_url, query, search_type, limit))
        return []

    async def read_page(self, repo_url: str, path: str) -> PublishedPage:
        if path == "defect":
            raise RuntimeError("a secret detail")
        raise InputError(f"{repo_url}: there is no page {path!r}")

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Reader]:
        self.opened += 1
        await asyncio.sleep(0.01)
        yield self
        self.closed += 1


async def test_tools_have_the_promised_names_and_arguments() -> None:
    async with Client(create_mcp_server(Shelf().open)) as client:
        tools = {tool.name: tool for tool in await client.list_tools()}

    assert tools.keys() == {"find_repository", "query_documents", "read_page"}
    assert all(tool.output_schema for tool in tools.values())
    find, query = tools["find_repository"].input_schema, tools["query_documents"].input_schema
    assert (list(find["properties"]), find["required"]) == (["search"], ["search"])
    assert list(query["properties"]) == ["repo_url", "query", "search_type", "limit"]
    assert query["required"] == ["repo_url", "query"]
    assert query["properties"]["search_type"]["enum"] == ["hybrid", "semantic", "text"]
    assert query["properties"]["search_type"]["default"] == "hybrid"
    assert query["properties"]["limit"]["default"] == 10


async def test_what_is_left_out_has_its_default() -> None:
    shelf = Shelf()
    async with Client(create_mcp_server(shelf.open)) as client:
        await client.call_tool("query_documents", {"repo_url": SHOP, "query": "cart"})

    assert shelf.asked == [(SHOP, "cart", SearchType.HYBRID, 10)]


async def test_reader_is_opened_once_by_the_first_questions_and_closed_at_the_end() -> None:
    shelf = Shelf()
    async with Client(create_mcp_server(shelf.open)) as client:
        await client.list_tools()
        assert shelf.opened == 0
        asked = (client.call_tool("find_repository", {"search": "shop"}) for _ in range(5))
        answers = await asyncio.gather(*asked)
        assert (shelf.opened, shelf.closed) == (1, 0)

    assert shelf.closed == 1
    assert answers[0].structured_content == {
        "result": [
            {
                "id": 1,
                "name": "octo/shop",
                "url": SHOP,
                "provider": "github",
                "branches": ["main"],
            }
        ]
    }


async def test_our_sentences_reach_the_caller_and_defects_do_not() -> None:
    async with Client(create_mcp_server(Shelf().open)) as client:
        with pytest.raises(ToolError, match=r"there is no page 'x\.md'"):
            await client.call_tool("read_page", {"repo_url": SHOP, "path": "x.md"})
        with pytest.raises(ToolError) as hidden:
            await client.call_tool("read_page", {"repo_url": SHOP, "path": "defect"})

    assert "secret" not in str(hidden.value)
