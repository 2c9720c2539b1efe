"""F40: what the rules of a repository refuse is said in words that help."""

import pytest

from app.errors import Conflict, GitHubError, NotFound, Protected, RateLimited
from app.github.refusals import explained

BRANCH = "autodoc/main"


@pytest.mark.parametrize(
    ("said", "helps"),
    [
        ("Repository rule violations found\n\nCommits must have verified signatures.", "signed"),
        ("Repository rule violations found; Changes must be made through a pull request.", "rules"),
        ("GH013: Repository rule violations found for refs/heads/autodoc/main.", "ruleset"),
        ("You're not authorized to push to this branch. Visit https://docs", "protection rule"),
        ("GH006: Protected branch update failed for refs/heads/autodoc/main.", "protection rule"),
        ("refusing to allow a GitHub App to create or update workflow `.github/x.yml`", "workflow"),
    ],
)
def test_f40_a_rule_is_named_with_what_to_do_and_is_not_tried_again(said: str, helps: str) -> None:
    error = explained(Conflict(said, 422), BRANCH)

    assert helps in str(error)
    assert BRANCH in str(error) or "autodoc/**" in str(error)
    assert isinstance(error, Protected)
    assert not error.transient


def test_f40_a_merge_queue_is_waited_for() -> None:
    said = "A pull request for this branch has been added to a merge queue. Branches that are"

    assert explained(Conflict(said, 422), BRANCH).transient


@pytest.mark.parametrize(
    "error",
    [
        RateLimited(60, 403),
        NotFound("protected branch"),
        GitHubError("GitHub answered 500: protected branch", 500),
        Conflict("Update is not a fast forward", 422),
    ],
)
def test_everything_else_stays_what_it_is(error: GitHubError) -> None:
    assert explained(error, BRANCH) is error
