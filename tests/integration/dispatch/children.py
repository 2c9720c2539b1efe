"""Programs for children, and how to look at them."""

import asyncio
import sys
from pathlib import Path

import psutil

SLEEP = "import time; time.sleep(60)"

IGNORE_SIGTERM = """
import os, pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path("stubborn").write_text(f"{os.getpid()}\\n")
time.sleep(60)
"""

START_GRANDCHILD = """
import pathlib, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path("grandchild").write_text(f"{grandchild.pid}\\n")
time.sleep(60)
"""

ROOT = Path(__file__).parents[3]

WATCHING = f"""
import os, pathlib, sys
sys.path.insert(0, {str(ROOT)!r})
from app.dispatch.lifeline import watch_parent
watch_parent()
pathlib.Path("child").write_text(f"{{os.getpid()}}\\n")
{START_GRANDCHILD}
"""

PARENT = f"""
import asyncio, pathlib, sys
sys.path.insert(0, {str(ROOT)!r})
from app.dispatch.processes import Processes
from app.domain.work.zone import Zone

async def main():
    processes = Processes({{}}, pathlib.Path(sys.argv[1]))
    await processes.spawn(Zone.WRITER, (sys.executable, "-P", "-c", {WATCHING!r}))
    await asyncio.sleep(60)

asyncio.run(main())
"""


def command(code: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-c", code)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def read_number(path: Path) -> int:
    """Wait until a child has written a number and its newline."""
    async with asyncio.timeout(15):
        while not path.exists() or not path.read_text().endswith("\n"):  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.02)
    return int(path.read_text())
