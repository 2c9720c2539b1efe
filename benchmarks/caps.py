"""`python -m benchmarks.caps` proves that caps hold: random calls, concurrent runs, crashes.

Each world has one to three repositories, two to six runs at once and caps that are soon reached.
A run makes a random sequence of calls by the product's own `Cap` and ledger on a real PostgreSQL;
the provider is scripted, and bills on a count of its own in whole nanodollars; what it is asked
are texts of up to one token a byte. Runs die before a
call is billed, after it, and at any moment between. Exit status 1 when a cap is overrun, or the
ledger is below the provider's count, or differs from it where nothing died.
"""

import argparse
import asyncio
import json
import platform
import random
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from app.db.engine import PoolOptions, Sessions, open_sessions
from app.db.migrate import upgrade
from app.db.usage import UsageRepo
from app.domain.wiki.page import TokenUsage
from app.domain.work.budget import Account, Amounts, Purse
from app.domain.work.prices import Price
from app.errors import BudgetExceeded
from benchmarks.places import own_folder, own_postgres
from flows.writer.agents.budget import Cap, most_tokens
from flows.writer.ledger import JobLedger

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "caps.json"
SEQUENCES = 10_000
SEED = 20261121
WORLDS_AT_ONCE = 6
NANO = Decimal(10) ** -9
SIGNS = ("{^~*", "\u16a0\u16b1", "\ue123\uf8aa", "\U00012345\U00012001")
"""Texts with one byte a token: rows of signs, runes, private use, cuneiform."""


class Died(BaseException):
    """What ends a run as SIGKILL would: nothing of it catches this."""


@dataclass(frozen=True)
class Call:
    """One scripted call: what it asks, the tokens it may and does take, and how it ends."""

    text: str
    most_answered: int
    taken: tuple[int, int]
    end: str
    """ok, refused (not billed), silent (billed, no answer), dies-before, dies-after."""


@dataclass(frozen=True)
class Script:
    """One run's sequence of calls at one price, in nanodollars a token."""

    account: Account
    price: tuple[int, int]
    calls: Sequence[Call]
    parallel: int
    killed_after: float | None
    """Seconds."""


@dataclass
class Provider:
    """Bills by its own count, for each job."""

    billed: dict[UUID, int] = field(default_factory=dict)

    def bill(self, script: Script, call: Call) -> None:
        """Count one call, in nanodollars."""
        cost = sum(count * each for count, each in zip(call.taken, script.price, strict=True))
        self.billed[script.account.job] = self.billed.get(script.account.job, 0) + cost


@dataclass
class Figures:
    """What was seen."""

    sequences: int = 0
    calls: int = 0
    refused_at_a_cap: int = 0
    deaths: int = 0
    worlds: int = 0
    worlds_without_deaths: int = 0
    purses_over_90_percent: int = 0
    overruns: int = 0
    ledgers_below: int = 0
    ledgers_unequal_without_deaths: int = 0

    @property
    def holds(self) -> bool:
        """Say whether everything is as it should be."""
        return not (self.overruns or self.ledgers_below or self.ledgers_unequal_without_deaths)


@dataclass
class World:
    """Some runs that share a month of their own, and its caps."""

    at: datetime
    scripts: Sequence[Script]
    provider: Provider = field(default_factory=Provider)
    lossy: set[UUID] = field(default_factory=set)
    """Jobs of which the ledger may hold more than was billed."""


def make_world(number: int, runs: int, chance: random.Random) -> World:
    """Draw a world; its month and its repositories are no other world's."""
    at = datetime(1000 + number // 12, number % 12 + 1, chance.randint(1, 28), tzinfo=UTC)
    repositories = [number * 3 + index for index in range(chance.randint(1, 3))]
    month, repository_month = (Decimal(chance.randint(100, 900)) / 100 for _ in range(2))
    deadly = chance.random() < 0.5
    scripts = []
    for _ in range(runs):
        caps = Amounts(
            job=Decimal(chance.randint(30, 500)) / 100,
            repository_month=repository_month,
            installation_month=month,
            month=month,
        )
        job = UUID(int=chance.getrandbits(128))
        account = Account(job=job, repository_id=chance.choice(repositories), caps=caps)
        scripts.append(make_script(account, chance, deadly=deadly))
    return World(at=at, scripts=scripts)


def make_script(account: Account, chance: random.Random, *, deadly: bool) -> Script:
    """Draw a run; in a deadly world two in five die."""
    dies = deadly and chance.random() < 0.4
    calls = [make_call(chance, silent=deadly) for _ in range(chance.randint(1, 9))]
    if dies and chance.random() < 0.6:
        index = chance.randrange(len(calls))
        end = chance.choice(("dies-before", "dies-after"))
        calls[index] = replace(calls[index], end=end)
        dies = False
    return Script(
        account=account,
        price=(chance.randint(10, 15_000), chance.randint(100, 60_000)),
        calls=calls,
        parallel=chance.randint(1, 4),
        killed_after=chance.uniform(0, 0.1) if dies else None,
    )


def make_call(chance: random.Random, *, silent: bool) -> Call:
    """Draw a call; most take far less than they could, some all of it: a token for each byte."""
    size, most_answered = chance.randint(1, 30_000), chance.randint(1, 8_000)
    signs = SIGNS[size % len(SIGNS)]
    text = signs * (size // len(signs.encode()) + 1)
    part = chance.choice((1.0, chance.random(), chance.random() / 4))
    end = chance.choices(("ok", "refused", "silent"), (90, 6, 4 * silent))[0]
    taken = (int(len(text.encode()) * part), int(most_answered * part))
    return Call(text, most_answered, taken, end)


async def run(script: Script, world: World, ledger: UsageRepo, figures: Figures) -> None:
    """Make a run's calls; it dies as its script says."""
    maker = Maker(script, world, Cap(JobLedger(ledger, script.account, lambda: world.at)), figures)
    task = asyncio.create_task(maker.live())
    if script.killed_after is not None:
        asyncio.get_running_loop().call_later(script.killed_after, task.cancel)
    try:
        died = await task
    except asyncio.CancelledError:
        died = True
    figures.sequences += 1
    if died:
        figures.deaths += 1
        world.lossy.add(script.account.job)


@dataclass(frozen=True)
class Maker:
    """Makes the calls of one run."""

    script: Script
    world: World
    cap: Cap
    figures: Figures

    async def live(self) -> bool:
        """Make all calls, some at once; True when the run died of one."""
        places = asyncio.Semaphore(self.script.parallel)
        try:
            async with asyncio.TaskGroup() as group:
                for call in self.script.calls:
                    group.create_task(self._make(call, places))
        except BaseExceptionGroup as errors:
            if errors.subgroup(Died) is None:
                raise
            return True
        return False

    async def _make(self, call: Call, places: asyncio.Semaphore) -> None:
        price = Price(input=self.script.price[0] * 1e-9, output=self.script.price[1] * 1e-9)
        most = price.most_of(most_tokens(call.text), call.most_answered)
        async with places:
            try:
                async with self.cap.reserve("scripted", most) as reservation:
                    reservation.used = await self._ask(call, price)
            except BudgetExceeded:
                self.figures.refused_at_a_cap += 1

    async def _ask(self, call: Call, price: Price) -> TokenUsage | None:
        if call.end == "dies-before":
            raise Died
        await asyncio.sleep(0)
        if call.end == "refused":
            return TokenUsage()
        self.world.provider.bill(self.script, call)
        self.figures.calls += 1
        await asyncio.sleep(0.001)
        if call.end == "dies-after":
            raise Died
        if call.end == "silent":
            self.world.lossy.add(self.script.account.job)
            return None
        asked, answered = call.taken
        return TokenUsage(
            calls=1, input_tokens=asked, output_tokens=answered, cost=price.of(asked, answered)
        )


async def judge(world: World, ledger: UsageRepo, figures: Figures) -> None:
    """Hold the caps and the ledger against the provider's own count."""
    figures.worlds += 1
    figures.worlds_without_deaths += not world.lossy
    billed = world.provider.billed
    accounts = [script.account for script in world.scripts]
    for account in accounts:
        same = [each.job for each in accounts if each.repository_id == account.repository_id]
        true = Amounts(
            job=total(billed, [account.job]),
            repository_month=total(billed, same),
            month=total(billed, billed),
        )
        taken = await ledger.taken(account, world.at)
        lossy = (
            account.job in world.lossy, not world.lossy.isdisjoint(same), False, bool(world.lossy),
        )  # fmt: skip
        for purse, may_differ in zip(Purse, lossy, strict=True):
            cap, held, owed = account.caps.of(purse), taken.of(purse), true.of(purse)
            figures.overruns += owed > cap or held > cap
            figures.ledgers_below += held < owed
            figures.ledgers_unequal_without_deaths += held != owed and not may_differ
            figures.purses_over_90_percent += held > cap * 9 / 10


def total(billed: Mapping[UUID, int], jobs: Iterable[UUID]) -> Decimal:
    """Add up what the provider billed some jobs."""
    return NANO * sum(billed.get(job, 0) for job in jobs)


async def prove(sessions: Sessions, sequences: int, seed: int) -> Figures:
    """Let so many runs live, a few worlds at a time."""
    chance = random.Random(seed)  # noqa: S311 - a drawing that can be repeated, not a secret
    ledger, figures = UsageRepo(sessions), Figures()
    places = asyncio.Semaphore(WORLDS_AT_ONCE)

    async def one(world: World) -> None:
        async with places:
            await asyncio.gather(*(run(each, world, ledger, figures) for each in world.scripts))
            await judge(world, ledger, figures)

    worlds, left = list[World](), sequences
    while left:
        runs = min(left, chance.randint(2, 6))
        worlds.append(make_world(len(worlds), runs, chance))
        left -= runs
    await asyncio.gather(*(one(world) for world in worlds))
    return figures


async def prove_on(url: str, sequences: int, seed: int) -> Figures:
    """Do it on a database that is brought to the newest tables."""
    await upgrade(url)
    async with open_sessions(url, PoolOptions(pool_size=12, max_overflow=12)) as sessions:
        return await prove(sessions, sequences, seed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove it on a PostgreSQL of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.caps", description=__doc__)
    parser.add_argument("--sequences", type=int, default=SEQUENCES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    with own_folder("caps") as home, own_postgres(home) as server:
        started = time.monotonic()
        figures = asyncio.run(prove_on(server.url, chosen.sequences, chosen.seed))
        took = round(time.monotonic() - started, 1)
    told = {
        "python": platform.python_version(),
        "seed": chosen.seed,
        "seconds": took,
        **asdict(figures),
    }
    text = json.dumps(told, indent=1)
    print(text)
    if chosen.keep:
        RESULTS.write_text(f"{text}\n")
    return 0 if figures.holds else 1


if __name__ == "__main__":
    sys.exit(main())
