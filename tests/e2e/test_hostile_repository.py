"""Somebody documents a repository that was made to do harm."""

import time
from pathlib import Path

from tests.e2e.hostile import CROWD, ODD_NAMES, make_hostile_repository
from tests.e2e.laptop import Laptop, contents, git

REASONABLE_S = 45
NEVER = ("pwned", "root:", "alert(1)>", "http://evil", "\u202e", "def nul", "def latin", "def made")
LEFT_OUT = (
    r"new\nline.py",
    r"caf\xe9.py",
    r"..\x2fconfig",
    "etc",
    "sub",
    "nul.py",
    "wide.py",
    "latin.py",
    "huge.js",
    "made.py",
)


def test_every_trap_is_named_and_none_goes_off(laptop: Laptop, folder: Path) -> None:
    repository = folder / "shop"
    commit = make_hostile_repository(repository)
    before = contents(repository / ".git")
    started = time.monotonic()

    ran = laptop.run("generate", repository, "-o", folder / "out")

    assert ran.status == 0, ran.output + ran.errors
    assert time.monotonic() - started < REASONABLE_S
    written = contents(folder / "out")
    said = "\n".join(page.decode() for page in written.values())
    assert [trap for trap in NEVER if trap in said] == []
    assert "def sell(item: str) -> str" in said
    assert "def buy(item: str) -> str" in said
    assert "withheld" not in ran.output + ran.errors
    for number, _ in enumerate(ODD_NAMES):
        assert f"function odd{number}(): number" in said
    for name in LEFT_OUT:
        assert f"- `{name}`" in said, name
    assert contents(repository / ".git") == before
    assert not list(folder.rglob("pwned"))
    assert git(repository, "rev-parse", "HEAD") == commit
    assert f"crowd/data{CROWD - 1:05d}.csv" not in said
