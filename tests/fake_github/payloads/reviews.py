"""Reviews, comments at lines and merge groups as GitHub's JSON."""

from typing import Any

from tests.fake_github.payloads.accounts import node_id, simple_user
from tests.fake_github.payloads.commits import person
from tests.fake_github.payloads.pulls import association, rollup
from tests.fake_github.payloads.repositories import api_root, web_root
from tests.fake_github.state import Pull, QueueEntry, Repository, Review, ReviewComment
from tests.fake_github.world import World

Json = dict[str, Any]


def review_json(world: World, repository: Repository, pull: Pull, review: Review) -> Json:
    """A review as lists show it."""
    own = f"{api_root(world, repository)}/pulls/{pull.number}"
    page = f"{web_root(world, repository)}/pull/{pull.number}#pullrequestreview-{review.id}"
    return {
        "id": review.id,
        "node_id": node_id("PullRequestReview", review.id),
        "user": simple_user(world, review.user),
        "body": review.body,
        "state": review.state,
        "html_url": page,
        "pull_request_url": own,
        "author_association": association(repository, review.user),
        "_links": {"html": {"href": page}, "pull_request": {"href": own}},
        "submitted_at": review.submitted_at,
        "commit_id": review.commit_id,
    }


def review_comment_json(world: World, repository: Repository, comment: ReviewComment) -> Json:
    """A comment at a line."""
    api = f"{api_root(world, repository)}/pulls"
    own, pull = f"{api}/comments/{comment.id}", f"{api}/{comment.number}"
    page = f"{web_root(world, repository)}/pull/{comment.number}#discussion_r{comment.id}"
    return {
        "url": own,
        "pull_request_review_id": comment.review_id,
        "id": comment.id,
        "node_id": node_id("PullRequestReviewComment", comment.id),
        "diff_hunk": f"@@ -{comment.line} +{comment.line} @@",
        "path": comment.path,
        "position": 1,
        "original_position": 1,
        "commit_id": comment.commit_id,
        "original_commit_id": comment.commit_id,
        "user": simple_user(world, comment.user),
        "body": comment.body,
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "html_url": page,
        "pull_request_url": pull,
        "author_association": association(repository, comment.user),
        "_links": {
            "self": {"href": own},
            "html": {"href": page},
            "pull_request": {"href": pull},
        },
        "start_line": None,
        "original_start_line": None,
        "start_side": None,
        "line": comment.line,
        "original_line": comment.line,
        "side": "RIGHT",
        "subject_type": "line",
        "reactions": rollup(own, comment.reactions),
    }


def merge_group_json(repository: Repository, pull: Pull, entry: QueueEntry) -> Json:
    """A group of a merge queue."""
    commit = repository.git.commit(entry.head_sha)
    author, committer = person(commit.author), person(commit.committer)
    return {
        "head_sha": entry.head_sha,
        "head_ref": f"refs/heads/{entry.branch}",
        "base_sha": entry.base_sha,
        "base_ref": f"refs/heads/{pull.base_ref}",
        "head_commit": {
            "id": commit.sha,
            "tree_id": commit.tree,
            "message": commit.message,
            "timestamp": author["date"],
            "author": {"name": author["name"], "email": author["email"]},
            "committer": {"name": committer["name"], "email": committer["email"]},
        },
    }
