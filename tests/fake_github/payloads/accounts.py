"""Accounts, the app and its installations as GitHub's JSON."""

import base64
from typing import Any
from urllib.parse import quote

from tests.fake_github.state import Account, App, Installation, Repository
from tests.fake_github.world import World

Json = dict[str, Any]


def node_id(kind: str, identity: int | str) -> str:
    """An opaque global id."""
    return base64.b64encode(f"{kind}:{identity}".encode()).decode()


def simple_user(world: World, account: Account) -> Json:
    """An account as it stands inside other objects."""
    login = quote(account.login)
    api = f"{world.api_url}/users/{login}"
    followers = ("followers", "subscriptions", "repos", "received_events")
    page = f"apps/{login.removesuffix('%5Bbot%5D')}" if account.type == "Bot" else login
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("User", account.id),
        "avatar_url": f"{world.url}/avatars/u/{account.id}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{world.url}/{page}",
        **{f"{name}_url": f"{api}/{name}" for name in followers},
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "organizations_url": f"{api}/orgs",
        "events_url": f"{api}/events{{/privacy}}",
        "type": account.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def public_user(world: World, account: Account) -> Json:
    """An account with its public profile."""
    profile = dict.fromkeys(("company", "location", "email", "hireable", "bio"))
    return {
        **simple_user(world, account),
        **profile,
        "name": account.login,
        "blog": "",
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z",
    }


def organization(world: World, account: Account) -> Json:
    """The organization that owns a repository, as webhooks name it beside the repository."""
    login = quote(account.login)
    api = f"{world.api_url}/orgs/{login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("Organization", account.id),
        "url": api,
        **{f"{name}_url": f"{api}/{name}" for name in ("repos", "events", "hooks", "issues")},
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"{world.url}/avatars/u/{account.id}",
        "description": None,
    }


def integration(world: World, app: App) -> Json:
    """The app."""
    return {
        "id": app.id,
        "client_id": app.client_id,
        "slug": app.slug,
        "node_id": node_id("App", app.id),
        "owner": simple_user(world, app.owner),
        "name": app.name,
        "description": None,
        "external_url": world.url,
        "html_url": f"{world.url}/apps/{app.slug}",
        "created_at": app.created_at,
        "updated_at": app.created_at,
        "permissions": dict(app.permissions),
        "events": list(app.events),
    }


def installation(world: World, installed: Installation) -> Json:
    """The app on an account."""
    account, api = installed.account, world.api_url
    settings = f"{world.url}/organizations/{account.login}/settings/installations"
    suspended = installed.suspended_at
    return {
        "id": installed.id,
        "client_id": world.app.client_id,
        "account": simple_user(world, account),
        "repository_selection": "all" if installed.repository_ids is None else "selected",
        "access_tokens_url": f"{api}/app/installations/{installed.id}/access_tokens",
        "repositories_url": f"{api}/installation/repositories",
        "html_url": f"{settings}/{installed.id}",
        "app_id": world.app.id,
        "app_slug": world.app.slug,
        "target_id": account.id,
        "target_type": account.type,
        "permissions": dict(installed.permissions),
        "events": list(world.app.events),
        "created_at": installed.created_at,
        "updated_at": installed.created_at,
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None if suspended is None else simple_user(world, account),
        "suspended_at": suspended,
    }


def installed_repository(repository: Repository) -> Json:
    """A repository as installation events name it."""
    return {
        "id": repository.id,
        "node_id": node_id("Repository", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
    }
