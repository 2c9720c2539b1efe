"""The fake as a process of its own, driven over `/_fake/*`."""

import asyncio
import json
import stat
import sys
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[3]


async def test_another_process_drives_the_fake(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fake_github",
        "--directory",
        str(tmp_path),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        for name in ("private_key_file", "webhook_secret_file"):
            assert stat.S_IMODE(Path(line[name]).stat().st_mode) == 0o600
        await _drive(line["url"])
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 10)
    assert process.returncode == 0


async def _drive(url: str) -> None:
    async with aiohttp.ClientSession() as session:

        async def fake(name: str, **arguments: Any) -> Any:
            async with session.post(f"{url}/_fake/{name}", json=arguments) as answer:
                content = await answer.json()
            return content.get("result", content)

        data = {"base64": "/wA="}
        await fake("add_repository", full_name="acme/shop", files={"a": "b", "data": data})
        await fake("install", account="acme")
        sha = await fake("push", full_name="acme/shop", branch="topic", files={"a": "c"})
        assert await fake("head", full_name="acme/shop", branch="topic") == sha
        assert await fake("files", full_name="acme/shop") == {"a": "b", "data": data}
        number = await fake("open_pull_request", full_name="acme/shop", head="topic")
        assert (await fake("pulls", full_name="acme/shop"))[0]["number"] == number
        await fake("merge", full_name="acme/shop", number=number)
        await fake("settled")
        assert (await fake("deliveries"))[0]["event"] == "installation"
        assert await fake("violations") == []
        assert "no repository" in (await fake("pulls", full_name="acme/none"))["error"]
        assert "there is no" in (await fake("explode"))["error"]
