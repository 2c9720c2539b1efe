import asyncio
import socket

import aiohttp

from app.errors import StoreError
from app.server.application import serve
from tests.integration.server.requests import World

FINE = {"status": "ok", "database": "ok", "webhook_secret": "configured"}


async def broken() -> None:
    raise StoreError("the database is down at 10.0.0.7")


async def test_a_server_that_can_take_deliveries_is_well_and_ready() -> None:
    async with World().serve() as client:
        for path in ("/health", "/ready"):
            answer = await client.get(path)
            assert (answer.status, await answer.json()) == (200, FINE)


async def test_a_missing_secret_is_told_by_health_and_makes_it_not_ready() -> None:
    async with World(secrets=()).serve() as client:
        health, ready = await client.get("/health"), await client.get("/ready")
        told = {**FINE, "status": "degraded", "webhook_secret": "missing"}
        assert (health.status, await health.json()) == (200, told)
        assert ready.status == 503


async def test_a_database_that_is_down_is_told_without_its_address() -> None:
    async with World(check=broken).serve() as client:
        health, ready = await client.get("/health"), await client.get("/ready")
        assert (health.status, (await health.json())["database"]) == (200, "unreachable")
        assert ready.status == 503
        assert "10.0.0.7" not in await health.text()


async def test_a_server_listens_until_it_is_cancelled() -> None:
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(World().app(), "127.0.0.1", 0, started.set_result))
    port = await asyncio.wait_for(started, 5)
    address = f"http://127.0.0.1:{port}/health"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert answer.status == 200
    serving.cancel()
    await asyncio.wait({serving})
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
