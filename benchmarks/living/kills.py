"""`python -m benchmarks.living.kills` kills AutoDoc while changes become a pull request.

A small repository is documented and merged on a fake GitHub, by `autodoc serve` with its processes.
Then come two pushes, somebody's own pull request, and a command. All the while server, orchestrator
and writer runs are killed with SIGKILL at random moments. What stands on GitHub in the end, and in
the tables of the pages, is held against what is there when nobody is killed: clock, port and
numbers are the same in each round, so all of it has to be equal to the byte. What GitHub could not
deliver meanwhile is delivered again, as its page lets people do. Exit status 1 when anything
differs or stays behind.
"""

import argparse
import asyncio
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from typing_extensions import override

from app.db.embedded import EmbeddedPostgres
from app.domain.work.zone import Zone
from benchmarks.living.scene import BRANCH, CONFIGURATION, keep
from benchmarks.places import own_folder, own_postgres
from tests.e2e.served import Served, eventually, free_port, serve
from tests.e2e.shop import CART, DISCOUNTS, FILES, SHOP
from tests.e2e.zones import children_of
from tests.fake_github.fake import FakeGitHub
from tests.fake_github.world import Clock

MOMENT = 1_900_000_000.0
"""When all of it happens, in seconds since 1970: later than any token that is made now ends."""
SPANS = {Zone.SERVER: 3.0, Zone.ORCHESTRATOR: 3.0, Zone.WRITER: 1.5}
"""Within so many seconds of its start, or of an act, each kind is killed."""
VICTIMS = {
    "installation": (Zone.SERVER, Zone.ORCHESTRATOR, Zone.WRITER, Zone.WRITER),
    "merge": (Zone.SERVER, Zone.ORCHESTRATOR),
    "push": (Zone.SERVER, Zone.ORCHESTRATOR),
    "second push": (Zone.SERVER, Zone.ORCHESTRATOR),
    "pull request": (Zone.SERVER,),
    "command": (Zone.SERVER, Zone.ORCHESTRATOR, Zone.WRITER, Zone.WRITER),
}
"""Who works in each step; without a model only whole generations start a writer."""
OF_A_STEP = (2, 3)
"""So many kills are planned, at least and at most."""
MOST_SERVERS = 5
"""In one round: a supervisor gives up a service that dies often."""
PATIENCE_S = 400.0
LOOK_S = 0.02
REWORDED = CART.replace("Holds what a customer wants to buy", "Holds what a customer buys")
FALSE = REWORDED.replace("count: int = 1", "number: int = 1").replace("* count", "* number")
UNDONE = """
SELECT (SELECT count(*) FROM deliveries WHERE state = 'waiting')
     + (SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running'))
     + (SELECT count(*) FROM jobs WHERE state = 'done' AND causes <> '{}' AND NOT told)
"""
PAGES = """
SELECT s.branch, s.scope, s.commit, s.state, p.path, p.committed, md5(p.markdown)
FROM wiki_structures s JOIN wiki_pages p ON p.version_id = s.id ORDER BY s.id, p.position
"""
FAILED = "SELECT message FROM jobs WHERE state = 'failed' AND message NOT LIKE '%does its work'"

CHANCE_NAMES = re.compile(r"(?<=autodoc:answer:)\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

State = dict[str, Any]


class StoppedClock(Clock):
    """Always the same moment, so that commits get the same names in each round."""

    @override
    def now(self) -> float:
        """Give the moment."""
        return MOMENT + self.offset


@dataclass
class Figures:
    """What was seen."""

    rounds: int = 0
    kills: int = 0
    by_zone: dict[str, int] = field(default_factory=dict)
    by_step: dict[str, int] = field(default_factory=dict)
    redelivered: int = 0
    """Deliveries that met no server."""
    unequal: list[str] = field(default_factory=list)
    """Round and part of the state."""
    left_behind: int = 0
    """Processes that outlived their supervisor."""
    failed_jobs: int = 0
    calm_s: float = 0
    seconds: float = 0


@dataclass
class Round:
    """One server, one repository, one story."""

    github: FakeGitHub
    served: Served
    engine: AsyncEngine
    chance: random.Random
    figures: Figures
    most: int
    """Kills that this round may still add; none in a calm one."""
    servers: int = 0
    shot: set[int] = field(default_factory=set)
    by_zone: Counter[str] = field(default_factory=Counter)

    async def tell(self, name: str, act: Callable[[], Awaitable[object]]) -> None:
        """Do one step of the story, and kill meanwhile."""
        victims = self._victims(name)
        await act()
        killing = asyncio.create_task(self._kill(name, victims))
        try:
            await self.quiet()
        finally:
            killing.cancel()
            with suppress(asyncio.CancelledError):
                await killing
        await self.quiet()

    def _victims(self, step: str) -> list[Zone]:
        wanted = min(self.most - self.by_zone.total(), self.chance.randint(*OF_A_STEP))
        return [self.chance.choice(VICTIMS[step]) for _ in range(max(wanted, 0))]

    async def _kill(self, step: str, victims: Sequence[Zone]) -> None:
        for zone in victims:
            if zone is Zone.SERVER and self.servers == MOST_SERVERS:
                continue
            process = await self._find(zone)
            await asyncio.sleep(self.chance.random() * SPANS[zone])
            with suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
                self.shot.add(process.pid)
                self.servers += zone is Zone.SERVER
                self.by_zone[zone] += 1
                self.figures.kills += 1
                self.figures.by_step[step] = self.figures.by_step.get(step, 0) + 1

    async def _find(self, zone: Zone) -> psutil.Process:
        while True:
            for process in children_of(self.served.process.pid)[zone]:
                if process.pid not in self.shot:
                    return process
            await asyncio.sleep(LOOK_S)

    async def quiet(self) -> None:
        """Wait until everything was delivered and acted on."""

        async def is_quiet() -> bool:
            if not await self.served.healthy() or await self._redelivered():
                return False
            async with self.engine.connect() as connection:
                return bool(await connection.scalar(text(UNDONE)) == 0)

        await self.github.settled()
        await eventually(is_quiet, "all deliveries and jobs are done", PATIENCE_S)

    async def _redelivered(self) -> int:
        """Deliver again what met no server; returns how much that was."""
        newest = {each.guid: each for each in self.github.deliveries}
        lost = [each.guid for each in newest.values() if each.status != "OK"]
        for guid in lost:
            await self.github.redeliver(guid)
        await self.github.settled()
        self.figures.redelivered += len(lost)
        return len(lost)

    async def story(self) -> None:
        """Tell it from the installation on."""
        github = self.github
        await github.add_repository(SHOP, {**FILES, ".autodoc.yaml": CONFIGURATION})
        await github.set_permission(SHOP, "octocat", "admin")
        await self.tell("installation", lambda: github.install("octo", [SHOP]))
        await self.tell("merge", lambda: github.merge(SHOP, 1))
        await self.tell(
            "push", lambda: github.push(SHOP, "main", {"shop/cart.py": REWORDED}, "Say it shorter")
        )
        await self.tell(
            "second push",
            lambda: github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS}, "Add discounts"),
        )
        await self.tell("pull request", self._propose)
        await self.tell(
            "command", lambda: github.comment(SHOP, 2, "octocat", "/autodoc regenerate")
        )

    async def _propose(self) -> None:
        await self.github.push(SHOP, "change", {"shop/cart.py": FALSE}, "Name it a number")
        await self.github.open_pull_request(SHOP, "change")

    async def state(self) -> State:
        """Give everything that has to be the same however often somebody was killed."""
        github = self.github
        pulls = github.pulls(SHOP)
        return {
            "files": github.files(SHOP, BRANCH),
            "commits": [(each["author"], each["message"]) for each in github.commits(SHOP, BRANCH)],
            "branches": sorted(github.branches(SHOP)),
            "pulls": [(each["title"], each["state"], each["body"]) for each in pulls],
            "labels": [github.labels(SHOP, each["number"]) for each in pulls],
            "comments": [self._comments(each["number"]) for each in pulls],
            "checks": sorted(map(said_by_check, github.check_runs(SHOP))),
            "pages": await self._rows(PAGES),
        }

    def _comments(self, number: int) -> list[object]:
        """Give what is said; numbers of comments and jobs are others each time."""
        return [
            (
                each["user"]["login"],
                CHANCE_NAMES.sub("", each["body"]),
                sorted(self.github.reactions(each["id"])),
            )
            for each in self.github.comments(SHOP, number)
        ]

    async def failed_jobs(self) -> int:
        """Count the jobs that were given up."""
        return len(await self._rows(FAILED))

    async def _rows(self, query: str) -> list[tuple[object, ...]]:
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]


def said_by_check(check: dict[str, Any]) -> str:
    """Give what people see of a check run."""
    seen = ("name", "head_sha", "status", "conclusion", "output", "actions")
    return repr([check.get(each) for each in seen])


@dataclass
class Scene:
    """What all rounds share."""

    folder: Path
    server: EmbeddedPostgres
    port: int
    chance: random.Random
    figures: Figures

    async def play(self, number: int, most: int) -> State:
        """Tell the story once, on a server and in a database of its own."""
        folder = self.folder / str(number)
        folder.mkdir(mode=0o755)
        url = await self._new_database(f"round{number}")
        given = {"AUTODOC_DATABASE_URL": url, "AUTODOC_CAPS__ATTEMPTS": "50"}
        async with FakeGitHub.start(folder / "github", self.port) as github:
            github.world.clock = StoppedClock()
            async with serve(github, folder, given) as served, connected(url) as engine:
                told = Round(github, served, engine, self.chance, self.figures, most)
                await told.story()
                github.assert_clean()
                state = await told.state()
                self.figures.failed_jobs += await told.failed_jobs()
            self._count(told, str(folder / "data"))
        return state

    def _count(self, told: Round, data: str) -> None:
        for zone, count in told.by_zone.items():
            self.figures.by_zone[zone] = self.figures.by_zone.get(zone, 0) + count
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                self.figures.left_behind += process.environ().get("AUTODOC_DATA_DIR") == data

    async def _new_database(self, name: str) -> str:
        engine = create_async_engine(self.server.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}"))
        await engine.dispose()
        return self.server.url.replace("/autodoc?", f"/{name}?")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncEngine]:
    """Open a database and close it after the block."""
    engine = create_async_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


def differences(one: State, other: State) -> list[str]:
    """Name the parts of two states that are not equal."""
    return [part for part in one if one[part] != other[part]]


async def run(kills: int, seed: int, most_a_round: int = 16) -> Figures:
    """Kill so often, in as many rounds as it takes."""
    figures, begun = Figures(), time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - can be repeated
    settings = {"max_connections": "200"}
    with (
        own_folder("living-kills") as folder,
        own_postgres(folder / "postgres", settings) as server,
    ):
        scene = Scene(folder, server, free_port(), chance, figures)
        calm = await scene.play(0, 0)
        figures.calm_s = round(time.monotonic() - begun, 1)
        while figures.kills < kills:
            figures.rounds += 1
            try:
                state = await scene.play(figures.rounds, min(most_a_round, kills - figures.kills))
            except AssertionError as error:
                figures.unequal.append(f"{figures.rounds}: {error}")
                continue
            for part in differences(calm, state):
                figures.unequal.append(f"{figures.rounds}: {part}")
                print(f"round {figures.rounds}: {part}", calm[part], state[part], sep="\n")
            print(f"round {figures.rounds}: {figures.kills} kills so far", file=sys.stderr)
    figures.seconds = round(time.monotonic() - begun, 1)
    return figures


async def main(arguments: Sequence[str] | None = None) -> int:
    """Kill on a PostgreSQL of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.living.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    figures = await run(chosen.kills, chosen.seed)
    keep("living_kills", {"seed": chosen.seed, **asdict(figures)}, write=chosen.keep)
    return 1 if figures.unequal or figures.left_behind or figures.failed_jobs else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
