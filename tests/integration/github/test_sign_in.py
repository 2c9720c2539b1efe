"""Signing in, spoken with the fake GitHub."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from app.domain.work.person import Person, Rights
from app.errors import ConfigurationError, GitHubError
from app.github.sign_in import SignIn, open_sign_in
from app.server.pages.signing_in import challenge_of
from app.settings import GitHubSettings
from tests.fake_github.fake import FakeGitHub

BACK = "http://127.0.0.1:8080/sign-in/callback"
VERIFIER = "v" * 64


@pytest.fixture
async def github(tmp_path: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub.start(tmp_path) as fake:
        await fake.add_repository("octo/shop", {"README.md": "# Shop\n"})
        await fake.install("octo")
        fake.sign_in_as("mona")
        yield fake


@pytest.fixture
async def signer(github: FakeGitHub) -> AsyncIterator[SignIn]:
    settings = GitHubSettings(
        client_id=github.app.client_id,
        client_secret=SecretStr(github.app.client_secret),
        api_url=github.api_url,
        web_url=github.url,
    )
    async with open_sign_in(settings) as signer:
        yield signer


async def code_of(signer: SignIn) -> str:
    """What a browser brings back."""
    address = signer.address("state", challenge_of(VERIFIER), BACK)
    async with aiohttp.ClientSession() as browser, browser.get(address, allow_redirects=False) as a:
        return parse_qs(urlsplit(a.headers["Location"]).query)["code"][0]


async def person_of(signer: SignIn) -> Person:
    person = await signer.person(await code_of(signer), VERIFIER, BACK)
    assert person is not None
    return person


async def test_rights_are_those_that_github_gives_the_person(
    github: FakeGitHub, signer: SignIn
) -> None:
    mona = await person_of(signer)
    shop = str(github.world.repository("octo/shop").id)
    assert mona.login == "mona"
    assert mona.token.get_secret_value() not in repr(mona)
    assert await signer.rights(mona, shop) == Rights()
    await github.set_permission("octo/shop", "mona", "read")
    assert await signer.rights(mona, shop) == Rights(read=True)
    await github.set_permission("octo/shop", "mona", "write")
    assert await signer.rights(mona, shop) == Rights(read=True, write=True)
    assert await signer.rights(mona, "987654321") == Rights()
    github.revoke_people()
    assert await signer.rights(mona, shop) == Rights(known=False)


async def test_a_code_is_taken_once_and_with_its_verifier_only(signer: SignIn) -> None:
    code = await code_of(signer)
    assert await signer.person(code, "w" * 64, BACK) is None
    assert await signer.person(code, VERIFIER, BACK) is not None
    assert await signer.person(code, VERIFIER, BACK) is None


async def test_what_github_does_not_answer_is_no_right(github: FakeGitHub, signer: SignIn) -> None:
    mona = await person_of(signer)
    await github.set_permission("octo/shop", "mona", "write")
    github.fail_next("GET", "/api/v3/repositories/.*", status=500, times=2)
    assert await signer.rights(mona, str(github.world.repository("octo/shop").id)) == Rights()


async def test_an_unreadable_answer_is_github_s_fault(github: FakeGitHub, signer: SignIn) -> None:
    github.fail_next("GET", "/api/v3/user", status=502, times=2)
    with pytest.raises(GitHubError):
        await signer.person(await code_of(signer), VERIFIER, BACK)


async def test_without_a_client_nobody_can_sign_in() -> None:
    with pytest.raises(ConfigurationError, match="AUTODOC_GITHUB__CLIENT_ID"):
        async with open_sign_in(GitHubSettings()):
            pass
