"""A PostgreSQL of our own, shared by every process that uses the same home folder.

A folder `home` holds the data, the socket and two lock files. Who uses the server holds a shared
lock on `users` for as long as it lives, so the system itself forgets a process that was killed; who
starts or stops the server holds `lock`. The last to leave stops the server; when it was killed, the
server's keeper does.
"""

import asyncio
import fcntl
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from app.db.processes import is_alive, read_command, start_keeper
from app.db.server_files import (
    INSTEAD,
    Programs,
    choose_account,
    find_programs,
    last_lines,
    make_home,
    socket_folder,
)
from app.errors import ConfigurationError, StoreError

_PORT = 5432
_DATABASE = "autodoc"
_LOG_BYTES = 5_000_000
_LEAVING_SECONDS = 15
"""Processes of a killed server need a moment to see that it is gone."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "log_checkpoints": "off",
}
"""What differs from PostgreSQL's defaults; fsync stays on."""


class EmbeddedPostgres:
    """One server over one folder; its methods block, `share` runs them off the event loop."""

    def __init__(
        self, home: Path, settings: Mapping[str, str] | None = None, start_timeout: float = 300
    ) -> None:
        self._home = home.resolve()
        self._data = self._home / "data"
        self._sockets = socket_folder(self._home, _PORT)
        self._settings = {**SETTINGS, **(settings or {})}
        self._start_timeout = start_timeout
        self._log = self._data / "server.log"
        self._membership: int | None = None

    @property
    def url(self) -> str:
        """Return the address of the database for SQLAlchemy."""
        return f"postgresql+asyncpg://postgres@/{_DATABASE}?host={quote(str(self._sockets), '/')}"

    def join(self) -> None:
        """Become a user of the server; start it when it does not run."""
        account = choose_account(self._data)
        make_home(self._home, account)
        with self._locked():
            programs = Programs(find_programs(self._home, account), account)
            self._membership = _open_lock(self._home / "users")
            fcntl.flock(self._membership, fcntl.LOCK_SH)
            account.own(self._sockets)
            self._make_cluster(programs)
            self._start(programs)
            self._make_database(programs)
            self._call_keeper()

    def leave(self) -> None:
        """Stop being a user of the server; the last one stops it."""
        if self._membership is None:
            return
        try:
            with self._locked():
                if _take(self._membership):
                    self.stop()
        finally:
            os.close(self._membership)
            self._membership = None

    def stop(self) -> None:
        """Stop the server if it runs; the caller holds both locks."""
        if self._pid() is not None:
            account = choose_account(self._data)
            programs = Programs(find_programs(self._home, account), account)
            self._control(programs, "stop", "-m", "fast", "-t", "60")
            if self._home not in self._sockets.parents:
                # It stands in a folder of everybody; another server's start makes it anew.
                with suppress(OSError):
                    self._sockets.rmdir()

    def _control(self, programs: Programs, action: str, *arguments: str) -> None:
        wait = self._start_timeout + 30
        programs.run("pg_ctl", action, "-D", str(self._data), "-w", *arguments, wait=wait)

    def _call_keeper(self) -> None:
        keeper = _open_lock(self._home / "keeper")
        try:
            is_there = not _take(keeper)
        finally:
            os.close(keeper)
        if not is_there:
            start_keeper(self._home)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = _open_lock(self._home / "lock")
        try:
            deadline = time.monotonic() + self._start_timeout
            while not _take(lock):
                if time.monotonic() > deadline:
                    raise StoreError(
                        f"another process has been starting the database in {self._home} for"
                        f" {self._start_timeout:.0f} s: try again, {INSTEAD}"
                    )
                time.sleep(0.02)
            yield
        finally:
            os.close(lock)

    def _make_cluster(self, programs: Programs) -> None:
        if (self._data / "PG_VERSION").exists():
            return
        for rest in self._home.glob("data.*.init"):
            shutil.rmtree(rest, ignore_errors=True)
        # Made elsewhere and renamed, so that a half-done one is never taken for a whole one.
        half_done = self._home / f"data.{os.getpid()}.init"
        programs.account.own(half_done)
        programs.run(
            "initdb",
            *("-D", str(half_done)),
            *("-U", "postgres", "--encoding=UTF8", "--no-instructions"),
            # Not the environment's locale: searches would fold letters as it says, or not start.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            "--text-search-config=english",
            *("--auth-local=trust", "--auth-host=reject"),
            wait=self._start_timeout,
        )
        half_done.rename(self._data)

    def _start(self, programs: Programs) -> None:
        deadline = time.monotonic() + self._start_timeout
        while not self._answers(programs):
            if self._pid() is None:
                self._clear_foreign_locks()
                if not self._launch(programs):
                    deadline = min(deadline, time.monotonic() + _LEAVING_SECONDS)
            if time.monotonic() > deadline:
                raise StoreError(
                    f"the embedded PostgreSQL in {self._home} does not answer; its log is"
                    f" {self._log}: mend the cause, {INSTEAD}"
                )
            time.sleep(0.05)

    def _answers(self, programs: Programs) -> bool:
        if self._pid() is None:
            return False
        where = ("-h", str(self._sockets), "-p", str(_PORT))
        return programs.attempt("pg_isready", "-q", "-t", "3", *where)[0] == 0

    def _launch(self, programs: Programs) -> bool:
        """Start the server; False while processes of a killed one hold the data."""
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        logged = self._log.stat().st_size if self._log.exists() else 0
        settings = {
            **self._settings,
            "port": str(_PORT),
            "unix_socket_directories": str(self._sockets),
        }
        options = " ".join(f"-c {name}={_quoted(value)}" for name, value in settings.items())
        limit = str(int(self._start_timeout))
        try:
            self._control(programs, "start", "-s", "-t", limit, "-l", str(self._log), "-o", options)
        except StoreError as error:
            cause = _read_from(self._log, logged)
            if "still in use" in cause or "lock file" in cause:
                return False
            raise StoreError(
                f"the embedded PostgreSQL in {self._home} does not start ({last_lines(cause)}):"
                f" mend the cause, {INSTEAD}"
            ) from error
        return True

    def _pid(self) -> int | None:
        """Return the id of our server's process; the file alone proves nothing, ids are reused."""
        pid = _first_number(self._data / "postmaster.pid")
        if pid is None:
            return None
        command = read_command(pid)
        ours = command is not None and "postgres" in command and str(self._data) in command
        return pid if ours else None

    def _clear_foreign_locks(self) -> None:
        """Remove lock files that name a process which lives and is not PostgreSQL on our folder.

        PostgreSQL itself sees that a dead process holds no lock, and still refuses to start beside
        processes of a killed server; it only cannot see that an id went to somebody else.
        """
        lock = self._sockets / f".s.PGSQL.{_PORT}.lock"
        for file in (self._data / "postmaster.pid", lock):
            pid = _first_number(file)
            if pid is None or is_alive(pid):
                file.unlink(missing_ok=True)

    def _make_database(self, programs: Programs) -> None:
        where = ("-h", str(self._sockets), "-p", str(_PORT), "-U", "postgres")
        query = f"select 1 from pg_database where datname = '{_DATABASE}'"  # noqa: S608 - a constant
        if not programs.run("psql", *where, "-XAtc", query, "postgres").strip():
            programs.run("createdb", *where, _DATABASE)


@asynccontextmanager
async def share(home: Path, settings: Mapping[str, str] | None = None) -> AsyncIterator[str]:
    """Use the server of a folder together with every other process, and yield its address.

    Raises ConfigurationError or StoreError, which name AUTODOC_DATABASE_URL, where it cannot run.
    """
    server = EmbeddedPostgres(home, settings)
    try:
        await _to_the_end(server.join)
        yield server.url
    finally:
        await _to_the_end(server.leave)


async def _to_the_end(work: Callable[[], None]) -> None:
    """Run blocking work in a thread and never leave it half-done, also when cancelled."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        if not running.cancelled():
            # Who cancelled no longer asks, and asyncio would print what nobody has looked at.
            running.exception()
        raise


def _open_lock(path: Path) -> int:
    try:
        # O_CLOEXEC is Python's default: a started server must not inherit our lock.
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be opened ({error.strerror}), the database was made by another user:"
            f" run as that user, set AUTODOC_DATA_DIR, {INSTEAD}"
        ) from None


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _first_number(file: Path) -> int | None:
    try:
        found = re.match(r"\d{1,9}", file.read_text(errors="replace"))
    except OSError:
        return None
    return int(found[0]) if found else None


def _read_from(file: Path, start: int) -> str:
    try:
        return file.read_bytes()[start:].decode(errors="replace")
    except OSError as error:
        return str(error)


def _quoted(value: str) -> str:
    """Quote a setting for the shell that pg_ctl starts."""
    return "'" + value.replace("'", "'\\''") + "'"
