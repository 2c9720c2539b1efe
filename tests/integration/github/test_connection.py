"""What a connection takes from its surroundings."""

from pathlib import Path

import pytest
from aiohttp import web

from app.github.connection import open_github
from tests.fake_github.fake import FakeGitHub
from tests.integration.github.conftest import NAME, QUICK, settings_for


async def test_a_password_file_that_knows_the_host_does_no_harm(
    fake: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("machine 127.0.0.1 login me password mine\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("NETRC", str(passwords))
    await fake.add_repository(NAME, {"README.md": "# Shop\n"})
    installation = await fake.install("acme")

    async with open_github(settings_for(fake), QUICK) as github:
        assert await github.client.installation_of(NAME) == installation.id


async def test_a_proxy_of_the_environment_is_used_with_its_login(
    fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        seen.append((request.headers["Host"], request.headers.get("Proxy-Authorization", "")))
        return web.json_response({"id": 7})

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
            assert await github.client.installation_of(NAME) == 7
    finally:
        await runner.cleanup()

    assert seen == [("github.test", "Basic bWU6bWluZQ==")]
