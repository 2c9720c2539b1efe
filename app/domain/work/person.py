"""Somebody who signed in, and what a repository's provider lets them do."""

from pydantic import SecretStr

from app.domain.value import Value


class Person(Value):
    """Somebody whom the provider knows."""

    login: str
    token: SecretStr
    """Asks the provider in this person's name; kept in memory only."""
    made_at: float
    """When the token was made, in seconds since 1970."""


class Rights(Value):
    """What a person may do in a repository."""

    read: bool = False
    write: bool = False
    known: bool = True
    """Whether the provider still takes the person's token."""
