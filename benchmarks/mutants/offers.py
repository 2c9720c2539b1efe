"""Changes of what programs offer: settings with defaults, flags of commands, routes."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from benchmarks.mutants.changing import altered
from benchmarks.mutants.mutant import Site
from benchmarks.mutants.syntax import Definition, Edit, Module, calls, replace, walk

_FLAG_CALLS = re.compile(r"(?:^|\.)(?:option|Option|add_argument|add_option)$")
_FLAGS_OF_GO = re.compile(r"(?:\w|\.|\(\))*(?:[Ff]lags?\(\)|flags?|fs|FlagSet)\.\w+$")
_ROUTE_CALLS = re.compile(
    r"(?:\w+\.)+(?:route|get|post|put|patch|delete|Get|Post|Put|Patch|Delete|Route|Mount|"
    r"Handle|HandleFunc|add_url_rule|all)$"
)
_READS = re.compile(r"(?:os\.)?(?:environ\.get|getenv)$|(?:\w+\.)?SetDefault$")
_SETTINGS = re.compile(r"(?:Base)?(?:Settings|Config)$|ImmutableDict$")
_ROUTE = re.compile(r"""["'`](/[^"'`]*)["'`]$""")


def offers(module: Module, definition: Definition) -> Iterator[Site]:
    """Give the changes of what stands in a definition, or right above it as its decorators."""
    for function, given in calls(definition.statement):
        called = module.text(function)
        literals = [each for each in given.named_children if _content(each) is not None]
        if _FLAG_CALLS.search(called) or _FLAGS_OF_GO.match(called):
            yield from _flags(module, definition, called, literals)
            yield from _defaults(module, definition, given, literals)
        if _ROUTE_CALLS.match(called) and literals and literals[0] == given.named_children[0]:
            yield from _routes(module, definition, literals[0])
        if _READS.search(called) and given.named_child_count == 2:
            name, default = given.named_children
            edit = altered(default, module.language)
            if edit is not None:
                said = module.text(name).strip("\"'`")
                yield _default(module, definition, said, default, edit)
        if _SETTINGS.search(called):
            yield from _pairs(module, definition, given)
    yield from _environment(module, definition)
    if definition.kind == "constant" and "." in definition.name:
        yield from _field(module, definition)


def _field(module: Module, definition: Definition) -> Iterator[Site]:
    """Give the change of a setting that is a field of a class of settings."""
    value = definition.node.named_children[0].child_by_field_name("right")
    edit = altered(value, module.language) if value is not None else None
    if edit is not None and value is not None:
        yield _default(module, definition, definition.short, value, edit)


def _content(node: Node) -> str | None:
    text = node.text.decode() if node.text else ""
    is_string = node.type in ("string", "interpreted_string_literal")
    return text[1:-1] if is_string and text[:1] in ("'", '"') else None


def _flags(
    module: Module, definition: Definition, called: str, literals: list[Node]
) -> Iterator[Site]:
    if module.path.endswith(".go"):
        literals = literals[:1] if _FLAGS_OF_GO.match(called) else []
    else:
        literals = [each for each in literals if (_content(each) or "").startswith("--")]
    for each in literals:
        content = _content(each) or ""
        word = re.match(r"(?:--)?[a-z][\w-]*", content)
        if word:
            new = f"{word[0]}-anew{content[word.end() :]}"
            edit = replace(each, module.text(each).replace(content, new, 1))
            yield Site("flag", definition, (edit,), said=word[0].removeprefix("--"))


def _defaults(
    module: Module, definition: Definition, given: Node, literals: list[Node]
) -> Iterator[Site]:
    """Give the changes of the default that a flag has by keyword."""
    named = [each for each in given.named_children if each.type == "keyword_argument"]
    flags = [content for each in literals if (content := _content(each) or "").startswith("--")]
    for each in named:
        name, value = each.child_by_field_name("name"), each.child_by_field_name("value")
        if flags and name is not None and value is not None and name.text == b"default":
            edit = altered(value, module.language)
            if edit is not None:
                said = re.split(r"[ ,/]", flags[0].removeprefix("--"))[0]
                yield _default(module, definition, said, value, edit)


def _routes(module: Module, definition: Definition, literal: Node) -> Iterator[Site]:
    found = _ROUTE.match(module.text(literal))
    if found:
        edit = Edit(literal.start_byte + 2, literal.start_byte + 2, b"anew-")
        yield Site("route", definition, (edit,), said=found[1])


def _pairs(module: Module, definition: Definition, given: Node) -> Iterator[Site]:
    """Give the changes of settings that stand in a dictionary."""
    for each in walk(given):
        key = each.child_by_field_name("key") if each.type == "pair" else None
        value = each.child_by_field_name("value") if each.type == "pair" else None
        if key is not None and value is not None and _content(key):
            edit = altered(value, module.language)
            if edit is not None:
                yield _default(module, definition, _content(key) or "", value, edit)


def _environment(module: Module, definition: Definition) -> Iterator[Site]:
    """Give the changes of `process.env.NAME || default`."""
    for each in walk(definition.statement):
        left, right = each.child_by_field_name("left"), each.child_by_field_name("right")
        if each.type != "binary_expression" or left is None or right is None:
            continue
        sign = each.child_by_field_name("operator")
        if sign is None or sign.type not in ("||", "??"):
            continue
        read = re.fullmatch(r"process\.env\.(\w+)", module.text(left))
        edit = altered(right, module.language)
        if read and edit is not None:
            yield _default(module, definition, read[1], right, edit)


def _default(module: Module, definition: Definition, name: str, value: Node, edit: Edit) -> Site:
    """Change a setting's default; a page may say both its name and its value, a line each."""
    shown = module.text(value).strip("\"'`")
    return Site("setting default", definition, (edit,), said=f"{name}\n{shown}")
