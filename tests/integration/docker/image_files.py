"""Reads the image files as a container engine would: merges, defaults, targets."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
_VARIABLE = re.compile(r"\$\{(\w+)(?::?([-?])([^}]*))?\}")


def read_compose() -> dict[str, Any]:
    """Load the compose file with its anchors merged."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content


def variables(text: str) -> set[str]:
    """Name the variables that a text takes from the operator."""
    return {match.group(1) for match in _VARIABLE.finditer(text)}


def interpolate(text: str, given: Mapping[str, str]) -> str:
    """Put in the operator's values, or the defaults; a required one that is missing fails."""

    def value(match: re.Match[str]) -> str:
        name, kind, default = match.groups()
        if given.get(name):
            return given[name]
        assert kind == "-", f"{name} has no value"
        return str(default)

    return _VARIABLE.sub(value, text)


def environment_of(service: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Give a service's environment; a name without a value is passed on when it is set."""
    told = service.get("environment", {})
    return {
        name: interpolate(str(value), given) if value is not None else given[name]
        for name, value in told.items()
        if value is not None or name in given
    }


@dataclass(frozen=True)
class Stage:
    """A target of the Dockerfile, with what it inherits from its base."""

    name: str
    instructions: tuple[tuple[str, str], ...]

    def last(self, instruction: str) -> list[str]:
        """Give the list that an instruction such as ENTRYPOINT was last given."""
        found = [told for name, told in self.instructions if name == instruction]
        return list(json.loads(found[-1])) if found else []

    def copied(self) -> Iterator[tuple[list[str], str]]:
        """List what is copied from the build's context, and to where."""
        for name, told in self.instructions:
            words = shlex.split(told)
            if name == "COPY" and not words[0].startswith("--from"):
                yield words[:-1], words[-1]

    def environment(self) -> dict[str, str]:
        """Give the variables that the image itself sets."""
        pairs = [shlex.split(told) for name, told in self.instructions if name == "ENV"]
        return dict(pair.split("=", 1) for told in pairs for pair in told)


def read_stages() -> dict[str, Stage]:
    """Read the Dockerfile."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    stages: dict[str, Stage] = {}
    name = ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        instruction, _, told = line.strip().partition(" ")
        if instruction == "FROM":
            base, _, name = told.partition(" AS ")
            stages[name] = Stage(name, stages[base].instructions if base in stages else ())
            told = base
        before = stages[name].instructions
        stages[name] = Stage(name, (*before, (instruction, told.strip())))
    return stages


def argv_of(service: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """Give the whole command line of a service that is built here."""
    target = interpolate(service["build"]["target"], given)
    stage = read_stages()[target]
    entrypoint = service.get("entrypoint") or stage.last("ENTRYPOINT")
    return [*entrypoint, *service.get("command", stage.last("CMD"))]
