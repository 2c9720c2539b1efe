"""Python: docstrings, `__all__`, annotations that are not code."""

import re
from collections.abc import Iterator, Sequence

import tree_sitter_python
from tree_sitter import Language, Node
from typing_extensions import override

from app.analysis.languages.reader import (
    Definition,
    Reader,
    Source,
    dedent,
    head_with_value,
    line_of,
)
from app.analysis.syntax import DROPPED, Opens, Profile, Reach
from app.domain.code.facts import EVERY_NAME, EnvironmentVariable, Import
from app.domain.code.symbol import Parameter, SymbolKind

_STRING = re.compile(r"[A-Za-z]*(\"\"\"|'''|\"|')(.*)\1", re.DOTALL)
_LITERAL = re.compile(r"[uUrR]?([\"'])([^\"'\\]*)\1")
_FROM_OS = re.compile(r"from\s+os\s+import\b.*\b(?:environ|getenv)\b", re.DOTALL)
_DUNDER = re.compile(r"__\w+__")
_ENUM_BASE = re.compile(r"\b(Int|Str)?(Enum|Flag)\b")
_ERROR_NAME = re.compile(r"(?:\w+\.)*[A-Z]\w*")
_PROTOCOL_BASE = re.compile(r"\bProtocol\b")


def _prefix(text: str) -> str:
    return "".join(sorted(text.lower().rstrip("\"'").replace("u", "")))


def _content(text: str) -> str:
    return '"' + text.replace("\\'", "'").replace('\\"', '"').replace("\r\n", "\n")


def _number(text: str) -> str:
    return text.lower().replace("_", "")


_PATTERNS = (
    "pattern_list",
    "tuple_pattern",
    "list_pattern",
    "tuple",
    "list",
    "parenthesized_expression",
    "typed_parameter",
    "as_pattern_target",
)

_PROFILE = Profile(
    comments=frozenset({"comment", "line_continuation"}),
    annotations=frozenset({"type", "type_parameter"}),
    verbatim=frozenset({"type_alias_statement"}),
    transparent=frozenset(
        {"parenthesized_expression", "typed_parameter", "default_parameter"}
        | {"typed_default_parameter", "decorated_definition"}
    ),
    atoms=frozenset(
        {"string_content", "format_specifier", "positional_separator", "keyword_separator"}
    ),
    strings=frozenset({"string_content"}),
    dropped=DROPPED | {"->", "string_end"},
    kept=frozenset({("slice", ":")}),
    alike={"expression_list": "tuple", "pattern_list": "tuple_pattern"},
    normal={
        "string_start": _prefix,
        "string_content": _content,
        "integer": _number,
        "float": _number,
    },
    scopes={
        "function_definition": Opens.FUNCTION,
        "lambda": Opens.FUNCTION,
        "class_definition": Opens.CLASS,
        "list_comprehension": Opens.BLOCK,
        "set_comprehension": Opens.BLOCK,
        "dictionary_comprehension": Opens.BLOCK,
        "generator_expression": Opens.BLOCK,
    },
    binders={
        ("function_definition", "name"): Reach.OUTER,
        ("class_definition", "name"): Reach.OUTER,
        ("assignment", "left"): Reach.FUNCTION,
        ("augmented_assignment", "left"): Reach.FUNCTION,
        ("for_statement", "left"): Reach.FUNCTION,
        ("for_in_clause", "left"): Reach.HERE,
        ("named_expression", "name"): Reach.FUNCTION,
        ("as_pattern", "alias"): Reach.FUNCTION,
        ("aliased_import", "alias"): Reach.FUNCTION,
        ("parameters", ""): Reach.PARAMETER,
        ("lambda_parameters", ""): Reach.FUNCTION,
        ("default_parameter", "name"): Reach.PARAMETER,
        ("typed_default_parameter", "name"): Reach.PARAMETER,
        ("list_splat_pattern", ""): Reach.FUNCTION,
        ("dictionary_splat_pattern", ""): Reach.FUNCTION,
        ("global_statement", ""): Reach.GLOBAL,
        ("nonlocal_statement", ""): Reach.NONLOCAL,
    },
    patterns=frozenset((kind, "") for kind in _PATTERNS),
    members=frozenset(
        {("attribute", "attribute"), ("keyword_argument", "name"), ("keyword_pattern", "")}
    ),
    positional="positional_separator",
)


class PythonReader(Reader):
    """Reads Python."""

    name = "python"
    grammar = Language(tree_sitter_python.language())
    query_files = ("python.scm",)
    profile = _PROFILE
    result_field = "return_type"

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        bases = definition.node.child_by_field_name("superclasses")
        annotation = definition.node.child_by_field_name("type")
        if definition.kind is SymbolKind.CLASS and bases is not None:
            return _kind_of_class(source.text(bases))
        if definition.kind is SymbolKind.FUNCTION and definition.owner is not None:
            return SymbolKind.METHOD
        if annotation is not None and source.text(annotation).endswith("TypeAlias"):
            return SymbolKind.TYPE
        return definition.kind

    @override
    def primary(self, group: Sequence[Definition], source: Source) -> Definition:
        """Prefer the implementation to its overloads, and a property's getter to its setter."""
        return next((one for one in group if not _is_overload(one, source)), group[-1])

    @override
    def overloads(self, group: Sequence[Definition], source: Source) -> Sequence[Definition]:
        return [one for one in group if _is_overload(one, source)]

    @override
    def decorators(self, definition: Definition) -> Sequence[Node]:
        if not definition.wrappers:
            return ()
        return [node for node in definition.statement.children if node.type == "decorator"]

    @override
    def raised(self, node: Node, source: Source) -> str:
        """Name a class that is raised; a variable is most often an error that was caught."""
        function = node.child_by_field_name("function")
        name = source.text(function or node)
        return name if _ERROR_NAME.fullmatch(name) else ""

    @override
    def code(self, definition: Definition, source: Source) -> Iterator[Node]:
        yield definition.statement

    @override
    def place(self, definition: Definition) -> tuple[Node, Node]:
        return definition.node, _last_code(definition.node)

    @override
    def signature(self, definition: Definition, source: Source) -> str:
        node = definition.node
        body = node.child_by_field_name("body")
        if body is not None:
            return source.bare(node.start_byte, _colon_before(node, body)).rstrip(": ")
        value = node.child_by_field_name("right")
        if value is None or definition.kind is SymbolKind.TYPE:
            return source.bare(node.start_byte, node.end_byte)
        head = source.bare(node.start_byte, value.start_byte)
        return head_with_value(head, source.bare(value.start_byte, value.end_byte))

    @override
    def parameters(self, definition: Definition, source: Source) -> Iterator[Parameter]:
        listed = definition.node.child_by_field_name("parameters")
        for child in listed.named_children if listed is not None else ():
            parameter = _parameter(child, source)
            if parameter is not None:
                yield parameter

    @override
    def doc(self, definition: Definition, source: Source) -> str:
        body = definition.node.child_by_field_name("body")
        return _docstring(body, source) if body is not None else ""

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        name = definition.short_name
        if source.exports and definition.owner is None:
            return name in source.exports
        return not name.startswith("_") or _DUNDER.fullmatch(name) is not None

    @override
    def module_doc(self, source: Source) -> tuple[str, int]:
        first = next((node for node in source.root.named_children if node.type != "comment"), None)
        doc = _docstring(source.root, source)
        return doc, line_of(first) if doc and first is not None else 0

    @override
    def imports(self, node: Node, source: Source) -> Iterator[Import]:
        names = [
            source.text(child.child_by_field_name("name") or child)
            for child in node.children_by_field_name("name")
        ]
        module = node.child_by_field_name("module_name")
        typing = _is_for_typing(node, source)
        if module is not None:
            is_star = any(child.type == "wildcard_import" for child in node.named_children)
            offered = [name for name in names if _is_offered(name, source)]
            yield Import(
                target=source.text(module),
                names=tuple(names),
                line=line_of(node),
                offered=_offered_by_star(source) if is_star else tuple(offered),
                typing=typing,
            )
            return
        for name in names:
            yield Import(target=name, line=line_of(node), typing=typing)

    @override
    def environment(self, node: Node, source: Source) -> Iterator[EnvironmentVariable]:
        if source.text(node).startswith(("environ", "getenv")) and not _takes_from_os(source):
            return
        key, default = _key_and_default(node)
        match = _LITERAL.fullmatch(source.text(key)) if key is not None else None
        if match is not None:
            text = source.head(default.start_byte, default.end_byte) if default else None
            yield EnvironmentVariable(name=match[2], line=line_of(node), default=text)


def _is_overload(definition: Definition, source: Source) -> bool:
    decorators = source.slice(definition.statement.start_byte, definition.node.start_byte)
    return "overload" in decorators


def _is_for_typing(node: Node, source: Source) -> bool:
    """Say whether a node stands under `if TYPE_CHECKING:`."""
    inner, outer = node, node.parent
    while outer is not None:
        condition = outer.child_by_field_name("condition")
        if outer.type == "if_statement" and condition is not None:
            is_guard = source.text(condition).rpartition(".")[2] == "TYPE_CHECKING"
            if is_guard and inner.type == "block":
                return True
        inner, outer = outer, outer.parent
    return False


def _is_offered(name: str, source: Source) -> bool:
    return name in source.exports if source.exports else not name.startswith("_")


def _offered_by_star(source: Source) -> tuple[str, ...]:
    """Name what a star may bring of what the module offers; only its target says what it does."""
    return tuple(sorted(source.exports)) or (EVERY_NAME,)


def _takes_from_os(source: Source) -> bool:
    """Say whether a bare `environ` or `getenv` is the one of `os`; WSGI has an `environ` too."""
    return any(
        _FROM_OS.match(source.text(node)) is not None for node in source.captures.get("import", ())
    )


def _last_code(node: Node) -> Node:
    """Go down to the last piece of code: comments that trail a block do not belong to it."""
    while node.child_count:
        children = (node.child(number) for number in range(node.child_count - 1, -1, -1))
        last = next((child for child in children if child and child.type != "comment"), None)
        if last is None:
            break
        node = last
    return node


def _kind_of_class(bases: str) -> SymbolKind:
    if _ENUM_BASE.search(bases):
        return SymbolKind.ENUM
    return SymbolKind.INTERFACE if _PROTOCOL_BASE.search(bases) else SymbolKind.CLASS


def _colon_before(node: Node, body: Node) -> int:
    colons = [child for child in node.children if child.type == ":"]
    return colons[-1].start_byte if colons else body.start_byte


def _docstring(body: Node, source: Source) -> str:
    first = next((child for child in body.named_children if child.type != "comment"), None)
    if first is None or first.type != "expression_statement" or first.child_count != 1:
        return ""
    match = _STRING.fullmatch(source.text(first))
    if match is None or first.children[0].type != "string":
        return ""
    return dedent(match[2].replace("\\\n", "").replace("\\\\", "\\").replace('\\"', '"'))


_SPLATS = ("list_splat_pattern", "dictionary_splat_pattern")


def _parameter(node: Node, source: Source) -> Parameter | None:
    if node.type in ("comment", "positional_separator", "keyword_separator", "ERROR"):
        return None
    named = node.child_by_field_name("name") or (
        node.named_children[0] if node.type == "typed_parameter" else node
    )
    annotation = node.child_by_field_name("type")
    default = node.child_by_field_name("value")
    return Parameter(
        name=source.text(named).lstrip("* "),
        annotation=source.head(annotation.start_byte, annotation.end_byte) if annotation else "",
        default=source.head(default.start_byte, default.end_byte) if default else None,
        variadic=named.type in _SPLATS,
    )


def _key_and_default(node: Node) -> tuple[Node | None, Node | None]:
    if node.type == "subscript":
        return node.child_by_field_name("subscript"), None
    arguments = node.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None else []
    key = given[0] if given else None
    default = given[1] if len(given) > 1 else None
    if default is not None and default.type == "keyword_argument":
        default = default.child_by_field_name("value")
    return key, default
