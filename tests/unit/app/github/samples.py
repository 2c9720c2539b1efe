"""Payloads cut by hand from GitHub's published examples (@octokit/webhooks-examples, MIT)."""

from pathlib import Path
from typing import Any

APP_MANIFEST = Path(__file__).parents[4] / "app.yml"

_ACCOUNT = {
    "login": "Codertocat",
    "id": 21031067,
    "html_url": "https://github.com/Codertocat",
    "type": "User",
    "site_admin": False,
}
_BOT = {"login": "autodoc[bot]", "id": 99, "type": "Bot"}
_REPOSITORY = {
    "id": 186853007,
    "node_id": "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDc=",
    "name": "Space",
    "full_name": "Codertocat/Space",
    "private": False,
    "owner": _ACCOUNT,
    "html_url": "https://github.com/Codertocat/Space",
    "default_branch": "main",
}
_LISTED = {key: _REPOSITORY[key] for key in ("id", "node_id", "name", "full_name", "private")}
_COMMON = {
    "repository": _REPOSITORY,
    "sender": _ACCOUNT,
    "installation": {"id": 957387, "node_id": "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uOTU3Mzg3"},
}
_INSTALLATION = {
    "id": 957387,
    "account": _ACCOUNT,
    "repository_selection": "selected",
    "html_url": "https://github.com/settings/installations/957387",
    "app_id": 29310,
}

SAMPLES: dict[str, dict[str, Any]] = {
    "push": {
        **_COMMON,
        "ref": "refs/heads/main",
        "before": "a" * 40,
        "after": "b" * 40,
        "created": False,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "commits": [],
        "head_commit": None,
    },
    "pull_request": {
        **_COMMON,
        "action": "closed",
        "number": 2,
        "pull_request": {
            "number": 2,
            "state": "closed",
            "merged": True,
            "user": _BOT,
            "head": {
                "label": "Codertocat:autodoc/main",
                "ref": "autodoc/main",
                "sha": "c" * 40,
                "repo": _REPOSITORY,
            },
            "base": {"label": "Codertocat:main", "ref": "main", "sha": "a" * 40},
        },
    },
    "issue_comment": {
        **_COMMON,
        "action": "created",
        "issue": {
            "number": 2,
            "user": _ACCOUNT,
            "pull_request": {"url": "https://api.github.com/repos/Codertocat/Space/pulls/2"},
        },
        "comment": {
            "id": 492700400,
            "user": _ACCOUNT,
            "body": "/autodoc regenerate",
            "author_association": "OWNER",
        },
    },
    "installation": {
        "action": "created",
        "installation": _INSTALLATION,
        "repositories": [_LISTED],
        "sender": _ACCOUNT,
    },
    "installation_repositories": {
        "action": "added",
        "installation": _INSTALLATION,
        "repository_selection": "selected",
        "repositories_added": [_LISTED],
        "repositories_removed": [],
        "sender": _ACCOUNT,
    },
    "pull_request_review_comment": {
        **_COMMON,
        "action": "created",
        "pull_request": {"number": 2},
        "comment": {"id": 7, "user": _ACCOUNT, "body": "/autodoc regenerate"},
    },
    "check_run": {
        **_COMMON,
        "action": "requested_action",
        "check_run": {
            "id": 4,
            "name": "AutoDoc",
            "external_id": "impact",
            "head_sha": "c" * 40,
            "app": {"id": 29310},
        },
        "requested_action": {"identifier": "regenerate"},
    },
    "merge_group": {
        **_COMMON,
        "action": "checks_requested",
        "merge_group": {
            "head_sha": "c" * 40,
            "head_ref": "refs/heads/gh-readonly-queue/main/pr-2-1",
            "base_sha": "a" * 40,
            "base_ref": "refs/heads/main",
        },
    },
    "repository": {**_COMMON, "action": "renamed"},
}
