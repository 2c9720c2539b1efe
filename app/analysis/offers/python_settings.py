"""Settings in Python: classes of pydantic-settings, and readers of single variables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.python_tree import class_value, help_of, is_true
from app.analysis.offers.view import Call, View
from app.domain.code.artifacts import Setting
from app.domain.code.facts import EnvironmentVariable

_BASE = "BaseSettings"
_MAX_DEPTH = 8
_MAX_SETTINGS = 2_000
_DECOUPLE = re.compile(rb"^\s*from\s+decouple\s+import\b", re.MULTILINE)
_ENVIRON = re.compile(rb"^\s*(?:import\s+environ\b|from\s+environ\s+import\b)", re.MULTILINE)
_ENV_TYPES = frozenset(
    {"env", "str", "bool", "int", "float", "json", "list", "tuple", "dict", "url", "db", "cache"}
    | {"path", "db_url", "cache_url", "email_url", "search_url", "bytes"}
)


@dataclass
class _Field:
    """A field of a class of settings."""

    name: str
    node: Node
    annotation: str
    default: str | None
    alias: str | None
    """The name of its variable if it has its own; empty for one that is computed."""
    doc: str


@dataclass
class _Class:
    """A class and what it says about its variables."""

    name: str
    bases: list[str]
    fields: list[_Field]
    config: dict[str, Node] = field(default_factory=dict)


def settings(view: View) -> Iterator[Setting]:
    """Read the settings of a file: each field of a class of settings, groups opened."""
    if _BASE.encode() not in view.content:
        return
    classes = {one.name: one for one in (_read(view, node) for node in _classes(view))}
    for one in classes.values():
        if _is_settings(one, classes):
            config = _config(one, classes)
            prefix = _text_of(view, config, "env_prefix")
            delimiter = _text_of(view, config, "env_nested_delimiter") or ""
            reader = _Reader(
                view,
                classes,
                delimiter,
                keeps_case=is_true(view, config.get("case_sensitive")),
            )
            yield from reader.settings(one, prefix, 0)


def _classes(view: View) -> Iterator[Node]:
    for node in view.nodes("class_definition"):
        around = node.parent
        if around is not None and around.type == "decorated_definition":
            around = around.parent
        if around is not None and around.type == "module":
            yield node


def _read(view: View, node: Node) -> _Class:
    listed = node.child_by_field_name("superclasses")
    bases = [view.text(each) for each in (listed.named_children if listed is not None else ())]
    body = node.child_by_field_name("body")
    found = _Class(view.text(node.child_by_field_name("name")), bases, [])
    if body is not None:
        found.fields = list(_fields(view, body))
        found.config = _own_config(view, body)
    return found


def _own_config(view: View, body: Node) -> dict[str, Node]:
    """Read `model_config = SettingsConfigDict(...)`, or the `class Config:` of pydantic 1."""
    call = view.call(class_value(view, body, "model_config"))
    if call is not None:
        return dict(call.keywords)
    for each in body.named_children:
        inner = each.child_by_field_name("body")
        is_config = each.type == "class_definition" and inner is not None
        if (
            is_config
            and inner is not None
            and view.text(each.child_by_field_name("name")) == "Config"
        ):
            names = ("env_prefix", "env_nested_delimiter", "case_sensitive")
            values = {name: class_value(view, inner, name) for name in names}
            return {name: value for name, value in values.items() if value is not None}
    return {}


def _fields(view: View, body: Node) -> Iterator[_Field]:
    statements = body.named_children
    for number, statement in enumerate(statements):
        node = statement.named_children[0] if statement.named_children else statement
        name = view.text(node.child_by_field_name("left"))
        annotation = node.child_by_field_name("type")
        is_field = node.type == "assignment" and annotation is not None
        if not is_field or annotation is None or name.startswith("_") or name == "model_config":
            continue
        if "ClassVar" in view.text(annotation):
            continue
        after = statements[number + 1] if number + 1 < len(statements) else None
        yield _field(view, name, node, annotation, after)


def _field(view: View, name: str, node: Node, annotation: Node, after: Node | None) -> _Field:
    value = node.child_by_field_name("right")
    call = view.call(value)
    declared = call if call is not None and call.name == "Field" else None
    default = view.default(value)
    alias, doc = None, ""
    if declared is not None:
        default = _default(view, declared)
        alias = _alias(view, declared)
        doc = help_of(view, declared.keywords.get("description"))
    if after is not None and after.type == "expression_statement" and not doc:
        doc = help_of(view, after.named_children[0] if after.named_children else None)
    text = view.source.head(annotation.start_byte, annotation.end_byte)
    return _Field(name, node, text, None if default == "..." else default, alias, doc)


def _default(view: View, call: Call) -> str | None:
    factory = call.keywords.get("default_factory")
    if factory is None:
        return view.default(call.argument(0, "default"))
    if factory.type == "lambda":
        return view.default(factory.child_by_field_name("body"))
    return f"{view.text(factory)}()" if factory.type in ("identifier", "attribute") else "..."


def _alias(view: View, call: Call) -> str | None:
    given = next(
        (
            call.keywords[name]
            for name in ("validation_alias", "alias", "env")
            if name in call.keywords
        ),
        None,
    )
    if given is None:
        return None
    choices = view.call(given)
    if choices is not None and choices.name == "AliasChoices" and choices.positional:
        given = choices.positional[0]
    return view.literal(given) or ""


def _is_settings(one: _Class, classes: Mapping[str, _Class], depth: int = 0) -> bool:
    return any(
        base.rpartition(".")[2] == _BASE
        or (
            base in classes
            and depth < _MAX_DEPTH
            and _is_settings(classes[base], classes, depth + 1)
        )
        for base in one.bases
    )


def _config(one: _Class, classes: Mapping[str, _Class], depth: int = 0) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for base in one.bases:
        if base in classes and depth < _MAX_DEPTH:
            found |= _config(classes[base], classes, depth + 1)
    return found | one.config


def _text_of(view: View, config: Mapping[str, Node], key: str) -> str | None:
    """Return a literal of the configuration, empty when it is unset; None when it is computed."""
    return view.literal(config[key]) if key in config else ""


@dataclass
class _Reader:
    """Names the variables of one class of settings."""

    view: View
    classes: Mapping[str, _Class]
    delimiter: str
    keeps_case: bool
    left: int = _MAX_SETTINGS
    """How many fields may still be visited: groups in groups multiply."""

    def settings(self, one: _Class, prefix: str | None, depth: int) -> Iterator[Setting]:
        """Give the fields of a class, those of its groups in their place."""
        for each in one.fields:
            self.left -= 1
            if self.left < 0:
                return
            variable = self._variable(each, prefix)
            group = self.classes.get(each.annotation.removesuffix(" | None"))
            if group is not None and self.delimiter and depth < _MAX_DEPTH:
                below = variable + self.delimiter if variable else None
                yield from self.settings(group, below, depth + 1)
                continue
            yield Setting(
                name=f"{one.name}.{each.name}",
                line=line_of(each.node),
                environment=variable,
                annotation=each.annotation,
                default=each.default,
                doc=each.doc,
            )

    def _variable(self, each: _Field, prefix: str | None) -> str:
        if each.alias is not None:
            return each.alias
        name = f"{prefix}{each.name}" if prefix is not None else ""
        return name if self.keeps_case else name.upper()


def single_variables(view: View) -> Iterator[EnvironmentVariable]:
    """Read `config("NAME", default=…)` of decouple and `env("NAME")` of django-environ."""
    names: frozenset[str] = frozenset()
    if _DECOUPLE.search(view.content):
        names = frozenset({"config"})
    elif _ENVIRON.search(view.content):
        names = _ENV_TYPES
    for call in view.calls if names else ():
        is_reader = call.name in names and call.on in ("", "env")
        if is_reader and (call.receiver is not None or call.name in ("config", "env")):
            text = view.literal(call.argument(0, "option", "var"))
            if text:
                default = view.default(call.argument(1, "default"))
                yield EnvironmentVariable(name=text, line=call.line, default=default)
