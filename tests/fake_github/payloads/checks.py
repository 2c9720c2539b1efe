"""Check runs as GitHub's JSON."""

from typing import Any

from tests.fake_github.payloads.accounts import integration, node_id
from tests.fake_github.payloads.repositories import api_root, web_root
from tests.fake_github.state import CheckRun, Pull, Repository
from tests.fake_github.world import World

Json = dict[str, Any]


def _pull(world: World, repository: Repository, pull: Pull) -> Json:
    """A pull request of the repository itself; those of forks are not named."""
    api = api_root(world, repository)
    there = {"id": repository.id, "url": api, "name": repository.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{api}/pulls/{pull.number}",
        "head": {"ref": pull.head_ref, "sha": pull.head_sha, "repo": there},
        "base": {"ref": pull.base_ref, "sha": pull.base_sha, "repo": there},
    }


def check_run_json(world: World, repository: Repository, run: CheckRun) -> Json:
    """A check run."""
    api, fields = api_root(world, repository), run.fields
    url = f"{api}/check-runs/{run.id}"
    output = fields.get("output") or {}
    annotations = output.get("annotations") or []
    return {
        "id": run.id,
        "head_sha": run.head_sha,
        "node_id": node_id("CheckRun", run.id),
        "external_id": fields.get("external_id", ""),
        "url": url,
        "html_url": f"{web_root(world, repository)}/runs/{run.id}",
        "details_url": fields.get("details_url", world.url),
        "status": fields.get("status", "queued"),
        "conclusion": fields.get("conclusion"),
        "started_at": fields.get("started_at"),
        "completed_at": fields.get("completed_at"),
        "output": {
            "title": output.get("title"),
            "summary": output.get("summary"),
            "text": output.get("text"),
            "annotations_count": len(annotations),
            "annotations_url": f"{url}/annotations",
        },
        "name": fields["name"],
        "check_suite": {"id": run.suite_id},
        "app": integration(world, world.app),
        "pull_requests": [
            _pull(world, repository, pull)
            for pull in repository.pulls
            if pull.fork is None and pull.head_sha == run.head_sha and pull.state == "open"
        ],
    }
