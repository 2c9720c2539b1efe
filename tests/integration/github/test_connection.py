"""What a connection takes from its surroundings."""

from pathlib import Path

import pytest
from aiohttp import web

from app.domain.work.repository import Provider, RepositoryRef
from app.github.connection import open_github
from tests.fake_github.fake import FakeGitHub
from tests.integration.github.conftest import NAME, QUICK, settings_for


def make_repository(number: int, installation_id: int) -> RepositoryRef:
    return RepositoryRef(
        provider=Provider.GITHUB,
        external_id=str(number),
        full_name=NAME,
        url=f"https://github.com/{NAME}",
        installation_id=installation_id,
    )


async def test_a_password_file_that_knows_the_host_does_no_harm(
    fake: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("machine 127.0.0.1 login me password mine\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("NETRC", str(passwords))
    known = await fake.add_repository(NAME, {"README.md": "# Shop\n"})
    installation = await fake.install("acme")
    repository = make_repository(known.id, installation.id)

    async with open_github(settings_for(fake), QUICK) as github:
        assert await github.client.head_of(repository, "main") == fake.head(NAME, "main")


async def test_a_proxy_of_the_environment_is_used_with_its_login(
    fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        seen.append((request.headers["Host"], request.headers.get("Proxy-Authorization", "")))
        return web.json_response({"token": "ghs_x", "expires_at": "2100-01-01T00:00:00Z"})

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://me:mine@127.0.0.1:{runner.addresses[0][1]}"
    monkeypatch.setenv("http_proxy", address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    settings = settings_for(fake).model_copy(update={"api_url": "http://github.test"})
    try:
        async with open_github(settings, QUICK) as github:
            assert await github.credentials.git_token(make_repository(1, 7)) == "ghs_x"
    finally:
        await runner.cleanup()

    # The token is asked for, and handed back.
    assert seen == [("github.test", "Basic bWU6bWluZQ==")] * 2
