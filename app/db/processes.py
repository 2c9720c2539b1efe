"""Other processes of this machine, on Linux and macOS."""

import os
import subprocess
import sys
from pathlib import Path

import app

_PROC = Path("/proc")


def is_alive(pid: int) -> bool:
    """Say whether a process has this id, whosever it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_command(pid: int, proc: Path = _PROC) -> str | None:
    """Return the command line of a living process; None for a zombie or when there is none."""
    if (proc / "self").exists():
        return _read_proc(proc / str(pid))
    return _ask_ps(pid)


def _read_proc(process: Path) -> str | None:
    try:
        state = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        command = os.fsdecode((process / "cmdline").read_bytes()).replace("\0", " ")
    except OSError:
        return None
    return None if state == "Z" else command


def _ask_ps(pid: int) -> str | None:
    """Ask the system's own program: macOS has no /proc."""
    try:
        said = subprocess.run(  # noqa: S603 - a fixed program and a number
            ["/bin/ps", "-ww", "-o", "stat=", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            timeout=10,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    state, _, command = os.fsdecode(said).strip().partition(" ")
    return None if not command or state.startswith("Z") else command.strip()


def start_keeper(home: Path) -> None:
    """Start the process that stops the server after a kill -9; a second one ends at once."""
    package = Path(next(iter(app.__path__)))
    # Through a shell that ends at once: the keeper is nobody's child and outlives us.
    subprocess.run(  # noqa: S603 - our own program, the words of which no shell reads
        ["/bin/sh", "-c", '"$@" &', "sh", sys.executable, "-P", "-m", "app.db.keeper", str(home)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        # No secret of ours, and no setting that changes what it does.
        env={"PYTHONPATH": str(package.parent), "PATH": "/usr/bin:/bin"},
        timeout=30,
        check=False,
    )
