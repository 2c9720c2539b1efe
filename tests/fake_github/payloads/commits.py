"""Commits, trees and changed files as GitHub's JSON."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.fake_github.git_diff import FileChange, file_changes
from tests.fake_github.git_repository import EMPTY_TREE, Commit, Signature
from tests.fake_github.payloads.accounts import node_id, simple_user
from tests.fake_github.payloads.repositories import api_root, web_root
from tests.fake_github.state import Account, Repository
from tests.fake_github.world import World

Json = dict[str, Any]

MOST_FILES = 300
WEB_FLOW = ("GitHub", "noreply@github.com")


def moment(signature: Signature) -> str:
    """When a commit was signed, in UTC."""
    return datetime.fromtimestamp(signature.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def person(signature: Signature) -> Json:
    """Author or committer as the commit itself says."""
    return {"name": signature.name, "email": signature.email, "date": moment(signature)}


def account_of(world: World, signature: Signature) -> Account | None:
    """The account that an address belongs to."""
    if signature.email == WEB_FLOW[1]:
        return world.account("web-flow")
    by_address = (each for each in world.accounts.values() if each.email == signature.email)
    return next(by_address, None)


def verification(repository: Repository, commit: Commit) -> Json:
    """Whether GitHub signed the commit: only those that it made itself for the app."""
    verified = commit.sha in repository.verified
    return {
        "verified": verified,
        "reason": "valid" if verified else "unsigned",
        "signature": "-----BEGIN PGP SIGNATURE-----" if verified else None,
        "payload": f"tree {commit.tree}\n" if verified else None,
        "verified_at": moment(commit.committer) if verified else None,
    }


def git_commit(world: World, repository: Repository, sha: str) -> Json:
    """A commit as the Git database shows it."""
    commit = repository.git.commit(sha)
    api, web = f"{api_root(world, repository)}/git", web_root(world, repository)
    return {
        "sha": sha,
        "node_id": node_id("Commit", sha),
        "url": f"{api}/commits/{sha}",
        "html_url": f"{web}/commit/{sha}",
        "author": person(commit.author),
        "committer": person(commit.committer),
        "tree": {"sha": commit.tree, "url": f"{api}/trees/{commit.tree}"},
        "message": commit.message,
        "parents": [
            {"sha": each, "url": f"{api}/commits/{each}", "html_url": f"{web}/commit/{each}"}
            for each in commit.parents
        ],
        "verification": verification(repository, commit),
    }


def commit_json(world: World, repository: Repository, sha: str) -> Json:
    """A commit as lists and comparisons show it."""
    commit = repository.git.commit(sha)
    api, web = api_root(world, repository), web_root(world, repository)
    return {
        "sha": sha,
        "node_id": node_id("Commit", sha),
        "commit": {
            "author": person(commit.author),
            "committer": person(commit.committer),
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
            "url": f"{api}/git/commits/{sha}",
            "comment_count": 0,
            "verification": verification(repository, commit),
        },
        "url": f"{api}/commits/{sha}",
        "html_url": f"{web}/commit/{sha}",
        "comments_url": f"{api}/commits/{sha}/comments",
        "author": _account(world, commit.author),
        "committer": _account(world, commit.committer),
        "parents": [
            {"sha": each, "url": f"{api}/commits/{each}", "html_url": f"{web}/commit/{each}"}
            for each in commit.parents
        ],
    }


def _account(world: World, signature: Signature) -> Json | None:
    account = account_of(world, signature)
    return None if account is None else simple_user(world, account)


def commit_changes(repository: Repository, sha: str) -> tuple[FileChange, ...]:
    """What a commit changed against its first parent."""
    commit = repository.git.commit(sha)
    parent = commit.parents[0] if commit.parents else EMPTY_TREE
    return file_changes(repository.git, parent, sha)


def changed_file(world: World, repository: Repository, change: FileChange, at: str) -> Json:
    """One file of a comparison, a commit or a pull request."""
    api, web, path = api_root(world, repository), web_root(world, repository), quote(change.path)
    more = {} if change.patch is None else {"patch": change.patch}
    if change.previous_path is not None:
        more["previous_filename"] = change.previous_path
    return {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{web}/blob/{at}/{path}",
        "raw_url": f"{web}/raw/{at}/{path}",
        "contents_url": f"{api}/contents/{path}?ref={at}",
        **more,
    }


def pushed_commit(world: World, repository: Repository, sha: str) -> Json:
    """A commit as push events show it."""
    commit = repository.git.commit(sha)
    changes = commit_changes(repository, sha)
    moved = [each for each in changes if each.previous_path is not None]
    return {
        "id": sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": moment(commit.committer),
        "url": f"{web_root(world, repository)}/commit/{sha}",
        "author": _pusher(world, commit.author),
        "committer": _pusher(world, commit.committer),
        "added": [c.path for c in changes if c.status in ("added", "renamed")],
        "removed": [c.path for c in changes if c.status == "removed"]
        + [str(c.previous_path) for c in moved],
        "modified": [c.path for c in changes if c.status in ("modified", "changed")],
    }


def _pusher(world: World, signature: Signature) -> Json:
    account = account_of(world, signature)
    login = {} if account is None else {"username": account.login}
    return {"name": signature.name, "email": signature.email, **login}
