"""`python -m flows RUN` and the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from uuid import uuid4

from aiohttp import web

from app.domain.work.job import FlowName, Run
from flows.__main__ import EXIT_FAILED


async def test_a_run_is_a_span_at_the_collector_even_when_it_fails(tmp_path: Path) -> None:
    received: list[bytes] = []

    async def collect(request: web.BaseRequest) -> web.StreamResponse:
        received.append(await request.read())
        return web.Response()

    runner = web.ServerRunner(web.Server(collect, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    run = Run(flow=FlowName.PROCESS_SCOPE, job=uuid4())
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "flows", run.model_dump_json()),
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AUTODOC_DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{runner.addresses[0][1]}",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        },
        stdin=PIPE,
        stderr=PIPE,
    )
    try:
        async with asyncio.timeout(60):
            told = await child.stderr.read() if child.stderr else b""
            assert await child.wait() == EXIT_FAILED
    finally:
        await runner.cleanup()

    assert b"cannot be reached" in told
    assert any(run.name.encode() in body and b"autodoc-writer" in body for body in received)
