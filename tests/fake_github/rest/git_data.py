"""Git's own objects: blobs, trees and commits."""

import base64
import binascii
from datetime import datetime
from typing import Any

from tests.fake_github.calls import Answer, Call, Handler, Refused, not_found
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.git_repository import GitFailed, Signature, TreeEntry
from tests.fake_github.payloads.accounts import node_id
from tests.fake_github.payloads.commits import WEB_FLOW, git_commit
from tests.fake_github.payloads.repositories import api_root

MOST_ENTRIES = 100_000
FORBIDDEN_PARTS = frozenset({"", ".", "..", ".git"})
MODES = {
    "100644": "blob",
    "100755": "blob",
    "120000": "blob",
    "040000": "tree",
    "160000": "commit",
}


def _get_blob(call: Call) -> Answer:
    sha, git = call.parameters["file_sha"], call.repository.git
    if git.type_of(sha) != "blob":
        raise not_found()
    content = git.blob(sha)
    return Answer(
        200,
        {
            "sha": sha,
            "node_id": node_id("Blob", sha),
            "size": len(content),
            "url": f"{api_root(call.world, call.repository)}/git/blobs/{sha}",
            "content": base64.encodebytes(content).decode(),
            "encoding": "base64",
        },
    )


def _create_blob(call: Call) -> Answer:
    _need_history(call)
    content = call.body["content"].encode()
    if call.body.get("encoding", "utf-8") == "base64":
        try:
            content = base64.b64decode(content)
        except binascii.Error as error:
            raise Refused(422, "content is not valid Base64") from error
    sha = call.repository.git.write_blob(content)
    url = f"{api_root(call.world, call.repository)}/git/blobs/{sha}"
    return Answer(201, {"sha": sha, "url": url}, {"Location": url})


def _need_history(call: Call) -> None:
    if call.repository.git.is_empty():
        raise Refused(409, "Git Repository is empty.")


def _get_tree(call: Call) -> Answer:
    _need_history(call)
    git, name = call.repository.git, call.parameters["tree_sha"]
    commit = git.commit_sha(name)
    tree = git.commit(commit).tree if commit is not None else name
    if git.type_of(tree) != "tree":
        raise not_found()
    entries = git.tree(tree, recursive="recursive" in call.query)
    truncated = len(entries) > MOST_ENTRIES
    return Answer(200, _tree_json(call, tree, entries[:MOST_ENTRIES], truncated=truncated))


def _tree_json(
    call: Call, sha: str, entries: list[TreeEntry], *, truncated: bool
) -> dict[str, Any]:
    api = f"{api_root(call.world, call.repository)}/git"
    return {
        "sha": sha,
        "url": f"{api}/trees/{sha}",
        "tree": [_entry_json(api, entry) for entry in entries],
        "truncated": truncated,
    }


def _entry_json(api: str, entry: TreeEntry) -> dict[str, Any]:
    size = {} if entry.size is None else {"size": entry.size}
    kind = "trees" if entry.type == "tree" else "blobs"
    url = {} if entry.type == "commit" else {"url": f"{api}/{kind}/{entry.sha}"}
    return {
        "path": entry.path,
        "mode": entry.mode,
        "type": entry.type,
        "sha": entry.sha,
        **size,
        **url,
    }


def _create_tree(call: Call) -> Answer:
    _need_history(call)
    git, base = call.repository.git, _base_tree(call)
    changes, removed = [], []
    for entry in call.body["tree"]:
        if "sha" in entry and entry["sha"] is None:
            removed.append(entry["path"])
        else:
            changes.append(_entry(call, entry))
    for path in removed:
        if base is None or git.entry(base, path) is None:
            raise Refused(422, "GitRPC::BadObjectState")
    try:
        tree = git.write_tree(base, changes, removed)
    except GitFailed as error:
        raise Refused(422, "tree.path contains a malformed path component") from error
    return Answer(201, _tree_json(call, tree, git.tree(tree), truncated=False))


def _base_tree(call: Call) -> str | None:
    name = call.body.get("base_tree")
    if name is None:
        return None
    kind = call.repository.git.type_of(name)
    if kind == "commit":
        return call.repository.git.commit(name).tree
    if kind != "tree":
        raise not_found()
    return str(name)


def _entry(call: Call, entry: dict[str, Any]) -> TreeEntry:
    mode, path, git = entry.get("mode", "100644"), entry.get("path", ""), call.repository.git
    if mode not in MODES:
        raise Refused(422, "Must supply a valid tree.mode")
    if any(part.lower() in FORBIDDEN_PARTS for part in path.split("/")):
        raise Refused(422, "tree.path contains a malformed path component")
    if "sha" not in entry and "content" not in entry:
        raise Refused(422, "Must supply either tree.sha or tree.content")
    if "content" in entry:
        return TreeEntry(mode, "blob", git.write_blob(entry["content"].encode()), None, path)
    kind = MODES[mode]
    if kind != "commit" and git.type_of(entry["sha"]) != kind:
        raise Refused(422, f"tree.sha {entry['sha']} is not a valid {kind}")
    return TreeEntry(mode, kind, entry["sha"], None, path)


def _get_commit(call: Call) -> Answer:
    sha = call.parameters["commit_sha"]
    if call.repository.git.type_of(sha) != "commit":
        raise not_found()
    return Answer(200, git_commit(call.world, call.repository, sha))


def _create_commit(call: Call) -> Answer:
    """Without an author GitHub signs for the app: its bot is the author, the commit is verified."""
    _need_history(call)
    git, body, bot = call.repository.git, call.body, call.app.bot
    if git.type_of(body["tree"]) != "tree":
        raise Refused(422, "Tree SHA does not exist")
    parents = tuple(body.get("parents", []))
    if any(git.type_of(parent) != "commit" for parent in parents):
        raise Refused(422, "Parent SHA does not exist or is not a commit object")
    now = int(call.world.clock.now())
    signed = not {"author", "committer", "signature"} & body.keys()
    author = _signature(body.get("author"), Signature(bot.login, bot.email, now))
    committer = Signature(*WEB_FLOW, now) if signed else _signature(body.get("committer"), author)
    sha = git.write_commit(body["tree"], parents, author, committer, body["message"])
    if signed:
        call.repository.verified.add(sha)
    answer = git_commit(call.world, call.repository, sha)
    return Answer(201, answer, {"Location": answer["url"]})


def _signature(given: dict[str, str] | None, otherwise: Signature) -> Signature:
    if given is None:
        return otherwise
    seconds = otherwise.seconds
    if "date" in given:
        seconds = int(datetime.fromisoformat(given["date"]).timestamp())
    return Signature(given["name"], given["email"], seconds)


HANDLERS: dict[str, Handler] = {
    f"GET {REPOSITORY}/git/blobs/{{file_sha}}": _get_blob,
    f"POST {REPOSITORY}/git/blobs": _create_blob,
    f"GET {REPOSITORY}/git/commits/{{commit_sha}}": _get_commit,
    f"POST {REPOSITORY}/git/commits": _create_commit,
    f"GET {REPOSITORY}/git/trees/{{tree_sha}}": _get_tree,
    f"POST {REPOSITORY}/git/trees": _create_tree,
}
