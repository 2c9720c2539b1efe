import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.errors import ConfigurationError, GitHubError
from app.github.answers import Answer
from app.github.api import Api
from app.github.auth import AppAuth, InstallationCredential, InstallationTokens, load_key
from app.github.transport import Credential, Request
from tests.fakes.clock import StoppedClock

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
NOW = 1_800_000_000.0
ONE = frozenset({7})
READ = {"contents": "read"}


class TokenOffice:
    """Answers requests for tokens with a new one each, which lives for an hour."""

    def __init__(self, clock: StoppedClock) -> None:
        self.clock = clock
        self.wishes: list[dict[str, object]] = []
        self.end: str | None = None

    async def send(self, request: Request, credential: Credential) -> Answer:
        authorization = await credential.authorize()
        assert authorization.header.startswith("Bearer ey")
        self.wishes.append(json.loads(request.body))
        await asyncio.sleep(0)
        end = datetime.fromtimestamp(self.clock.now() + 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = {"token": f"ghs_{len(self.wishes)}", "expires_at": self.end or end}
        return Answer(201, {}, json.dumps(made).encode())


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def office(clock: StoppedClock) -> TokenOffice:
    return TokenOffice(clock)


@pytest.fixture
def tokens(office: TokenOffice, clock: StoppedClock) -> InstallationTokens:
    api = Api(office, AppAuth(1, KEY, clock), "https://github.test/api/v3")
    return InstallationTokens(api, clock)


async def test_the_jwt_is_one_that_github_accepts(clock: StoppedClock) -> None:
    header = (await AppAuth(4711, KEY, clock).authorize()).header

    token = header.removeprefix("Bearer ")
    options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(token, KEY.public_key(), algorithms=["RS256"], options=options)  # type: ignore[arg-type] # a plain dict is one
    assert claims["iss"] == "4711"
    assert claims["iat"] == NOW - 60
    assert claims["exp"] - NOW <= 600


async def test_the_jwt_is_used_again_until_it_nears_its_end(clock: StoppedClock) -> None:
    auth = AppAuth(1, KEY, clock)
    first = await auth.authorize()
    clock.time += 6.9 * 60
    again = await auth.authorize()
    clock.time += 0.2 * 60
    later = await auth.authorize()

    assert first == again
    assert later != first


async def test_a_clock_that_was_set_back_makes_a_new_jwt(clock: StoppedClock) -> None:
    auth = AppAuth(1, KEY, clock)
    first = await auth.authorize()
    clock.time -= 3600

    assert await auth.authorize() != first


async def test_a_refused_jwt_is_not_used_again(clock: StoppedClock) -> None:
    auth = AppAuth(1, KEY, clock)
    first = await auth.authorize()
    clock.time += 1
    auth.refuse(first)

    assert await auth.authorize() != first


def test_the_key_is_read_from_text_or_file(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text(PEM)

    for key in (
        load_key(PEM, None),
        load_key(PEM.replace("\n", "\\n"), None),
        load_key(None, path),
    ):
        assert key.private_numbers() == KEY.private_numbers()


def test_a_bad_key_is_named_and_never_quoted(tmp_path: Path) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    wrong = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for text in ("", "hunter2", PEM.replace("A", "B"), wrong):
        with pytest.raises(ConfigurationError, match="AUTODOC_GITHUB__PRIVATE_KEY") as raised:
            load_key(text, None)
        assert "hunter2" not in str(raised.value)
    with pytest.raises(ConfigurationError, match="AUTODOC_GITHUB__PRIVATE_KEY_PATH"):
        load_key(None, tmp_path / "missing.pem")


async def test_a_token_is_asked_for_once_and_narrowed(
    tokens: InstallationTokens, office: TokenOffice
) -> None:
    first = await tokens.token(5, ONE, READ)
    again = await tokens.token(5, ONE, READ)

    assert first == again == "ghs_1"
    assert office.wishes == [{"repository_ids": [7], "permissions": {"contents": "read"}}]


async def test_no_repository_ids_means_all(tokens: InstallationTokens, office: TokenOffice) -> None:
    await tokens.token(5, frozenset(), READ)

    assert office.wishes == [{"permissions": {"contents": "read"}}]


async def test_each_purpose_has_a_token_of_its_own(tokens: InstallationTokens) -> None:
    made = {
        await tokens.token(5, ONE, READ),
        await tokens.token(6, ONE, READ),
        await tokens.token(5, frozenset({8}), READ),
        await tokens.token(5, ONE, {"contents": "write"}),
    }

    assert len(made) == 4


async def test_many_who_ask_at_once_share_one_request(
    tokens: InstallationTokens, office: TokenOffice
) -> None:
    made = await asyncio.gather(*(tokens.token(5, ONE, READ) for _ in range(20)))

    assert set(made) == {"ghs_1"}
    assert len(office.wishes) == 1


async def test_who_gives_up_does_not_spoil_it_for_the_others(tokens: InstallationTokens) -> None:
    impatient = asyncio.create_task(tokens.token(5, ONE, READ))
    patient = asyncio.create_task(tokens.token(5, ONE, READ))
    await asyncio.sleep(0)
    impatient.cancel()

    assert (await patient).startswith("ghs_")


async def test_a_token_is_replaced_five_minutes_before_its_end(
    tokens: InstallationTokens, clock: StoppedClock
) -> None:
    first = await tokens.token(5, ONE, READ)
    clock.time += 54 * 60
    assert await tokens.token(5, ONE, READ) == first
    clock.time += 2 * 60

    assert await tokens.token(5, ONE, READ) != first


async def test_a_token_that_github_lets_live_shorter_is_replaced_earlier(
    tokens: InstallationTokens, office: TokenOffice, clock: StoppedClock
) -> None:
    office.end = datetime.fromtimestamp(NOW + 600, UTC).isoformat()
    first = await tokens.token(5, ONE, READ)
    clock.time += 301

    assert await tokens.token(5, ONE, READ) != first


async def test_a_forgotten_token_is_not_given_again(tokens: InstallationTokens) -> None:
    first = await tokens.token(5, ONE, READ)
    tokens.forget(first)
    second = await tokens.token(5, ONE, READ)
    tokens.forget(first)

    assert second != first
    assert await tokens.token(5, ONE, READ) == second


async def test_a_strange_end_of_life_is_an_error_of_github(
    tokens: InstallationTokens, office: TokenOffice
) -> None:
    office.end = "soon"

    with pytest.raises(GitHubError, match="no readable end of life"):
        await tokens.token(5, ONE, READ)


async def test_secrets_stay_out_of_what_is_printed(
    tokens: InstallationTokens, clock: StoppedClock
) -> None:
    credential = InstallationCredential(tokens, 5, ONE, READ)
    authorization = await credential.authorize()

    assert authorization.header == "token ghs_1"
    assert "ghs_" not in repr(authorization)
    assert "ey" not in repr(await AppAuth(1, KEY, clock).authorize())
