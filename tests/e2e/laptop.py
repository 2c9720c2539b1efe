"""Somebody's machine: a data directory, git repositories, and the command line."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from app.domain.work.job import Progress
from app.settings import Settings
from flows.local import Outcome, Request, generate_locally
from flows.updating import UpdateOutcome, update_locally
from tests.e2e.shop import FILES

AUTODOC = (sys.executable, "-P", "-m", "app")
PATIENCE_S = 60
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)
_IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
_QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
_DATES = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-01-01T00:00:00Z")
"""The same files in the same repository make the same commit."""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    output: str
    errors: str

    @property
    def sentence(self) -> str:
        """Return the one line that a failed command may say."""
        lines = [line for line in self.errors.splitlines() if line.startswith("autodoc: ")]
        assert len(lines) == 1, self.errors
        assert "Traceback" not in self.errors
        return lines[0].removeprefix("autodoc: ")


@dataclass(frozen=True)
class Laptop:
    """One data directory, and a folder to work in."""

    folder: Path

    @property
    def data(self) -> Path:
        """Where AutoDoc keeps its own things."""
        return self.folder / "data"

    def environment(self, settings: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """Give a process what a plain shell would, and these settings."""
        kept = {name: os.environ[name] for name in ("HOME", "PATH", "LANG") if name in os.environ}
        return {
            **kept,
            **_QUIET,
            "AUTODOC_DATA_DIR": str(self.data),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            **settings,
        }

    def run(
        self,
        *arguments: object,
        cwd: Path | None = None,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> Ran:
        """Call `autodoc` as a person does."""
        done = subprocess.run(
            [*AUTODOC, *map(str, arguments)],
            cwd=cwd or self.folder,
            env=self.environment(settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    async def generate(self, request: Request, **settings: object) -> Outcome:
        """Document in this process, which has the heavy imports behind it."""

        async def ignore(_: Progress) -> None:
            """Nobody watches."""

        return await generate_locally(
            request, Settings.model_validate({"data_dir": self.data, **settings}), ignore
        )

    async def update(self, request: Request, **settings: object) -> UpdateOutcome:
        """Bring pages up to date in this process."""

        async def ignore(_: Progress) -> None:
            """Nobody watches."""

        return await update_locally(
            request, Settings.model_validate({"data_dir": self.data, **settings}), ignore
        )

    def make_repository(self, name: str, files: Mapping[str, str] = FILES) -> Path:
        """Make a checkout with one commit."""
        checkout = self.folder / name
        checkout.mkdir(parents=True)
        git(checkout, "init", "--quiet", "--initial-branch=main")
        commit(checkout, files)
        return checkout


def git(checkout: Path, *arguments: str) -> str:
    """Run git there and return what it says."""
    done = subprocess.run(
        ["git", *_IDENTITY, *arguments],  # noqa: S607 - the one that the PATH names
        cwd=checkout,
        env={**os.environ, **_QUIET, **_DATES},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return done.stdout.strip()


def write(checkout: Path, files: Mapping[str, str]) -> None:
    """Put files there."""
    for path, text in files.items():
        target = checkout / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def commit(checkout: Path, files: Mapping[str, str]) -> str:
    """Change files and commit them; returns the commit."""
    write(checkout, files)
    git(checkout, "add", "--", *files)
    git(checkout, "commit", "--quiet", "-m", "Change the shop")
    return git(checkout, "rev-parse", "HEAD")


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, by its path within it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def dead_links(folder: Path) -> list[str]:
    """List the links of a folder's pages that lead to no file, or beyond its last line."""
    return [
        f"{page.relative_to(folder)}: {link}"
        for page in sorted(folder.rglob("*.md"))
        for link in _LINK.findall(_FENCE.sub("", page.read_text()))
        if not leads_somewhere(page, link)
    ]


def leads_somewhere(page: Path, link: str) -> bool:
    """Follow a relative link."""
    path, _, fragment = link.partition("#")
    target = (page.parent / unquote(path)).resolve() if path else page
    lines = re.fullmatch(r"L(\d+)(?:-L(\d+))?", fragment)
    if not target.exists() or lines is None:
        return target.exists()
    return int(lines[2] or lines[1]) <= len(target.read_text().splitlines())
