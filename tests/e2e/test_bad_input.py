"""What cannot be used is refused in one sentence that says what to do, and nothing is written."""

import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.errors import InputError
from app.wiring import make_data_dir
from flows.local import Request
from flows.orchestrator.publisher import check_output
from tests.e2e.laptop import AUTODOC, PATIENCE_S, Laptop, Ran, commit, contents, git

INPUT, OUTSIDE = 2, 3
PROJECT = Path(__file__).parents[2]
NOBODY_ANSWERS = "postgresql+asyncpg://x:hidden@127.0.0.1:1/x"
MODEL = "openai/gpt-4o-mini"


@pytest.fixture(scope="module")
def shop(laptop: Laptop) -> Path:
    checkout = laptop.make_repository("shop")
    (laptop.folder / "plain").mkdir()
    (laptop.folder / "afile").touch()
    (laptop.folder / "alink").symlink_to(checkout / ".git")
    (laptop.folder / "empty").mkdir()
    git(laptop.folder / "empty", "init", "--quiet")
    return checkout


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        (["missing"], "is not a directory", INPUT),
        ([""], "name what to document", INPUT),
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
        (["shop", "-o", "shop/.GIT/docs"], "lies inside a git directory", INPUT),
        (["shop", "-o", "alink/docs"], "lies inside a git directory", INPUT),
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

    settings = {"PATH": os.environ["PATH"], "AUTODOC_DATA_DIR": str(closed / "data")}
    demo = subprocess.run(
        [str(shutil.which("make")), "reachable"],
        cwd=PROJECT, env=settings, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert f"may not enter {closed}: set AUTODOC_DATA_DIR" in demo.stderr
    assert demo.returncode != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="others need no other user for the database")
async def test_the_database_can_pass_the_folders_of_root_whatever_its_umask(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "autodoc"
    umask = os.umask(0o077)
    try:
        await make_data_dir(folder)
    finally:
        os.umask(umask)

    assert {stat.S_IMODE(each.stat().st_mode) for each in (folder, folder.parent)} == {0o711}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="is read-only for this user"):
        check_output(tmp_path / "docs")


WRONG = {
    ".autodoc.yaml": {
        "publish: everything": ".autodoc.yaml:1: `publish` must be one of readme, narrative, all",
        "a: 1\noutput: ../x": ".autodoc.yaml:2: `output` must be a folder inside the repository",
        "output: /etc/docs": "`output` must be a folder inside the repository",
        "output: a/.git": "`output` must be a folder inside the repository",
        "output: README.md/docs": "README.md is a file",
        "output: outside/docs": "leads out of the checkout by a symbolic link",
        "output: inside/docs": "lies inside a git directory",
        "output: loop/docs": "is a symbolic link that leads nowhere",
        "include: [nowhere]": "has no text file that can be documented",
        "style: {\n": "this is not YAML",
    },
    "deep/er/.autodoc.yaml": {
        "agents: 1": "deep/er/.autodoc.yaml:1: `agents` must be true or false, not `1`",
    },
}


@pytest.fixture(scope="module")
def asking(laptop: Laptop) -> Path:
    """A checkout whose configuration is about to be wrong, with links to bad places."""
    checkout = laptop.make_repository("asking")
    for name, target in (("outside", "/tmp"), ("inside", ".git"), ("loop", "loop")):  # noqa: S108 - never written to
        (checkout / name).symlink_to(target)
    git(checkout, "add", ".")
    return checkout


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [(path, text, said) for path, cases in WRONG.items() for text, said in cases.items()],
)
async def test_a_wrong_configuration_is_refused_with_its_file_and_line(
    laptop: Laptop, asking: Path, path: str, text: str, sentence: str
) -> None:
    commit(asking, {path: text})
    before = contents(asking)

    with pytest.raises(InputError) as refused:
        await laptop.generate(Request(target=str(asking)))

    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert contents(asking) == before
    git(asking, "rm", "--quiet", path)


def mounted(
    laptop: Laptop,
    folder: Path,
    how: str,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
) -> Ran:
    """Run `autodoc` where a folder is a file system of its own; then list the files in it."""
    script = (
        'mount -t tmpfs -o "$1" tmpfs "$2"; at=$2; shift 2; "$@"; status=$?; find "$at" -type f'
    )
    done = subprocess.run(
        [
            *("unshare", "-m", "sh", "-c", f"{script}; exit $status", "sh"),
            *(how, str(folder), *AUTODOC, *arguments),
        ],
        cwd=laptop.folder,
        env=laptop.environment(settings or {}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


needs_mounts = pytest.mark.skipif(
    os.geteuid() != 0
    or shutil.which("unshare") is None
    or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0,  # noqa: S607 - the one that the PATH names
    reason="only root can mount a small file system",
)


@needs_mounts
@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("size=16k", "docs/autodoc: No space left on device"),
        ("size=1m,nr_inodes=5", "docs/autodoc: No space left on device"),
        ("ro", "is read-only for this user"),
    ],
)
def test_a_full_disk_and_a_read_only_one_are_refused_and_hold_no_half_of_the_pages(
    laptop: Laptop, how: str, sentence: str
) -> None:
    checkout = laptop.folder / "tight"
    if not checkout.exists():
        laptop.make_repository("tight")
        (checkout / "docs").mkdir()

    ran = mounted(laptop, checkout / "docs", how, "generate", "tight")

    assert sentence in ran.sentence
    assert (ran.status, ran.output) == (INPUT, "")


@needs_mounts
def test_a_data_directory_that_cannot_be_written_is_refused_by_the_name_of_its_setting(
    laptop: Laptop, shop: Path
) -> None:
    data = laptop.folder / "readonly"
    data.mkdir()

    ran = mounted(laptop, data, "ro", "generate", "shop", settings={"AUTODOC_DATA_DIR": str(data)})

    assert "set AUTODOC_DATA_DIR to" in ran.sentence
    assert "Read-only file system" in ran.sentence
    assert (ran.status, ran.output) == (INPUT, "")
    assert not (shop / "docs").exists()


def test_a_data_directory_that_is_a_file_is_refused(laptop: Laptop, shop: Path) -> None:
    ran = laptop.run("generate", "shop", settings={"AUTODOC_DATA_DIR": str(shop / "README.md")})

    assert "set AUTODOC_DATA_DIR to a folder" in ran.sentence
    assert ran.status == INPUT


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["generate", "--ref"],
        ["search"],
        ["nope"],
        ["generate", "a", "b"],
        ["generate", "--worktree=1"],
        ["config", "no"],
    ],
)
def test_a_wrong_call_is_answered_with_how_to_call(laptop: Laptop, arguments: list[str]) -> None:
    ran = laptop.run(*arguments)

    assert ran.status == INPUT
    assert "Traceback" not in ran.errors
    assert "Error: " in ran.errors
