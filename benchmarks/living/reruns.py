"""`python -m benchmarks.living.reruns` does everything again on sources that did not change.

The shop is documented; then, while its pull request is open, after a person closed it, and after
all was merged, deliveries are delivered again, commits without a change are pushed, and updates and
full generations are ordered anew, in an order drawn by a seed. Before that each state gets one full
generation, since it may write what an update rightly left as it was. Exit status 1 when anything
was written to GitHub by a rerun.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

from app.domain.work.job import FlowName, JobOrder
from benchmarks.living.scene import BRANCH, CONFIGURATION, keep, own_town, writes
from tests.e2e.shop import CART, DISCOUNTS, FILES, SHOP
from tests.e2e.town import Town

STATES = ("open", "closed", "merged")
RULES = CART.replace("Holds what a customer wants to buy", "Holds what a customer buys")
SETTLE_S = 0.5
MOST_MERGES = 3


@dataclass
class Figures:
    """What was seen."""

    reruns: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    by_state: dict[str, int] = field(default_factory=dict)
    """What the pull request was meanwhile."""
    runs: int = 0
    """Orchestrator runs that the reruns made."""
    requests: int = 0
    """To GitHub."""
    written: list[str] = field(default_factory=list)
    moved: int = 0
    """How often the branch of the documentation was another one afterwards."""
    seconds: float = 0


@dataclass(frozen=True)
class Rerun:
    """What can be done again."""

    town: Town
    chance: random.Random

    async def redeliver(self) -> None:
        """Have GitHub deliver anything of the past again."""
        past = list(self.town.github.deliveries)
        for delivery in self.chance.sample(past, min(3, len(past))):
            await self.town.github.redeliver(delivery.guid)

    async def push_nothing(self) -> None:
        """Push a commit that changes no file."""
        await self.town.github.push(SHOP, "main", {}, "Nothing at all")

    async def order(self, flow: FlowName, settle: float = 0) -> None:
        """Order a run, as if something had asked for it."""
        [hit] = await self.town.reader.find_repository("shop")
        repository = await self.town.stores.repositories.find_by_url(hit.url)
        if repository is None:
            raise AssertionError("the repository is not known")
        order = JobOrder(
            repository_id=repository.id, branch="main", flow=flow, reason="again", settle=settle
        )
        await self.town.stores.jobs.order(order)

    def kinds(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """Name all that can be done."""
        update, full = FlowName.INCREMENTAL_UPDATE, FlowName.FULL_GENERATION
        return {
            "deliveries redelivered": self.redeliver,
            "empty push": self.push_nothing,
            "update ordered": partial(self.order, update),
            "update ordered, settling": partial(self.order, update, SETTLE_S),
            "generation ordered": partial(self.order, full),
            "generation ordered, settling": partial(self.order, full, SETTLE_S),
        }


async def run(town: Town, reruns: int, seed: int) -> Figures:
    """Do so many things again, shared out among the states of the pull request."""
    figures, chance = Figures(), random.Random(seed)  # noqa: S311 - can be repeated
    begun = time.monotonic()
    await publish(town)
    kinds: list[str] = []
    for place, state in enumerate(STATES):
        await bring_to(town, state)
        for _ in range(len(range(place, reruns, len(STATES)))):
            if not kinds:
                kinds = sorted(Rerun(town, chance).kinds())
                chance.shuffle(kinds)
            await again(town, kinds.pop(), chance, figures)
            figures.by_state[state] = figures.by_state.get(state, 0) + 1
    figures.seconds = round(time.monotonic() - begun, 1)
    return figures


async def publish(town: Town) -> None:
    """Document the shop and merge the pages."""
    await town.github.add_repository(SHOP, {**FILES, ".autodoc.yaml": CONFIGURATION})
    await town.github.install("octo", [SHOP])
    await town.quiet()
    [pull] = town.github.pulls(SHOP)
    await town.github.merge(SHOP, pull["number"])
    await town.quiet()


async def bring_to(town: Town, state: str) -> None:
    """Have people bring a pull request of an update into a state, and everything written once."""
    changes = {"open": {"shop/cart.py": RULES}, "merged": {"shop/discounts.py": DISCOUNTS}}
    if state in changes:
        await town.github.push(SHOP, "main", changes[state])
        await town.quiet()
        await write_all(town)
    if state == "merged":
        await merge_all(town)
    elif state == "closed":
        [pull] = town.github.pulls(SHOP, "open")
        await town.github.close(SHOP, pull["number"])
        await town.quiet()


async def write_all(town: Town) -> None:
    """Write everything anew, once."""
    await Rerun(town, random.Random(0)).order(FlowName.FULL_GENERATION)  # noqa: S311 - no secret
    await town.quiet()


async def merge_all(town: Town) -> None:
    """Merge what is proposed until a full generation proposes nothing."""
    for _ in range(MOST_MERGES):
        open_now = town.github.pulls(SHOP, "open")
        if not open_now:
            return
        await town.github.merge(SHOP, open_now[0]["number"], "squash")
        await town.quiet()
        await write_all(town)
    raise AssertionError("each merge leads to another pull request")


async def again(town: Town, kind: str, chance: random.Random, figures: Figures) -> None:
    """Do one thing again, and note what it wrote."""
    exchanges, head = len(town.github.requests), town.github.head(SHOP, BRANCH)
    before, runs = len(writes(town)), all_runs(town)
    await Rerun(town, chance).kinds()[kind]()
    await town.quiet()
    figures.reruns += 1
    figures.by_kind[kind] = figures.by_kind.get(kind, 0) + 1
    figures.runs += all_runs(town) - runs
    figures.requests += len(town.github.requests) - exchanges
    figures.written += [f"{kind}: {each}" for each in writes(town)[before:]]
    figures.moved += town.github.head(SHOP, BRANCH) != head


def all_runs(town: Town) -> int:
    """Count the orchestrator runs so far."""
    return sum(town.engine.begun(flow) for flow in FlowName if flow is not FlowName.PROCESS_SCOPE)


async def main(arguments: Sequence[str] | None = None) -> int:
    """Do it in a town of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.living.reruns", description=__doc__)
    parser.add_argument("--reruns", type=int, default=100)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    async with own_town("reruns") as town:
        figures = await run(town, chosen.reruns, chosen.seed)
    keep("reruns", {"seed": chosen.seed, **asdict(figures)}, write=chosen.keep)
    return 1 if figures.written or figures.moved else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
