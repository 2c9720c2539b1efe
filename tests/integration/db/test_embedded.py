import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from app.db.embedded import EmbeddedPostgres, _to_the_end, share
from app.db.engine import PoolOptions, open_sessions, transaction
from app.db.processes import is_alive, read_command
from app.db.server_files import Account, Programs
from app.errors import ConfigurationError, StoreError
from tests.conftest import send

USER = """
import asyncio, pathlib, sys
from app.db.embedded import share

async def use():
    async with share(pathlib.Path(sys.argv[1])):
        print("joined", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(use())
"""


@pytest.fixture
def home(open_folder: Path) -> Path:
    return open_folder / "postgres"


def server_pid(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def runs(home: Path) -> bool:
    return (home / "data" / "postmaster.pid").exists() and read_command(
        server_pid(home)
    ) is not None


@asynccontextmanager
async def user(home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another command that uses the server until its input ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", USER, str(home)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"joined\n"
        yield process
    finally:
        if process.returncode is None:
            await process.communicate(b"\n")


async def test_server_starts_keeps_its_data_and_stops(home: Path) -> None:
    async with share(home) as url:
        await send(url, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)")
        assert runs(home)
    assert not runs(home)

    async with share(home) as url:
        await send(url, "SELECT 1 / count(*) FROM kept", "SELECT 1 / (lower('Ä') = 'ä')::int")
    assert not runs(home)


async def test_commands_that_start_together_share_one_server(home: Path) -> None:
    async with AsyncExitStack() as users:
        await asyncio.gather(
            *(users.enter_async_context(user(home)) for _ in range(2)),
            users.enter_async_context(share(home)),
        )
        assert runs(home)
    assert not runs(home)


async def test_server_runs_until_the_last_user_has_left(home: Path) -> None:
    async with share(home):
        pid = server_pid(home)
        async with user(home):
            pass
        async with user(home) as killed:
            killed.kill()
            await killed.wait()
        assert server_pid(home) == pid
        assert runs(home)
    assert not runs(home)


async def test_server_stops_when_its_only_user_was_killed(home: Path) -> None:
    async with user(home) as killed:
        pid = server_pid(home)
        killed.kill()
        await killed.wait()

    async with asyncio.timeout(20):
        while read_command(pid) is not None:  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(0.05)
    async with share(home):
        assert runs(home)
    assert not runs(home)


async def test_killed_server_starts_again_with_all_that_was_committed(home: Path) -> None:
    async with share(home) as url:
        await send(url, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)")
        os.kill(server_pid(home), signal.SIGKILL)

        async with share(home) as again:
            assert again == url
            await send(url, "SELECT 1 / count(*) FROM kept")


async def test_lock_files_of_a_process_whose_id_was_given_to_another_are_removed(
    home: Path,
) -> None:
    async with share(home):
        stale = (home / "data" / "postmaster.pid").read_text()
    ours = stale.replace(stale.split()[0], str(os.getpid()), 1)
    (home / "data" / "postmaster.pid").write_text(ours)
    (home / "run" / ".s.PGSQL.5432.lock").write_text(ours)

    async with share(home) as url:
        await send(url, "SELECT 1")
    assert is_alive(os.getpid())


async def test_cluster_that_was_half_made_is_made_anew(home: Path) -> None:
    half = home / "data.1.init"
    half.mkdir(parents=True)
    home.chmod(0o711)
    (half / "PG_VERSION").write_text("18\n")

    async with share(home) as url:
        await send(url, "SELECT 1")
    assert not half.exists()


async def test_cancelled_start_leaves_no_server(home: Path) -> None:
    async def use() -> None:
        async with share(home):
            await asyncio.sleep(60)

    starting = asyncio.create_task(use())
    await asyncio.sleep(0.3)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    assert not runs(home)


def test_failure_after_a_cancellation_is_not_printed() -> None:
    printed: list[object] = []

    async def interrupted() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: printed.append(context))
        cancelled = threading.Event()

        def fail() -> None:
            cancelled.wait(10)
            raise StoreError("it does not start")

        starting = asyncio.create_task(_to_the_end(fail))
        await asyncio.sleep(0.05)
        starting.cancel()
        asyncio.get_running_loop().call_later(0.05, cancelled.set)
        with pytest.raises(asyncio.CancelledError):
            await starting

    asyncio.run(interrupted())
    gc.collect()

    assert printed == []


def test_ctrl_c_does_not_reach_the_programs_of_the_database() -> None:
    account = Account(os.geteuid(), os.getegid(), changed=False)
    group = Programs(Path("/bin"), account).run("sh", "-c", "ps -o pgid= -p $$")

    assert int(group) != os.getpgrp()


async def test_long_and_odd_path_works(open_folder: Path) -> None:
    home = open_folder / ("long name with a ' in it " * 4)
    async with share(home) as url:
        assert len(str(make_url(url).query["host"])) < 100
        await send(url, "SELECT 1")


async def test_user_without_name_learns_what_to_set(open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become a user without a name")
    program = (
        "import os, pathlib, sys; from app.db.embedded import EmbeddedPostgres;"
        "from app.errors import *; os.setgid(54321); os.setuid(54321)\n"
        "try: EmbeddedPostgres(pathlib.Path(sys.argv[1])).join()\n"
        "except ConfigurationError as error: print(error)"
    )
    said = await output_of(program, str(open_folder / "postgres"))
    assert "uid 54321" in said
    assert "AUTODOC_DATABASE_URL" in said


async def test_ordinary_user_has_a_server_too(open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("then every test here shows it")
    os.chown(open_folder, 65534, 65534)
    program = (
        "import os, pathlib, sys; from app.db.embedded import EmbeddedPostgres;"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1])); server.join()\n"
        "print('owner', pathlib.Path(sys.argv[1], 'data').stat().st_uid); server.leave()"
    )
    assert "owner 65534" in await output_of(program, str(open_folder / "postgres"))
    assert not runs(open_folder / "postgres")

    async with share(open_folder / "postgres") as url:
        await send(url, "SELECT 1")


async def output_of(program: str, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    return (await process.communicate())[0].decode()


async def test_folder_that_the_server_may_not_enter_is_named_and_left_alone(
    open_folder: Path,
) -> None:
    if os.geteuid() != 0:
        pytest.skip("an ordinary user enters what it made")
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(ConfigurationError, match=f"{closed}: set.*AUTODOC_DATABASE_URL"):
        EmbeddedPostgres(closed / "postgres").join()

    assert closed.stat().st_mode & 0o777 == 0o700


async def test_cluster_that_cannot_start_is_told_with_its_cause(home: Path) -> None:
    async with share(home):
        pass

    with pytest.raises(StoreError, match=r"shared_buffers.*AUTODOC_DATABASE_URL"):
        async with share(home, {"shared_buffers": "no size"}):
            pytest.fail("it cannot start")
    async with share(home):
        assert runs(home)


async def test_database_that_does_not_run_is_a_store_error(open_folder: Path) -> None:
    url = f"postgresql+asyncpg://postgres@/autodoc?host={open_folder}"
    async with open_sessions(url, PoolOptions(connect_timeout=1)) as sessions:
        with pytest.raises(StoreError, match="AUTODOC_DATABASE_URL"):
            async with transaction(sessions) as session:
                await session.execute(select(1))
    async with open_sessions(url.replace(f"host={open_folder}", "host=127.0.0.1&port=1")) as other:
        with pytest.raises(StoreError, match="cannot be reached"):
            async with transaction(other) as session:
                await session.execute(select(1))
