"""Pull requests."""

from tests.fake_github.calls import Answer, Call, Handler, not_found
from tests.fake_github.conversations import Conversations
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.git_diff import file_changes
from tests.fake_github.payloads.accounts import simple_user
from tests.fake_github.payloads.commits import changed_file, commit_json
from tests.fake_github.payloads.pulls import (
    commits_of,
    pull_full,
    pull_simple,
    reaction_json,
    review_comments_of,
    team_json,
)
from tests.fake_github.payloads.reviews import review_comment_json, review_json
from tests.fake_github.pull_requests import Merge, PullRequests, label_of
from tests.fake_github.reviews import Reviews
from tests.fake_github.state import Pull, ReviewComment

MOST_FILES = 3000
MOST_COMMITS = 250


def _pull(call: Call) -> Pull:
    found = call.repository.issues.get(call.number("pull_number"))
    if not isinstance(found, Pull):
        raise not_found()
    return found


def _list_pulls(call: Call) -> Answer:
    """The newest first; a `head` without its owner is ignored, as on GitHub."""
    query, repository = call.query, call.repository
    state = query.get("state", "open")
    found = [pull for pull in repository.pulls if state in ("all", pull.state)]
    if ":" in query.get("head", ""):
        found = [pull for pull in found if _label(call, pull) == query["head"].lower()]
    if "base" in query:
        found = [pull for pull in found if pull.base_ref == query["base"]]
    key = "updated_at" if query.get("sort") == "updated" else "created_at"
    newest_first = query.get("direction", "desc") == "desc"
    found.sort(key=lambda pull: (getattr(pull, key), pull.number), reverse=newest_first)
    return call.page([pull_simple(call.world, repository, pull) for pull in found])


def _label(call: Call, pull: Pull) -> str:
    return label_of(call.repository, pull).lower()


def _create_pull(call: Call) -> Answer:
    pull = PullRequests(call.world).open(call.repository, call.body, call.app.bot)
    answer = pull_full(call.world, call.repository, pull)
    return Answer(201, answer, {"Location": answer["url"]})


def _get_pull(call: Call) -> Answer:
    return Answer(200, pull_full(call.world, call.repository, _pull(call)))


def _change_pull(call: Call) -> Answer:
    pull = _pull(call)
    PullRequests(call.world).change(call.repository, pull, call.body, call.app.bot)
    return Answer(200, pull_full(call.world, call.repository, pull))


def _list_files(call: Call) -> Answer:
    pull, git = _pull(call), call.repository.git
    fork = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    changes = file_changes(git, fork, pull.head_sha)[:MOST_FILES]
    return call.page(
        [changed_file(call.world, call.repository, change, pull.head_sha) for change in changes]
    )


def _list_commits(call: Call) -> Answer:
    commits = commits_of(call.repository, _pull(call))[:MOST_COMMITS]
    return call.page([commit_json(call.world, call.repository, sha) for sha in commits])


def _merge_pull(call: Call) -> Answer:
    how = Merge(
        method=call.body.get("merge_method", "merge"),
        title=call.body.get("commit_title"),
        message=call.body.get("commit_message"),
        sha=call.body.get("sha"),
    )
    sha = PullRequests(call.world).merge(call.repository, _pull(call), how, call.app.bot)
    return Answer(200, {"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def _list_reviews(call: Call) -> Answer:
    pull = _pull(call)
    return call.page(
        [review_json(call.world, call.repository, pull, each) for each in pull.reviews]
    )


def _reviewers(call: Call) -> Answer:
    world, pull = call.world, _pull(call)
    return Answer(
        200,
        {
            "users": [simple_user(world, each) for each in pull.requested_reviewers],
            "teams": [team_json(world, each) for each in pull.requested_teams],
        },
    )


def _request_reviewers(call: Call) -> Answer:
    pull, body = _pull(call), call.body
    people, teams = body.get("reviewers", []), body.get("team_reviewers", [])
    Reviews(call.world).request(call.repository, pull, people, teams, call.app.bot)
    return Answer(201, pull_simple(call.world, call.repository, pull))


def _remove_reviewers(call: Call) -> Answer:
    pull, body = _pull(call), call.body
    people, teams = body.get("reviewers", []), body.get("team_reviewers", [])
    Reviews(call.world).dismiss_request(call.repository, pull, people, teams, call.app.bot)
    return Answer(200, pull_simple(call.world, call.repository, pull))


def _list_review_comments(call: Call) -> Answer:
    found = review_comments_of(call.world, call.repository, _pull(call).number)
    return call.page([review_comment_json(call.world, call.repository, each) for each in found])


def _review_comment(call: Call) -> ReviewComment:
    found = call.world.review_comments.get(call.number("comment_id"))
    if found is None or found.repository_id != call.repository.id:
        raise not_found()
    return found


def _get_review_comment(call: Call) -> Answer:
    comment = _review_comment(call)
    return Answer(200, review_comment_json(call.world, call.repository, comment))


def _list_reactions(call: Call) -> Answer:
    return call.page([reaction_json(call.world, each) for each in _review_comment(call).reactions])


def _create_reaction(call: Call) -> Answer:
    reaction, new = Conversations(call.world).react(
        _review_comment(call), call.body["content"], call.app.bot
    )
    return Answer(201 if new else 200, reaction_json(call.world, reaction))


OWN = f"{REPOSITORY}/pulls/{{pull_number}}"
COMMENT = f"{REPOSITORY}/pulls/comments/{{comment_id}}"

HANDLERS: dict[str, Handler] = {
    f"GET {REPOSITORY}/pulls": _list_pulls,
    f"POST {REPOSITORY}/pulls": _create_pull,
    f"GET {REPOSITORY}/pulls/{{pull_number}}": _get_pull,
    f"PATCH {REPOSITORY}/pulls/{{pull_number}}": _change_pull,
    f"GET {REPOSITORY}/pulls/{{pull_number}}/commits": _list_commits,
    f"GET {REPOSITORY}/pulls/{{pull_number}}/files": _list_files,
    f"PUT {REPOSITORY}/pulls/{{pull_number}}/merge": _merge_pull,
    f"GET {COMMENT}": _get_review_comment,
    f"GET {COMMENT}/reactions": _list_reactions,
    f"POST {COMMENT}/reactions": _create_reaction,
    f"GET {OWN}/comments": _list_review_comments,
    f"GET {OWN}/requested_reviewers": _reviewers,
    f"POST {OWN}/requested_reviewers": _request_reviewers,
    f"DELETE {OWN}/requested_reviewers": _remove_reviewers,
    f"GET {OWN}/reviews": _list_reviews,
}
