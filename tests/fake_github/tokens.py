"""The app's JSON web tokens and the installation tokens that they buy."""

import secrets
import time
from collections.abc import Mapping
from typing import Any

import jwt

from tests.fake_github.calls import Refused
from tests.fake_github.state import LEVELS, Caller, Installation, Token
from tests.fake_github.world import World

TOKEN_SECONDS = 3600
LONGEST_JWT_SECONDS = 600
CLOCK_DRIFT_SECONDS = 60
MOST_NAMED_REPOSITORIES = 500


def identify(world: World, authorization: str) -> Caller:
    """Who an `Authorization` header speaks for; 401 for a credential that is not valid."""
    scheme, _, credential = authorization.partition(" ")
    if not authorization:
        return Caller("anonymous")
    if scheme.lower() not in ("bearer", "token"):
        raise Refused(401, "Bad credentials")
    if credential.startswith("ghs_"):
        return Caller("installation", valid_token(world, credential))
    if credential.startswith("ghu_"):
        account, expires = world.user_tokens.get(credential, (None, 0.0))
        if expires <= world.clock.now():
            raise Refused(401, "Bad credentials")
        return Caller("user", person=account)
    if credential.count(".") != 2:
        raise Refused(401, "Bad credentials")
    if scheme.lower() != "bearer":
        raise Refused(401, "A JSON web token could not be decoded")
    check_jwt(world, credential)
    return Caller("app")


def valid_token(world: World, value: str) -> Token:
    """The live installation token of that value."""
    token = world.tokens.get(value)
    if token is None or token.expires <= world.clock.now():
        raise Refused(401, "Bad credentials")
    if world.clock.now() < token.created + world.token_lag_seconds:
        raise Refused(401, "Bad credentials")
    if token.installation.suspended_at is not None:
        raise Refused(403, "This installation has been suspended")
    return token


def check_jwt(world: World, credential: str) -> None:
    """Verifies signature, issuer and times, the times by the machine's clock."""
    try:
        claims = jwt.decode(
            credential,
            world.app.public_key,
            algorithms=["RS256"],
            options={
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_iss": False,
            },
        )
    except jwt.PyJWTError as error:
        raise Refused(401, "A JSON web token could not be decoded") from error
    _check_times(claims, time.time())
    if str(claims.get("iss")) not in (str(world.app.id), world.app.client_id):
        raise Refused(404, "Integration not found")


def _check_times(claims: dict[str, Any], now: float) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or issued > now + CLOCK_DRIFT_SECONDS:
        raise Refused(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion"
            " was issued",
        )
    if not isinstance(expires, int) or expires <= now:
        raise Refused(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time"
            " at which the assertion expires",
        )
    if expires > now + LONGEST_JWT_SECONDS + CLOCK_DRIFT_SECONDS or (
        expires - issued > LONGEST_JWT_SECONDS + 2 * CLOCK_DRIFT_SECONDS
    ):
        raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")


def mint(world: World, installation: Installation, body: Mapping[str, Any]) -> Token:
    """A new installation token, narrowed as the body asks."""
    if installation.suspended_at is not None:
        raise Refused(403, "This installation has been suspended")
    now = world.clock.now()
    token = Token(
        value=_token_text(world),
        installation=installation,
        permissions=_narrowed_permissions(installation, body.get("permissions")),
        repository_ids=_narrowed_repositories(world, installation, body),
        created=now,
        expires=now + TOKEN_SECONDS,
    )
    world.tokens[token.value] = token
    return token


def _token_text(world: World) -> str:
    if world.long_tokens:
        parts = ".".join(secrets.token_urlsafe(size) for size in (60, 270, 60))
        return f"ghs_{world.app.id}_{parts}"
    return f"ghs_{secrets.token_hex(20)[:36]}"


def _narrowed_permissions(
    installation: Installation, asked: dict[str, str] | None
) -> dict[str, str]:
    if asked is None:
        return dict(installation.permissions)
    for name, level in asked.items():
        held = installation.permissions.get(name)
        if held is None or LEVELS[level] > LEVELS[held]:
            raise Refused(422, "The permissions requested are not granted to this installation.")
    return {**asked, "metadata": "read"}


def _narrowed_repositories(
    world: World, installation: Installation, body: Mapping[str, Any]
) -> set[int] | None:
    names, identities = body.get("repositories"), body.get("repository_ids")
    if names is None and identities is None:
        return None
    if len(names or []) + len(identities or []) > MOST_NAMED_REPOSITORIES:
        raise Refused(422, "Too many repositories for installation token")
    covered = {each.id: each for each in world.repositories.values() if installation.covers(each)}
    by_name = {each.name.lower(): identity for identity, each in covered.items()}
    wanted = [by_name.get(name.lower()) for name in names or []]
    wanted += [identity if identity in covered else None for identity in identities or []]
    found = {identity for identity in wanted if identity is not None}
    if not wanted or None in wanted:
        raise Refused(
            422,
            "There is at least one repository that does not exist or is not accessible to the"
            " parent installation.",
        )
    return found
