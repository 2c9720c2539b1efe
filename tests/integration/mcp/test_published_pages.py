"""The MCP tools over a real database: what is published is found, with where it can be read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastmcp import Client
from fastmcp.client.transports import FastMCPTransport

from app.db.engine import Sessions
from app.db.repositories import RepositoryRepo
from app.db.search import SearchRepo
from app.db.upkeep import VerdictRepo
from app.db.wiki import WikiRepo
from app.domain.work.repository import Provider, Repository, RepositoryRef
from app.embedding.static import BUNDLED
from app.mcp.server import create_mcp_server
from app.reader import DatabaseReader, Reader, Shelves
from app.settings import Settings
from tests.integration.db.documentation import EMBEDDER, make_version, publish

LOCATION = "https://github.com/octo/shop/blob/c1/docs/autodoc/"
CART = {"cart.md": "# Cart\n\nThe cart holds what a customer wants to buy.\n"}
PAGES = {**CART, "reference/cart.md": "# cart.py\n\nThe class of a cart that a customer fills.\n"}


@pytest.fixture
async def shop(sessions: Sessions) -> Repository:
    ref = RepositoryRef(
        provider=Provider.GITHUB,
        external_id="42",
        full_name="octo/shop",
        url="https://github.com/octo/shop",
        default_branch="main",
    )
    return await RepositoryRepo(sessions).upsert(ref)


@asynccontextmanager
async def client_of(sessions: Sessions) -> AsyncIterator[Client[FastMCPTransport]]:
    @asynccontextmanager
    async def open_reader() -> AsyncIterator[Reader]:
        shelves = Shelves(
            RepositoryRepo(sessions),
            SearchRepo(sessions, BUNDLED),
            WikiRepo(sessions),
            VerdictRepo(sessions),
        )
        yield DatabaseReader(shelves, EMBEDDER, Settings())

    async with Client(create_mcp_server(open_reader)) as client:
        yield client


async def test_a_committed_page_is_linked_at_its_commit_and_a_served_one_has_its_path(
    sessions: Sessions, shop: Repository
) -> None:
    version = make_version(shop.id, PAGES)
    first, second = version.pages
    pages = (first, second.model_copy(update={"committed": False}))
    await publish(sessions, version.model_copy(update={"pages": pages, "location": LOCATION}))

    async with client_of(sessions) as client:
        asked = {"repo_url": f"{shop.url}.git", "query": "the cart of a customer"}
        found = (await client.call_tool("query_documents", asked)).structured_content
        read = [
            (
                await client.call_tool("read_page", {"repo_url": shop.url, "path": path})
            ).structured_content
            for path in PAGES
        ]

    sources = {"cart.md": f"{LOCATION}cart.md", "reference/cart.md": "reference/cart.md"}
    assert found is not None
    assert {hit["page"]: hit["source"] for hit in found["result"]} == sources
    assert [each["source"] for each in read if each] == list(sources.values())


async def test_pages_that_moved_are_linked_where_they_are_now(
    sessions: Sessions, shop: Repository
) -> None:
    version = make_version(shop.id, CART)
    for location in ("/old/", "/new/"):
        await publish(sessions, version.model_copy(update={"location": location}))

    page = await WikiRepo(sessions).read_page(shop.id, "main", "cart.md")

    assert page is not None
    assert page.source == "/new/cart.md"


async def test_a_repository_of_which_only_another_branch_is_documented_can_be_read(
    sessions: Sessions, shop: Repository
) -> None:
    await publish(sessions, make_version(shop.id, CART, branch="v1"))
    wiki = WikiRepo(sessions)
    assert [page.path for page in await wiki.pages(shop.id, "")] == ["cart.md"]

    newer = {"cart.md": CART["cart.md"] + "\nIt is newer.\n"}
    await publish(sessions, make_version(shop.id, newer, branch="main"))
    [page] = await wiki.pages(shop.id, "")

    assert "newer" in page.text
