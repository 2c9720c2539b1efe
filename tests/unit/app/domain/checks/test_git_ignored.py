import pytest

from app.domain.checks.git_ignored import Ignored

TEXTS = {
    ".gitignore": "# built\n/docs/api.md\nsite/\n*.log\n!keep.log\ndocs/**/made.md\n",
    "web/.gitignore": "out\n",
}
IGNORED = Ignored(TEXTS, {*TEXTS, "README.md"})


@pytest.mark.parametrize(
    "path",
    ["docs/api.md", "site/a.md", "docs/site/a.md", "a/b.log", "docs/x/made.md", "web/out/a.md"],
)
def test_what_a_build_writes_is_ignored(path: str) -> None:
    assert path in IGNORED


@pytest.mark.parametrize("path", ["x/docs/api.md", "docs/api.md.txt", "out/a.md", "README.md"])
def test_what_no_pattern_names_is_not(path: str) -> None:
    assert path not in IGNORED


def test_a_commit_without_patterns_ignores_nothing() -> None:
    assert "a.md" not in Ignored({}, ())
