import re
import time

import pytest

from app.domain.code.secrets import FORMS, redact

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n{BODY}\n{BODY}\n-----END RSA PRIVATE KEY-----"
TOKEN = "ghp_" + "Zk3bQ9xT7wLm2RcV5nHsY8dJf4GpA6uEoBi1"

MIXED = "Zk8sLp2RmQ_x5nT7yWb-C4eJf1Hd9uGzXo0KaSiVtPwMlNBvYcRq8E2gUjhD6A3rF5sIxOykLWZT3Bl"
PLAIN = MIXED.replace("_", "").replace("-", "")
LINE = "lQOYBGaB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7bC9dE1fG3hI5jK7lM9n"
SAMPLES = {
    "an AWS access key": ["AK" + "IAZ7QWERTYUIOPL4KJ"],
    "an AWS secret access key": [
        "aws_secret_" + f'access_key = "{PLAIN[:20]}/{PLAIN[20:39]}"',
        '"AWS_SECRET_' + f'KEY": "{PLAIN[:40]}"',
    ],
    "a GitHub token": ["gh" + f"s_{MIXED}", "gh" + f"p_{PLAIN[:36]}"],
    "a GitLab token": ["glp" + f"at-{PLAIN[:28]}.01.1a2b3c4d5", "glp" + f"at-{MIXED[:20]}"],
    "a Slack token": [
        "xo" + f"xb-123456789012-{PLAIN[:24]}",
        "xa" + f"pp-1-A0B1C2D3E4F-987654321098-{PLAIN[:40]}",
    ],
    "a Stripe key": ["sk_" + f"live_{PLAIN[:24]}"],
    "a Google API key": ["AI" + f"za{MIXED[:35]}"],
    "an OpenAI key": [
        "sk-" + f"proj-{MIXED}", "sk-" + f"svcacct-{MIXED}", "sk-" + PLAIN[:48],
    ],
    "an Anthropic key": ["sk-" + f"ant-api03-{MIXED}{PLAIN[:20]}"],
    "an npm token": ["np" + f"m_{PLAIN[:36]}"],
    "a PyPI token": ["py" + f"pi-AgEIcHlwaS5vcmc{MIXED}"],
    "a SendGrid key": ["S" + f"G.{MIXED[:22]}.{MIXED[22:65]}"],
    "a Hugging Face token": ["h" + "f_aQcWeRgTiYkUmIoPqAsSuDwFyGaHcJeKgL"],
    "a password in an address": ["postgresql+asyncpg://" + f"u:{PLAIN[:12]}@db/x"],
    "a private key": [
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{LINE}\n{LINE}\n{LINE}\n"
        "-----END PGP PRIVATE KEY BLOCK-----",
        rf'"private_key": "-----BEGIN PRIVATE KEY-----\n{LINE}\n{LINE}\n'
        r'-----END PRIVATE KEY-----\n"',
        f"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{LINE}\n{LINE}\nab=\n",
    ],
}  # fmt: skip
"""One real form at least of each; put together here, so that no scanner of secrets finds them."""


@pytest.mark.parametrize("kind", FORMS)
def test_every_form_is_put_out_and_found(kind: str) -> None:
    for sample in SAMPLES[kind]:
        assert re.search(FORMS[kind], sample)
        assert not re.search(r"[A-Za-z0-9]{16,}", redact(f"x = '{sample}'"))


@pytest.mark.parametrize(
    "text",
    [
        "postgres://user:password@localhost/db",
        "postgres://${USER}:${PASSWORD}@db/x",
        "aws_secret_access_key = os.environ['AWS_SECRET_ACCESS_KEY']",
        "see SG.name and hf_hub_download, the sk-learn-like-estimators of glpat-",
    ],
)
def test_what_only_speaks_of_secrets_stays(text: str) -> None:
    assert redact(text) == text


def test_the_name_of_a_secret_stays() -> None:
    assert redact(SAMPLES["an AWS secret access key"][0]) == 'aws_secret_access_key = "…"'
    assert redact(SAMPLES["a password in an address"][0]) == "postgresql+asyncpg://u:…@db/x"


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE KEY-----" * 10_000,
        "-----BEGIN PRIVATE KEY-----" + "A" * 300_000,
        "postgres://a:" * 20_000,
        "glpat-" * 20_000,
        "aws_secret_key" + " " * 200_000,
    ],
)
def test_secrets_are_looked_for_in_time_that_grows_with_the_text(text: str) -> None:
    started = time.monotonic()

    redact(text)

    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f'TOKEN = "{TOKEN}"', 'TOKEN = "…"'),
        (f"pay(key='sk_live_{BODY[:24]}', amount=3)", "pay(key='…', amount=3)"),
        (f"key:\n{KEY}\nend", "key:\n…\n\n\n\n\nend"),
        (f'KEY = "{KEY}"'.replace("\n", r"\n"), 'KEY = "…"'),
        ("A task-oriented risk-free desk", "A task-oriented risk-free desk"),
        ('"-----BEGIN PRIVATE KEY-----" + key', '"-----BEGIN PRIVATE KEY-----" + key'),
    ],
)
def test_a_secret_is_put_out_and_lines_keep_their_numbers(text: str, left: str) -> None:
    assert redact(text) == left
    assert redact(text).count("\n") == text.count("\n")
