"""The jobs that a forge runs: GitHub Actions and GitLab CI."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

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
_CONTINUED = re.compile(r"[ \t]*\\\n[ \t]*")
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)")
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
    found = (_shown(list(_lines(scalar(step)))) for step in steps)
    return tuple(command for command in found if command)[:MAX_COMMANDS]


def _lines(script: str) -> Iterator[str]:
    """Give the lines of a step that do something, a text that a line is given as one of them."""
    lines = iter(_CONTINUED.sub(" ", script).splitlines())
    for line in lines:
        if not line.strip() or line.lstrip().startswith(("#", "set -")):
            continue
        given = _HEREDOC.search(line)
        if given:
            line = "\n".join([line, *_until(given[1], lines)])
        yield line.rstrip()


def _until(end: str, lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if line.strip() == end:
            return


def _shown(lines: Sequence[str]) -> str:
    """Show a short step whole; of a longer one the first lines, and how much follows them."""
    is_whole = sum(line.count("\n") + 1 for line in lines) <= MAX_LINES
    kept = list(lines) if is_whole else list(_brief(lines[: MAX_LINES - 1]))
    left = len(lines) - len(kept)
    if left:
        kept.append(f"# and {left} more {'line' if left == 1 else 'lines'}")
    return "\n".join(brief(line, LONGEST_COMMAND) for line in kept)


def _brief(lines: Sequence[str]) -> Iterator[str]:
    """Take lines up to the first that is given a text of its own."""
    return takewhile(lambda line: "\n" not in line, lines)
