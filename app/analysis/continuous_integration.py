"""The jobs that a forge runs: GitHub Actions and GitLab CI."""

import re
from collections.abc import Iterator

import yaml

from app.analysis.yaml_tree import compose, entries, find, items, scalar, scalars
from app.domain.code.artifacts import CiJob

MAX_COMMANDS = 50
LONGEST_COMMAND = 300

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
_RUNNABLE = ("script", "run", "trigger", "extends")


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
                commands=_commands(find(step, "run") for step in steps),
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
                commands=_commands(iter(steps)),
            )


def _lists(only: yaml.Node | None) -> bool:
    return isinstance(only, yaml.SequenceNode) or find(only, "refs") is not None


def _commands(steps: Iterator[yaml.Node | None]) -> tuple[str, ...]:
    found = (_first_line(scalar(step)) for step in steps)
    return tuple(command[:LONGEST_COMMAND] for command in found if command)[:MAX_COMMANDS]


def _first_line(script: str) -> str:
    """Return the first line that does something."""
    lines = (line.strip() for line in script.splitlines())
    return next((line for line in lines if line and not line.startswith(("#", "set -"))), "")
