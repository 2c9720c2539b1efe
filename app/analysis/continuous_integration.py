"""The jobs that a forge runs: GitHub Actions and GitLab CI."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple, TypedDict

import yaml

from app.analysis.yaml_tree import compose, entries, find, items, scalar, scalars
from app.domain.code.artifacts import CiJob
from app.domain.code.layout import brief

MAX_COMMANDS = 50
LONGEST_COMMAND = 300
MAX_LINES = 4
"""A shell step of more lines than this is shown by its first ones."""

_GITHUB = re.compile(r"(?:^|/)\.github/workflows/[^/]+\.ya?ml$")
_GITLAB = re.compile(r"(?:^|/)\.gitlab-ci\.ya?ml$")
_NO_JOBS = frozenset(
    {
        "after_script",
        "before_script",
        "cache",
        "default",
        "image",
        "include",
        "services",
        "spec",
        "stages",
        "variables",
        "workflow",
    }
)
_CODED = re.compile(r"[\"'\\]")
"""Quotes write these otherwise than they are read."""
_SILENT = ("#", "set -", "set +")
"""How lines begin that only say how the others are to be run."""
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)")
_RUNNABLE = ("script", "run", "trigger", "extends")


class _Line(NamedTuple):
    """A line of a step, and where it stands; 0 when that cannot be told."""

    number: int
    text: str


class _Ran(TypedDict):
    """What a job runs, as the fields of `CiJob`."""

    commands: tuple[str, ...]
    command_lines: tuple[tuple[int, ...], ...]


def is_ci(path: str) -> bool:
    """Say whether a file tells a forge what to run, by its path."""
    return bool(_GITHUB.search(path) or _GITLAB.search(path))


def read_ci(path: str, text: str) -> Iterator[CiJob]:
    """Read the jobs of a file; nothing of a broken one."""
    root = compose(text)
    yield from _github_jobs(path, root) if _GITHUB.search(path) else _gitlab_jobs(path, root)


def _github_jobs(path: str, root: yaml.Node | None) -> Iterator[CiJob]:
    workflow, triggers = scalar(find(root, "name")), scalars(find(root, "on"))
    for job in entries(find(root, "jobs")):
        if isinstance(job.value, yaml.MappingNode):
            steps = items(find(job.value, "steps"))
            yield CiJob(
                path=path,
                line=job.line,
                name=job.key,
                workflow=workflow,
                triggers=triggers,
                **_ran(find(step, "run") for step in steps),
            )


def _gitlab_jobs(path: str, root: yaml.Node | None) -> Iterator[CiJob]:
    for job in entries(root):
        is_job = job.key not in _NO_JOBS and not job.key.startswith(".")
        if is_job and find(job.value, *_RUNNABLE) is not None:
            only = find(job.value, "only")
            script = find(job.value, "script")
            steps = [script] if isinstance(script, yaml.ScalarNode) else items(script)
            yield CiJob(
                path=path,
                line=job.line,
                name=job.key,
                triggers=scalars(find(only, "refs") or only) if _lists(only) else (),
                **_ran(iter(steps)),
            )


def _lists(only: yaml.Node | None) -> bool:
    return isinstance(only, yaml.SequenceNode) or find(only, "refs") is not None


def _ran(steps: Iterator[yaml.Node | None]) -> _Ran:
    """Read the steps of a job, each with the lines on which its own lines stand."""
    shown = (_shown(list(_lines(_joined(_numbered(step))))) for step in steps)
    found = [step for step in shown if step][:MAX_COMMANDS]
    return {
        "commands": tuple("\n".join(line.text for line in step) for step in found),
        "command_lines": tuple(tuple(line.number for line in step) for step in found),
    }


def _numbered(step: yaml.Node | None) -> Iterator[_Line]:
    """Number the lines of a step as they stand in the file."""
    if not isinstance(step, yaml.ScalarNode):
        return
    lines = step.value.splitlines()
    is_on_one = step.start_mark.line == step.end_mark.line and not _CODED.search(step.value)
    first = step.start_mark.line + (2 if step.style == "|" else 1)
    for place, text in enumerate(lines):
        yield _Line(first + place if step.style == "|" or is_on_one else 0, text)


def _joined(lines: Iterator[_Line]) -> Iterator[_Line]:
    """Join what is continued on the next line."""
    begun = None
    for line in lines:
        whole = _Line(0, f"{begun} {line.text.lstrip()}") if begun is not None else line
        begun = whole.text[:-1].rstrip() if whole.text.endswith("\\") else None
        if begun is None:
            yield whole
    if begun:
        yield _Line(0, begun)


def _lines(lines: Iterator[_Line]) -> Iterator[_Line]:
    """Give the lines of a step that do something, a text that a line is given as one of them."""
    for line in lines:
        if not line.text.strip() or line.text.lstrip().startswith(_SILENT):
            continue
        given = _HEREDOC.search(line.text)
        text = "\n".join([line.text, *_until(given[1], lines)]) if given else line.text
        yield _Line(line.number, text.rstrip())


def _until(end: str, lines: Iterator[_Line]) -> Iterator[str]:
    for line in lines:
        yield line.text
        if line.text.strip() == end:
            return


def _shown(lines: Sequence[_Line]) -> list[_Line]:
    """Show a short step whole; of a longer one the first lines, and how much follows them."""
    is_whole = sum(line.text.count("\n") + 1 for line in lines) <= MAX_LINES
    kept = list(lines) if is_whole else list(_brief(lines[: MAX_LINES - 1]))
    left = len(lines) - len(kept)
    if left:
        kept.append(_Line(0, f"# and {left} more {'line' if left == 1 else 'lines'}"))
    return [
        _Line(0 if place else line.number, text)
        for line in kept
        for place, text in enumerate(brief(line.text, LONGEST_COMMAND).split("\n"))
    ]


def _brief(lines: Sequence[_Line]) -> Iterator[_Line]:
    """Take lines up to the first that is given a text of its own."""
    return takewhile(lambda line: "\n" not in line.text, lines)
