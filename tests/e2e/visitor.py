"""A person with a browser, who visits the pages of jobs."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp

from tests.e2e.served import eventually, free_port
from tests.e2e.shop import FILES, SHOP
from tests.e2e.town import Town, open_town

PATIENCE = aiohttp.ClientTimeout(total=60)


@dataclass
class Visitor:
    """Follows links and redirects, keeps cookies, and sends the forms of pages."""

    browser: aiohttp.ClientSession
    url: str

    async def see(self, path: str, status: int = 200) -> str:
        """Look at a page."""
        async with self.browser.get(f"{self.url}{path}") as answer:
            assert answer.status == status, await answer.text()
            return await answer.text()

    async def sign_in(self, page: str) -> str:
        """Press the button of a page that asks for it; the page that GitHub leads back to."""
        link = re.search(r'href="(/sign-in[^"]*)"', page)
        assert link is not None
        return await self.see(link[1])

    async def press(self, page: str, action: str) -> tuple[str, str]:
        """Send the form of a page that does so; the address and the page that follow."""
        form = re.search(rf'action="([^"]+/{action})">\s*<input[^>]+value="([^"]+)"', page)
        assert form is not None, page
        address, headers = f"{self.url}{form[1]}", {"Origin": self.url}
        async with self.browser.post(address, data={"csrf": form[2]}, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return answer.url.path, await answer.text()

    async def watch(self, job: UUID) -> AsyncIterator[tuple[str, Any]]:
        """Follow what is new about a job: names and data of events, until they end."""
        name = ""
        async with self.browser.get(f"{self.url}/jobs/{job}/events") as answer:
            assert answer.status == 200
            async for raw in answer.content:
                field, _, value = raw.decode().rstrip("\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)


@asynccontextmanager
async def visit(town: Town, login: str) -> AsyncIterator[Visitor]:
    """Open a browser in which this person is signed in on GitHub."""
    town.github.sign_in_as(login)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(
        cookie_jar=jar, timeout=PATIENCE, read_bufsize=2**20
    ) as browser:
        yield Visitor(browser, town.settings.public_url)


@asynccontextmanager
async def stuck_job(folder: Path, database_url: str) -> AsyncIterator[tuple[Town, UUID]]:
    """A town where the first job has written its pages, and waits for an answer of GitHub."""
    port = free_port()
    changes = {"public_url": f"http://127.0.0.1:{port}", "port": port}
    async with open_town(folder, database_url, changes=changes) as town:
        town.github.fail_next("POST", "/git/(trees|blobs|commits)$", kind="timeout")
        await town.github.add_repository(SHOP, FILES)
        await town.github.set_permission(SHOP, "mona", "write")
        await town.github.set_permission(SHOP, "hubot", "read")
        await town.github.install("octo", [SHOP])

        async def is_publishing() -> bool:
            running = await town.jobs()
            reports = [await town.stores.reports.report(each.id) for each in running]
            return any(each.name == "publish" for seen in reports if seen for each in seen.stages)

        await eventually(is_publishing, "the first job publishes")
        [job] = await town.jobs()
        yield town, job.id
