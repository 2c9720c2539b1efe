"""What cannot be used is refused in one sentence that says what to do, and nothing is written."""

import os
from pathlib import Path

import pytest

from app.errors import InputError
from flows.orchestrator.publisher import check_output
from tests.e2e.laptop import Laptop, contents, git

INPUT, OUTSIDE = 2, 3
NOBODY_ANSWERS = "postgresql+asyncpg://x:hidden@127.0.0.1:1/x"
MODEL = "openai/gpt-4o-mini"


@pytest.fixture(scope="module")
def shop(laptop: Laptop) -> Path:
    checkout = laptop.make_repository("shop")
    (laptop.folder / "plain").mkdir()
    (laptop.folder / "afile").touch()
    (laptop.folder / "empty").mkdir()
    git(laptop.folder / "empty", "init", "--quiet")
    return checkout


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        (["missing"], "is not a directory", INPUT),
        (["plain"], "is not in a git repository: run `git init` and commit first", INPUT),
        (["empty"], "has no commit yet: commit something first", INPUT),
        (["empty", "--worktree"], "has no text file that can be documented", INPUT),
        (["shop", "--ref", "v9"], "has no commit that is called v9", INPUT),
        (["shop", "--ref", "--help"], "has no commit that is called --help", INPUT),
        (["shop", "--ref", "v9", "--worktree"], "exclude each other", INPUT),
        (["https://127.0.0.1/x", "--worktree"], "--worktree needs a checkout", INPUT),
        (["https://ann:hidden@127.0.0.1/x"], "holds a credential", INPUT),
        (["http://127.0.0.1:1/x.git"], "127.0.0.1 port 1", OUTSIDE),
        (["git@127.0.0.1:x/y"], "git fetch", OUTSIDE),
        (["shop", "-o", "afile"], "afile is a file", INPUT),
        (["shop", "-o", "afile/below"], "afile is a file", INPUT),
        (["shop", "-o", "shop/.git/docs"], "lies inside a git directory", INPUT),
    ],
)
def test_what_cannot_be_documented_is_refused(
    laptop: Laptop, shop: Path, arguments: list[str], sentence: str, status: int
) -> None:
    before = contents(shop), sorted(laptop.folder.iterdir())

    ran = laptop.run("generate", *arguments)

    assert sentence in ran.sentence
    assert "hidden" not in ran.errors
    assert (ran.status, ran.output) == (status, "")
    assert (contents(shop), sorted(laptop.folder.iterdir())) == before


@pytest.mark.parametrize(
    ("settings", "sentence", "status"),
    [
        ({"AUTODOC_PORT": "high"}, "AUTODOC_PORT: Input should be a valid integer", INPUT),
        ({"AUTODOC_CAPS__FILES": "0"}, "AUTODOC_CAPS__FILES: Input should be greater", INPUT),
        ({"AUTODOC_DATABASE_URL": "mysql://x"}, "should begin with postgresql+asyncpg://", INPUT),
        ({"AUTODOC_DATABASE_URL": NOBODY_ANSWERS}, "check AUTODOC_DATABASE_URL", OUTSIDE),
        ({"AUTODOC_DATA_DIR": "/dev/null/x"}, "set AUTODOC_DATA_DIR to a folder", INPUT),
        ({"AUTODOC_MODEL": "gpt-4o"}, "should be `provider/model`, such as `openai/gpt-4o`", INPUT),
        ({"AUTODOC_MODEL": "nobody/model"}, "'nobody' is not a provider", INPUT),
        ({"AUTODOC_MODEL": MODEL}, f"{MODEL} needs OPENAI_API_KEY in the environment", INPUT),
    ],
)
def test_settings_that_cannot_be_used_are_refused_by_name(
    laptop: Laptop, shop: Path, settings: dict[str, str], sentence: str, status: int
) -> None:
    ran = laptop.run("generate", "shop", settings=settings)

    assert sentence in ran.sentence
    assert "hidden" not in ran.errors
    assert ran.status == status
    assert not (shop / "docs").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="others need no other user for the database")
def test_root_is_told_which_folder_the_database_cannot_reach(laptop: Laptop, shop: Path) -> None:
    closed = laptop.folder / "closed"
    closed.mkdir(mode=0o700)

    ran = laptop.run("generate", "shop", settings={"AUTODOC_DATA_DIR": str(closed / "data")})

    assert f"may not enter {closed}: set AUTODOC_DATA_DIR to a folder that it can" in ran.sentence
    assert ran.status == INPUT
    assert not (shop / "docs").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="is read-only for this user"):
        check_output(tmp_path / "docs")


@pytest.mark.parametrize("arguments", [["--nonsense"], ["generate", "--ref"], ["search"], ["nope"]])
def test_a_wrong_call_is_answered_with_how_to_call(laptop: Laptop, arguments: list[str]) -> None:
    ran = laptop.run(*arguments)

    assert ran.status == INPUT
    assert "Traceback" not in ran.errors
    assert "Error: " in ran.errors
