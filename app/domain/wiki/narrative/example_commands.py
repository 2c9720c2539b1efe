"""Whether the commands of a quoted example name files and modules that the commit has."""

import re

from app.domain.code.facts import RepositoryFacts

_MODULE = re.compile(r"\bpython[\d.]*(?:[ \t]+-[a-zA-Z])*?[ \t]+-m[ \t]+([A-Za-z_][\w.]*)")
_SCRIPT = re.compile(
    r"^[ \t]*(?:[$%>][ \t]+)?(?:\./|(?:\w+[ \t]+run[ \t]+)?"
    r"(?:\S*/)?(?:python[\d.]*|node|bash|sh|zsh|ruby|deno run|go run)[ \t]+(?:-\w+[ \t]+)*)"
    r"([\w./-]+\.(?:py|js|mjs|cjs|ts|sh|rb|go))(?=\s|$)",
    re.MULTILINE,
)
_STANDARD = frozenset(
    ("asyncio", "cProfile", "compileall", "doctest", "ensurepip", "http", "idlelib", "json",
     "pdb", "profile", "pstats", "pydoc", "site", "sqlite3", "sysconfig", "tarfile", "timeit",
     "tkinter", "trace", "turtledemo", "unittest", "venv", "webbrowser", "zipapp", "zipfile")
)  # fmt: skip
"""Packages and modules of the standard library that can be run."""

_TOOLS = frozenset(
    ("pip", "pipx", "pytest", "build", "twine", "virtualenv", "poetry", "uv", "tox", "nox", "ruff",
     "mypy", "black", "coverage", "pre_commit", "uvicorn", "gunicorn", "IPython")
)  # fmt: skip
"""Modules that people run in any project, whether a manifest asks for them or not."""


def can_run(example: str, facts: RepositoryFacts) -> bool:
    """Say whether every module and script that an example starts is there, or is another's."""
    return all(_is_module(name, facts) for name in _MODULE.findall(example)) and all(
        _is_file(path, facts) for path in _SCRIPT.findall(example)
    )


def _is_module(name: str, facts: RepositoryFacts) -> bool:
    stem = name.replace(".", "/")
    if _is_there(f"{stem}.py", facts) or _is_there(stem, facts):
        return True
    top = name.partition(".")[0]
    is_ours = _is_there(top, facts) or _is_there(f"{top}.py", facts)
    return not is_ours and (top in _STANDARD | _TOOLS | _asked_for(facts))


def _asked_for(facts: RepositoryFacts) -> frozenset[str]:
    return frozenset(
        each.name.lower().replace("-", "_")
        for manifest in facts.manifests
        for each in manifest.dependencies
    )


def _is_file(path: str, facts: RepositoryFacts) -> bool:
    return _is_there(path.removeprefix("./"), facts)


def _is_there(path: str, facts: RepositoryFacts) -> bool:
    """Look for a path below any folder, because an example may have changed to it."""
    return path in facts.paths or any(each.endswith(f"/{path}") for each in facts.paths)
