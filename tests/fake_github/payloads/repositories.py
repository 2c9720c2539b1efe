"""A repository as GitHub's JSON, in the forms that answers and webhooks need."""

from datetime import datetime
from typing import Any

from tests.fake_github.payloads.accounts import node_id, simple_user
from tests.fake_github.state import Repository
from tests.fake_github.world import World

Json = dict[str, Any]

API_PATHS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
COUNTS = ("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size")
FEATURES = ("has_downloads", "has_issues", "has_projects", "has_wiki")
MERGES = ("allow_merge_commit", "allow_rebase_merge", "allow_squash_merge")


def api_root(world: World, repository: Repository) -> str:
    """The repository's place in the REST API."""
    return f"{world.api_url}/repos/{repository.full_name}"


def web_root(world: World, repository: Repository) -> str:
    """The repository's place on the web."""
    return f"{world.url}/{repository.full_name}"


def repository_json(world: World, repository: Repository) -> Json:
    """The form inside webhooks and pull requests."""
    api, web = api_root(world, repository), web_root(world, repository)
    host = world.url.partition("://")[2]
    open_issues = sum(issue.state == "open" for issue in repository.issues.values())
    return {
        "id": repository.id,
        "node_id": node_id("Repository", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
        "owner": simple_user(world, repository.owner),
        "html_url": web,
        "description": repository.description,
        "fork": repository.parent is not None,
        "url": api,
        **{name: f"{api}{path}" for name, path in API_PATHS.items()},
        "git_url": f"git://{host}/{repository.full_name}.git",
        "ssh_url": f"git@{host.partition(':')[0]}:{repository.full_name}.git",
        "clone_url": f"{web}.git",
        "svn_url": web,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        **dict.fromkeys(COUNTS, 0),
        **dict.fromkeys(FEATURES, True),
        "has_issues": repository.has_issues,
        "has_pages": False,
        "has_discussions": False,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "default_branch": repository.default_branch,
        "archived": repository.archived,
        "disabled": False,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        "custom_properties": {},
        "visibility": "private" if repository.private else "public",
        "created_at": repository.created_at,
        "updated_at": repository.pushed_at or repository.created_at,
        "pushed_at": repository.pushed_at,
    }


def full_repository(world: World, repository: Repository) -> Json:
    """The form that `GET` of one repository answers."""
    return {
        **repository_json(world, repository),
        **dict.fromkeys(MERGES, True),
        "delete_branch_on_merge": repository.delete_branch_on_merge,
        "network_count": 0,
        "subscribers_count": 0,
        "permissions": {
            "admin": False,
            "maintain": False,
            "push": False,
            "triage": False,
            "pull": False,
        },
    }


def pushed_repository(world: World, repository: Repository) -> Json:
    """The form inside push events, where two of the times are numbers."""
    return {
        **repository_json(world, repository),
        "created_at": _seconds(repository.created_at),
        "pushed_at": None if repository.pushed_at is None else _seconds(repository.pushed_at),
        "stargazers": 0,
        "master_branch": repository.default_branch,
    }


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())
