import hashlib
import hmac

import pytest

from app.server.signature import is_authentic, read_signature, sign

SECRET, OTHER = b"s" * 32, b"t" * 32
BODY = b'{"zen": "Keep it logically awesome."}'


def test_a_signature_is_the_one_that_github_documents() -> None:
    # https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    expected = b"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert sign(b"Hello, World!", b"It's a Secret to Everybody") == expected


def test_each_of_several_secrets_is_valid_while_they_are_changed() -> None:
    assert is_authentic(BODY, sign(BODY, OTHER), [SECRET, OTHER])
    assert not is_authentic(BODY, sign(BODY, OTHER), [SECRET])


def test_an_empty_secret_signs_nothing() -> None:
    assert not is_authentic(BODY, sign(BODY, b""), [b""])
    assert not is_authentic(BODY, sign(BODY, b""), [])


def test_a_changed_body_does_not_fit() -> None:
    assert not is_authentic(BODY + b" ", sign(BODY, SECRET), [SECRET])


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [""],
        ["sha256="],
        ["sha256=" + "0" * 63],
        ["sha256=" + "0" * 64 + "\n"],
        ["sha1=" + hmac.new(SECRET, BODY, hashlib.sha1).hexdigest()],
        ["sha256=\u00fc" + "0" * 63],
        ["sha256=\udcff" + "0" * 63],
        [sign(BODY, SECRET).decode(), sign(BODY, SECRET).decode()],
        [sign(BODY, SECRET).decode().upper()],
    ],
)
def test_a_header_of_another_shape_is_no_signature(headers: list[str]) -> None:
    assert read_signature(headers) is None
