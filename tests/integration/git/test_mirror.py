import asyncio
import base64
import subprocess
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from app.errors import GitError, InputError
from app.git.mirror import Mirrors
from app.git.snapshot import Snapshot
from tests.integration.git.repositories import (
    ENVIRONMENT,
    commit,
    everything_in,
    git,
    make_repository,
)

FILE = frozenset({"file"})
TOKEN = "ghs_a_secret_that_nobody_else_may_see"  # noqa: S105 - a made-up one
WRONG = "wrong-one"


async def test_a_mirror_follows_its_source_with_branches_tags_and_head(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})
    git(shop, "branch", "old")
    mirrors = Mirrors(tmp_path / "mirrors")

    mirror = await mirrors.update("o/shop", str(shop), allow=FILE)
    commit(shop, {"a.py": "2"})
    git(shop, "tag", "v1")
    git(shop, "branch", "--delete", "--force", "old")
    git(shop, "branch", "--move", "main", "trunk")
    again = await mirrors.update("o/shop", f"file://{shop}", allow=FILE)

    assert again == mirror == tmp_path / "mirrors/o/shop.git"
    assert git(mirror, "for-each-ref", "--format=%(refname)").split() == [
        "refs/heads/trunk",
        "refs/tags/v1",
    ]
    assert git(mirror, "symbolic-ref", "HEAD") == "refs/heads/trunk"
    assert (await Snapshot.open(mirror, "v1")).commit == git(shop, "rev-parse", "HEAD")
    assert not (mirror / "a.py").exists()


async def test_only_transports_that_the_operator_allowed_are_used(tmp_path: Path) -> None:
    mirrors = Mirrors(tmp_path)

    for url in ("/srv/x", "file:///srv/x", "ext::sh -c id", "http://x.example/y", "ssh://x/y"):
        with pytest.raises(InputError):
            await mirrors.update("x", url, allow=frozenset({"https"}))
    for url in (
        "../x",
        "-u./x",
        "https://x/y\nz",
        "https://u:p@x.example/y",
        "https://u@x.example/y",
    ):
        with pytest.raises(InputError):
            await mirrors.update("x", url, allow=frozenset({"https", "file"}))


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a/../b", "", "-x", "a b", ".git"])
async def test_a_mirror_stays_in_its_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="name of a mirror"):
        await Mirrors(tmp_path).update(name, "/srv/x", allow=FILE)


async def test_a_source_that_is_missing_is_an_error_of_git(tmp_path: Path) -> None:
    with pytest.raises(GitError):
        await Mirrors(tmp_path / "m").update("x", str(tmp_path / "nowhere"), allow=FILE)


async def test_two_updates_of_one_mirror_wait_for_each_other(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})
    mirrors = [Mirrors(tmp_path / "mirrors") for _ in range(4)]

    paths = await asyncio.gather(*(one.update("shop", str(shop), allow=FILE) for one in mirrors))

    assert len(set(paths)) == 1
    assert git(paths[0], "fsck", "--strict") == ""


async def test_what_a_killed_fetch_left_behind_is_cleared_away(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})
    mirrors = Mirrors(tmp_path / "mirrors")
    mirror = await mirrors.update("shop", str(shop), allow=FILE)
    secrets = tmp_path / "mirrors" / "shop.git.askpass-dead"
    secrets.mkdir()
    (secrets / "token").write_text(TOKEN)
    (mirror / "packed-refs.lock").touch()

    await mirrors.update("shop", str(shop), allow=FILE)

    assert not secrets.exists()
    assert not (mirror / "packed-refs.lock").exists()


async def test_an_empty_source_gives_an_empty_mirror(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "shop")

    mirror = await Mirrors(tmp_path / "mirrors").update("x", str(tmp_path / "shop"), allow=FILE)

    with pytest.raises(InputError):
        await Snapshot.open(mirror, "HEAD")


async def test_a_fetch_ends_when_its_time_is_over(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})
    mirrors = Mirrors(tmp_path / "mirrors", fetch_timeout=0.001)

    with pytest.raises(GitError, match="git fetch took longer than"):
        await mirrors.update("shop", str(shop), allow=FILE)


async def test_the_token_reaches_the_host_and_nothing_else(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})
    arguments: set[bytes] = set()

    async with smart_http(shop.parent) as (url, granted):
        sampling = asyncio.create_task(sample_arguments(arguments))
        mirror = await Mirrors(tmp_path / "mirrors").update(
            "shop", f"{url}/shop/.git", token=TOKEN, allow=frozenset({"http"})
        )
        sampling.cancel()

    assert granted == [TOKEN]
    assert any(b"git" in one for one in arguments)
    assert not [one for one in arguments if TOKEN.encode() in one]
    assert not [name for name, text in everything_in(tmp_path).items() if TOKEN.encode() in text]
    assert {path.name for path in mirror.parent.iterdir()} == {"shop.git", "shop.git.lock"}
    assert (await Snapshot.open(mirror, "main")).commit == git(shop, "rev-parse", "HEAD")


async def test_a_wrong_token_is_an_error_that_does_not_name_it(tmp_path: Path) -> None:
    make_repository(tmp_path / "shop", {"a.py": "1"})

    async with smart_http(tmp_path) as (url, _):
        with pytest.raises(GitError) as caught:
            await Mirrors(tmp_path / "m").update(
                "shop", f"{url}/shop/.git", token=WRONG, allow=frozenset({"http"})
            )

    assert WRONG not in str(caught.value)


async def sample_arguments(seen: set[bytes]) -> None:
    """Look at the arguments of every process, as another user of the machine could."""
    while True:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.add(path.read_bytes())
            except OSError:
                continue
        await asyncio.sleep(0.005)


@asynccontextmanager
async def smart_http(root: Path) -> AsyncIterator[tuple[str, list[str]]]:
    """Serve repositories over git's own http-backend to whoever knows the token."""
    granted: list[str] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        user, _, password = base64.b64decode(given).decode().partition(":")
        if (user, password) != ("x-access-token", TOKEN):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="git"'})
        granted[:] = [password]
        return await asyncio.to_thread(run_backend, root, request, await request.read())

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", serve)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", granted
    finally:
        await runner.cleanup()


def run_backend(root: Path, request: web.Request, body: bytes) -> web.Response:
    done = subprocess.run(
        ["git", "http-backend"],  # noqa: S607 - the git of the machine
        input=body,
        env={
            **ENVIRONMENT,
            "GIT_PROJECT_ROOT": str(root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query_string,
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        },
        check=True,
        capture_output=True,
        timeout=30,
    )
    head, _, answer = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    status = int(headers.pop("Status", "200 OK").split()[0])
    return web.Response(status=status, headers=headers, body=answer)


async def test_a_mirror_is_removed_with_all_it_holds(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1", "b.py": "2"})
    mirrors = Mirrors(tmp_path / "mirrors")
    mirror = await mirrors.update("github-1", str(shop), allow=FILE)
    blobs = {git(shop, "rev-parse", f"HEAD:{name}") for name in ("a.py", "b.py")}

    assert await mirrors.blobs("github-1") == blobs
    await mirrors.remove("github-1")
    await mirrors.remove("github-1")
    assert not mirror.exists()
    assert await mirrors.blobs("github-1") == frozenset()
    assert await mirrors.names() == []


async def test_only_mirrors_that_nobody_knows_are_dropped(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})
    mirrors = Mirrors(tmp_path / "mirrors")
    for name in ("github-1", "github-2", "local-2", "github-x"):
        await mirrors.update(name, str(shop), allow=FILE)
    forgotten: list[int] = []

    async def known() -> set[int]:
        return {1}

    async def forget(blobs: Collection[str]) -> None:
        forgotten.append(len(blobs))

    await mirrors.drop_unknown("github-", known, forget)
    assert await mirrors.names() == ["github-1", "github-x", "local-2"]
    assert forgotten == [1]
