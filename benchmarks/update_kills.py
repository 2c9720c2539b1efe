"""`python -m benchmarks.update_kills` kills `autodoc update` with SIGKILL at random moments.

A shop is documented by a scripted model and committed; then a change makes sections of it stale.
Each round starts from a copy of the database as it was after that, kills the update a few times,
lets it end, and holds what it left against what an undisturbed update leaves: the same files, and
no prompt asked again whose answer was in the database when it was killed. The scripted provider
gives each answer a number of tokens of its own, by which its row is recognised. Exit status 1 when
anything differs.
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.db.embedded import EmbeddedPostgres
from benchmarks.places import own_folder, own_postgres
from tests.e2e.shop import CART, FILES
from tests.fakes import model_reviser
from tests.fakes.model_server import ModelServer, Reply, Request, serve

RESULTS = Path(__file__).parent / "results" / "update_kills.json"
AUTODOC = (sys.executable, "-P", "-m", "app")
IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
CHANGED = CART.replace("return sum(self._prices)", "return sum(self._prices) + 1").replace(
    "self._prices += [price] * count", "self._prices += [price + 1] * count"
)
DELAY_S = 0.05
"""What an answer takes."""
PATIENCE_S = 180
MOST_KILLS = 4
"""In one round."""


@dataclass
class Figures:
    """What was seen."""

    rounds: int = 0
    kills: int = 0
    kills_by_moment: dict[str, int] = field(default_factory=dict)
    """Tenths of the time that an undisturbed update takes."""
    answers: int = 0
    asked_again: int = 0
    """Stored answers that were asked for again."""
    states_unequal: int = 0
    failed: int = 0
    stale_sections: int = 0
    undisturbed_s: float = 0
    undisturbed_calls: int = 0


class Provider:
    """Answers as the reviser does; each answer has a number."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        """Digests of the prompts, in order; the place is the number of the answer."""

    def __call__(self, request: Request) -> Reply:
        said = json.dumps([request["messages"], request.get("response_format")], sort_keys=True)
        self.asked.append(hashlib.sha256(said.encode()).hexdigest())
        return replace(
            model_reviser.answer(request), delay=DELAY_S, input_tokens=1_000 + len(self.asked)
        )


@dataclass(frozen=True)
class Scene:
    """A checkout, a database server and a provider."""

    folder: Path
    server: EmbeddedPostgres
    provider: Provider
    model: ModelServer

    @property
    def checkout(self) -> Path:
        return self.folder / "shop"

    @property
    def docs(self) -> Path:
        return self.checkout / "docs" / "autodoc"

    def url(self, database: str) -> str:
        return self.server.url.replace("/autodoc?", f"/{database}?")

    def environment(self, database: str) -> dict[str, str]:
        return {
            **os.environ,
            "AUTODOC_DATA_DIR": str(self.folder / "data"),
            "AUTODOC_DATABASE_URL": self.url(database),
            "AUTODOC_MODEL": "openai/gpt-4o-mini",
            "OPENAI_API_BASE": self.model.url,
            "OPENAI_API_KEY": "x",
        }

    def git(self, *arguments: str) -> str:
        command = ["git", *IDENTITY, *arguments]
        return subprocess.run(
            command, cwd=self.checkout, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    async def start(self, database: str, command: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *AUTODOC, command, str(self.checkout),
            cwd=self.folder, env=self.environment(database), start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def finish(self, database: str, command: str) -> str:
        """Let a command end; returns what it complains of, empty when it went well."""
        process = await self.start(database, command)
        async with asyncio.timeout(PATIENCE_S):
            _, errors = await process.communicate()
        return errors.decode() or "it failed" if process.returncode else ""

    def reset(self) -> None:
        """Put the pages back as they were before the update."""
        self.git("checkout", "--quiet", "--", "docs")
        self.git("clean", "--quiet", "-fd", "docs")

    def state(self) -> dict[str, str]:
        """Fingerprint every file of the pages."""
        return {
            path.relative_to(self.docs).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.docs.rglob("*"))
            if path.is_file()
        }

    async def copy(self, source: str, target: str) -> None:
        """Make a database that holds what another one does."""
        await self._run("autodoc", f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    async def stored(self, database: str) -> set[int]:
        """Number the answers that a database holds."""
        rows = await self._run(database, "SELECT input_tokens FROM generations")
        return {int(str(row[0])) - 1_001 for row in rows}

    async def _run(self, database: str, statement: str) -> Sequence[Sequence[object]]:
        engine = create_async_engine(self.url(database), isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                result = await connection.execute(text(statement))
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            await engine.dispose()


@asynccontextmanager
async def open_scene() -> AsyncIterator[Scene]:
    """Document the shop, commit the pages, and change code and a manifest that they cite."""
    provider = Provider()
    with own_folder("update-kills") as folder, own_postgres(folder / "postgres") as server:
        async with serve(provider) as model:
            scene = Scene(folder, server, provider, model)
            write(scene.checkout, {**FILES, "shop/cart.py": CART})
            for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "-mA")):
                scene.git(*arguments)
            scene.git("remote", "add", "origin", "https://git.example.org/octo/shop.git")
            await scene.copy("template1", "documented")
            if problem := await scene.finish("documented", "generate"):
                raise RuntimeError(problem)
            scene.git("add", "docs")
            scene.git("commit", "--quiet", "-mB")
            manifest = FILES["pyproject.toml"].replace("Sells things", "Sells and ships things")
            write(scene.checkout, {"shop/cart.py": CHANGED, "pyproject.toml": manifest})
            scene.git("commit", "--quiet", "-amC")
            yield scene


def write(checkout: Path, files: dict[str, str]) -> None:
    for path, content in files.items():
        target = checkout / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)


async def undisturbed(scene: Scene, figures: Figures) -> dict[str, str]:
    """Update once in peace; returns what it leaves."""
    before, calls = scene.state(), len(scene.provider.asked)
    await scene.copy("documented", "calm")
    begun = time.monotonic()
    if problem := await scene.finish("calm", "update"):
        raise RuntimeError(problem)
    figures.undisturbed_s = round(time.monotonic() - begun, 2)
    figures.undisturbed_calls = len(scene.provider.asked) - calls
    after = scene.state()
    changed = scene.git("diff", "--unified=0", "--", "docs/autodoc/*.md")
    figures.stale_sections = changed.count("\n+- What it does now")
    if after == before or not figures.stale_sections:
        raise RuntimeError("the change made nothing stale")
    scene.reset()
    return after


async def play(
    scene: Scene, number: int, kills: int, chance: random.Random, figures: Figures
) -> set[str]:
    """Kill an update some times, let it end, and count what was asked again."""
    database = f"round{number}"
    await scene.copy("documented", database)
    settled: set[str] = set()
    for _ in range(kills):
        begun = len(scene.provider.asked)
        moment = chance.random() * figures.undisturbed_s
        process = await scene.start(database, "update")
        await asyncio.sleep(moment)
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            figures.kills += 1
            tenth = f"{int(10 * moment / figures.undisturbed_s) / 10:.1f}"
            figures.kills_by_moment[tenth] = figures.kills_by_moment.get(tenth, 0) + 1
        await process.wait()
        figures.asked_again += sum(each in settled for each in scene.provider.asked[begun:])
        stored = await scene.stored(database)
        settled |= {scene.provider.asked[each] for each in stored if each >= begun}
    begun = len(scene.provider.asked)
    figures.failed += bool(await scene.finish(database, "update"))
    figures.asked_again += sum(each in settled for each in scene.provider.asked[begun:])
    figures.rounds += 1
    return settled


async def run(kills: int, seed: int) -> Figures:
    """Kill so many updates, a few in a round."""
    figures, chance = Figures(), random.Random(seed)  # noqa: S311 - can be repeated
    async with open_scene() as scene:
        calm = await undisturbed(scene, figures)
        number = 0
        while figures.kills < kills:
            number += 1
            wanted = min(chance.randint(1, MOST_KILLS), kills - figures.kills)
            await play(scene, number, wanted, chance, figures)
            figures.states_unequal += scene.state() != calm
            scene.reset()
        figures.answers = len(scene.provider.asked)
    figures.kills_by_moment = dict(sorted(figures.kills_by_moment.items()))
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill on a PostgreSQL of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.update_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    figures = asyncio.run(run(chosen.kills, chosen.seed))
    said = json.dumps({"seed": chosen.seed, **asdict(figures)}, indent=1)
    print(said)
    if chosen.keep:
        RESULTS.write_text(f"{said}\n")
    return 1 if figures.asked_again or figures.states_unequal or figures.failed else 0


if __name__ == "__main__":
    sys.exit(main())
