"""Check runs and commit statuses."""

from typing import Any

from tests.fake_github.calls import Answer, Call, Handler, Refused, invalid, not_found
from tests.fake_github.events import Events
from tests.fake_github.facts.wanted import REPOSITORY
from tests.fake_github.payloads.accounts import node_id, simple_user
from tests.fake_github.payloads.checks import check_run_json
from tests.fake_github.payloads.repositories import api_root, web_root
from tests.fake_github.rest.repositories import commit_named
from tests.fake_github.state import CheckRun

MOST_ANNOTATIONS = 50
LONGEST_SUMMARY = 65_535
LONGEST_TITLE = 255
LARGEST_MESSAGE = 64 * 1024


def _run(call: Call) -> CheckRun:
    found = call.repository.check_runs.get(call.number("check_run_id"))
    if found is None:
        raise not_found()
    return found


def _check_output(call: Call) -> None:
    output = call.body.get("output") or {}
    if len(output.get("annotations") or []) > MOST_ANNOTATIONS:
        raise Refused(422, f"Invalid request.\n\nNo more than {MOST_ANNOTATIONS} items are allowed")
    for annotation in output.get("annotations") or []:
        _check_annotation(annotation)
    for name in ("summary", "text"):
        if len(output.get(name) or "") > LONGEST_SUMMARY:
            raise invalid("CheckRun", "invalid", field=name)


def _check_annotation(annotation: dict[str, Any]) -> None:
    """Refuses what GitHub cannot show at a line."""
    one_line = annotation["start_line"] == annotation["end_line"]
    if annotation["start_line"] > annotation["end_line"]:
        raise invalid("CheckRun", "invalid", field="annotations")
    if "start_column" in annotation and not one_line:
        raise invalid("CheckRun", "invalid", field="annotations")
    if len(annotation.get("title") or "") > LONGEST_TITLE:
        raise invalid("CheckRun", "invalid", field="annotations")
    if len(annotation["message"].encode()) > LARGEST_MESSAGE:
        raise invalid("CheckRun", "invalid", field="annotations")


def _create_run(call: Call) -> Answer:
    _check_output(call)
    sha = call.body["head_sha"]
    if call.repository.git.type_of(sha) != "commit":
        raise Refused(422, f"No commit found for SHA: {sha}")
    world = call.world
    suite = _suite(call, sha)
    run = CheckRun(world.next_id(), sha, suite, {"started_at": world.clock.text()})
    call.repository.check_runs[run.id] = run
    Events(world).check_run("created", call.repository, _set(call, run), call.app.bot)
    if run.fields.get("status") == "completed":
        Events(world).check_run("completed", call.repository, _json(call, run), call.app.bot)
    return Answer(201, _json(call, run))


def _suite(call: Call, sha: str) -> int:
    """The suite of all check runs of the app on a commit."""
    runs = call.repository.check_runs.values()
    found = (run.suite_id for run in runs if run.head_sha == sha)
    return next(found, None) or call.world.next_id()


def _json(call: Call, run: CheckRun) -> dict[str, Any]:
    return check_run_json(call.world, call.repository, run)


def _set(call: Call, run: CheckRun) -> dict[str, Any]:
    """A conclusion completes the run; annotations are added to those before."""
    before = (run.fields.get("output") or {}).get("annotations") or []
    run.fields |= call.body
    if "output" in call.body:
        added = call.body["output"].get("annotations") or []
        run.fields["output"] = {**call.body["output"], "annotations": [*before, *added]}
    if run.fields.get("conclusion"):
        run.fields["status"] = "completed"
        run.fields.setdefault("completed_at", call.world.clock.text())
    elif call.body.get("status") in ("queued", "in_progress"):
        run.fields |= {"conclusion": None, "completed_at": None}
    return _json(call, run)


def _change_run(call: Call) -> Answer:
    _check_output(call)
    run = _run(call)
    before = run.fields.get("status")
    answer = _set(call, run)
    if run.fields.get("status") == "completed" != before:
        Events(call.world).check_run("completed", call.repository, answer, call.app.bot)
    return Answer(200, answer)


def _get_run(call: Call) -> Answer:
    return Answer(200, check_run_json(call.world, call.repository, _run(call)))


def _list_runs(call: Call) -> Answer:
    sha = commit_named(call, call.parameters["ref"])
    runs = [run for run in call.repository.check_runs.values() if run.head_sha == sha]
    name = call.query.get("check_name")
    runs = [run for run in runs if name in (None, run.fields["name"])]
    status = call.query.get("status")
    runs = [run for run in runs if status in (None, run.fields.get("status", "queued"))]
    if call.query.get("app_id", str(call.app.id)) != str(call.app.id):
        runs = []
    if call.query.get("filter", "latest") == "latest":
        newest = {run.fields["name"]: run for run in sorted(runs, key=lambda run: run.id)}
        runs = list(newest.values())
    runs.sort(key=lambda run: run.id, reverse=True)
    return call.page(
        [check_run_json(call.world, call.repository, run) for run in runs],
        lambda part: {"total_count": len(runs), "check_runs": part},
    )


def _list_annotations(call: Call) -> Answer:
    output = _run(call).fields.get("output") or {}
    place = f"{web_root(call.world, call.repository)}/blob/{_run(call).head_sha}"
    return call.page(
        [
            {
                **dict.fromkeys(("start_column", "end_column", "title", "raw_details")),
                **annotation,
                "blob_href": f"{place}/{annotation['path']}",
            }
            for annotation in output.get("annotations") or []
        ]
    )


def _create_status(call: Call) -> Answer:
    world, body = call.world, call.body
    sha = commit_named(call, call.parameters["sha"])
    identity, now = world.next_id(), world.clock.text()
    return Answer(
        201,
        {
            "url": f"{api_root(world, call.repository)}/statuses/{sha}",
            "avatar_url": f"{world.url}/avatars/in/{call.app.id}",
            "id": identity,
            "node_id": node_id("StatusContext", identity),
            "state": body["state"],
            "description": body.get("description"),
            "target_url": body.get("target_url"),
            "context": body.get("context", "default"),
            "created_at": now,
            "updated_at": now,
            "creator": simple_user(world, call.app.bot),
        },
    )


HANDLERS: dict[str, Handler] = {
    f"POST {REPOSITORY}/check-runs": _create_run,
    f"GET {REPOSITORY}/check-runs/{{check_run_id}}": _get_run,
    f"PATCH {REPOSITORY}/check-runs/{{check_run_id}}": _change_run,
    f"GET {REPOSITORY}/check-runs/{{check_run_id}}/annotations": _list_annotations,
    f"GET {REPOSITORY}/commits/{{ref}}/check-runs": _list_runs,
    f"POST {REPOSITORY}/statuses/{{sha}}": _create_status,
}
