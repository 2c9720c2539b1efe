"""Settings in Python: classes of pydantic-settings, and readers of single variables."""

import re
from collections.abc import Iterator, Mapping, Sequence
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
_MAX_FAMILY = 100
_NOTHING = ""
_SPLATS = frozenset({"list_splat", "dictionary_splat"})
_NULLABLE = re.compile(r"\bOptional\[|\bNone\b")
_DECOUPLE = re.compile(rb"^[ \t]*+from[ \t]++decouple[ \t]++import\b", re.MULTILINE)
_ENVIRON = re.compile(
    rb"^[ \t]*+(?:import[ \t]++environ\b|from[ \t]++environ[ \t]++import\b)", re.MULTILINE
)
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
    required: bool
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
        family = _family(one, classes)
        if any(base.rpartition(".")[2] == _BASE for each in family for base in each.bases):
            config = _config(family)
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
    text = view.source.head(annotation.start_byte, annotation.end_byte)
    given = _given(view, value, declared)
    alias, doc = None, ""
    if declared is not None:
        alias = _alias(view, declared)
        doc = help_of(view, declared.keywords.get("description"))
    if after is not None and after.type == "expression_statement" and not doc:
        doc = help_of(view, after.named_children[0] if after.named_children else None)
    is_required = given == _NOTHING and not _may_be_silent(view, text)
    return _Field(name, node, text, given or None, is_required, alias, doc)


def _given(view: View, value: Node | None, declared: Call | None) -> str | None:
    """Return the source text of a default; empty for none at all, None when it cannot be told."""
    if declared is not None:
        factory = declared.keywords.get("default_factory")
        if factory is not None:
            return _made(view, factory)
        value = declared.argument(0, "default")
        if any(each.type in _SPLATS for each in declared.positional):
            return view.default(declared.keywords.get("default"))
    default = view.default(value)
    return _NOTHING if default in (None, "...") else default


def _made(view: View, factory: Node) -> str | None:
    if factory.type == "lambda":
        return view.default(factory.child_by_field_name("body"))
    return f"{view.text(factory)}()" if factory.type in ("identifier", "attribute") else None


def _may_be_silent(view: View, annotation: str) -> bool:
    """Say whether the type may bring a default: one in its notes, or the None of pydantic 1."""
    is_old = b"pydantic_settings" not in view.content
    return "default" in annotation or (is_old and _NULLABLE.search(annotation) is not None)


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


def _family(one: _Class, classes: Mapping[str, _Class]) -> list[_Class]:
    """List a class and its bases in the file, each once, the nearest first."""
    found = {one.name: one}
    place = 0
    while place < len(found) < _MAX_FAMILY:
        bases = list(found.values())[place].bases[:_MAX_FAMILY]
        # Of several bases the last one decides, as pydantic has it.
        found |= {base: classes[base] for base in bases[::-1]
                  if base in classes and base not in found}  # fmt: skip
        place += 1
    return list(found.values())


def _config(family: Sequence[_Class]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for each in reversed(family):
        found |= each.config
    return found


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
                required=each.required,
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
