"""Opens everything that speaks to GitHub from its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from app.errors import ConfigurationError
from app.github.access import Access
from app.github.auth import AppAuth, load_key
from app.github.client import GitHubClient
from app.github.credentials import GitCredentials
from app.github.pulls import GitHubPublisher
from app.github.standing import Standings
from app.github.transport import Clock, SystemClock, Transport, TransportOptions
from app.settings import GitHubSettings

RESERVE = 250
"""Requests of an installation's 5,000 in an hour."""


@dataclass(frozen=True)
class GitHub:
    """What the App can do on GitHub."""

    app_id: int
    client: GitHubClient
    publisher: GitHubPublisher
    credentials: GitCredentials
    standings: Standings


@asynccontextmanager
async def open_github(
    settings: GitHubSettings,
    options: TransportOptions | None = None,
    clock: Clock | None = None,
    *,
    urgent: bool = True,
) -> AsyncIterator[GitHub]:
    """Connect as the App that the settings name, until the block ends.

    What is not urgent leaves the last requests of an hour to people who wait for an answer.
    Raises ConfigurationError when the settings name none.
    """
    if settings.app_id is None:
        raise ConfigurationError("Set AUTODOC_GITHUB__APP_ID and AUTODOC_GITHUB__PRIVATE_KEY.")
    pem = settings.private_key.get_secret_value() if settings.private_key else None
    key = load_key(pem, settings.private_key_path)
    clock = clock or SystemClock()
    options = options or TransportOptions(
        request_timeout=settings.request_timeout,
        max_wait=settings.max_wait,
        write_spacing=settings.write_spacing,
        reserve=0 if urgent else RESERVE,
    )
    async with open_session(URL(settings.api_url)) as session:
        transport = Transport(session, settings.api_url, options, clock)
        auth = AppAuth(settings.app_id, key, clock)
        access = Access(transport, auth, settings.api_url, clock)
        try:
            yield GitHub(
                app_id=auth.app_id,
                client=GitHubClient(access),
                publisher=GitHubPublisher(access, clock),
                credentials=GitCredentials(access.tokens),
                standings=Standings(access),
            )
        finally:
            await access.close()


def open_session(api_url: URL) -> aiohttp.ClientSession:
    """Open connections to one host, by the proxy that the environment names for it."""
    # `trust_env` would find the proxy, too, but fails where a .netrc knows the host.
    proxy = None if proxy_bypass(api_url.host or "") else getproxies().get(api_url.scheme)
    return aiohttp.ClientSession(proxy=proxy, cookie_jar=aiohttp.DummyCookieJar())
