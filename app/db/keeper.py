"""Stops the embedded PostgreSQL when its last user was killed and could not do it.

One small process beside each server: `python -m app.db.keeper HOME`. It sleeps in the system until
nobody holds the lock on `users`, which the system gives back for a killed process.
"""

import fcntl
import os
import sys
import time
from pathlib import Path

from app.db.embedded import EmbeddedPostgres
from app.errors import AutoDocError

_RETRY_SECONDS = 0.2


def keep(home: Path) -> None:
    """Wait until the server has no user, then stop it if it still runs."""
    keeper, users, lock = (
        os.open(home / name, os.O_RDWR | os.O_CREAT, 0o600) for name in ("keeper", "users", "lock")
    )
    try:
        fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    server = EmbeddedPostgres(home)
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Somebody is joining and waits for the lock that we just took.
            fcntl.flock(users, fcntl.LOCK_UN)
            time.sleep(_RETRY_SECONDS)
            continue
        server.stop()
        return


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]))
    except (AutoDocError, OSError):
        # The home is gone, or the next user will see what is wrong with it.
        sys.exit(1)
