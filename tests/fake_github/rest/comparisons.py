"""Commits and the comparison of two of them."""

from urllib.parse import quote

from tests.fake_github.calls import Answer, Call, Handler, Refused, not_found
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.git_diff import file_changes
from tests.fake_github.payloads.commits import (
    MOST_FILES,
    changed_file,
    commit_changes,
    commit_json,
)
from tests.fake_github.payloads.pulls import pull_simple
from tests.fake_github.payloads.repositories import api_root, web_root
from tests.fake_github.rest.repositories import commit_named

MOST_COMMITS = 250


def _compare(call: Call) -> Answer:
    """Three dots: from the merge base; files on the first page only, at most 300 of them."""
    base_name, separator, head_name = call.parameters["basehead"].partition("...")
    if not separator:
        raise not_found()
    git, repository, world = call.repository.git, call.repository, call.world
    base, head = _end(call, base_name), _end(call, head_name)
    fork = git.merge_base(base, head)
    if fork is None:
        raise Refused(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead, behind = git.commits(f"{base}..{head}"), git.commits(f"{head}..{base}")
    shown, links = _shown(call, ahead)
    place = f"/compare/{quote(base_name)}...{quote(head_name)}"
    web = web_root(world, repository)
    answer = {
        "url": f"{api_root(world, repository)}{place}",
        "html_url": f"{web}{place}",
        "permalink_url": f"{web}/compare/{base[:7]}...{head[:7]}",
        "diff_url": f"{web}{place}.diff",
        "patch_url": f"{web}{place}.patch",
        "base_commit": commit_json(world, repository, base),
        "merge_base_commit": commit_json(world, repository, fork),
        "status": _status(len(ahead), len(behind)),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [commit_json(world, repository, sha) for sha in shown],
    }
    if call.page_number() == 1:
        changes = file_changes(git, fork, head)[:MOST_FILES]
        answer["files"] = [changed_file(world, repository, change, head) for change in changes]
    return Answer(200, answer, links)


def _end(call: Call, name: str) -> str:
    owner, separator, branch = name.partition(":")
    if separator and owner.lower() != call.repository.owner.login.lower():
        raise not_found()
    sha = call.repository.git.commit_sha(branch if separator else name)
    if sha is None:
        raise not_found()
    return sha


def _shown(call: Call, commits: list[str]) -> tuple[list[str], dict[str, str]]:
    if "page" not in call.query and "per_page" not in call.query:
        return commits[-MOST_COMMITS:], {}
    size, page = call.page_size(), call.page_number()
    last = max(1, -(-len(commits) // size))
    return commits[(page - 1) * size : page * size], call.links(page, last)


def _status(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    if ahead:
        return "ahead"
    return "behind" if behind else "identical"


def _list_commits(call: Call) -> Answer:
    start = commit_named(call, call.query.get("sha", call.repository.default_branch))
    paths = ["--", call.query["path"]] if "path" in call.query else []
    found = call.repository.git.commits(start, *paths)[::-1]
    size, page = call.page_size(), call.page_number()
    shown = found[(page - 1) * size : page * size]
    commits = [commit_json(call.world, call.repository, sha) for sha in shown]
    return Answer(200, commits, call.links(page, max(1, -(-len(found) // size))))


def _get_commit(call: Call) -> Answer:
    sha = commit_named(call, call.parameters["ref"])
    if call.accept.startswith("application/vnd.github") and "sha" in call.accept:
        return Answer(200, sha.encode(), {"Content-Type": "application/vnd.github.sha"})
    changes = commit_changes(call.repository, sha)
    additions = sum(change.additions for change in changes)
    deletions = sum(change.deletions for change in changes)
    size, page = min(call.page_size(MOST_FILES), MOST_FILES), call.page_number()
    size = size if "per_page" in call.query else MOST_FILES
    shown = changes[(page - 1) * size : page * size]
    answer = {
        **commit_json(call.world, call.repository, sha),
        "stats": {
            "total": additions + deletions,
            "additions": additions,
            "deletions": deletions,
        },
        "files": [changed_file(call.world, call.repository, change, sha) for change in shown],
    }
    return Answer(200, answer, call.links(page, max(1, -(-len(changes) // size))))


def _pulls_of_commit(call: Call) -> Answer:
    sha, repository = commit_named(call, call.parameters["commit_sha"]), call.repository
    holding = [
        pull
        for pull in repository.pulls
        if pull.merge_commit_sha == sha
        or sha in repository.git.commits(f"{pull.base_sha}..{pull.head_sha}")
    ]
    return call.page([pull_simple(call.world, repository, pull) for pull in holding])


HANDLERS: dict[str, Handler] = {
    f"GET {REPOSITORY}/commits": _list_commits,
    f"GET {REPOSITORY}/commits/{{ref}}": _get_commit,
    f"GET {REPOSITORY}/commits/{{commit_sha}}/pulls": _pulls_of_commit,
    f"GET {REPOSITORY}/compare/{{basehead}}": _compare,
}
