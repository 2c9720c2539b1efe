"""Opens the pages if the operator said where browsers reach them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from app.server.pages.handlers import Desk
from app.server.pages.routes import Pages
from app.settings import Settings
from app.wiring import open_sign_in


@asynccontextmanager
async def open_pages(
    settings: Settings, desk: Desk
) -> AsyncIterator[Callable[[web.Application], None]]:
    """Give what adds the pages to an application; without AUTODOC_PUBLIC_URL there are none.

    Raises ConfigurationError when people cannot sign in there.
    """
    if not settings.public_url:
        yield lambda _: None
        return
    async with open_sign_in(settings) as signer:
        yield Pages(desk, signer, settings.public_url).add_to
