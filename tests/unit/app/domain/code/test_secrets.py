import pytest

from app.domain.code.secrets import redact

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n{BODY}\n{BODY}\n-----END RSA PRIVATE KEY-----"
TOKEN = "ghp_" + "Zk3bQ9xT7wLm2RcV5nHsY8dJf4GpA6uEoBi1"


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
