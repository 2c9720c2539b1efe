"""Files that are made to take long: each is read in bounded time."""

import time

import pytest

from app.analysis.extract import extract
from app.analysis.parsing import Task, open_parser
from app.domain.code.facts import FileFacts

DEPTH = 3_000
_GROUPS = ".add_argument_group()" * DEPTH
_CLASSES = (
    "".join(f"{' ' * n}class TestA:\n" for n in range(1_200)) + " " * 1_200 + "def test(): ..."
)
_STRUCTS = "#[derive(Parser)] struct P { #[command(flatten)] a: A0 }\n" + "".join(
    f"#[derive(Args)]\nstruct A{n} {{ {f'#[command(flatten)] a: A{n + 1}, ' * 300} }}\n"
    for n in range(6)
)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "import argparse\nf = 1\n" + "f(" * DEPTH + "f" + ")" * DEPTH),
        ("python", "import click, typer\n" + "@a.command()\n" * DEPTH + "def f(): ...\n"),
        ("python", "import flask\n" + "a" + ".get('/x', f)" * DEPTH),
        ("python", "import argparse\np = argparse.ArgumentParser()\np" + _GROUPS),
        ("python", "import pytest\n" + _CLASSES),
        ("javascript", "import 'commander'\nprogram" + ".command('b')" * DEPTH),
        ("rust", "use clap::Args;\n" + _STRUCTS),
        ("javascript", "import 'commander'\na" + ".command('b')" * DEPTH),
        ("javascript", "import 'commander'\n" + "program.command(" * DEPTH + ")" * DEPTH),
        ("javascript", "describe('a', () => {" * DEPTH + "it('b', () => {})" + "})" * DEPTH),
        ("go", "package main\nvar a = &cobra.Command{Use: " * 1 + "f(" * DEPTH + ")" * DEPTH + "}"),
        ("rust", "use clap::Command;\nfn f() { " + "Command::new(" * DEPTH + ")" * DEPTH + " }"),
        ("javascript", "import 'commander'\nfunction g(" + "a, " * 20_000 + "c){"
         + "d.option('-x')\n" * 8_000 + "}"),
        ("java", "import picocli.X;\n" + "class A { " * DEPTH + "}" * DEPTH),
    ],
)  # fmt: skip
def test_deep_and_long_files_are_read_in_bounded_time(language: str, source: str) -> None:
    started = time.process_time()

    extract(language, source.encode())

    assert time.process_time() - started < 10


async def test_what_no_reader_expects_ends_only_the_reading_of_its_file() -> None:
    tasks = [Task("python", "a", b"def a(): ...\n"), Task("a language of nobody", "b", b"b\n")]

    found: dict[str, FileFacts] = {}
    async with open_parser([2, 2]) as parse:
        async for facts in parse(tasks):
            found |= facts

    assert [one.name for one in found["a"].symbols] == ["a"]
    assert (found["b"].lines, found["b"].symbols) == (1, ())
    assert "could not be read" in found["b"].fault


def test_escapes_of_half_characters_are_joined_and_what_cannot_be_stored_is_dropped() -> None:
    source = """
        import { program } from 'commander'
        program.command('go').description('up \\uD83D\\uDE80 \\uD83D \\u0000\\x1b[1m!')
    """

    facts = extract("javascript", source.encode())

    assert [one.help for one in facts.commands] == ["up \U0001f680 \ufffd [1m!"]
    assert facts.model_dump_json().encode()
