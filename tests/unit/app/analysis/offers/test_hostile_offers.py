"""Files that are made to take long: each is read in bounded time."""

import time

import pytest

from app.analysis.extract import extract

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
        ("java", "import picocli.X;\n" + "class A { " * DEPTH + "}" * DEPTH),
    ],
)  # fmt: skip
def test_deep_and_long_files_are_read_in_bounded_time(language: str, source: str) -> None:
    started = time.process_time()

    extract(language, source.encode())

    assert time.process_time() - started < 10
