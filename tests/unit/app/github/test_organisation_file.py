import base64
import json

from cryptography.hazmat.primitives.asymmetric import rsa

from app.domain.work.repository import Provider, RepositoryRef
from app.errors import NotFound, OutOfReach
from app.github.access import Access
from app.github.answers import Answer
from app.github.auth import AppAuth
from app.github.client import GitHubClient
from app.github.transport import Credential, Request
from tests.fakes.clock import StoppedClock

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
API = "https://github.test/api/v3"
CONTENT = b"publish: all\n"
SHOP = RepositoryRef(
    provider=Provider.GITHUB,
    external_id="7",
    full_name="guild/shop",
    url="https://github.test/guild/shop",
    default_branch="main",
    installation_id=1,
)
SHARED = {
    "id": 8,
    "full_name": "guild/.github",
    "html_url": "https://github.test/guild/.github",
    "default_branch": "main",
}


class PublicGuild:
    """Shows its public `.github` to everybody, and gives no token that is for it alone."""

    def __init__(self, *, shares: bool) -> None:
        self.shares = shares

    async def send(self, request: Request, credential: Credential) -> Answer:
        await credential.authorize()
        if request.url.endswith("/access_tokens"):
            if 8 in json.loads(request.body).get("repository_ids", []):
                raise OutOfReach("There is at least one repository that is not accessible.")
            return answered({"token": "ghs_1", "expires_at": "2100-01-01T00:00:00Z"})
        if request.url.endswith("/repos/guild/.github"):
            return answered(SHARED)
        if not self.shares:
            raise NotFound("Not Found")
        assert request.url.endswith("/contents/.autodoc.yaml?ref=main")
        content = base64.b64encode(CONTENT).decode()
        return answered({"encoding": "base64", "content": content})


def answered(value: object) -> Answer:
    return Answer(200, {}, json.dumps(value).encode())


def client_of(guild: PublicGuild) -> GitHubClient:
    clock = StoppedClock(1_800_000_000.0)
    return GitHubClient(Access(guild, AppAuth(1, KEY, clock), API, clock))


async def test_what_is_shared_in_public_is_read_though_the_installation_leaves_it_out() -> None:
    client = client_of(PublicGuild(shares=True))
    assert await client.organisation_file(SHOP, ".autodoc.yaml") == CONTENT


async def test_an_organisation_that_shares_no_configuration_has_none() -> None:
    client = client_of(PublicGuild(shares=False))
    assert await client.organisation_file(SHOP, ".autodoc.yaml") is None
