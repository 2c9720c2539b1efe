"""Real repositories for tests, made by a git that reads nobody's configuration."""

import os
import subprocess
from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


def git(repository: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Run git as a person would."""
    done = subprocess.run(
        ["git", "-C", repository, *arguments],  # noqa: S607 - the git of the machine
        input=stdin,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        timeout=30,
    )
    return done.stdout.decode(errors="surrogateescape").strip()


def make_repository(path: Path, files: dict[str, str | bytes]) -> Path:
    """Make a repository with one commit of these files."""
    path.mkdir(parents=True, exist_ok=True)
    git(path, "init", "--quiet", "--initial-branch=main")
    return commit(path, files)


def commit(repository: Path, files: dict[str, str | bytes]) -> Path:
    """Write files and commit everything."""
    for name, content in files.items():
        target = repository / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "Change")
    return repository


def everything_in(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder, to see whether anything changed."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
