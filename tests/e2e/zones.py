"""What each process of a running AutoDoc can see, read from the system while it lives."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import psutil

from app.domain.work.zone import Zone

LOOK_S = 0.3

Seen = Mapping[Zone, Mapping[int, "Sight"]]


class Sight:
    """One process: its command line and everything that it was told when it began."""

    def __init__(self, process: psutil.Process) -> None:
        # In this order: before it becomes another program, a child looks like its parent.
        self.command = " ".join(process.cmdline())
        self.environment: Mapping[str, str] = process.environ()

    def tells(self, secret: str) -> bool:
        """Say whether a secret stands anywhere in what the process was told."""
        return any(secret in told for told in (self.command, *self.environment.values()))


@asynccontextmanager
async def watched(find: Callable[[], Mapping[Zone, list[psutil.Process]]]) -> AsyncIterator[Seen]:
    """Look at all processes of each zone, and at what they start, for the duration of the block."""
    seen: dict[Zone, dict[int, Sight]] = defaultdict(dict)

    async def look() -> None:
        while True:
            for zone, processes in find().items():
                for process in processes:
                    note(process, seen[zone])
            await asyncio.sleep(LOOK_S)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


def note(process: psutil.Process, seen: dict[int, Sight]) -> None:
    """Remember what a process and its children can see; they may be gone by now."""
    with suppress(psutil.Error):
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                sight = Sight(each)
                if sight.command:
                    seen[each.pid] = sight


def children_of(supervisor: int) -> dict[Zone, list[psutil.Process]]:
    """Sort the children of `autodoc serve`, and theirs, by their zones."""
    found: dict[Zone, list[psutil.Process]] = defaultdict(list)
    with suppress(psutil.Error):
        for child in psutil.Process(supervisor).children(recursive=True):
            with suppress(psutil.Error):
                if (zone := zone_of(child.cmdline())) is not None:
                    found[zone].append(child)
    return found


def zone_of(command: list[str]) -> Zone | None:
    """Tell a child's zone from its command; None: it is the supervisor itself or the database."""
    words = command[command.index("-m") + 1 :] if "-m" in command else []
    if words[:2] == ["app", "server"]:
        return Zone.SERVER
    if words[:1] == ["app.impact"]:
        return Zone.IMPACT
    if words[:2] == ["app", "mcp"]:
        return Zone.READER
    if words[:1] == ["flows"]:
        return Zone.WRITER if '"process_scope"' in words[1] else Zone.ORCHESTRATOR
    return None


def holders(seen: Seen, secret: str) -> set[Zone]:
    """Name the zones of which any process saw a secret."""
    return {
        zone for zone, sights in seen.items() if any(each.tells(secret) for each in sights.values())
    }
