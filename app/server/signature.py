"""Whether a body was signed with a secret that GitHub and this server share."""

import hashlib
import hmac
import re
from collections.abc import Sequence

_SHAPE = re.compile(rb"sha256=[0-9a-f]{64}")


def read_signature(headers: Sequence[str]) -> bytes | None:
    """Read the values of `X-Hub-Signature-256`; None unless there is one of the right shape.

    A header may hold anything, so it is judged and compared as bytes.
    """
    if len(headers) != 1:
        return None
    signature = headers[0].encode("utf-8", "surrogateescape")
    return signature if _SHAPE.fullmatch(signature) else None


def is_authentic(body: bytes, signature: bytes, secrets: Sequence[bytes]) -> bool:
    """Check a signature against each secret; several are valid while they are being changed."""
    fits = [hmac.compare_digest(sign(body, secret), signature) for secret in secrets if secret]
    return any(fits)


def sign(body: bytes, secret: bytes) -> bytes:
    """Sign a body as GitHub does."""
    return b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
