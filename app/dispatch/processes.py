"""Child processes of the supervisor: each sees what its zone may see, and ends with its parent."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.domain.work.job import Run
from app.domain.work.zone import Zone, scrub

# `-P` keeps the working directory off the import path: a data directory holds outside bytes.
RUN_PROGRAM = (sys.executable, "-P", "-m", "flows")
NICEST = 19
"""No process can yield more than that."""
KILL_TIMEOUT_S = 10.0
"""How long a killed process may take to leave; one in the middle of disk access may need some."""


class Child:
    """A process in a group of its own, which holds the reading end of a pipe as its lifeline."""

    def __init__(self, process: asyncio.subprocess.Process, lifeline: int) -> None:
        self._process = process
        self._lifeline: int | None = lifeline

    @property
    def pid(self) -> int:
        """Name the process, and its group."""
        return self._process.pid

    async def wait(self) -> int:
        """Wait for the end; negative is the signal that ended it. What it left behind is killed."""
        status = await self._process.wait()
        self.kill()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None
        return status

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process.returncode is None:
            self._process.terminate()

    def kill(self) -> None:
        """End it and all that it started in its group."""
        if self._lifeline is None:
            return  # the group's number may belong to somebody else by now
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # nobody is left; macOS says so by refusing


class Processes:
    """Starts the children of one supervisor and stops them all."""

    def __init__(
        self,
        environment: Mapping[str, str],
        data_dir: Path,
        program: Sequence[str] = RUN_PROGRAM,
        *,
        nice: int = 0,
    ) -> None:
        self._environment = environment
        self._data_dir = data_dir
        self._program = program
        self._nice = nice
        self._children: set[Child] = set()

    async def start(self, run: Run) -> Child:
        """Start the process of a run; its request is an argument, because it holds only ids.

        It yields the processor to the server, whose answers people wait for.
        """
        child = await self.spawn(run.zone, (*self._program, run.model_dump_json()))
        own = os.getpriority(os.PRIO_PROCESS, 0)
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, child.pid, min(own + self._nice, NICEST))
        return child

    async def spawn(self, zone: Zone, command: Sequence[str]) -> Child:
        """Start a process of a zone in the data directory."""
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=scrub(zone, self._environment),
                cwd=self._data_dir,
                stdin=reading,
                start_new_session=True,
            )
        except BaseException:
            os.close(writing)
            raise
        finally:
            os.close(reading)
        child = Child(process, writing)
        self._children.add(child)
        return child

    async def wait(self, child: Child) -> int:
        """Wait until a child has ended."""
        status = await child.wait()
        self._children.discard(child)
        return status

    async def stop(self, grace_s: float) -> None:
        """Ask all children to end, and kill those that did not within the grace period."""
        children = tuple(self._children)
        for child in children:
            child.terminate()
        if await self._wait_for(children, grace_s):
            return
        for child in children:
            child.kill()
        await self._wait_for(children, KILL_TIMEOUT_S)

    async def _wait_for(self, children: Sequence[Child], timeout_s: float) -> bool:
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.gather(*(self.wait(child) for child in children))
        except TimeoutError:
            return False
        return True
