"""`python -m benchmarks.living.days` lets people push for days, and nobody review.

A repository is documented and its pages are merged; from then on its pull request only waits.
Every day one to four commits are pushed, drawn by a seed: words, bodies, signatures, functions and
modules that come, go and are renamed, reverts, forced pushes, people's own pages and sections on
our branch, and now and then a new name for the whole repository. What stands on GitHub is looked at
in the evening. On the last day the pull request is merged, and its reference pages are held against
those that a repository gets which begins with the same files. Exit status 1 when anything is amiss.
"""

import argparse
import asyncio
import difflib
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import text

from app.db.engine import open_sessions
from benchmarks.living.people import Team
from benchmarks.living.scene import BRANCH, CONFIGURATION, OUTPUT, keep, only_open, own_town
from tests.e2e.town import Town
from tests.fake_github.calls import Refused

OWNER = "octo"
NAMES = ("shop", "store")
FRESH = "other/shop"
README = "# Shop\n\nA shop and its office.\n"
MANIFEST = '[project]\nname = "shop"\nversion = "1.0"\n'
MOST_A_DAY = 4
DAY_S = 86_400
FORCED, ON_OUR_BRANCH, RENAMED = 0.06, 0.08, 0.02
"""How likely each is, before a push of the usual kind."""
MOST_LINES = 40
"""Of a body, before what is folded away."""
MOST_CHARACTERS = 65_536
OVERLAPS = """
WITH worked AS (
  SELECT job_id, min(at) AS begun, max(at) AS ended FROM job_events GROUP BY job_id
)
SELECT count(*) FROM worked a JOIN worked b ON a.job_id < b.job_id
JOIN jobs x ON x.id = a.job_id JOIN jobs y ON y.id = b.job_id
WHERE (x.repository_id, x.branch) = (y.repository_id, y.branch)
  AND a.begun < b.ended AND b.begun < a.ended
"""
JOBS = "SELECT state, count(*) FROM jobs GROUP BY state ORDER BY state"


@dataclass
class Evening:
    """What stood on GitHub at the end of a day."""

    pushes: int
    """All so far."""
    open: int = 0
    number: int = 0
    characters: int = 0
    lines: int = 0
    """Of the body, before what is folded away."""
    files: int = 0
    changed_lines: int = 0
    """Of the diff that GitHub shows."""
    commits: int = 0
    """AutoDoc's, on the branch."""


@dataclass
class Figures:
    """What was seen."""

    days: int = 0
    pushes: int = 0
    acts: dict[str, int] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    overlaps: int = 0
    """Pairs of jobs of one branch that worked at the same time."""
    pull_requests: int = 0
    most_open: int = 0
    most_characters: int = 0
    most_lines: int = 0
    most_files: int = 0
    commits: int = 0
    """AutoDoc's, on all days."""
    strangers: list[str] = field(default_factory=list)
    """Files in a diff that are no pages."""
    unmergeable: str = ""
    """Why the pull request cannot be merged in the end."""
    own_lost: list[str] = field(default_factory=list)
    """What people wrote and the merged pages do not hold."""
    reference_pages: int = 0
    reference_unequal: list[str] = field(default_factory=list)
    """Lines that differ."""
    seconds: float = 0
    evenings: list[Evening] = field(default_factory=list)

    @property
    def amiss(self) -> list[str]:
        """Say what is not as it should be."""
        wrong = {
            "runs of a branch overlap": self.overlaps,
            "several pull requests are open": self.most_open > 1,
            "the body is too long": self.most_characters > MOST_CHARACTERS,
            "too much of the body is seen": self.most_lines > MOST_LINES,
            "there are more commits than pushes": self.commits > self.pushes,
            "jobs failed": self.jobs.keys() - {"done"},
            "the diff holds more than pages": self.strangers,
            "the pull request cannot be merged": self.unmergeable,
            "people's words are gone": self.own_lost,
            "reference pages are unequal": self.reference_unequal,
        }
        return [what for what, found in wrong.items() if found]


@dataclass
class Repository:
    """The repository, and everybody who works on it."""

    town: Town
    team: Team
    chance: random.Random
    name: str = f"{OWNER}/{NAMES[0]}"
    heads: list[str] = field(default_factory=list)
    """What the documented branch was, from the merge of the first pages on."""
    own: dict[str, str] = field(default_factory=dict)
    """What people wrote in our pull request, by path."""
    acts: Counter[str] = field(default_factory=Counter)
    pushes: int = 0

    async def begin(self) -> None:
        """Document it and merge the pages."""
        given = {".autodoc.yaml": CONFIGURATION, "README.md": README, "pyproject.toml": MANIFEST}
        await self.town.github.add_repository(self.name, {**given, **self.team.files()})
        await self.town.github.install(OWNER, [self.name])
        await self.town.quiet()
        [pull] = self.town.github.pulls(self.name)
        await self.town.github.merge(self.name, pull["number"])
        await self.town.quiet()
        self.heads = [self.town.github.head(self.name) or ""]

    async def live(self) -> None:
        """Do what is done on one day."""
        for _ in range(self.chance.randint(1, MOST_A_DAY)):
            await self._act()
            if self.chance.random() < 1 / 3:
                await self.town.quiet()
        await self.town.quiet()

    async def _act(self) -> None:
        drawn = self.chance.random()
        if drawn < RENAMED:
            await self._rename()
        elif drawn < RENAMED + ON_OUR_BRANCH:
            await self._write_on_our_branch()
        elif drawn < RENAMED + ON_OUR_BRANCH + FORCED and len(self.heads) > 1:
            await self._force()
        await self._push()

    async def _push(self) -> None:
        kind, files = self.team.commit()
        self.heads.append(await self.town.github.push(self.name, "main", files, f"Change: {kind}"))
        self.acts[kind] += 1
        self.pushes += 1

    async def _force(self) -> None:
        back = self.chance.randint(1, min(3, len(self.heads) - 1))
        del self.heads[-back:]
        self.team.go_back(back)
        await self.town.github.force_push(self.name, "main", self.heads[-1])
        self.acts["forced push"] += 1
        self.pushes += 1

    async def _rename(self) -> None:
        new = next(each for each in NAMES if each != self.name.partition("/")[2])
        await self.town.github.rename(self.name, new)
        self.name = f"{OWNER}/{new}"
        self.acts["repository renamed"] += 1

    async def _write_on_our_branch(self) -> None:
        if only_open(self.town, self.name) is None:
            return
        number, path = len(self.own), f"{OUTPUT}/architecture.md"
        words = f"What we say, number {number}.\n"
        files = self.town.github.files(self.name, BRANCH)
        if self.chance.random() < 1 / 2 or path not in files:
            path = f"{OUTPUT}/own-{number}.md"
            page = f"# Our page {number}\n\n{words}"
        else:
            section = f"\n## Our way {number}\n\n{words}\n## "
            page = files[path].decode().replace("\n## ", section, 1)
        await self.town.github.push(self.name, BRANCH, {path: page}, "Say it our way")
        self.own[f"{path}#{number}"] = words
        self.acts["commit on our branch"] += 1

    def evening(self, figures: Figures) -> None:
        """Look at what stands on GitHub."""
        github, seen = self.town.github, Evening(pushes=self.pushes)
        pull = only_open(self.town, self.name)
        if pull is not None:
            seen.open, seen.number = 1, pull["number"]
            body = str(pull["body"])
            seen.characters = len(body)
            seen.lines = len(body.partition("<details>")[0].splitlines())
            changes = self._diff()
            seen.files, seen.changed_lines = len(changes), sum(changes.values())
            strangers = [path for path in changes if not path.startswith(f"{OUTPUT}/")]
            figures.strangers += [f"day {figures.days + 1}: {path}" for path in strangers]
            history = github.commits(self.name, BRANCH)
            seen.commits = sum(each["author"].endswith("[bot]") for each in history)
        figures.days += 1
        figures.evenings.append(seen)

    def _diff(self) -> dict[str, int]:
        """Count the lines that GitHub shows as changed, by path."""
        with self.town.github.world.lock:
            git = self.town.github.world.repository(self.name).git
            listed = git.run("diff", "--numstat", "--no-renames", f"main...{BRANCH}").decode()
        rows = [line.split("\t") for line in listed.splitlines()]
        return {path: int(added) + int(deleted) for added, deleted, path in rows}


async def run(town: Town, days: int, seed: int) -> Figures:
    """Live through so many days."""
    figures, chance = Figures(), random.Random(seed)  # noqa: S311 - can be repeated
    begun = time.monotonic()
    repository = Repository(town, Team(chance), chance)
    await repository.begin()
    for _ in range(days):
        town.github.advance(DAY_S)
        await repository.live()
        repository.evening(figures)
    sum_up(repository, figures)
    await merge_all(repository, figures)
    await compare(repository, figures)
    await count_jobs(town, figures)
    figures.seconds = round(time.monotonic() - begun, 1)
    return figures


def sum_up(repository: Repository, figures: Figures) -> None:
    """Give the largest of what was seen in the evenings."""
    evenings = figures.evenings
    figures.pushes, figures.acts = repository.pushes, dict(sorted(repository.acts.items()))
    figures.pull_requests = len(repository.town.github.pulls(repository.name))
    figures.most_open = max(each.open for each in evenings)
    figures.most_characters = max(each.characters for each in evenings)
    figures.most_lines = max(each.lines for each in evenings)
    figures.most_files = max(each.files for each in evenings)
    figures.commits = max(each.commits for each in evenings) - 1  # the merged first pages


async def merge_all(repository: Repository, figures: Figures) -> None:
    """Merge the pull request, and look for what people wrote."""
    town, name = repository.town, repository.name
    if (pull := only_open(town, name)) is not None:
        try:
            await town.github.merge(name, pull["number"])
        except Refused as refused:
            figures.unmergeable = str(refused)
        await town.quiet()
    files = town.github.files(name)
    for place, words in repository.own.items():
        if words.encode() not in files.get(place.partition("#")[0], b""):
            figures.own_lost.append(place)


async def compare(repository: Repository, figures: Figures) -> None:
    """Hold the reference pages against those of a repository that begins with the same files."""
    town = repository.town
    files = town.github.files(repository.name)
    sources = {path: data for path, data in files.items() if not path.startswith(f"{OUTPUT}/")}
    await town.github.add_repository(FRESH, sources)
    await town.github.install(FRESH.partition("/")[0], [FRESH])
    await town.quiet()
    kept, fresh = reference(files), reference(town.github.files(FRESH, BRANCH))
    figures.reference_pages = len(fresh)
    for path in sorted(kept | fresh):
        before, after = kept.get(path, "").splitlines(), fresh.get(path, "").splitlines()
        figures.reference_unequal += difflib.unified_diff(
            before, after, path, "anew", n=0, lineterm=""
        )


def reference(files: Mapping[str, bytes]) -> dict[str, str]:
    """Give the reference pages without the commit and the lines that links lead to.

    A page whose content is the same is left as it was, with the links that it had.
    """
    folder = f"{OUTPUT}/reference/"
    return {
        path: without_places(data.decode())
        for path, data in files.items()
        if path.startswith(folder)
    }


def without_places(page: str) -> str:
    """Take out of which commit a page is, where its code stands there, and what comes beside it.

    The pages beside it may be narrative ones, which stay as long as their subjects do.
    """
    page = re.sub(r"(?m)^(Previous|Next): .*$", "", page)
    page = re.sub(r"http://[\w.:]+/[\w-]+/[\w-]+/blob/[0-9a-f]{40}/", "", page)
    page = re.sub(r"\b(commit `|commit=)[0-9a-f]{12,40}", r"\1", page)
    page = re.sub(r"#L\d+(-L\d+)?", "", page)
    page = re.sub(r"(\.\w+):\d+(-\d+)?\]", r"\1]", page)
    return re.sub(r"<!-- autodoc digest=\w+ -->", "", page)


async def count_jobs(town: Town, figures: Figures) -> None:
    """Read off the rows how jobs ended, and whether two of a branch worked at the same time."""
    if town.settings.database_url is None:
        raise AssertionError("a town has a database")
    async with (
        open_sessions(town.settings.database_url.get_secret_value()) as sessions,
        sessions() as session,
    ):
        figures.overlaps = (await session.scalar(text(OVERLAPS))) or 0
        figures.jobs = {str(row[0]): int(row[1]) for row in await session.execute(text(JOBS))}


async def main(arguments: Sequence[str] | None = None) -> int:
    """Do it in a town of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.living.days", description=__doc__)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    chosen = parser.parse_args(arguments)
    async with own_town("days") as town:
        figures = await run(town, chosen.days, chosen.seed)
    keep("days", {"seed": chosen.seed, **asdict(figures)}, write=chosen.keep)
    for each in figures.amiss:
        print(f"amiss: {each}", file=sys.stderr)
    return 1 if figures.amiss else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
