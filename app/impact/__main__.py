"""`python -m app.impact`: judges changes, one after the other, for the server that started it."""

import asyncio
import contextlib
import os
import resource
import signal
import sys
from collections.abc import Callable
from math import ceil

from app.analysis.facts import FactCache
from app.errors import AutoDocError, GitError, StoreError
from app.impact.change import judge_change
from app.impact.order import Order
from app.impact.pipe import MOST_BYTES, Answer, Setup
from app.wiring import connect_facts

SPARE_S = 10
"""The server ends a worker that takes too long; one whose server is gone ends itself then."""


async def work(source: int, answer: Callable[[Answer], None]) -> None:
    """Read how to work, then judge each change that is asked about until nobody asks any more."""
    reader = asyncio.StreamReader(limit=MOST_BYTES)
    loop = asyncio.get_running_loop()
    pipe = os.fdopen(source, "rb", buffering=0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    setup = Setup.model_validate_json(await reader.readline())
    limit = setup.memory_mb * 2**20
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit, but sets none
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    async with connect_facts(setup.database_url) as cache:
        answer(Answer())
        while line := await reader.readline():
            signal.alarm(ceil(setup.timeout_s) + SPARE_S)
            answer(await _judged(Order.model_validate_json(line), cache))
            signal.alarm(0)


async def _judged(order: Order, cache: FactCache) -> Answer:
    try:
        return Answer(report=await judge_change(order, cache))
    except AutoDocError as error:
        is_transient = isinstance(error, GitError | StoreError)
        return Answer(fault=str(error), is_transient=is_transient)
    except MemoryError:
        return Answer(fault="it takes more memory than AUTODOC_IMPACT__MEMORY_MB allows")


def main() -> None:
    """Answer on what was the standard output; whatever else is printed goes to the errors."""
    output = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def answer(told: Answer) -> None:
        data = told.model_dump_json().encode() + b"\n"
        while data:
            data = data[os.write(output, data) :]

    asyncio.run(work(sys.stdin.fileno(), answer))


if __name__ == "__main__":
    main()
