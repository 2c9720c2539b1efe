"""How people sign in, and what their own token says they may see."""

import base64
import hashlib
from collections.abc import AsyncIterator

import pytest

from app.domain.work.person import Rights
from app.github.sign_in import SignIn, open_sign_in
from tests.integration.github.contract.conftest import Play
from tests.integration.github.contract.stage import CALLBACK

VERIFIER = "v" * 64


@pytest.fixture
async def door(play: Play) -> AsyncIterator[SignIn]:
    """GitHub's side of signing in."""
    async with open_sign_in(play.stage.settings) as opened:
        yield opened


async def code_of(play: Play, door: SignIn, login: str) -> str:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return await play.stage.sign_in(login, door.address("state", challenge, CALLBACK))


async def rights_of(play: Play, door: SignIn, login: str) -> Rights:
    person = await door.person(await code_of(play, door, login), VERIFIER, CALLBACK)
    assert person is not None
    return await door.rights(person, play.repository.external_id)


async def test_a_code_is_worth_a_person_once(play: Play, door: SignIn) -> None:
    code = await code_of(play, door, "octocat")
    person = await door.person(code, VERIFIER, CALLBACK)
    assert person is not None
    assert person.login == "octocat"
    assert await door.person(code, VERIFIER, CALLBACK) is None


async def test_a_code_is_worth_nothing_to_another_browser(play: Play, door: SignIn) -> None:
    code = await code_of(play, door, "octocat")
    assert await door.person(code, "w" * 64, CALLBACK) is None


async def test_the_owner_may_read_and_write(play: Play, door: SignIn) -> None:
    held = await rights_of(play, door, "octocat")
    assert (held.read, held.write) == (True, True)


async def test_a_writer_may_read_and_write(play: Play, door: SignIn) -> None:
    await play.stage.permit("hubot", "write")
    held = await rights_of(play, door, "hubot")
    assert (held.read, held.write) == (True, True)


async def test_a_reader_may_only_read(play: Play, door: SignIn) -> None:
    await play.stage.permit("hubot", "read")
    held = await rights_of(play, door, "hubot")
    assert (held.read, held.write) == (True, False)


async def test_a_stranger_learns_nothing_of_a_private_repository(play: Play, door: SignIn) -> None:
    held = await rights_of(play, door, "maria")
    assert (held.read, held.write) == (False, False)
