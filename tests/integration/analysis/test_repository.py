"""Whole repositories, from their commit to their facts."""

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.analysis.facts import MemoryFactCache
from app.analysis.inventory import Limits
from app.analysis.parsing import Task, open_parser, worker_count
from app.analysis.repository import Analysis, read_repository
from app.domain.code.facts import ImportEdge, LeftOut, LeftOutReason, Script
from app.git.snapshot import Snapshot
from tests.integration.git.repositories import commit, git, make_repository

SHOP: dict[str, str | bytes] = {
    "README.md": "# The shop\n",
    "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\n',
    "Makefile": "test: ## Run the tests\n\tpytest\n",
    "src/shop/__init__.py": "",
    "src/shop/cli.py": "from shop.cart import Cart\n\ndef main(): ...\n",
    "src/shop/cart.py": 'class Cart:\n    """Holds things."""\n',
    "web/a.ts": "import { b } from './b'\nexport const a = b\n",
    "web/b.ts": "export const b = 1\n",
    "go.mod": "module example.org/shop\n",
    "cmd/shop/main.go": 'package main\n\nimport "example.org/shop/db"\n\nfunc main() {}\n',
    "db/db.go": "// Package db keeps things.\npackage db\n\n// Open opens.\nfunc Open() {}\n",
    "logo.png": b"\x89PNG\0",
    "data.txt": b"caf\xe9\n",
    "docs/autodoc/home.md": "# Ours\n",
}


def ignore(done: int, total: int) -> None:
    assert 0 <= done <= total


async def analyse(
    repository: Path, cache: MemoryFactCache | None = None, limits: Limits | None = None
) -> Analysis:
    snapshot = await Snapshot.open(repository, "HEAD")
    return await read_repository(
        snapshot,
        "shop",
        MemoryFactCache() if cache is None else cache,
        limits or Limits(),
        ignore,
        exclude=("docs/autodoc",),
    )


async def test_a_repository_is_read_into_facts(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", SHOP)

    found = await analyse(shop)
    facts = found.facts

    assert facts.commit == git(shop, "rev-parse", "HEAD")
    assert list(facts.files) == [
        "cmd/shop/main.go",
        "db/db.go",
        "src/shop/__init__.py",
        "src/shop/cart.py",
        "src/shop/cli.py",
        "web/a.ts",
        "web/b.ts",
    ]
    assert facts.edges == (
        ImportEdge(source="cmd/shop/main.go", target="db/db.go", line=3),
        ImportEdge(source="src/shop/cli.py", target="src/shop/cart.py", line=1),
        ImportEdge(source="web/a.ts", target="web/b.ts", line=1),
    )
    assert [one.path for one in facts.documents] == ["README.md"]
    assert [(one.name, one.doc) for one in facts.make_targets] == [("test", "Run the tests")]
    assert {one.path: one.scripts for one in facts.manifests} == {
        "go.mod": (
            Script(
                name="shop", target="./cmd/shop", line=5, installed=True, path="cmd/shop/main.go"
            ),
        ),
        "pyproject.toml": (Script(name="shop", target="shop.cli:main", line=4, installed=True),),
    }
    assert facts.left_out == (
        LeftOut(path="data.txt", reason=LeftOutReason.UNREADABLE),
        LeftOut(path="logo.png", reason=LeftOutReason.BINARY),
    )
    assert "src/shop" in facts.paths
    assert "logo.png" in facts.paths
    assert "docs" not in facts.paths
    assert facts.line_counts["src/shop/cart.py"] == 2
    assert facts.line_counts["README.md"] == 1


async def test_a_second_run_parses_nothing_and_says_the_same(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", SHOP)
    cache = MemoryFactCache()

    first = await analyse(shop, cache)
    second = await analyse(shop, cache)

    assert (first.parsed, first.cached) == (7, 0)
    assert (second.parsed, second.cached) == (0, 7)
    assert second.facts == first.facts
    assert second.facts.model_dump_json() == first.facts.model_dump_json()
    assert second.blob_ids == first.blob_ids


async def test_only_what_changed_is_parsed_again(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", SHOP)
    cache = MemoryFactCache()
    await analyse(shop, cache)

    commit(shop, {"web/b.ts": "export const b = 2\n", "web/same.ts": "export const b = 1\n"})
    found = await analyse(shop, cache)

    assert found.parsed == 1
    assert found.facts.files["web/same.ts"].symbols[0].name == "b"


async def test_one_content_in_two_languages_is_read_in_both(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.js": "var a = 1\n", "b.ts": "var a = 1\n"})

    found = await analyse(shop)

    assert [one.language for one in found.facts.files.values()] == ["javascript", "typescript"]
    assert found.parsed == 2


async def test_what_attributes_call_generated_or_vendored_is_left_out(tmp_path: Path) -> None:
    shop = make_repository(
        tmp_path / "shop",
        {
            ".gitattributes": "made/* linguist-generated\ndist/* -linguist-vendored\n",
            "made/a.py": "",
            "dist/b.py": "",
            "c.go": "// Code generated by x. DO NOT EDIT.\n\npackage c\n",
        },
    )

    found = await analyse(shop)

    assert list(found.facts.files) == ["dist/b.py"]
    assert found.facts.left_out == (
        LeftOut(path="c.go", reason=LeftOutReason.GENERATED),
        LeftOut(path="made/a.py", reason=LeftOutReason.GENERATED),
    )


async def test_beyond_the_caps_the_rest_is_read_and_named(tmp_path: Path) -> None:
    shop = make_repository(
        tmp_path / "shop",
        {**{f"a{number}.py": "x = 1\n" for number in range(5)}, "big.py": "#" * 99},
    )

    found = await analyse(shop, limits=Limits(file_bytes=50, files=3))

    assert list(found.facts.files) == ["a0.py", "a1.py", "a2.py"]
    assert {one.path: one.reason for one in found.facts.left_out} == {
        "a3.py": LeftOutReason.TOO_MANY,
        "a4.py": LeftOutReason.TOO_MANY,
        "big.py": LeftOutReason.TOO_LARGE,
    }


async def test_a_go_program_belongs_to_the_module_nearest_to_it(tmp_path: Path) -> None:
    program = "package main\n\nfunc main() {}\n"
    shop = make_repository(
        tmp_path / "shop",
        {
            "go.mod": "module example.org/shop\n",
            "main.go": program,
            "tools/go.mod": "module example.org/tools\n",
            "tools/gen/main.go": program,
        },
    )

    found = await analyse(shop)

    assert {
        one.name: [(s.name, s.target) for s in one.scripts] for one in found.facts.manifests
    } == {
        "example.org/shop": [("shop", ".")],
        "example.org/tools": [("gen", "./gen")],
    }


async def test_progress_goes_from_nothing_to_everything(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", SHOP)
    told: list[tuple[int, int]] = []

    await read_repository(
        await Snapshot.open(shop, "HEAD"),
        "shop",
        MemoryFactCache(),
        Limits(),
        lambda done, total: told.append((done, total)),
    )

    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)


async def test_processes_read_the_same_as_a_thread_and_the_event_loop_stays_free() -> None:
    source = "".join(f"def f{number}(a, b=1):\n    return a + b\n" for number in range(1_500))
    tasks = [
        Task("python", f"{number}", f"x{number} = 1\n{source}".encode()) for number in range(12)
    ]
    stalls: list[float] = []
    watching = asyncio.create_task(watch(stalls))

    async with open_parser([len(task.content) for task in tasks]) as parse:
        large = {key: one async for batch in parse(tasks) for key, one in batch.items()}
    watching.cancel()
    async with open_parser([1]) as parse:
        small = {key: one async for batch in parse(tasks[:1]) for key, one in batch.items()}

    assert list(large) == [task.blob_id for task in tasks]
    assert large["0"] == small["0"]
    assert sorted(stalls)[-3] < 0.1


async def watch(stalls: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await asyncio.sleep(0)
        stalls.append(time.perf_counter() - started)
        await asyncio.sleep(0.005)


async def test_a_parser_process_that_dies_costs_at_most_the_file_it_died_of() -> None:
    tasks = [Task("python", f"{number}", b"x = 1\n" * 15_000) for number in range(4)]

    async with open_parser([len(task.content) for task in tasks]) as parse:
        killing = asyncio.create_task(kill_first_child(os.getpid()))
        found = {key: one async for batch in parse(tasks) for key, one in batch.items()}
        await killing

    assert list(found) == ["0", "1", "2", "3"]
    assert [one.fault for one in found.values()] == [""] * 4


async def test_no_more_processes_parse_than_the_operator_allows() -> None:
    tasks = [Task("python", f"{number}", b"x = 1\n" * 70_000) for number in range(4)]

    async with open_parser([len(task.content) for task in tasks], parsers=1) as parse:
        found = {key: one async for batch in parse(tasks) for key, one in batch.items()}
        assert len(spawned_by(os.getpid())) == 1

    assert list(found) == ["0", "1", "2", "3"]


async def kill_first_child(parent: int) -> None:
    async with asyncio.timeout(30):
        while not (children := spawned_by(parent)):  # noqa: ASYNC110 - a process tells nobody
            await asyncio.sleep(0.02)
    os.kill(children[0], signal.SIGKILL)


def spawned_by(parent: int) -> Sequence[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status = (path / "stat").read_text().rpartition(")")[2].split()
            is_worker = b"spawn_main" in (path / "cmdline").read_bytes()
        except OSError:
            continue
        if is_worker and int(status[1]) == parent:
            found.append(int(path.name))
    return found


def test_there_is_a_worker_for_each_processor_that_may_be_used() -> None:
    assert 1 <= worker_count() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("content", ["", "# nothing\n"])
async def test_a_repository_with_almost_nothing_is_read(tmp_path: Path, content: str) -> None:
    shop = make_repository(tmp_path / "shop", {"README": content})

    found = await analyse(shop)

    assert found.facts.paths == {"README"}
    assert found.parsed == 0
