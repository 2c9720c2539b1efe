"""What is published about `.autodoc.yaml`: its JSON Schema, and a file that explains every key."""

import json
import textwrap
from collections.abc import Iterator

from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME, Config
from app.domain.wiki.configuration.forms import Choice, Field, Group, Schema
from app.domain.wiki.configuration.table import ROOT

WIDTH = 92
DRAFT = "https://json-schema.org/draft/2020-12/schema"
INTRODUCTION = (
    "What AutoDoc makes of this folder and all that lies below it.",
    "A line that begins with `#` and a key shows the default, or where there is none an example:",
    "remove the `#` and change it, with the `#` of the group that it stands in.",
    "`autodoc config check` tells what is wrong with this file.",
)


def json_schema() -> str:
    """Return the schema, as text that is the same every time."""
    schema = _with_defaults(ROOT, Config())
    head: Schema = {"$schema": DRAFT, "title": FILE_NAME, "description": INTRODUCTION[0]}
    return json.dumps({**head, **schema}, indent=2) + "\n"


def explained() -> str:
    """Return a configuration in which every key is explained and none is set."""
    parts = ["\n".join(f"# {line}" for line in INTRODUCTION)]
    parts += ["\n".join(_explain(each, Config(), "")) for each in ROOT.fields]
    return "\n\n".join(parts) + "\n"


def _with_defaults(group: Group, defaults: Value) -> Schema:
    """Add the defaults, which an editor shows."""
    schema = group.schema()
    properties: Schema = {}
    for each in group.fields:
        value = getattr(defaults, each.name)
        own = each.form.schema()
        if isinstance(each.form, Group) and isinstance(value, Value):
            own = _with_defaults(each.form, value)
        elif value is not None:
            own["default"] = list(value) if isinstance(value, tuple) else value
        properties[each.name] = {"description": each.says, **own}
    return {**schema, "properties": properties}


def _explain(field: Field, defaults: Value, indent: str) -> Iterator[str]:
    value = getattr(defaults, field.name)
    comment = f"{indent}# "
    says = field.says
    if isinstance(field.form, Choice):
        says = f"{says} One of {', '.join(field.form.words)}."
    if field.example and value is None:
        says = f"{says} No default; {field.example} is an example."
    elif field.example:
        says = f"{says} For example {field.name}: {field.example}"
    yield from textwrap.wrap(says, WIDTH, initial_indent=comment, subsequent_indent=comment)
    if not isinstance(field.form, Group):
        shown = field.example if value is None else _written(value)
        if shown:
            yield f"#{indent}{field.name}: {shown}"
        return
    children = [line for each in field.form.fields for line in _explain(each, value, f"{indent}  ")]
    yield f"#{indent}{field.name}:"
    yield from children


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[]"
    return f'"{value}"' if value == "" else str(value)
