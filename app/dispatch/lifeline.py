"""How a child learns that the supervisor died: the pipe on its standard input ends.

This works for kill -9 too, on every system, and needs no polling: the kernel closes the pipe.
"""

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable

EXIT_ORPHANED = 75
"""`EX_TEMPFAIL` of sysexits.h: the same command will do better later."""


def watch_parent(
    descriptor: int | None = None, die: Callable[[], None] | None = None
) -> threading.Thread | None:
    """End this process and its group as soon as its supervisor is gone.

    Does nothing when standard input is no pipe: then a person started the process.
    """
    pipe = sys.stdin.fileno() if descriptor is None else descriptor
    if not stat.S_ISFIFO(os.fstat(pipe).st_mode):
        return None
    watcher = threading.Thread(
        target=_wait_for_end, args=(pipe, die or end_group), name="lifeline", daemon=True
    )
    watcher.start()
    return watcher


def end_group() -> None:
    """End this process at once, and with it what it started in its process group."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(EXIT_ORPHANED)  # the other threads must not hold it up


def _wait_for_end(pipe: int, die: Callable[[], None]) -> None:
    try:
        while os.read(pipe, 4096):
            pass
    except OSError:
        pass  # a pipe that cannot be read has ended, too
    die()
