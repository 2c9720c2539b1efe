"""Pull requests, issues, comments and reactions as GitHub's JSON."""

from typing import Any

from tests.fake_github.git_diff import file_changes
from tests.fake_github.git_repository import Unmergeable
from tests.fake_github.payloads.accounts import integration, node_id, simple_user
from tests.fake_github.payloads.repositories import api_root, repository_json, web_root
from tests.fake_github.protection import blocks_merge
from tests.fake_github.state import (
    Account,
    Comment,
    Issue,
    Label,
    Pull,
    Reaction,
    Repository,
    ReviewComment,
    Team,
)
from tests.fake_github.world import World

Json = dict[str, Any]

REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def label_json(world: World, repository: Repository, label: Label) -> Json:
    """A label."""
    return {
        "id": label.id,
        "node_id": node_id("Label", label.id),
        "url": f"{api_root(world, repository)}/labels/{label.name.replace(' ', '%20')}",
        "name": label.name,
        "description": label.description or "",
        "color": label.color,
        "default": False,
    }


def association(repository: Repository, account: Account) -> str:
    """What the author is to the repository."""
    if account.id == repository.owner.id:
        return "OWNER"
    if repository.roles.get(account.login.lower()) in ("admin", "maintain", "write", "triage"):
        return "COLLABORATOR"
    return "CONTRIBUTOR" if account.type == "Bot" else "NONE"


def commits_of(repository: Repository, pull: Pull) -> list[str]:
    """The commits of a pull request, the oldest first."""
    return repository.git.commits(f"{pull.base_sha}..{pull.head_sha}")


def pull_simple(world: World, repository: Repository, pull: Pull) -> Json:
    """A pull request as lists show it."""
    api, web = api_root(world, repository), web_root(world, repository)
    own = f"{api}/pulls/{pull.number}"
    issue = f"{api}/issues/{pull.number}"
    places = {
        "self": own,
        "html": f"{web}/pull/{pull.number}",
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{own}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{own}/commits",
        "statuses": f"{api}/statuses/{pull.head_sha}",
    }
    return {
        "url": own,
        "id": pull.id,
        "node_id": node_id("PullRequest", pull.id),
        "html_url": places["html"],
        "diff_url": f"{places['html']}.diff",
        "patch_url": f"{places['html']}.patch",
        "issue_url": issue,
        "commits_url": places["commits"],
        "review_comments_url": places["review_comments"],
        "review_comment_url": places["review_comment"],
        "comments_url": places["comments"],
        "statuses_url": places["statuses"],
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked,
        "title": pull.title,
        "user": simple_user(world, pull.user),
        "body": pull.body,
        "labels": [label_json(world, repository, label) for label in pull.labels],
        "milestone": None,
        "active_lock_reason": None,
        "created_at": pull.created_at,
        "updated_at": pull.updated_at,
        "closed_at": pull.closed_at,
        "merged_at": pull.merged_at,
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [simple_user(world, each) for each in pull.requested_reviewers],
        "requested_teams": [team_json(world, each) for each in pull.requested_teams],
        "head": _end(world, pull.fork or repository, pull.head_ref, pull.head_sha),
        "base": _end(world, repository, pull.base_ref, pull.base_sha),
        "_links": {name: {"href": place} for name, place in places.items()},
        "author_association": association(repository, pull.user),
        "auto_merge": None,
        "draft": pull.draft,
    }


def _end(world: World, repository: Repository, ref: str, sha: str) -> Json:
    """One end of a pull request; a fork may have been deleted since."""
    there = repository.id in world.repositories
    return {
        "label": f"{repository.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": simple_user(world, repository.owner),
        "repo": repository_json(world, repository) if there else None,
    }


def team_json(world: World, team: Team) -> Json:
    """A team."""
    api = f"{world.api_url}/organizations/{team.organization.id}/team/{team.id}"
    return {
        "id": team.id,
        "node_id": node_id("Team", team.id),
        "name": team.slug,
        "slug": team.slug,
        "description": None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "url": api,
        "html_url": f"{world.url}/orgs/{team.organization.login}/teams/{team.slug}",
        "members_url": f"{api}/members{{/member}}",
        "repositories_url": f"{api}/repos",
        "type": "organization",
        "organization_id": team.organization.id,
        "permission": "pull",
        "parent": None,
    }


def pull_full(world: World, repository: Repository, pull: Pull) -> Json:
    """A pull request as `GET` of one answers, with what git says about it."""
    git = repository.git
    base = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    changes = file_changes(git, base, pull.head_sha)
    comments = comments_of(world, repository, pull.number)
    return {
        **pull_simple(world, repository, pull),
        "merged": pull.merged_at is not None,
        **_mergeable(repository, pull),
        "merged_by": None if pull.merged_by is None else simple_user(world, pull.merged_by),
        "comments": len(comments),
        "review_comments": len(review_comments_of(world, repository, pull.number)),
        "maintainer_can_modify": pull.maintainer_can_modify,
        "commits": len(commits_of(repository, pull)),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }


def _mergeable(repository: Repository, pull: Pull) -> Json:
    if pull.state == "closed":
        return {"mergeable": None, "rebaseable": None, "mergeable_state": "unknown"}
    base = repository.git.ref(f"refs/heads/{pull.base_ref}") or pull.base_sha
    try:
        repository.git.merged_tree(base, pull.head_sha)
    except Unmergeable:
        return {"mergeable": False, "rebaseable": False, "mergeable_state": "dirty"}
    return {
        "mergeable": True,
        "rebaseable": True,
        "mergeable_state": _merge_state(repository, pull),
    }


def _merge_state(repository: Repository, pull: Pull) -> str:
    if pull.draft:
        return "draft"
    return "blocked" if blocks_merge(repository, pull) else "clean"


def comments_of(world: World, repository: Repository, number: int) -> list[Comment]:
    """The comments of one conversation, the oldest first."""
    return [
        comment
        for comment in world.comments.values()
        if (comment.repository_id, comment.number) == (repository.id, number)
    ]


def review_comments_of(world: World, repository: Repository, number: int) -> list[ReviewComment]:
    """The comments at lines of one pull request, the oldest first."""
    return [
        comment
        for comment in world.review_comments.values()
        if (comment.repository_id, comment.number) == (repository.id, number)
    ]


def rollup(url: str, reactions: list[Reaction]) -> Json:
    """How often each reaction was given."""
    counts = {name: sum(each.content == name for each in reactions) for name in REACTIONS}
    return {"url": f"{url}/reactions", "total_count": len(reactions), **counts}


def comment_json(world: World, repository: Repository, comment: Comment) -> Json:
    """A comment."""
    api = api_root(world, repository)
    page = f"{web_root(world, repository)}/pull/{comment.number}"
    url = f"{api}/issues/comments/{comment.id}"
    return {
        "url": url,
        "html_url": f"{page}#issuecomment-{comment.id}",
        "issue_url": f"{api}/issues/{comment.number}",
        "id": comment.id,
        "node_id": node_id("IssueComment", comment.id),
        "user": simple_user(world, comment.user),
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "author_association": association(repository, comment.user),
        "body": comment.body,
        "reactions": rollup(url, comment.reactions),
        "performed_via_github_app": integration(world, world.app) if comment.by_app else None,
    }


def reaction_json(world: World, reaction: Reaction) -> Json:
    """A reaction."""
    return {
        "id": reaction.id,
        "node_id": node_id("Reaction", reaction.id),
        "user": simple_user(world, reaction.user),
        "content": reaction.content,
        "created_at": reaction.created_at,
    }


def issue_json(world: World, repository: Repository, issue: Issue) -> Json:
    """An issue as comment events show it; a pull request is one with a `pull_request` key."""
    api, web = api_root(world, repository), web_root(world, repository)
    url = f"{api}/issues/{issue.number}"
    kind = "pull" if isinstance(issue, Pull) else "issues"
    return {
        "url": url,
        "repository_url": api,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": f"{web}/{kind}/{issue.number}",
        "id": issue.id,
        "node_id": node_id("Issue", issue.id),
        "number": issue.number,
        "title": issue.title,
        "user": simple_user(world, issue.user),
        "labels": [label_json(world, repository, label) for label in issue.labels],
        "state": issue.state,
        "locked": issue.locked,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(comments_of(world, repository, issue.number)),
        "created_at": issue.created_at,
        "updated_at": issue.updated_at,
        "closed_at": issue.closed_at,
        "author_association": association(repository, issue.user),
        "active_lock_reason": None,
        "body": issue.body,
        "reactions": rollup(url, []),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "state_reason": None,
        **(_pull_links(world, repository, issue) if isinstance(issue, Pull) else {}),
    }


def _pull_links(world: World, repository: Repository, pull: Pull) -> Json:
    page = f"{web_root(world, repository)}/pull/{pull.number}"
    return {
        "draft": pull.draft,
        "pull_request": {
            "url": f"{api_root(world, repository)}/pulls/{pull.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": pull.merged_at,
        },
    }
