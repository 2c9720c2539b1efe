"""The server's own processes that judge changes, so that its event loop never waits for one."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from app.domain.value import Value
from app.errors import OutsideError, Unjudged
from app.impact.order import Order, Report
from app.impact.pipe import MOST_BYTES, Answer, Setup

# `-P` keeps the working directory off the import path: a data directory holds outside bytes.
PROGRAM = (sys.executable, "-P", "-m", "app.impact")
START_TIMEOUT_S = 60.0
STARTS = 2
"""How often a change is given to a worker: one that died may have died of something else."""

logger = logging.getLogger(__name__)


class Placement(Value):
    """How worker processes are started."""

    environment: Mapping[str, str]
    """All that they see."""
    folder: Path
    program: Sequence[str] = PROGRAM


class Workers:
    """Some processes, each of which judges one change at a time; one that died is replaced."""

    def __init__(self, placement: Placement, setup: Setup, processes: int) -> None:
        self._placement = placement
        self._setup = setup
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all = [_Worker(placement, setup) for _ in range(processes)]
        for worker in self._all:
            self._free.put_nowait(worker)

    async def warm(self) -> None:
        """Start all processes before somebody needs them."""
        for worker in self._all:
            with contextlib.suppress(OutsideError):
                await worker.start()

    async def judge(self, order: Order) -> Report:
        """Judge a change as soon as a worker is free.

        Raises Unjudged when that takes too much time or memory, or when the worker dies of it.
        """
        worker = await self._free.get()
        try:
            return await self._judged(worker, order)
        finally:
            self._free.put_nowait(worker)

    async def _judged(self, worker: "_Worker", order: Order) -> Report:
        for _ in range(STARTS):
            answer = await worker.ask(order)
            if answer is not None:
                return _read(answer)
        raise Unjudged("The process that judges changes ended over this one.")

    async def stop(self) -> None:
        """End all processes."""
        for worker in self._all:
            await worker.kill()


def _read(answer: Answer) -> Report:
    if answer.report is not None:
        return answer.report
    if answer.is_transient:
        raise OutsideError(answer.fault)
    raise Unjudged(f"This change cannot be judged: {answer.fault}.")


class _Worker:
    """One place for a process, which is there or not."""

    def __init__(self, placement: Placement, setup: Setup) -> None:
        self._placement = placement
        self._setup = setup
        self._process: Process | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Start the process, unless it runs."""
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return
            await self.kill()
            self._process = await asyncio.create_subprocess_exec(
                *self._placement.program,
                stdin=PIPE,
                stdout=PIPE,
                env=dict(self._placement.environment),
                cwd=self._placement.folder,
                limit=MOST_BYTES,
                start_new_session=True,
            )
            if await self._exchange(self._setup, START_TIMEOUT_S) is None:
                raise OutsideError("A process that judges changes cannot be started; see the log.")

    async def ask(self, order: Order) -> Answer | None:
        """Give the answer, or None when the process died; raises Unjudged when it took too long."""
        await self.start()
        try:
            return await self._exchange(order, self._setup.timeout_s)
        except TimeoutError:
            raise Unjudged(
                f"Judging this change took longer than {self._setup.timeout_s:.0f} s"
                " (AUTODOC_IMPACT__TIMEOUT)."
            ) from None

    async def _exchange(self, said: Value, timeout_s: float) -> Answer | None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        is_whole = False
        try:
            async with asyncio.timeout(timeout_s):
                process.stdin.write(said.model_dump_json().encode() + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
            answer = Answer.model_validate_json(line)
            is_whole = True
        except TimeoutError:
            raise
        except (OSError, ValueError) as error:
            logger.warning("a process that judges changes ended: %s", type(error).__name__)
            return None
        finally:
            if not is_whole:
                # Also when we are cancelled: its answer would be taken for that to the next order.
                await self.kill()
        return answer

    async def kill(self) -> None:
        """End the process and what it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


@asynccontextmanager
async def open_workers(
    placement: Placement, setup: Setup, processes: int
) -> AsyncIterator[Workers]:
    """Keep processes ready until the block ends."""
    workers = Workers(placement, setup, processes)
    warming = asyncio.create_task(workers.warm())
    try:
        yield workers
    finally:
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)
        await workers.stop()
