"""A webhook delivery as the inbox keeps it."""

from app.domain.value import Value


class Delivery(Value):
    """One delivery, verified; GitHub signs the body only, so its digest tells a replay."""

    guid: str
    event: str
    action: str = ""
    body: bytes
    body_digest: str
    """SHA-256 of the body, hexadecimal."""
    once_per_body: bool = False
    """Whether the same event with the same body counts as a replay, whatever its GUID."""
    installation_id: int | None = None
    repository: str = ""
    """The provider's id of the one repository that it is about."""


class StoredDelivery(Delivery):
    """A delivery that has a row and is still to be processed."""

    id: int
    attempts: int
