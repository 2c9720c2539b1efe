"""A small sample of the mutants benchmark: every class, in three languages, against real git."""

from pathlib import Path

from benchmarks.mutants.commits import read_modules, write_commits
from benchmarks.mutants.draw import mutants
from benchmarks.mutants.judge import Court, Outcome
from benchmarks.mutants.mutant import CHANGING, NEUTRAL, REWORDING, Mutant
from benchmarks.mutants.pages import Repository, as_by_a_model
from benchmarks.repository import git
from tests.unit.benchmarks.mutant_sources import SHOP

EVERY = (*CHANGING, *NEUTRAL, *REWORDING)
AS = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
FEWEST = 38


async def test_what_changes_meaning_makes_its_section_stale_and_nothing_else_does(
    tmp_path: Path,
) -> None:
    repository = await commit_of(tmp_path / "shop")
    outcomes: list[tuple[Mutant, Outcome]] = []
    for language in ("Python", "TypeScript", "Go"):
        outcomes += await judged(repository, language)

    changing = [pair for pair in outcomes if pair[0].is_changing]
    unchanging = [pair for pair in outcomes if not pair[0].is_changing]
    assert len(changing) >= FEWEST
    assert len(unchanging) >= FEWEST
    assert [told(*pair) for pair in changing if not pair[1].is_flagged] == []
    assert [told(*pair) for pair in changing if pair[1].wrong] == []
    assert [told(*pair) for pair in unchanging if pair[1].is_false_alarm] == []


async def commit_of(folder: Path) -> Repository:
    for path, text in SHOP.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, *AS, "commit", "--quiet", "-m", "Sell")
    repository = Repository(folder, git(folder, "rev-parse", "HEAD").decode().strip())
    await repository.read()
    return repository


async def judged(repository: Repository, language: str) -> list[tuple[Mutant, Outcome]]:
    modules = read_modules(repository.path, repository.commit, language)
    drawn = list(mutants(modules, dict.fromkeys(EVERY, 1), 1))
    commits = write_commits(repository.path, repository.commit, drawn)
    court = Court(repository, modules, as_by_a_model(repository, modules, drawn), ())
    return [
        (mutant, (await court.judge(mutant, commit))["written"])
        for mutant, commit in zip(drawn, commits, strict=True)
    ]


def told(mutant: Mutant, outcome: Outcome) -> str:
    return f"{mutant.kind}: {outcome.reasons}\n{mutant.diff()}"
