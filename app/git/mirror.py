"""Bare mirrors of the repositories that are documented."""

import asyncio
import fcntl
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from app.errors import GitError, InputError
from app.git.command import run_git

LOCK_TIMEOUT_S = 1_800.0
REMOVE_TIMEOUT_S = 60.0
LOCK_INTERVAL_S = 0.1
SIZE_INTERVAL_S = 2.0

_REFSPECS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_PULLS = "refs/pull/"
MOST_PULLS = 300
"""So many heads of pull requests are kept, so that their next commits need little traffic."""
_NAME = re.compile(r"[\w][\w.-]*(/[\w][\w.-]*){0,3}")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_BY_CREDENTIALS = "askpass-"


Forget = Callable[[Collection[str]], Awaitable[None]]
"""Deletes what is known of blobs."""


class Mirrors:
    """The mirrors in one directory; processes that update the same one wait for each other."""

    def __init__(
        self, directory: Path, max_bytes: int = 10_000_000_000, fetch_timeout: float = 1_800
    ) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._fetch_timeout = fetch_timeout

    async def update(
        self, name: str, url: str, *, token: str | None = None, allow: frozenset[str]
    ) -> Path:
        """Fetch all branches and tags of `url` into the mirror `name`, and return its path.

        `allow` are the transports that the operator agreed to; git gets the one of `url` alone.
        The token reaches git through a file that only its owner can read and that is gone
        afterwards, and only the host of `url` is ever told it.
        """
        protocol = _protocol(url, allow)
        mirror = self.place(name)
        await asyncio.to_thread(mirror.parent.mkdir, parents=True, exist_ok=True)
        async with self._lock(mirror):
            await self._prepare(mirror)
            async with self._transport(url, protocol, token, mirror) as env:
                await self._fetch(mirror, url, env)
            await self._follow_default_branch(mirror, url, protocol, token)
        return mirror

    async def bring(
        self,
        name: str,
        url: str,
        refs: Sequence[str],
        *,
        token: str | None = None,
        allow: frozenset[str],
    ) -> Path:
        """Fetch only some refs of `url`, under their own names, and return the mirror's path.

        A ref may end with a star. The first time everything is fetched. Of pull requests the mirror
        keeps the newest `MOST_PULLS`.
        """
        if not await asyncio.to_thread((self.place(name) / "HEAD").is_file):
            await self.update(name, url, token=token, allow=allow)
        protocol = _protocol(url, allow)
        mirror = self.place(name)
        async with self._lock(mirror):
            await self._prepare(mirror)
            async with self._transport(url, protocol, token, mirror) as env:
                await self._fetch(mirror, url, env, [f"+{each}:{each}" for each in refs])
            await _forget_pulls(mirror)
        return mirror

    def place(self, name: str) -> Path:
        """Say where a mirror is, or will be."""
        if not _NAME.fullmatch(name) or ".." in name:
            raise InputError(f"{name!r} cannot be the name of a mirror")
        return self._directory / f"{name}.git"

    async def names(self) -> list[str]:
        """List the mirrors that lie in the directory itself."""
        found = await asyncio.to_thread(lambda: sorted(self._directory.glob("*.git")))
        return [each.name.removesuffix(".git") for each in found]

    async def drop_unknown(
        self, prefix: str, known: Callable[[], Awaitable[Collection[int]]], forget: Forget
    ) -> None:
        """Delete the mirrors whose name is the prefix and a number that nobody knows any more.

        Another machine, or a run that was slow to stop, may have left them.
        """
        names = [each for each in await self.names() if each.removeprefix(prefix).isdigit()]
        # Asked after the look: a mirror that is made meanwhile belongs to somebody.
        numbers = await known() if names else ()
        for name in names:
            if int(name.removeprefix(prefix)) not in numbers:
                await forget(await self.blobs(name))
                await self.remove(name)

    async def blobs(self, name: str) -> frozenset[str]:
        """List all blobs of a mirror; none when there is no such mirror."""
        mirror = self.place(name)
        if not await asyncio.to_thread((mirror / "HEAD").is_file):
            return frozenset()
        listing = ("--batch-check=%(objecttype) %(objectname)", "--batch-all-objects")
        said = await run_git(mirror, "cat-file", *listing, "--unordered")
        kinds = (line.partition(" ") for line in said.decode("ascii").splitlines())
        return frozenset(object_id for kind, _, object_id in kinds if kind == "blob")

    async def remove(self, name: str) -> None:
        """Delete a mirror, as soon as nobody fetches into it.

        Who still reads it is told by git that it is gone.
        """
        mirror = self.place(name)
        if not await asyncio.to_thread(mirror.is_dir):
            return
        async with self._lock(mirror, REMOVE_TIMEOUT_S):
            await asyncio.to_thread(_clear, mirror)
            await asyncio.to_thread(shutil.rmtree, mirror, ignore_errors=True)

    @asynccontextmanager
    async def _lock(self, mirror: Path, patience: float = LOCK_TIMEOUT_S) -> AsyncIterator[None]:
        handle = await asyncio.to_thread(_open_lock, mirror.with_name(f"{mirror.name}.lock"))
        try:
            async with asyncio.timeout(patience):
                while not _try_lock(handle):  # noqa: ASYNC110 - no event crosses processes
                    await asyncio.sleep(LOCK_INTERVAL_S)
            yield
        except TimeoutError:
            raise GitError(f"another process has updated {mirror} for too long") from None
        finally:
            os.close(handle)

    async def _prepare(self, mirror: Path) -> None:
        """Make an empty mirror, and clear away what a killed fetch left behind."""
        await asyncio.to_thread(_clear, mirror)
        if not await asyncio.to_thread((mirror / "HEAD").is_file):
            await asyncio.to_thread(mirror.mkdir, exist_ok=True)
            await run_git(mirror, "init", "--quiet", "--bare", "--template=", ".")

    async def _fetch(
        self,
        mirror: Path,
        url: str,
        env: Mapping[str, str],
        refspecs: Sequence[str] = _REFSPECS,
    ) -> None:
        arguments = ("fetch", "--quiet", "--prune", "--force", "--no-tags", "--no-write-fetch-head")
        fetching = asyncio.create_task(
            run_git(
                mirror,
                *arguments,
                "--no-recurse-submodules",
                "--end-of-options",
                url,
                *refspecs,
                env=env,
                timeout=self._fetch_timeout,
            )
        )
        try:
            while not (await asyncio.wait({fetching}, timeout=SIZE_INTERVAL_S))[0]:
                if await asyncio.to_thread(_size, mirror) > self._max_bytes:
                    raise InputError(f"the mirror would exceed its cap of {self._max_bytes} bytes")
            await fetching
        finally:
            fetching.cancel()
            with suppress(asyncio.CancelledError, GitError):
                await fetching

    async def _follow_default_branch(
        self, mirror: Path, url: str, protocol: str, token: str | None
    ) -> None:
        """Let HEAD name the branch that it names at the source."""
        async with self._transport(url, protocol, token, mirror) as env:
            listing = await run_git(
                mirror, "ls-remote", "--symref", "--end-of-options", url, "HEAD", env=env
            )
        match = re.match(rb"ref: (refs/heads/\S+)\tHEAD", listing)
        if match is not None:
            await run_git(mirror, "symbolic-ref", "HEAD", match[1].decode(errors="replace"))

    @asynccontextmanager
    async def _transport(
        self, url: str, protocol: str, token: str | None, mirror: Path
    ) -> AsyncIterator[dict[str, str]]:
        """Allow git one transport and tell it the token, for the time of one command."""
        folder = await asyncio.to_thread(
            tempfile.mkdtemp, prefix=f"{mirror.name}.{_BY_CREDENTIALS}", dir=mirror.parent
        )
        env = {"GIT_ALLOW_PROTOCOL": protocol}
        try:
            if protocol == "file":
                env |= await asyncio.to_thread(_trust, Path(folder), url)
            elif token is not None:
                env |= await asyncio.to_thread(_write_askpass, Path(folder), url, token)
            yield env
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _digits(ref: str) -> str:
    return "".join(char for char in ref if char.isdecimal())


async def _forget_pulls(mirror: Path) -> None:
    """Drop the heads of old pull requests, which nobody fetches again."""
    listing = await run_git(mirror, "for-each-ref", "--format=%(refname)", _PULLS)
    known = sorted(listing.decode().split(), key=lambda name: int(f"0{_digits(name)}"))
    old = known[:-MOST_PULLS]
    if old:
        orders = "".join(f"delete {name}\n" for name in old)
        await run_git(mirror, "update-ref", "--stdin", stdin=orders.encode())


def _protocol(url: str, allow: frozenset[str]) -> str:
    if re.search(r"[\x00-\x20\x7f]", url) or url.startswith("-"):
        raise InputError("the address of a repository has no white space and no leading dash")
    parts = urlsplit(url)
    protocol = parts.scheme if "://" in url else "file"
    if protocol == "file" and "://" not in url and not Path(url).is_absolute():
        raise InputError(f"{url} is neither an address nor the full path of a repository")
    if protocol not in allow:
        raise InputError(f"repositories are not fetched over {protocol}: allow it, or use https")
    if parts.password is not None or (parts.username and protocol != "ssh"):
        raise InputError("the address of a repository holds no credentials: give the token apart")
    return protocol


def _write_askpass(folder: Path, url: str, token: str) -> dict[str, str]:
    """Answer git's question for a password, and only when it asks for the host of the address."""
    host = urlsplit(url).netloc
    if not _HOST.fullmatch(host):
        raise InputError("the address of the repository names no host")
    secret, script = folder / "token", folder / "askpass"
    descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    script.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        f'  Username*"://{host}\'"*) echo x-access-token ;;\n'
        f'  Password*"://x-access-token@{host}\'"*) cat {shlex.quote(str(secret))} ;;\n'
        "  *) exit 1 ;;\n"
        "esac\n"
    )
    script.chmod(0o700)
    return {"GIT_ASKPASS": str(script)}


def _trust(folder: Path, url: str) -> dict[str, str]:
    """Let git read the one repository that was named, even if somebody else owns it.

    The program at the other end of the transport does not see our options, only a file.
    """
    path = urlsplit(url).path if "://" in url else url
    config = folder / "config"
    quoted = path.rstrip("/").replace("\\", "\\\\").replace('"', '\\"')
    config.write_text(f'[safe]\n\tdirectory = "{quoted}"\n\tdirectory = "{quoted}/.git"\n')
    return {"GIT_CONFIG_GLOBAL": str(config)}


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _clear(mirror: Path) -> None:
    for folder in mirror.parent.glob(f"{mirror.name}.{_BY_CREDENTIALS}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for leftover in (*mirror.glob("objects/pack/tmp_*"), *mirror.glob("*.lock")):
        leftover.unlink(missing_ok=True)


def _size(mirror: Path) -> int:
    return sum(path.stat().st_size for path in mirror.glob("objects/**/*") if path.is_file())
