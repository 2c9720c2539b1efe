"""`CODEOWNERS` as GitHub's documentation describes it."""

import time

import pytest

from app.github.code_owners import owners_of


@pytest.mark.parametrize(
    ("pattern", "fits", "misses"),
    [
        ("*", "a/b/c.py", None),
        ("*.js", "a/b/c.js", "a/b/c.jsx"),
        ("/build/logs/", "build/logs/x/y.txt", "sub/build/logs/y.txt"),
        ("docs/*", "docs/one.md", "docs/build/one.md"),
        ("apps/", "x/apps/y/z.py", "apps.py"),
        ("/docs", "docs/a/b.md", "x/docs/b.md"),
        ("**/logs", "deep/down/logs/a.txt", "logs.txt"),
        ("a/**/z.py", "a/z.py", "b/z.py"),
        ("a/**/z.py", "a/b/c/z.py", "a/b/c/y.py"),
        ("shop/cart.py", "shop/cart.py", "x/shop/cart.py"),
        (r"with\ space.md", "with space.md", "with"),
        ("[ab].py", "[ab].py", "a.py"),
    ],
)
def test_a_pattern_fits_what_github_says(pattern: str, fits: str, misses: str | None) -> None:
    assert owners_of(f"{pattern} @ann", [fits]) == ["ann"]
    if misses is not None:
        assert owners_of(f"{pattern} @ann", [misses]) == []


def test_the_last_pattern_that_fits_takes_precedence_and_may_leave_a_file_to_nobody() -> None:
    rules = "* @all  # everything\n/shop/ @acme/shop ann@example.org\n/shop/free.py\n# @nobody\n"

    assert owners_of(rules, ["README.md"]) == ["all"]
    assert owners_of(rules, ["shop/cart.py"]) == ["acme/shop"]
    assert owners_of(rules, ["shop/free.py"]) == []


def test_who_owns_most_comes_first() -> None:
    rules = "/a/ @ann @bob\n/b/ @bob\n"

    assert owners_of(rules, ["a/1", "b/1", "b/2"]) == ["bob", "ann"]


def test_a_file_that_is_made_to_be_slow_is_read_in_time() -> None:
    slow = "\n".join(["**/a*a*a*a*a*a*a*a*b/" * 12 + " @ann"] * 200)
    started = time.monotonic()
    owners_of(slow, ["/".join(["a" * 100] * 20)] * 5)
    assert time.monotonic() - started < 5
