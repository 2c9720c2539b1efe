"""`autodoc config`: what a repository asks for is written, checked and described."""

import json
from pathlib import Path

import pytest

from app.domain.wiki.configuration.config import Config
from app.domain.wiki.configuration.reading import parse_config
from tests.e2e.laptop import Laptop, contents, git, write
from tests.e2e.test_scopes import MONOREPO

FINDINGS, INPUT = 1, 2


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return Laptop(tmp_path).make_repository("town", MONOREPO)


def run(town: Path, *arguments: object) -> tuple[int, list[str]]:
    ran = Laptop(town.parent).run("config", *arguments, cwd=town)
    assert "Traceback" not in ran.errors
    return ran.status, ran.output.splitlines() or [ran.sentence]


def test_every_scope_is_listed_with_its_output(town: Path) -> None:
    assert run(town, "check") == (
        0,
        [
            ". -> docs/autodoc (3 files of the scope)",
            "packages/cart -> packages/cart/docs (3 files of the scope)",
            "packages/ledger -> packages/ledger/handbook (2 files of the scope)",
            "3 scopes, 0 errors, 0 warnings.",
        ],
    )


def test_every_error_and_warning_is_a_line_and_a_commit_can_be_asked_instead(town: Path) -> None:
    write(
        town,
        {
            ".autodoc.yaml": "output: packages/cart/docs\npublish: x\n",
            "packages/cart/.autodoc.yaml": "output: docs\ninclude: [gone]\n",
            "packages/new/.autodoc.yaml": "exlude: a\nagents: 1\n",
            "packages/ledger/.autodoc.yaml": (
                "output: handbook\nchecks:\n  ignore: [{rule: simbol, reason: known}]\n"
            ),
        },
    )

    status, lines = run(town, "check", "packages")

    assert status == FINDINGS
    assert [line for line in lines if ":" in line] == [
        ".autodoc.yaml:2: `publish` must be one of readme, narrative, all, not `x`",
        "tools/.autodoc.yaml:1: `publish` must be one of readme, narrative, all,"
        " not `nonsense of a test`",
        "packages/new/.autodoc.yaml:2: `agents` must be true or false, not `1`",
        "packages/cart/.autodoc.yaml:1: the output packages/cart/docs is also the output of the"
        " whole repository: choose another folder",
        "packages/new/.autodoc.yaml:1: unknown key `exlude`; did you mean `exclude`? (warning)",
        "packages/cart/.autodoc.yaml:2: `gone` of `include` matches no file (warning)",
        "packages/cart/.autodoc.yaml:1: the scope has no file to document (warning)",
        "packages/ledger/.autodoc.yaml:3: `checks.ignore`: there is no rule `simbol`;"
        " did you mean `symbol`? (warning)",
    ]
    assert run(town, "check", "--ref", "HEAD")[0] == 0


def test_warnings_alone_are_no_failure(town: Path) -> None:
    write(town, {".autodoc.yaml": "exclude: [tools]\nstile: dry\n"})

    assert run(town, "check") == (
        0,
        [
            *run(town, "check", "--ref", "HEAD")[1][:-1],
            ".autodoc.yaml:2: unknown key `stile`; did you mean `style`? (warning)",
            "3 scopes, 0 errors, 1 warning.",
        ],
    )


def test_a_new_file_explains_every_key_sets_none_and_replaces_nothing(town: Path) -> None:
    git(town, "rm", "--quiet", "tools/.autodoc.yaml")
    assert run(town, "init", "tools")[0] == 0

    text = (town / "tools" / ".autodoc.yaml").read_text()
    assert parse_config(text) == Config()
    assert "#output: docs/autodoc" in text
    before = contents(town)
    assert run(town, "init", "tools") == (
        INPUT, ["tools/.autodoc.yaml is there already: change it, or remove it first"]
    )  # fmt: skip
    assert run(town, "init", "nowhere") == (INPUT, ["nowhere is not a directory"])
    assert contents(town) == before


def test_the_schema_is_printed_for_editors(town: Path) -> None:
    schema = json.loads("\n".join(run(town, "schema")[1]))
    assert schema["properties"]["output"]["default"] == "docs/autodoc"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", ".."], "is not in a git repository: run `git init` and commit first"),
        (["check", "missing"], "missing is not a directory"),
        (["check", "--ref", "v9"], "has no commit that is called v9"),
        (["init", ".."], "is not in a git repository"),
    ],
)
def test_what_cannot_be_read_is_refused(town: Path, arguments: list[str], sentence: str) -> None:
    status, (said,) = run(town, *arguments)

    assert status == INPUT
    assert sentence in said
