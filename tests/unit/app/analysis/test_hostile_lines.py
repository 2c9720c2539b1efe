"""Lines and texts that are made to take long: each is read in bounded time."""

import time

import pytest

from app.analysis.artifacts import read_artifacts
from app.analysis.extract import extract
from app.analysis.manifests.registry import read_manifest

MANY = 290_000
LINE = 900


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("go.mod", "module x\nrequire " + "a." * (MANY // 2) + "\n"),
        ("pyproject.toml", "a" + ".a" * (MANY // 2) + " = 1"),
        ("setup.cfg", "[metadata]\na" + " " * MANY + "b\n"),
        ("go.work", "use (\n" * (MANY // 6)),
        ("Gemfile", "gem 'a'\ngroup :" + "0" * MANY),
        ("Package.swift", 'Package(name: "x", .package(url: "u", .a(' + '"' * MANY),
        ("build.gradle", "version" + " " * MANY + "\n"),
        ("build.gradle", "'" + "\\'" * (MANY // 2)),
        ("build.gradle", "api" + "\t" * MANY + "!"),
        ("settings.gradle", "include 'a'" + " " * MANY + "!"),
        (
            "package.json",
            '{"scripts": {' + ",\n".join(f'"s{n}": "x"' for n in range(18_000)) + "}}",
        ),
        (
            "pyproject.toml",
            "[project]\nname = 'a'\n[project.scripts]\n"
            + "".join(f"s{n} = 'x'\n" for n in range(18_000)),
        ),
        ("Cargo.toml", "[package]\nname = 'a'\n" + "[[bin]]\nname = 'b'\n" * 8_000),
    ],
)
def test_a_manifest_is_read_in_bounded_time(path: str, text: str) -> None:
    started = time.process_time()

    found = read_manifest(path, text)

    assert time.process_time() - started < 3
    assert found is None or len(found.scripts) <= 500


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("justfile", "a" + " " * LINE),
        ("Makefile", "a" + " " * LINE * 2),
        ("Makefile", "0:" + "#" * LINE + "\t" * LINE),
        ("README.md", "# a" + "#" * LINE * 2 + "!"),
        ("README.md", "# " + "[" * 50_000),
    ],
)
def test_lines_are_read_in_bounded_time(path: str, line: str) -> None:
    started = time.process_time()

    read_artifacts({path: f"{line}\n" * (400_000 // len(line))})

    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "x = 1\n" + "\n" * 100_000 + "argparse click typer django"),
        ("python", "import" + " " * 100_000 + "\nBaseSettings decouple environ"),
        ("go", "package main\n" + "\n" * 100_000 + '"flag"'),
        ("go", "package main\nfunc (a" + "\t" * 100_000 + ") B() {}\n"),
        ("cpp", "namespace" + "\t" * 100_000 + "!\n"),
        ("c", "int f(\nABCD" + "\t" * 100_000 + "!\n}}}"),
        ("javascript", "import 'commander'\nprogram.option('--a " + "[" * 100_000 + "')\n"),
        ("typescript", "/* " * 400 + "".join(f"export const f{n}=1;" for n in range(400))),
        ("python", "import click\n@click.option('" + " " * 100_000 + "')\ndef f(): ...\n"),
    ],
)
def test_a_source_file_is_read_in_bounded_time(language: str, source: str) -> None:
    started = time.process_time()

    extract(language, source.encode())

    assert time.process_time() - started < 5


def test_the_number_signs_of_a_name_belong_to_a_heading() -> None:
    documents = read_artifacts({"README.md": "# Shop for C# ##\n"})["documents"]

    assert [one.title for one in documents] == ["Shop for C#"]
