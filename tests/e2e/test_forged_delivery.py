"""Deliveries that GitHub did not send."""

import json
from pathlib import Path

import aiohttp

from tests.e2e.town import open_town


async def test_delivery_with_a_bad_signature_gets_401_and_leaves_no_row(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        headers = {
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": "0b2d2f2e-0000-4000-8000-000000000000",
            "X-Hub-Signature-256": f"sha256={'0' * 64}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"ref": "refs/heads/main"})
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{town.url}/webhook", data=body, headers=headers) as answer,
        ):
            assert answer.status == 401
        assert await town.stores.deliveries.waiting() == 0
