"""Repositories, their files, branches and collaborators; users."""

import base64
import posixpath
from typing import Any
from urllib.parse import quote

from tests.fake_github.calls import Answer, Call, Handler, Refused, not_found
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.git_repository import TreeEntry
from tests.fake_github.oauth import permissions_of, role_of
from tests.fake_github.payloads.accounts import public_user, simple_user
from tests.fake_github.payloads.commits import commit_json
from tests.fake_github.payloads.repositories import api_root, full_repository, web_root
from tests.fake_github.state import Protection

LARGEST_INLINE = 1_000_000
LARGEST = 100_000_000
PERMISSIONS = {
    "admin": "admin",
    "maintain": "write",
    "write": "write",
    "triage": "read",
    "read": "read",
    "none": "none",
}
KINDS = {"tree": "dir", "commit": "submodule"}


def commit_named(call: Call, name: str) -> str:
    """The commit of a branch, tag or SHA, or the answer that there is none."""
    git = call.repository.git
    if git.is_empty():
        raise Refused(409, "Git Repository is empty.")
    sha = git.commit_sha(name)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return sha


def _get_repository(call: Call) -> Answer:
    found = full_repository(call.world, call.repository)
    if call.caller.person is not None:
        found["permissions"] = permissions_of(call.repository, call.caller.person)
    return Answer(200, found)


def _get_contents(call: Call) -> Answer:
    name = call.query.get("ref", call.repository.default_branch)
    git, path = call.repository.git, call.parameters["path"].strip("/")
    sha = git.commit_sha(name)
    if sha is None:
        raise Refused(
            404, f"No commit found for the ref {name}" if "ref" in call.query else "Not Found"
        )
    tree = git.commit(sha).tree
    if not path:
        return _folder(call, tree, "", name)
    entry = git.entry(tree, path)
    if entry is None:
        raise not_found()
    return (
        _folder(call, entry.sha, path, name) if entry.type == "tree" else _file(call, entry, name)
    )


def _folder(call: Call, tree: str, path: str, ref: str) -> Answer:
    entries = call.repository.git.tree(tree)
    inside = [
        TreeEntry(e.mode, e.type, e.sha, e.size, posixpath.join(path, e.path)) for e in entries
    ]
    return Answer(200, [_described(call, entry, ref) for entry in inside])


def _file(call: Call, entry: TreeEntry, ref: str) -> Answer:
    described = _described(call, entry, ref)
    if entry.type == "commit":
        return Answer(200, {**described, "submodule_git_url": None})
    if (entry.size or 0) > LARGEST:
        raise Refused(403, "This API returns blobs up to 100 MB in size.")
    content = call.repository.git.blob(entry.sha)
    if "raw" in call.accept:
        return Answer(200, content, {"Content-Type": "application/vnd.github.raw; charset=utf-8"})
    if entry.mode == "120000":
        return Answer(200, {**described, "target": content.decode(errors="replace")})
    if len(content) > LARGEST_INLINE:
        return Answer(200, {**described, "content": "", "encoding": "none"})
    return Answer(
        200, {**described, "content": base64.encodebytes(content).decode(), "encoding": "base64"}
    )


def _described(call: Call, entry: TreeEntry, ref: str) -> dict[str, Any]:
    api, web = api_root(call.world, call.repository), web_root(call.world, call.repository)
    kind = "symlink" if entry.mode == "120000" else KINDS.get(entry.type, "file")
    path = quote(entry.path)
    own = f"{api}/contents/{path}?ref={quote(ref, safe='')}"
    git = f"{api}/git/{'trees' if kind == 'dir' else 'blobs'}/{entry.sha}"
    page = f"{web}/{'tree' if kind == 'dir' else 'blob'}/{quote(ref)}/{path}"
    return {
        "name": posixpath.basename(entry.path),
        "path": entry.path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": own,
        "html_url": page,
        "git_url": git,
        "download_url": f"{web}/raw/{quote(ref)}/{path}" if kind in ("file", "symlink") else None,
        "type": kind,
        "_links": {"self": own, "git": git, "html": page},
    }


def _get_branch(call: Call) -> Answer:
    name, repository = call.parameters["branch"], call.repository
    sha = repository.git.ref(f"refs/heads/{name}")
    if sha is None:
        raise Refused(404, "Branch not found")
    api = f"{api_root(call.world, repository)}/branches/{quote(name)}"
    rules = repository.protection(name)
    protected = rules != Protection()
    return Answer(
        200,
        {
            "name": name,
            "commit": commit_json(call.world, repository, sha),
            "_links": {
                "self": api,
                "html": f"{web_root(call.world, repository)}/tree/{quote(name)}",
            },
            "protected": protected,
            "protection": {
                "enabled": protected,
                "required_status_checks": {
                    "enforcement_level": "everyone" if rules.checks else "off",
                    "contexts": list(rules.checks),
                    "checks": [{"context": each, "app_id": None} for each in rules.checks],
                },
            },
            "protection_url": f"{api}/protection",
        },
    )


def _list_branches(call: Call) -> Answer:
    repository, prefix = call.repository, "refs/heads/"
    api = api_root(call.world, repository)
    found = [
        {
            "name": ref.removeprefix(prefix),
            "commit": {"sha": sha, "url": f"{api}/commits/{sha}"},
            "protected": repository.protection(ref.removeprefix(prefix)) != Protection(),
        }
        for ref, sha in repository.git.refs("refs/heads").items()
    ]
    wanted = call.query.get("protected")
    return call.page(
        [each for each in found if wanted is None or each["protected"] == (wanted == "true")]
    )


def _get_permission(call: Call) -> Answer:
    repository, login = call.repository, call.parameters["username"].lower()
    account = call.world.accounts.get(login)
    if account is None:
        raise Refused(404, f"{call.parameters['username']} is not a user")
    role, rights = role_of(repository, account), permissions_of(repository, account)
    held = PERMISSIONS[role]
    user = {**simple_user(call.world, account), "permissions": rights, "role_name": role}
    return Answer(200, {"permission": held, "role_name": role, "user": user})


def _get_user(call: Call) -> Answer:
    account = call.world.accounts.get(call.parameters["username"].lower())
    if account is None:
        raise not_found()
    return Answer(200, public_user(call.world, account))


def _get_myself(call: Call) -> Answer:
    return Answer(200, public_user(call.world, call.person))


HANDLERS: dict[str, Handler] = {
    f"GET {REPOSITORY}": _get_repository,
    f"GET {REPOSITORY}/branches": _list_branches,
    f"GET {REPOSITORY}/branches/{{branch}}": _get_branch,
    f"GET {REPOSITORY}/collaborators/{{username}}/permission": _get_permission,
    f"GET {REPOSITORY}/contents/{{path}}": _get_contents,
    "GET /user": _get_myself,
    "GET /users/{username}": _get_user,
}
