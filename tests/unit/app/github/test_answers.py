import json

import pytest

from app.errors import Conflict, GitHubError, NotFound, RateLimited
from app.github.answers import Answer, error_of, message_of, rate_limit_wait, redact, rest_of_hour

NOW = 1_800_000_000.0
TOKEN = "ghs_" + "a1B2" * 9
LONG_TOKEN = "ghs_123456_eyJhbGciOiJSUzI1NiJ9." + "x-Y_9." * 80
LIMIT = {"message": "You have exceeded a secondary rate limit. Please wait."}


def answer(status: int, document: object = None, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, names, b"" if document is None else json.dumps(document).encode())


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (answer(403, LIMIT, retry_after="17"), 17),
        (answer(429, LIMIT, retry_after="17"), 17),
        (answer(429, None, retry_after="0"), 1),
        (answer(403, LIMIT), 60),
        (answer(429), 60),
        (answer(429, None, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), 60),
        (answer(403, LIMIT, x_ratelimit_remaining="0", x_ratelimit_reset=str(NOW + 30)), 31),
        (answer(429, None, x_ratelimit_remaining="0", x_ratelimit_reset=str(NOW - 30)), 1),
        (answer(403, {"message": "Resource not accessible by integration"}), None),
        (answer(500, LIMIT, retry_after="17"), None),
        (answer(404), None),
    ],
)
def test_the_wait_is_what_github_asks_for(given: Answer, seconds: float | None) -> None:
    assert rate_limit_wait(given, NOW, 0) == seconds


def test_a_missing_permission_is_no_rate_limit_even_on_the_last_request_of_the_hour() -> None:
    refused = {"message": "Resource not accessible by integration"}
    last = answer(403, refused, x_ratelimit_remaining="0", x_ratelimit_reset=str(NOW + 3000))

    assert rate_limit_wait(last, NOW, 0) is None


def test_the_wait_doubles_while_github_names_no_time() -> None:
    assert [rate_limit_wait(answer(429), NOW, attempt) for attempt in range(3)] == [60, 120, 240]


def test_f30_the_rest_of_the_hour_is_known_only_where_it_counts() -> None:
    low = {"x_ratelimit_remaining": "9", "x_ratelimit_reset": "1800000060"}

    assert rest_of_hour(answer(200, {}, **low), 10) == 1_800_000_060
    assert rest_of_hour(answer(200, {}, **low), 8) is None
    assert rest_of_hour(answer(200, {}, **low), 0) is None
    assert rest_of_hour(answer(200, {}, **low, x_ratelimit_resource="search"), 10) is None
    assert rest_of_hour(answer(200, {}), 10) is None


def test_f29_a_wait_without_a_named_time_is_spread_and_bounded() -> None:
    waits = [rate_limit_wait(answer(429), NOW, 0, spread) for spread in (0, 0.5, 1)]

    assert waits == [60, 67.5, 75]
    assert rate_limit_wait(answer(429), NOW, 30, 1) == 900 * 1.25
    assert rate_limit_wait(answer(429, None, retry_after="17"), NOW, 0, 1) == 17


@pytest.mark.parametrize(
    ("status", "kind", "transient"),
    [
        (401, GitHubError, False),
        (403, GitHubError, False),
        (404, NotFound, False),
        (409, Conflict, False),
        (410, GitHubError, False),
        (422, Conflict, False),
        (500, GitHubError, True),
        (502, GitHubError, True),
        (520, GitHubError, True),
    ],
)
def test_the_error_says_whether_time_heals_it(
    status: int, kind: type[GitHubError], *, transient: bool
) -> None:
    error = error_of(answer(status, {"message": "Bad"}), "GET /x")

    assert type(error) is kind
    assert (error.status, error.transient) == (status, transient)


def test_a_rate_limit_tells_for_how_long() -> None:
    error = error_of(answer(429), "GET /x", 61)

    assert isinstance(error, RateLimited)
    assert (error.retry_after, error.status) == (61, 429)


def test_the_details_of_a_refusal_are_quoted() -> None:
    refusal = {
        "message": "Validation Failed",
        "errors": [
            {"resource": "PullRequest", "code": "custom", "message": "A pull request exists"},
            {"resource": "Issue", "field": "title", "code": "missing_field"},
            "body is too long",
        ],
    }

    said = message_of(answer(422, refusal))

    assert said == (
        "Validation Failed; A pull request exists; Issue title missing_field; body is too long"
    )


@pytest.mark.parametrize("body", [b"<html>Unicorn!</html>", b"\xff\xfe", b"[1]", b""])
def test_a_failure_without_words_has_an_error_nonetheless(body: bytes) -> None:
    assert "no explanation" in str(error_of(Answer(502, {}, body), "GET /x"))


@pytest.mark.parametrize("secret", [TOKEN, LONG_TOKEN, "github_pat_11ABCDEFG0_abcdefghijk"])
def test_secrets_are_covered_in_what_is_quoted(secret: str) -> None:
    assert redact(f"token {secret} is bad") == "token [redacted] is bad"
    assert secret not in str(error_of(answer(400, {"message": f"bad {secret}"}), f"GET /{secret}"))


def test_half_an_answer_is_not_readable() -> None:
    assert answer(200, {"a": 1}).readable
    assert answer(204).readable
    assert not Answer(200, {}, b'{"a": ').readable
    assert not Answer(200, {}, b"<html>").readable
    assert not Answer(200, {}, b"[" * 100_000).readable
