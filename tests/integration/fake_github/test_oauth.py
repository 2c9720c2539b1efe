"""People who let the App know who they are."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client

BACK = "https://autodoc.example.com/sign-in/callback"
VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


async def code(github: FakeGitHub, client: Client, **changes: str) -> str:
    asked = {
        "client_id": github.app.client_id,
        "redirect_uri": BACK,
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    address = f"{github.url}/login/oauth/authorize"
    async with client.session.get(address, params=asked, allow_redirects=False) as answer:
        assert answer.status == 302
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert query["state"] == ["s"]
        return query["code"][0]


async def exchange(
    github: FakeGitHub, client: Client, given: str, **changes: str
) -> dict[str, str]:
    form = {
        "client_id": github.app.client_id,
        "client_secret": github.app.client_secret,
        "code": given,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    } | changes
    address = f"{github.url}/login/oauth/access_token"
    headers = {"Accept": "application/json"}
    async with client.session.post(address, data=form, headers=headers) as answer:
        assert answer.status == 200
        found: dict[str, str] = await answer.json()
        return found


async def test_a_person_sees_what_is_theirs_and_no_more_than_the_app(
    github: FakeGitHub, client: Client
) -> None:
    for name in ("shop", "hidden", "elsewhere"):
        await github.add_repository(f"acme/{name}", {"README.md": "# It\n"})
    await github.install("acme", ["acme/shop", "acme/hidden"])
    await github.set_permission("acme/shop", "mona", "write")
    await github.set_permission("acme/elsewhere", "mona", "write")
    github.sign_in_as("mona")
    given = await code(github, client)
    answer = await exchange(github, client, given)
    mona = client.with_token(answer["access_token"])
    assert (await mona.get("/user"))["login"] == "mona"
    seen = await mona.get("/repos/acme/shop")
    assert seen["permissions"] == {
        "admin": False,
        "maintain": False,
        "push": True,
        "triage": True,
        "pull": True,
    }
    assert (await mona.get(f"/repositories/{seen['id']}"))["full_name"] == "acme/shop"
    for name in ("hidden", "elsewhere"):
        assert (await mona.send("GET", f"/repos/acme/{name}")).status == 404
    assert (await mona.send("GET", "/repos/acme/shop/commits")).status == 403
    assert await exchange(github, client, given) == {"error": "bad_verification_code"}
    github.revoke_people()
    assert (await mona.send("GET", "/user")).status == 401
    github.assert_clean()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 64}, "bad_code_verifier"),
        ({"code_verifier": ""}, "bad_code_verifier"),
        ({"client_secret": "guessed"}, "incorrect_client_credentials"),
        ({"redirect_uri": "https://evil.example.com"}, "redirect_uri_mismatch"),
        ({"code": "guessed"}, "bad_verification_code"),
    ],
)
async def test_a_code_is_good_only_for_whoever_asked_for_it(
    github: FakeGitHub, client: Client, changes: dict[str, str], error: str
) -> None:
    given = await code(github, client)
    assert await exchange(github, client, given, **changes) == {"error": error}
