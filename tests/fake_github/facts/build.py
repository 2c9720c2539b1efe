"""Makes `github.json.gz` from GitHub's OpenAPI description.

    python -m tests.fake_github.facts.build PATH_TO_api.github.com.json

The description is `generated/api.github.com.json` of the npm package @octokit/openapi (MIT) in the
version `PACKAGE_VERSION`. Prose and examples are left out, schemas become JSON Schema draft 7.
`CONTENT_SHA256` is the hash of the JSON inside the archive; it changes only with the package or
with this folder.
"""

import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fake_github.facts import FACTS
from tests.fake_github.facts.wanted import OPERATIONS, WEBHOOKS

PACKAGE_VERSION = "23.0.2"
CONTENT_SHA256 = "9563b7675bc4a1eaadf841eb36add46f0b718ceac5e1233e31c015dc18c8cea4"

LOCAL_REFERENCE = "#/components/schemas/"
REFERENCE = "urn:github#/schemas/"
DROPPED = frozenset(
    {
        "description",
        "summary",
        "title",
        "example",
        "examples",
        "externalDocs",
        "default",
        "deprecated",
        "nullable",
        "readOnly",
        "writeOnly",
        "x-multi-segment",
        "x-github-breaking-changes",
        "discriminator",
    }
)
METHODS = frozenset({"get", "post", "put", "patch", "delete"})
NAMED = frozenset({"properties", "patternProperties"})
VERBATIM = frozenset({"enum", "const", "required"})


def main(source: str) -> None:
    """Writes the facts and prints the hash that the header has to record."""
    description = json.loads(Path(source).read_bytes())
    if description["info"]["version"] != PACKAGE_VERSION:
        raise SystemExit(f"{source} is not from @octokit/openapi {PACKAGE_VERSION}")
    content = json.dumps(facts_of(description), sort_keys=True, separators=(",", ":")).encode()
    FACTS.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    sys.stdout.write(f"CONTENT_SHA256 = {hashlib.sha256(content).hexdigest()!r}\n")


def facts_of(description: dict[str, Any]) -> dict[str, Any]:
    """The wanted operations and payloads with every schema they reach."""
    operations = {name: _operation(description, name) for name in OPERATIONS}
    webhooks = {name: _webhook(description, name) for name in WEBHOOKS}
    return {
        "package": f"@octokit/openapi@{PACKAGE_VERSION}",
        "operations": operations,
        "webhooks": webhooks,
        "others": sorted(_names(description) - set(OPERATIONS)),
        "schemas": _reached(description, [operations, webhooks]),
    }


def _names(description: dict[str, Any]) -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, item in description["paths"].items()
        for method in item.keys() & METHODS
    }


def _operation(description: dict[str, Any], name: str) -> dict[str, Any]:
    method, path = name.split(" ", 1)
    operation = description["paths"][path][method.lower()]
    parameters = [_resolve(description, each) for each in operation.get("parameters", [])]
    body = _resolve(description, operation.get("requestBody", {}))
    return {
        "query": {
            each["name"]: {
                "required": each.get("required", False),
                "schema": json_schema(each["schema"]),
            }
            for each in parameters
            if each["in"] == "query"
        },
        "body": _content(body).get("application/json"),
        "body_required": body.get("required", False),
        "answers": {
            status: _content(_resolve(description, answer))
            for status, answer in operation["responses"].items()
        },
    }


def _webhook(description: dict[str, Any], name: str) -> dict[str, Any]:
    hook = description["x-webhooks"][name]["post"]
    return {
        "headers": sorted(each["name"].lower() for each in hook["parameters"]),
        "payload": _content(hook["requestBody"])["application/json"],
    }


def _content(holder: dict[str, Any]) -> dict[str, Any]:
    content = holder.get("content", {})
    return {kind: json_schema(value.get("schema", {})) for kind, value in content.items()}


def _resolve(description: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = description
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def _reached(description: dict[str, Any], roots: list[Any]) -> dict[str, Any]:
    reached: dict[str, Any] = {}
    waiting = list(references(roots))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = json_schema(description["components"]["schemas"][name])
            waiting.extend(references(reached[name]))
    return reached


def references(value: Any) -> Iterator[str]:
    """The names of the schemas that a converted value refers to."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key == "$ref" and isinstance(each, str):
                yield each.removeprefix(REFERENCE)
            else:
                yield from references(each)


def json_schema(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: `nullable` becomes a type, prose goes."""
    if isinstance(schema, list):
        return [json_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace(LOCAL_REFERENCE, REFERENCE)}
    converted = {key: _keyword(key, value) for key, value in schema.items() if key not in DROPPED}
    return _nullable(converted) if schema.get("nullable") else converted


def _keyword(key: str, value: Any) -> Any:
    if key in VERBATIM:
        return value
    if key in NAMED:
        return {name: json_schema(each) for name, each in value.items()}
    return json_schema(value)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    composed = any(key in schema for key in ("allOf", "oneOf", "anyOf"))
    if composed or not isinstance(schema.get("type"), str):
        return {"anyOf": [{"type": "null"}, schema]}
    widened = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema and None not in schema["enum"]:
        widened["enum"] = [*schema["enum"], None]
    return widened


if __name__ == "__main__":
    main(sys.argv[1])
