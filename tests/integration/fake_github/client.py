"""A plain GitHub client for these tests: it signs the app's tokens and sends what it is told."""

import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
from multidict import CIMultiDictProxy

from tests.fake_github.fake import FakeGitHub


@dataclass
class Reply:
    status: int
    headers: CIMultiDictProxy[str]
    body: Any


@dataclass
class Client:
    github: FakeGitHub
    session: aiohttp.ClientSession
    authorization: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Reply:
        known = {"Authorization": self.authorization} if self.authorization else {}
        url = path if path.startswith("http") else f"{self.github.api_url}{path}"
        async with self.session.request(
            method, url, json=body, headers={**known, **(headers or {})}, allow_redirects=False
        ) as answer:
            is_json = answer.content_type == "application/json"
            content = await answer.json() if is_json else await answer.read()
            return Reply(answer.status, answer.headers, content)

    async def get(self, path: str) -> Any:
        return (await self.send("GET", path)).body

    async def post(self, path: str, body: Any) -> Any:
        return (await self.send("POST", path, body)).body

    def as_app(self, **claims: Any) -> "Client":
        now = int(time.time())
        content = {
            "iat": now - 60,
            "exp": now + 540,
            "iss": self.github.app.client_id,
            **claims,
        }
        signed = jwt.encode(content, self.github.app.private_key, algorithm="RS256")
        return Client(self.github, self.session, f"Bearer {signed}")

    def with_token(self, token: str) -> "Client":
        return Client(self.github, self.session, f"Bearer {token}")

    async def token(self, installation_id: int, body: Any = None) -> str:
        path = f"/app/installations/{installation_id}/access_tokens"
        answer = await self.as_app().post(path, {} if body is None else body)
        return str(answer["token"])

    async def as_installation(self, installation_id: int, body: Any = None) -> "Client":
        return self.with_token(await self.token(installation_id, body))


async def commit_on(client: Client, branch: str, base: str, files: dict[str, str]) -> str:
    """One commit by the Git data API on a new branch."""
    root = "/repos/acme/shop/git"
    parent = await client.get(f"{root}/commits/{base}")
    entries = [
        {"path": path, "mode": "100644", "type": "blob", "content": text}
        for path, text in files.items()
    ]
    tree = await client.post(f"{root}/trees", {"base_tree": parent["tree"]["sha"], "tree": entries})
    commit = await client.post(
        f"{root}/commits", {"message": "Write docs", "tree": tree["sha"], "parents": [base]}
    )
    await client.post(f"{root}/refs", {"ref": f"refs/heads/{branch}", "sha": commit["sha"]})
    return str(commit["sha"])
