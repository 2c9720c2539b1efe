"""`python -m benchmarks.kills` kills writers with SIGKILL while they spend from the same month.

Each round forks writers that make calls by the product's own `Cap` and ledger until a cap refuses
them. The scripted provider appends what it bills to a file before it answers. All writers but one
are killed at a random moment. Exit status 1 when what was billed is more than a cap, or more than
the ledger holds.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from app.db.engine import PoolOptions, open_sessions
from app.db.migrate import upgrade
from app.db.usage import UsageRepo
from app.domain.wiki.page import TokenUsage
from app.domain.work.budget import Account, Amounts
from app.errors import BudgetExceeded
from benchmarks.caps import NANO
from benchmarks.places import own_folder, own_postgres
from flows.writer.agents.budget import Cap
from flows.writer.ledger import JobLedger

RESULTS = Path(__file__).parent / "results" / "kills.json"
WRITERS = 3
PARALLEL = 4
MOST = 100_000_000
"""Nanodollars that a call may take: a tenth of a dollar."""
CAPS = Amounts(
    job=Decimal(2),
    repository_month=Decimal(4),
    installation_month=Decimal(4),
    month=Decimal(4),
)
PATIENCE_S = 60


@dataclass(frozen=True)
class Writer:
    """One process that spends."""

    url: str
    bills: Path
    account: Account
    at: datetime
    seed: int

    def spend(self) -> None:
        """Make calls until a cap refuses them."""
        asyncio.run(self._spend())

    async def _spend(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - a drawing that can be repeated
        async with open_sessions(self.url, PoolOptions(pool_size=PARALLEL)) as sessions:
            cap = Cap(JobLedger(UsageRepo(sessions), self.account, lambda: self.at))
            await asyncio.gather(*(self._call_on(cap, chance) for _ in range(PARALLEL)))

    async def _call_on(self, cap: Cap, chance: random.Random) -> None:
        while True:
            try:
                async with cap.reserve("scripted", MOST * 1e-9) as reservation:
                    taken = chance.randint(MOST // 10, MOST // 2)
                    self._bill(taken)
                    await asyncio.sleep(chance.random() / 200)
                    reservation.used = TokenUsage(calls=1, cost=taken * 1e-9)
            except BudgetExceeded:
                return

    def _bill(self, taken: int) -> None:
        file = os.open(self.bills, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, f"{self.account.job} {taken}\n".encode())
        finally:
            os.close(file)


@dataclass
class Figures:
    """What was seen."""

    rounds: int = 0
    kills: int = 0
    calls: int = 0
    overruns: int = 0
    ledgers_below: int = 0
    survivors_unequal: int = 0


def play(url: str, folder: Path, number: int, chance: random.Random, figures: Figures) -> None:
    """Fork writers, kill all but one, and hold the ledger against the bills."""
    at = datetime(2000 + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    bills = folder / f"{number}.txt"
    accounts = [
        Account(job=UUID(int=chance.getrandbits(128)), repository_id=number, caps=CAPS)
        for _ in range(WRITERS)
    ]
    fork = multiprocessing.get_context("fork")
    writers = [Writer(url, bills, each, at, chance.getrandbits(32)) for each in accounts]
    processes = [fork.Process(target=each.spend) for each in writers]
    for each in processes:
        each.start()
    wait_for_lines(bills, chance.randint(1, 60))
    for each in processes[1:]:
        figures.kills += each.is_alive()
        each.kill()
        time.sleep(chance.random() / 50)
    for each in processes:
        each.join(PATIENCE_S)
    figures.rounds += 1
    asyncio.run(judge(url, writers, figures))


def wait_for_lines(bills: Path, lines: int) -> None:
    """Wait until so many calls were billed."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if bills.exists() and bills.read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.002)


async def judge(url: str, writers: Sequence[Writer], figures: Figures) -> None:
    """Compare what was billed with the caps and with the ledger."""
    billed: Counter[str] = Counter()
    for line in writers[0].bills.read_text().splitlines():
        job, taken = line.split()
        billed[job] += int(taken)
        figures.calls += 1
    figures.overruns += NANO * billed.total() > CAPS.month
    async with open_sessions(url) as sessions:
        for index, writer in enumerate(writers):
            held = (await UsageRepo(sessions).taken(writer.account, writer.at)).job
            owed = NANO * billed[str(writer.account.job)]
            figures.overruns += owed > CAPS.job or held > CAPS.job
            figures.ledgers_below += held < owed
            figures.survivors_unequal += index == 0 and held != owed


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill on a PostgreSQL of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    figures, chance = Figures(), random.Random(chosen.seed)  # noqa: S311 - can be repeated
    with own_folder("kills") as home, own_postgres(home, {"max_connections": "100"}) as server:
        asyncio.run(upgrade(server.url))
        for number in range(chosen.rounds):
            play(server.url, home, number, chance, figures)
    text = json.dumps({"seed": chosen.seed, **asdict(figures)}, indent=1)
    print(text)
    if chosen.keep:
        RESULTS.write_text(f"{text}\n")
    return 1 if figures.overruns or figures.ledgers_below or figures.survivors_unequal else 0


if __name__ == "__main__":
    sys.exit(main())
