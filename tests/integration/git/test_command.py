import asyncio
import os
from pathlib import Path

import pytest

from app.errors import GitError
from app.git.command import run_git
from tests.integration.git.repositories import make_repository


async def test_git_says_in_its_own_words_why_it_refuses(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git log: not a git repository"):
        await run_git(tmp_path, "log")


async def test_a_repository_further_up_is_not_taken_for_one_that_is_broken(tmp_path: Path) -> None:
    outer = make_repository(tmp_path / "outer", {"a": "1"})
    (outer / "broken.git").mkdir()

    with pytest.raises(GitError, match="not a git repository"):
        await run_git(outer / "broken.git", "rev-parse", "HEAD")


async def test_what_git_started_ends_with_it_when_it_runs_too_long(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a": "1"})
    pid_file = tmp_path / "pid"
    alias = f"alias.slow=!echo $$ > {pid_file}; sleep 60"

    with pytest.raises(GitError, match="took longer than 1 s"):
        await run_git(shop, "-c", alias, "slow", timeout=1)

    pid = int(pid_file.read_text())
    async with asyncio.timeout(5):
        while _is_alive(pid):  # noqa: ASYNC110 - a process of nobody's tells nobody
            await asyncio.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_no_transport_is_allowed_unless_it_is_named(tmp_path: Path) -> None:
    make_repository(tmp_path / "shop", {"a": "1"})
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    await run_git(mirror, "init", "--quiet", "--bare")

    with pytest.raises(GitError, match="transport 'file' not allowed"):
        await run_git(mirror, "fetch", str(tmp_path / "shop"))
    with pytest.raises(GitError, match="transport 'ext' not allowed"):
        await run_git(mirror, "fetch", "ext::sh -c id", env={"GIT_ALLOW_PROTOCOL": "https"})


async def test_git_sees_nothing_of_our_environment_that_it_does_not_need(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a": "1"})

    shown = await run_git(shop, "-c", "alias.tell=!env", "tell")

    names = {line.partition("=")[0] for line in shown.decode().splitlines()}
    assert "VIRTUAL_ENV" not in names
    assert {"GIT_CONFIG_NOSYSTEM", "GIT_TERMINAL_PROMPT", "GIT_ALLOW_PROTOCOL"} <= names
    assert not {name for name in names & os.environ.keys() if "TOKEN" in name or "KEY" in name}


async def test_credentials_in_an_address_do_not_reach_the_error(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a": "1"})

    with pytest.raises(GitError) as caught:
        await run_git(shop, "fetch", "https://user:secret@localhost:1/x")

    assert "secret" not in str(caught.value)
