"""Git's smart HTTP protocol: `git http-backend` behind GitHub's authentication."""

import asyncio
import base64
import binascii
import contextlib
import tempfile
from pathlib import Path

from aiohttp import web

from tests.fake_github.branches import Branches
from tests.fake_github.calls import Refused
from tests.fake_github.git_repository import git_environment
from tests.fake_github.state import Exchange, Repository, Token
from tests.fake_github.tokens import valid_token
from tests.fake_github.world import World

PIECE = 65_536
GIT_SECONDS = 120


class GitServer:
    """Serves clones, fetches and pushes of every repository."""

    def __init__(self, world: World, pushed: asyncio.Event) -> None:
        self.world = world
        self.pushed = pushed

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request of a Git client."""
        name = f"{request.match_info['owner']}/{request.match_info['repo']}".removesuffix(".git")
        tail = request.match_info["tail"]
        service = request.query.get("service", tail)
        push = service == "git-receive-pack"
        with self.world.lock:
            try:
                token = self._token(request)
                found = self._repository(name, token, push=push)
            except Refused as refused:
                self._record(request, None, refused.status)
                headers = (
                    {"WWW-Authenticate": 'Basic realm="GitHub"'} if refused.status == 401 else {}
                )
                return web.Response(status=refused.status, text=refused.message, headers=headers)
            self._record(request, token, 200)
        with tempfile.TemporaryDirectory() as scratch:
            log = Path(scratch) / "pushed"
            environment = _cgi_environment(request, found, token, tail)
            environment["FAKE_GITHUB_PUSHED"] = str(log)
            response = await self._run_backend(request, environment)
            if log.exists():
                await asyncio.to_thread(self._tell, found, log.read_text())
                self.pushed.set()
        await response.write_eof()
        return response

    def _token(self, request: web.Request) -> Token | None:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            _, _, password = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused(401, "Invalid username or token.") from error
        return valid_token(self.world, password)

    def _repository(self, name: str, token: Token | None, *, push: bool) -> Repository:
        """A stranger is asked for a token; a token that does not reach the repository sees none."""
        found = self.world.find_repository(name)
        if found is None and name.lower() in self.world.renamed:
            found = self.world.repositories.get(self.world.renamed[name.lower()])
        if token is None:
            if found is not None and not found.private and not push:
                return found
            raise Refused(401, "Authentication required")
        if found is None or not token.covers(found):
            raise Refused(404, "Repository not found.")
        if not token.allows("contents", "write" if push else "read"):
            what = "Write access to repository not granted." if push else "Access denied."
            raise Refused(403, what)
        return found

    @staticmethod
    async def _run_backend(request: web.Request, environment: dict[str, str]) -> web.StreamResponse:
        process = await asyncio.create_subprocess_exec(
            "git",
            "http-backend",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
        )
        try:
            async with asyncio.timeout(GIT_SECONDS):
                return await _converse(request, process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def _tell(self, repository: Repository, log: str) -> None:
        with self.world.lock:
            branches = Branches(self.world)
            for line in log.splitlines():
                old, new, ref = line.split(" ", 2)
                branches.moved(repository, ref, (old, new), self.world.app.bot)

    def _record(self, request: web.Request, token: Token | None, status: int) -> None:
        self.world.record(
            Exchange(
                method=request.method,
                path=request.path,
                query=dict(request.query),
                body=None,
                caller="anonymous" if token is None else "installation",
                permissions={} if token is None else dict(token.permissions),
                status=status,
            )
        )


async def _converse(
    request: web.Request, process: asyncio.subprocess.Process
) -> web.StreamResponse:
    """Feeds the request to git while its answer is read."""
    output = process.stdout
    if output is None:
        raise RuntimeError("git http-backend has no output")
    feeding = asyncio.create_task(_feed(request, process))
    try:
        status, headers = 200, {}
        while line := (await output.readline()).strip():
            name, _, value = line.decode().partition(":")
            if name.lower() == "status":
                status = int(value.split()[0])
            else:
                headers[name] = value.strip()
        response = web.StreamResponse(status=status, headers=headers)
        await response.prepare(request)
        while piece := await output.read(PIECE):
            await response.write(piece)
        await process.wait()
        return response
    finally:
        feeding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await feeding


async def _feed(request: web.Request, process: asyncio.subprocess.Process) -> None:
    pipe = process.stdin
    if pipe is None:
        raise RuntimeError("git http-backend has no input")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        async for piece in request.content.iter_chunked(PIECE):
            pipe.write(piece)
            await pipe.drain()
    pipe.close()


def _cgi_environment(
    request: web.Request, repository: Repository, token: Token | None, tail: str
) -> dict[str, str]:
    path = repository.git.path
    environment = {
        **git_environment(),
        "GIT_PROJECT_ROOT": str(path.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{path.name}/{tail}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query_string,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "REMOTE_USER": "x-access-token",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
    }
    if token is not None and not token.allows("workflows", "write"):
        environment["FAKE_GITHUB_NO_WORKFLOWS"] = "1"
    if "Content-Encoding" in request.headers:
        environment["HTTP_CONTENT_ENCODING"] = request.headers["Content-Encoding"]
    if request.content_length is not None:
        environment["CONTENT_LENGTH"] = str(request.content_length)
    return environment
