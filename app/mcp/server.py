"""The tools that agents call."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Annotated, Literal

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from app.domain.knowledge.search import PublishedPage, RepositoryHit, SearchHit, SearchType
from app.errors import AutoDocError
from app.reader import Reader

OpenReader = Callable[[], AbstractAsyncContextManager[Reader]]

TOOL_TIMEOUT_S = 60.0
READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
INSTRUCTIONS = """\
The documentation of repositories, generated from their code, and what people changed in it. Ask
find_repository for a repository's address, query_documents for the pages that answer a question,
and read_page for a whole page. What the code made stale since is marked, with the current code.
"""

SearchKind = Literal["hybrid", "semantic", "text"]


class LazyReader:
    """Opens the reader at the first question, so that the server answers `initialize` at once."""

    def __init__(self, open_reader: OpenReader) -> None:
        self._open = open_reader
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._reader: Reader | None = None

    async def get(self) -> Reader:
        """Return the open reader."""
        async with self._lock:
            if self._reader is None:
                self._reader = await self._stack.enter_async_context(self._open())
            return self._reader

    async def close(self) -> None:
        """Close the reader if it was ever opened."""
        await self._stack.aclose()


def create_mcp_server(open_reader: OpenReader) -> FastMCP:
    """Build the server; its callers learn no more than the reader knows."""
    lazy = LazyReader(open_reader)

    @asynccontextmanager
    async def lifespan(_: FastMCP) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await lazy.close()

    mcp: FastMCP = FastMCP(
        "autodoc", instructions=INSTRUCTIONS, lifespan=lifespan, mask_error_details=True
    )
    add_tools(mcp, lazy)
    return mcp


def add_tools(mcp: FastMCP, lazy: LazyReader) -> None:
    """Register the tools."""

    @mcp.tool(annotations=READ_ONLY, timeout=TOOL_TIMEOUT_S)
    async def find_repository(
        search: Annotated[str, Field(description="A part of a name or address", max_length=2000)],
    ) -> list[RepositoryHit]:
        """Find documented repositories by a part of their name or address."""
        with spoken_errors():
            return await (await lazy.get()).find_repository(search)

    @mcp.tool(annotations=READ_ONLY, timeout=TOOL_TIMEOUT_S)
    async def query_documents(
        repo_url: Annotated[str, Field(description="The `url` that find_repository returned")],
        query: Annotated[str, Field(description="A question or keywords")],
        search_type: SearchKind = "hybrid",
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> list[SearchHit]:
        """Find the pages of a repository's documentation that answer, best first.

        What of an answer is not true any more stands in `stale`: the sentence, what changed, and
        the code as it is now. Believe the code.
        """
        with spoken_errors():
            reader = await lazy.get()
            return await reader.query_documents(repo_url, query, SearchType(search_type), limit)

    @mcp.tool(annotations=READ_ONLY, timeout=TOOL_TIMEOUT_S)
    async def read_page(
        repo_url: Annotated[str, Field(description="The `url` that find_repository returned")],
        path: Annotated[str, Field(description="The `page` of a query_documents result")],
    ) -> PublishedPage:
        """Read a whole page of a repository's documentation."""
        with spoken_errors():
            return await (await lazy.get()).read_page(repo_url, path)


class spoken_errors:  # noqa: N801 - used as a statement, like contextlib's own
    """Let our own sentences reach the caller; anything else stays masked."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, AutoDocError):
            raise ToolError(str(error)) from None
