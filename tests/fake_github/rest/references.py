"""Git's refs, with GitHub's exact refusals."""

from typing import Any
from urllib.parse import quote

from tests.fake_github.branches import Branches, touches_workflows
from tests.fake_github.calls import Answer, Call, Handler, Refused, not_found
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.git_repository import ZERO, GitFailed
from tests.fake_github.payloads.accounts import node_id
from tests.fake_github.payloads.repositories import api_root
from tests.fake_github.protection import check_update


def _ref_json(call: Call, name: str, sha: str) -> dict[str, Any]:
    api = f"{api_root(call.world, call.repository)}/git"
    kind = call.repository.git.type_of(sha) or "commit"
    return {
        "ref": name,
        "node_id": node_id("Ref", name),
        "url": f"{api}/{quote(name)}",
        "object": {"sha": sha, "type": kind, "url": f"{api}/{kind}s/{sha}"},
    }


def _need_history(call: Call) -> None:
    if call.repository.git.is_empty():
        raise Refused(409, "Git Repository is empty.")


def _get_ref(call: Call) -> Answer:
    _need_history(call)
    name = f"refs/{call.parameters['ref']}"
    sha = call.repository.git.ref(name)
    if sha is None:
        raise not_found()
    return Answer(200, _ref_json(call, name, sha))


def _matching_refs(call: Call) -> Answer:
    start = f"refs/{call.parameters['ref']}"
    refs = call.repository.git.refs("refs/heads", "refs/tags")
    return Answer(
        200, [_ref_json(call, *item) for item in refs.items() if item[0].startswith(start)]
    )


def _create_ref(call: Call) -> Answer:
    _need_history(call)
    git, name, sha = call.repository.git, call.body["ref"], call.body["sha"]
    if not name.startswith("refs/") or name.count("/") < 2:
        raise Refused(
            422, "Reference name must start with 'refs/' and contain at least two slashes."
        )
    if not git.valid_ref(name):
        raise Refused(422, f"{name} is not a valid ref name.")
    if git.ref(name) is not None:
        raise Refused(422, "Reference already exists")
    _check_object(call, name, sha)
    _move(call, name, sha)
    return Answer(201, _ref_json(call, name, sha))


def _update_ref(call: Call) -> Answer:
    git, name, sha = call.repository.git, f"refs/{call.parameters['ref']}", call.body["sha"]
    old = git.ref(name)
    if old is None:
        raise Refused(422, "Reference does not exist")
    _check_object(call, name, sha)
    if not call.body.get("force", False) and not git.is_ancestor(old, sha):
        raise Refused(422, "Update is not a fast forward")
    _move(call, name, sha)
    return Answer(200, _ref_json(call, name, sha))


def _delete_ref(call: Call) -> Answer:
    name = f"refs/{call.parameters['ref']}"
    if call.repository.git.ref(name) is None:
        raise Refused(422, "Reference does not exist")
    if name == f"refs/heads/{call.repository.default_branch}":
        raise Refused(422, "Cannot delete the default branch")
    _move(call, name, ZERO)
    return Answer(204)


def _check_object(call: Call, name: str, sha: str) -> None:
    kind = call.repository.git.type_of(sha)
    if kind is None:
        raise Refused(422, "Object does not exist")
    if name.startswith("refs/heads/") and kind != "commit":
        raise Refused(422, "Reference cannot be updated")


def _move(call: Call, name: str, sha: str) -> None:
    repository = call.repository
    old = repository.git.ref(name)
    if name.startswith("refs/heads/"):
        check_update(repository, name.removeprefix("refs/heads/"), old or ZERO, sha)
    forbidden = sha != ZERO and not call.token.allows("workflows", "write")
    if forbidden and touches_workflows(repository, old, sha):
        raise Refused(403, "Resource not accessible by integration")
    try:
        Branches(call.world).move(repository, name, sha, call.app.bot)
    except GitFailed as error:
        raise Refused(422, "Reference update failed") from error


HANDLERS: dict[str, Handler] = {
    f"GET {REPOSITORY}/git/matching-refs/{{ref}}": _matching_refs,
    f"GET {REPOSITORY}/git/ref/{{ref}}": _get_ref,
    f"POST {REPOSITORY}/git/refs": _create_ref,
    f"PATCH {REPOSITORY}/git/refs/{{ref}}": _update_ref,
    f"DELETE {REPOSITORY}/git/refs/{{ref}}": _delete_ref,
}
