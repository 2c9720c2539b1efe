"""Pull requests."""

from tests.fake_github.calls import Answer, Call, Handler, not_found
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.git_diff import file_changes
from tests.fake_github.payloads.commits import changed_file, commit_json
from tests.fake_github.payloads.pulls import commits_of, pull_full, pull_simple
from tests.fake_github.pull_requests import Merge, PullRequests
from tests.fake_github.state import Pull

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
    return f"{call.repository.owner.login}:{pull.head_ref}".lower()


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


HANDLERS: dict[str, Handler] = {
    f"GET {REPOSITORY}/pulls": _list_pulls,
    f"POST {REPOSITORY}/pulls": _create_pull,
    f"GET {REPOSITORY}/pulls/{{pull_number}}": _get_pull,
    f"PATCH {REPOSITORY}/pulls/{{pull_number}}": _change_pull,
    f"GET {REPOSITORY}/pulls/{{pull_number}}/commits": _list_commits,
    f"GET {REPOSITORY}/pulls/{{pull_number}}/files": _list_files,
    f"PUT {REPOSITORY}/pulls/{{pull_number}}/merge": _merge_pull,
}
