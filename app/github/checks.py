"""Check runs on commits: put as often as one likes, there once."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.value import Value
from app.domain.work.check_run import Annotation, CheckRun, CheckStatus
from app.github.api import Api, document, escape
from app.github.document import Document

MOST_ANNOTATIONS = 50
"""GitHub takes no more in one request; those of further requests are added to them."""
LONGEST_TEXT = 65_535
LONGEST_MESSAGE = 60_000
"""GitHub's bound for an annotation is 64 KB."""
LONGEST_TITLE = 255


@dataclass(frozen=True)
class CheckAddress:
    """What tells one check from all others."""

    full_name: str
    """Of the repository."""
    app_id: int
    head: str
    name: str
    external_id: str


async def put_check(api: Api, full_name: str, app_id: int, run: CheckRun) -> int:
    """Bring a commit's check to what `run` says, and give its id.

    A completed one is completed by the last request only, so that it holds all its annotations. As
    GitHub cannot take annotations back, a check that has others is replaced by a new one, which
    GitHub then shows in its place.
    """
    address = CheckAddress(full_name, app_id, run.head, run.name, run.external_id)
    found = await find_check(api, address)
    there = found.number("output.annotations_count") if found is not None else 0
    said = found.optional_text("output.summary") if found is not None else ""
    has_same = f" {_digest(run.annotations)} -->" in said
    if found is None or (there and not has_same):
        return await _create(api, full_name, run)
    check_id = found.number("id")
    is_whole = has_same and there >= len(run.annotations) and found.text("status") == run.status
    if not is_whole or _marker(run) not in said:
        steps = _steps(run, there if has_same else 0)
        await _send(api, f"/repos/{full_name}/check-runs/{check_id}", steps)
    return check_id


async def find_check(api: Api, address: CheckAddress) -> Document | None:
    """Find the newest check of a commit by its name and external id."""
    url = (
        f"/repos/{address.full_name}/commits/{escape(address.head)}/check-runs"
        f"?check_name={escape(address.name)}&app_id={address.app_id}&filter=all&per_page=100"
    )
    found = None
    async for each in api.items(url, "check_runs"):
        is_ours = each.optional_number("app.id") == address.app_id
        is_this = each.optional_text("external_id") == address.external_id
        if is_ours and is_this and (found is None or found.number("id") < each.number("id")):
            found = each
    return found


async def _create(api: Api, full_name: str, run: CheckRun) -> int:
    first, *rest = _steps(run, 0)
    answer = await api.post(f"/repos/{full_name}/check-runs", data={"head_sha": run.head, **first})
    check_id = document(answer).number("id")
    await _send(api, f"/repos/{full_name}/check-runs/{check_id}", rest)
    return check_id


async def _send(api: Api, url: str, steps: Iterable[Mapping[str, Any]]) -> None:
    for each in steps:
        # Annotations are added, so a repeated request would double them: look again instead.
        sender = api if each["output"]["annotations"] else api.repeating()
        await sender.patch(url, data=each)


def _steps(run: CheckRun, start: int) -> Iterator[dict[str, Any]]:
    """Cut a check into requests; the last one tells its status and offers its buttons."""
    annotations = run.annotations
    ends = range(start + MOST_ANNOTATIONS, len(annotations), MOST_ANNOTATIONS)
    for end in (*ends, len(annotations)):
        is_last = end == len(annotations)
        yield {
            "name": run.name,
            "external_id": run.external_id,
            **({"details_url": run.details_url} if run.details_url else {}),
            **(_ending(run) if is_last else {"status": CheckStatus.IN_PROGRESS.value}),
            "output": _output(run, annotations[start:end]),
        }
        start = end


def _ending(run: CheckRun) -> dict[str, Any]:
    told: dict[str, Any] = {"status": run.status.value}
    if run.conclusion is not None:
        told["conclusion"] = run.conclusion.value
    told["actions"] = [each.model_dump() for each in run.actions]
    return told


def _output(run: CheckRun, annotations: tuple[Annotation, ...]) -> dict[str, Any]:
    marker = _marker(run)
    return {
        "title": run.title[:LONGEST_TITLE],
        "summary": clip(run.summary, LONGEST_TEXT - len(marker)) + marker,
        "text": clip(run.text, LONGEST_TEXT),
        "annotations": [_annotation(each) for each in annotations],
    }


def _annotation(each: Annotation) -> dict[str, Any]:
    return {
        "path": each.path,
        "start_line": each.first_line,
        "end_line": max(each.first_line, each.last_line),
        "annotation_level": each.level.value,
        "message": clip(each.message, LONGEST_MESSAGE),
        **({"title": each.title[:LONGEST_TITLE]} if each.title else {}),
    }


def clip(text: str, most: int) -> str:
    """Cut a text to so many characters, and to as many bytes, which some of GitHub's bounds mean.

    It ends with a whole line.
    """
    if len(text) <= most and len(text.encode(errors="replace")) <= most:
        return text
    end = "\n\n…"
    cut = text.encode(errors="replace")[: most - len(end.encode())].decode(errors="ignore")
    return (cut.rpartition("\n")[0] or cut) + end


def _digest(value: Value | Sequence[Value]) -> str:
    parts = [value] if isinstance(value, Value) else value
    text = "\n".join(each.model_dump_json() for each in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _marker(run: CheckRun) -> str:
    """Hide in the summary what it was made of, so that an interrupted check is known again."""
    return f"\n\n<!-- autodoc:check {_digest(run)} {_digest(run.annotations)} -->"
