"""Checks every exchange and every webhook against GitHub's own description of its API."""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.fake_github.facts import read_facts

ALLOWED = Path(__file__).parent / "allowed.toml"
UNDECLARED_STATUSES = frozenset({401, 403, 404, 429})
SPANNING = frozenset({"path", "ref", "basehead", "branch", "name"})
MOST_FINDINGS = 5


@dataclass(frozen=True)
class Route:
    """An operation with the parameters that a path gave it."""

    operation: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class KnownDifference:
    """A known difference between GitHub and its description."""

    operation: str
    finding: str
    reason: str

    def covers(self, operation: str, finding: str) -> bool:
        """Whether it explains a finding."""
        return self.operation in ("*", operation) and re.search(self.finding, finding) is not None


class Oracle:
    """What GitHub declares, ready to be asked."""

    def __init__(self) -> None:
        facts = read_facts()
        self.operations: dict[str, Any] = facts["operations"]
        self.webhooks: dict[str, Any] = facts["webhooks"]
        resource = {"$id": "urn:github", "schemas": facts["schemas"]}
        self._registry = jsonschema_rs.Registry(
            [("urn:github", resource)], draft=jsonschema_rs.Draft7
        )
        self._validators: dict[str, Any] = {}
        names = [*self.operations, *facts["others"]]
        self._routes = sorted(map(_pattern, names), key=lambda route: route[0])
        self.exceptions = [KnownDifference(**entry) for entry in _allowed()]
        self.used: set[KnownDifference] = set()

    def find(self, method: str, path: str) -> Route | None:
        """The operation that a request is for; a literal path wins over a parameter."""
        for _, wanted, pattern, operation in self._routes:
            match = pattern.fullmatch(path) if wanted == method else None
            if match is not None:
                return Route(operation, match.groupdict())
        return None

    def check_request(self, operation: str, query: dict[str, str], body: bytes) -> list[str]:
        """What is wrong with a request."""
        facts = self.operations[operation]
        found = self._check_query(operation, facts["query"], query)
        if facts["body"] is None:
            found += ["body where none is declared"] if body.strip() not in (b"", b"{}") else []
        elif body:
            found += self._check_body(operation, facts["body"], body)
        elif facts["body_required"]:
            found.append("missing body")
        return self._explained(operation, [f"request: {each}" for each in found])

    def check_answer(self, operation: str, status: int, kind: str, body: bytes) -> list[str]:
        """What is wrong with an answer."""
        contents = self.operations[operation]["answers"].get(str(status))
        if contents is None:
            known = status in UNDECLARED_STATUSES or status >= 500
            found = [] if known else [f"status {status} is not declared"]
        elif not contents:
            found = ["body where none is declared"] if body else []
        else:
            found = self._check_content(f"{operation} {status}", contents, kind, body)
        return self._explained(operation, [f"answer: {each}" for each in found])

    def check_webhook(self, headers: dict[str, str], payload: dict[str, Any]) -> list[str]:
        """What is wrong with a webhook."""
        event = headers.get("x-github-event", "")
        name = "-".join([event, *([payload["action"]] if "action" in payload else [])]).replace(
            "_", "-"
        )
        facts = self.webhooks.get(name)
        if facts is None:
            return [f"webhook {name}: GitHub declares no such event"]
        found = [f"missing header {each}" for each in facts["headers"] if each not in headers]
        found += self._errors(f"webhook {name}", facts["payload"], payload)
        return self._explained(f"webhook {name}", found)

    def unused(self) -> list[KnownDifference]:
        """The exceptions that nothing has needed."""
        return [each for each in self.exceptions if each not in self.used]

    def _check_query(
        self, operation: str, declared: dict[str, Any], query: dict[str, str]
    ) -> list[str]:
        found = [f"unknown query parameter {name}" for name in query if name not in declared]
        found += [
            f"missing query parameter {name}"
            for name, facts in declared.items()
            if facts["required"] and name not in query
        ]
        for name in query.keys() & declared.keys():
            schema = declared[name]["schema"]
            value = _typed(query[name], schema.get("type"))
            found += self._errors(f"{operation} query {name}", schema, value)
        return found

    def _check_body(self, operation: str, schema: dict[str, Any], body: bytes) -> list[str]:
        try:
            value = json.loads(body)
        except ValueError:
            return ["body is not JSON"]
        found = self._errors(f"{operation} body", schema, value)
        known = schema.get("properties")
        if known and isinstance(value, dict) and not {"oneOf", "anyOf"} & schema.keys():
            found += [
                f"body property unknown to GitHub: {name}" for name in value if name not in known
            ]
        return found

    def _check_content(
        self, place: str, contents: dict[str, Any], kind: str, body: bytes
    ) -> list[str]:
        media = kind.partition(";")[0].strip()
        schema = contents.get(media)
        if schema is None:
            return [f"content type {media!r} is not declared"]
        try:
            value = json.loads(body)
        except ValueError:
            return ["body is not JSON"]
        return self._errors(f"{place} {media}", schema, value)

    def _errors(self, place: str, schema: dict[str, Any], value: Any) -> list[str]:
        validator = self._validators.get(place)
        if validator is None:
            validator = jsonschema_rs.Draft7Validator(
                {"$schema": "http://json-schema.org/draft-07/schema#", "allOf": [schema]},
                registry=self._registry,
                validate_formats=True,
            )
            self._validators[place] = validator
        found = []
        for error in validator.iter_errors(value):
            where = "/".join(str(part) for part in error.instance_path)
            found.append(f"/{where}: {error.message[:200]}")
            if len(found) == MOST_FINDINGS:
                break
        return found

    def _explained(self, operation: str, findings: list[str]) -> list[str]:
        left = []
        for finding in findings:
            known = next(
                (each for each in self.exceptions if each.covers(operation, finding)), None
            )
            if known is None:
                left.append(f"{operation}: {finding}")
            else:
                self.used.add(known)
        return left


def _allowed() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = tomllib.loads(ALLOWED.read_text())["exception"]
    return entries


@cache
def _pattern(operation: str) -> tuple[tuple[int, int], str, re.Pattern[str], str]:
    method, path = operation.split(" ")
    text = re.sub(
        r"\\\{(\w+)\\\}",
        lambda match: f"(?P<{match[1]}>{'.*' if match[1] in SPANNING else '[^/]+'})",
        re.escape(path),
    )
    literal = len(re.sub(r"\{\w+\}", "", path))
    return (path.count("{"), -literal), method, re.compile(text), operation


def _typed(text: str, kind: object) -> Any:
    if kind == "integer" and text.lstrip("-").isdigit():
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
