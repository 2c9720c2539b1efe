import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

IMPORTS = """
import sys
import flows.writer.agents.desk
print([name for name in ("litellm", "prefect", "app.github", "app.wiring") if name in sys.modules])
"""


@asynccontextmanager
async def python(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_the_scripted_server_runs_on_its_own_and_says_where_it_is() -> None:
    async with python("-m", "tests.fakes.model_server") as process:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        schema: dict[str, object] = {"properties": {"accuracy": {}, "feedback": {}}}
        asked = {
            "model": "any",
            "messages": [{"role": "user", "content": "Judge."}],
            "response_format": {"json_schema": {"schema": schema}},
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{url}/chat/completions", json=asked) as response,
        ):
            answer = (await response.json())["choices"][0]["message"]["content"]
    assert json.loads(answer) == {"accuracy": 8.0, "feedback": "good"}


async def test_agents_that_need_no_model_import_no_litellm() -> None:
    async with python("-c", IMPORTS) as process:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    assert (out.decode().strip(), err.decode()) == ("[]", "")
