"""Runs a program and measures it with everything that it starts."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

INTERVAL = 0.05
"""Seconds between two looks at the processes."""


@dataclass(frozen=True)
class Measured:
    """What a run gave and what it took."""

    status: int
    output: str
    errors: str
    wall_s: float
    cpu_s: float
    """Of the program, its children and the database that it started."""
    peak_mb: float
    """The highest sum of resident memory; pages that processes share are counted for each."""


class Sampler:
    """Looks at a process, its descendants and the database in its data directory."""

    def __init__(self, process_id: int, data_dir: Path) -> None:
        self._process_id = process_id
        self._data_dir = data_dir
        self._cpu: dict[tuple[int, float], float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.peak = 0

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def cpu(self) -> float:
        """Sum the processor seconds of every process seen."""
        return sum(self._cpu.values())

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        resident = 0
        for process in {each.pid: each for each in self._processes()}.values():
            with contextlib.suppress(psutil.Error), process.oneshot():
                times = process.cpu_times()
                self._cpu[process.pid, process.create_time()] = times.user + times.system
                resident += process.memory_info().rss
        self.peak = max(self.peak, resident)

    def _processes(self) -> Iterator[psutil.Process]:
        for process_id in (self._process_id, *self._database()):
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(process_id)
                yield process
                yield from process.children(recursive=True)

    def _database(self) -> Iterator[int]:
        for depth in ("*", "*/*", "*/*/*"):
            for file in self._data_dir.glob(f"{depth}/postmaster.pid"):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    # Negative while the cluster is made: that process is one of the children.
                    yield abs(int(file.read_text().split("\n")[0]))


def measure(
    command: Sequence[str], environment: Mapping[str, str], data_dir: Path, timeout: float
) -> Measured:
    """Run a command to its end.

    Raises subprocess.TimeoutExpired; the command is killed then.
    """
    started = time.monotonic()
    before = os.times()
    with (
        subprocess.Popen(
            command,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
        Sampler(process.pid, data_dir) as sampler,
    ):
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    after = os.times()
    reaped = after.children_user + after.children_system
    reaped -= before.children_user + before.children_system
    return Measured(
        status=process.returncode,
        output=output,
        errors=errors,
        wall_s=round(time.monotonic() - started, 2),
        cpu_s=round(max(reaped, sampler.cpu), 2),
        peak_mb=round(sampler.peak / 1e6, 1),
    )
