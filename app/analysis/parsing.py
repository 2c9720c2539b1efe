"""Parses many files without stopping the event loop: in a thread, or in processes when it pays."""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from typing import NamedTuple

from app.analysis.extract import count_lines, extract
from app.domain.code.facts import FileFacts

THREAD_BYTES = 200_000
"""So much is parsed in a thread of ours; processes take longer to start than that."""
THREAD_FILE_BYTES = 50_000
"""A larger file would hold the interpreter for too long at a time."""
BATCH_BYTES = 400_000
BATCH_TIMEOUT_S = 120.0


class Task(NamedTuple):
    """One blob to parse."""

    language: str
    blob_id: str
    content: bytes


Parse = Callable[[Sequence[Task]], AsyncIterator[Mapping[str, FileFacts]]]


@asynccontextmanager
async def open_parser(sizes: Sequence[int], parsers: int = 0) -> AsyncIterator[Parse]:
    """Give a function that parses tasks, in processes if files of these sizes need them.

    Without a number of processes there is one for each processor.
    """
    if sum(sizes) <= THREAD_BYTES and max(sizes, default=0) <= THREAD_FILE_BYTES:
        yield parse_in_thread
        return
    workers = _Workers(parsers or worker_count())
    try:
        yield workers.parse
    except BaseException:
        await workers.kill()
        raise
    await workers.close()


def worker_count() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


async def parse_in_thread(tasks: Sequence[Task]) -> AsyncIterator[Mapping[str, FileFacts]]:
    """Parse in this process, which a file that no parser survives would end."""
    for batch in batches(tasks):
        yield await asyncio.to_thread(_load, await asyncio.to_thread(_parse_batch, batch), batch)


class _Workers:
    """A pool of processes that survives a file on which a parser dies or never ends."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    async def parse(self, tasks: Sequence[Task]) -> AsyncIterator[Mapping[str, FileFacts]]:
        """Parse batches side by side, and give the facts in the order of the tasks."""
        running = [(batch, self._submit(batch)) for batch in batches(tasks)]
        for batch, future in running:
            try:
                async with asyncio.timeout(BATCH_TIMEOUT_S):
                    answer = await future
            except (BrokenProcessPool, TimeoutError):
                await self.kill()
                answer = await self._parse_one_by_one(batch)
            yield await asyncio.to_thread(_load, answer, batch)

    async def close(self) -> None:
        """End the processes, which have nothing left to do."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)

    async def kill(self) -> None:
        """End the processes, whatever they are doing; what waits for them fails."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_kill, pool)

    def _submit(self, batch: Sequence[Task]) -> "asyncio.Future[list[bytes]]":
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, context)
        return asyncio.wrap_future(self._pool.submit(_parse_batch, list(batch)))

    async def _parse_one_by_one(self, batch: Sequence[Task]) -> list[bytes]:
        answers: list[bytes] = []
        for task in batch:
            try:
                async with asyncio.timeout(BATCH_TIMEOUT_S):
                    answers += await self._submit([task])
            except (BrokenProcessPool, TimeoutError):
                await self.kill()
                answers.append(_unreadable(task, "the parser did not survive this file"))
        return answers


def batches(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """Cut tasks into batches of about the same size."""
    batch: list[Task] = []
    size = 0
    for task in tasks:
        if batch and size + len(task.content) > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(task)
        size += len(task.content)
    if batch:
        yield batch


def _parse_batch(batch: Sequence[Task]) -> list[bytes]:
    """Answer in JSON, which is smaller and quicker to read back than pickled values."""
    return [_parse_one(task) for task in batch]


def _parse_one(task: Task) -> bytes:
    """Keep what goes wrong with one file to that file: anybody can commit any bytes."""
    try:
        return extract(task.language, task.content).model_dump_json().encode(errors="replace")
    except Exception:  # noqa: BLE001 - whatever a reader did not expect of a file ends only its reading
        return _unreadable(task, "it is written in a way that could not be read")


def _load(answers: Sequence[bytes], batch: Sequence[Task]) -> dict[str, FileFacts]:
    return {
        task.blob_id: FileFacts.model_validate_json(answer)
        for task, answer in zip(batch, answers, strict=True)
    }


def _unreadable(task: Task, fault: str) -> bytes:
    facts = FileFacts(language=task.language, lines=count_lines(task.content), fault=fault)
    return facts.model_dump_json().encode()


def _kill(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - no public way before 3.14
        process.kill()
    pool.shutdown(cancel_futures=True)
