import time

import pytest

from app.domain.checks.git_ignored import NAME, Ignored

TEXTS = {
    ".gitignore": (
        "# built\n/docs/api.md\nsite/\n*.log\n!keep.log\ndocs/**/made.md\n"
        "**/gen/*.md\nout/**\n/\nv/v\n"
    ),
    "web/.gitignore": "out\n",
}
IGNORED = Ignored(TEXTS, {*TEXTS, "README.md"})


@pytest.mark.parametrize(
    "path",
    [
        "docs/api.md",
        "site/a.md",
        "docs/site/a.md",
        "a/b.log",
        "docs/x/made.md",
        "web/out/a.md",
        "x/y/gen/b.md",
        "gen/b.md",
        "docs/made.md",
        "out/x/a.md",
        "v/v/a",
    ],
)
def test_what_a_build_writes_is_ignored(path: str) -> None:
    assert path in IGNORED


@pytest.mark.parametrize(
    "path",
    ["x/docs/api.md", "docs/api.md.txt", "x/out/a.md", "README.md", "out", "gen/x/b.md", "v/a"],
)
def test_what_no_pattern_names_is_not(path: str) -> None:
    assert path not in IGNORED


@pytest.mark.parametrize(
    "line",
    [
        "*a" * 8,
        "*" * 400 + "b",
        "**/" * 150 + "b",
        "a/**/" * 90 + "b",
        "?*" * 200 + "b",
        "/".join("a" * 210) + "/b",
    ],
)
def test_no_pattern_takes_longer_than_its_length_allows(line: str) -> None:
    ignored = Ignored({NAME: f"{line}\n" * 20}, {NAME})
    started = time.monotonic()

    for path in ("a" * 200, "a/" * 200 + "c", "ab" * 100):
        assert path + "c" not in ignored

    assert time.monotonic() - started < 2


def test_a_commit_without_patterns_ignores_nothing() -> None:
    assert "a.md" not in Ignored({}, ())
