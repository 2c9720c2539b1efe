"""Who may do what: the app's JWT, installation tokens, their scopes and their age."""

import time
from typing import Any

import pytest

from tests.fake_github.fake import FakeGitHub
from tests.integration.fake_github.client import Client

SHOP = "/repos/acme/shop"


@pytest.fixture
async def installation_id(github: FakeGitHub) -> int:
    await github.add_repository("acme/shop", {"README.md": "# Shop\n"})
    await github.add_repository("acme/other", {"README.md": "# Other\n"})
    await github.add_repository("acme/hidden", {"README.md": "# Hidden\n"})
    return (await github.install("acme", ["acme/shop", "acme/other"])).id


async def test_the_app_is_known_by_its_client_id_and_by_its_id(
    github: FakeGitHub, client: Client
) -> None:
    for issuer in (github.app.client_id, str(github.app.id)):
        assert (await client.as_app(iss=issuer).send("GET", "/app")).status == 200
    assert (await client.as_app(iss="somebody").send("GET", "/app")).status == 404


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"exp": 3600}, "too far in the future"),
        ({"exp": -10}, "must be a numeric value representing the future"),
        ({"iat": 600}, "'Issued at' claim"),
    ],
)
async def test_a_jwt_with_wrong_times_is_refused(
    client: Client, claims: dict[str, int], message: str
) -> None:
    now = int(time.time())
    shifted = {name: now + seconds for name, seconds in claims.items()}
    refused = await client.as_app(**shifted).send("GET", "/app")
    assert refused.status == 401
    assert message in refused.body["message"]


async def test_a_jwt_signed_by_another_key_is_refused(client: Client) -> None:
    forged = client.as_app()
    forged.authorization = forged.authorization[:-40] + "A" * 40
    assert (await forged.send("GET", "/app")).status == 401


async def test_a_token_is_no_jwt_and_a_jwt_no_token(client: Client, installation_id: int) -> None:
    token = await client.as_installation(installation_id)
    assert (await token.send("GET", "/app")).status == 401
    assert (await client.as_app().send("GET", SHOP)).status == 401
    assert (await client.send("GET", SHOP)).status == 401


async def test_a_token_reaches_what_the_installation_covers(
    client: Client, installation_id: int
) -> None:
    token = await client.as_installation(installation_id)
    assert (await token.send("GET", SHOP)).status == 200
    assert (await token.send("GET", "/repos/acme/hidden")).status == 404
    listed = await token.get("/installation/repositories")
    assert (listed["total_count"], listed["repository_selection"]) == (2, "selected")


async def test_a_token_is_narrowed_by_name_and_by_id(
    github: FakeGitHub, client: Client, installation_id: int
) -> None:
    shop_id = github.world.repository("acme/shop").id
    for body in ({"repositories": ["shop"]}, {"repository_ids": [shop_id]}):
        narrowed = await client.as_installation(installation_id, body)
        assert (await narrowed.send("GET", SHOP)).status == 200
        assert (await narrowed.send("GET", "/repos/acme/other")).status == 404


async def test_a_token_without_the_permission_gets_githubs_403(
    github: FakeGitHub, client: Client, installation_id: int
) -> None:
    body = {"permissions": {"contents": "read", "pull_requests": "read"}}
    reader = await client.as_installation(installation_id, body)
    assert (await reader.send("GET", f"{SHOP}/commits/main")).status == 200
    refused = await reader.send("POST", f"{SHOP}/git/blobs", {"content": "x"})
    assert refused.status == 403
    assert refused.body["message"] == "Resource not accessible by integration"
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "contents=write"
    assert github.requests[-1].permissions == {**body["permissions"], "metadata": "read"}


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": {"administration": "write"}},
        {"permissions": {"issues": "write"}},
        {"repositories": ["hidden"]},
        {"repository_ids": [1]},
    ],
)
async def test_a_token_never_gets_more_than_the_installation(
    client: Client, installation_id: int, body: Any
) -> None:
    path = f"/app/installations/{installation_id}/access_tokens"
    assert (await client.as_app().send("POST", path, body)).status == 422


async def test_a_token_lives_one_hour(
    github: FakeGitHub, client: Client, installation_id: int
) -> None:
    token = await client.as_installation(installation_id)
    github.advance(3590)
    assert (await token.send("GET", SHOP)).status == 200
    github.advance(20)
    assert (await token.send("GET", SHOP)).status == 401
    fresh = await client.as_installation(installation_id)
    assert (await fresh.send("GET", SHOP)).status == 200


async def test_a_revoked_token_and_one_of_a_removed_installation_are_dead(
    github: FakeGitHub, client: Client, installation_id: int
) -> None:
    first = await client.as_installation(installation_id)
    second = await client.as_installation(installation_id)
    await first.send("DELETE", "/installation/token")
    assert (await first.send("GET", SHOP)).status == 401
    await github.uninstall(installation_id)
    assert (await second.send("GET", SHOP)).status == 401


async def test_the_long_form_of_tokens_works_too(
    github: FakeGitHub, client: Client, installation_id: int
) -> None:
    github.use_long_tokens()
    token = await client.token(installation_id)
    assert len(token) > 500
    assert (await client.with_token(token).send("GET", SHOP)).status == 200


async def test_a_new_token_may_take_a_while_to_be_known(
    github: FakeGitHub, client: Client, installation_id: int
) -> None:
    github.replicate_slowly(5)
    token = await client.as_installation(installation_id)
    assert (await token.send("GET", SHOP)).status == 401
    github.advance(6)
    assert (await token.send("GET", SHOP)).status == 200


async def test_a_suspended_installation_is_locked_out(
    github: FakeGitHub, client: Client, installation_id: int
) -> None:
    token = await client.as_installation(installation_id)
    await github.suspend(installation_id)
    assert (await token.send("GET", SHOP)).status == 403
    await github.suspend(installation_id, suspended=False)
    assert (await token.send("GET", SHOP)).status == 200
    await github.settled()
    actions = [each.action for each in github.deliveries]
    assert actions == ["created", "suspend", "unsuspend"]
    github.assert_clean()


async def test_permissions_of_people_are_told_as_github_tells_them(
    github: FakeGitHub, client: Client, installation_id: int
) -> None:
    token = await client.as_installation(installation_id)
    await github.set_permission("acme/shop", "reader", "triage")
    await github.set_permission("acme/shop", "keeper", "admin")
    told = {}
    for login in ("reader", "keeper", "acme", "octocat", "nobody"):
        answer = await token.send("GET", f"{SHOP}/collaborators/{login}/permission")
        told[login] = answer.body.get("permission", answer.status)
    assert told == {
        "reader": "read",
        "keeper": "admin",
        "acme": "admin",
        "octocat": "none",
        "nobody": 404,
    }


async def test_reactions_in_a_pull_request_need_its_own_permission(
    github: FakeGitHub, client: Client
) -> None:
    await github.add_repository("beta/shop", {"README.md": "# Shop\n"})
    held = {"metadata": "read", "issues": "write"}
    installed = await github.install("beta", permissions=held)
    await github.push("beta/shop", "topic", {"a": "b"})
    pull = await github.open_pull_request("beta/shop", "topic")
    issue = await github.open_issue("beta/shop", "Broken")
    token = await client.as_installation(installed.id)
    statuses = []
    for number in (pull, issue):
        comment = await github.comment("beta/shop", number, "octocat", "Hm")
        path = f"/repos/beta/shop/issues/comments/{comment}/reactions"
        statuses.append((await token.send("POST", path, {"content": "eyes"})).status)
    assert statuses == [403, 201]
