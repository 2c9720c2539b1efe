"""JavaScript and TypeScript: exports, JSDoc, annotations that are not code."""

import re
from collections.abc import Iterator, Sequence

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node
from typing_extensions import override

from app.analysis.languages.javascript_profile import PROFILE
from app.analysis.languages.reader import (
    Definition,
    Reader,
    Source,
    dedent,
    head_with_value,
    line_of,
    unquoted,
)
from app.analysis.walk import Comment
from app.domain.code.facts import EnvironmentVariable, Import
from app.domain.code.symbol import Parameter, SymbolKind

_FUNCTIONS = ("arrow_function", "function_expression", "generator_function")
_SIGNATURES = ("function_signature", "method_signature", "abstract_method_signature")
_TYPES = frozenset({SymbolKind.INTERFACE, SymbolKind.TYPE, SymbolKind.ENUM})
_EXPORTS = re.compile(r"(?:module\.)?exports\.")
_ABOUT_FILE = re.compile(r"@(file|fileoverview|module|packageDocumentation)\b")
_NO_DOC = re.compile(r"\b(eslint|prettier|istanbul|ts-(ignore|nocheck|expect-error)|#region)\b")
_LEGAL = re.compile(r"copyright|licen[sc]e|@preserve", re.IGNORECASE)
_TYPE_EXPORT = re.compile(rb"^(export )type( \*)", re.MULTILINE)
_TYPE_OF_IMPORT = re.compile(rb"(\btypeof\s+)(import\(\s*[\"'][^\"'\n]*[\"']\s*,?\s*\))")
_NO_BREAK = re.compile(rb"[^\n]")
_TYPE_PARAMETERS = re.compile(rb"^([ \t]*)[ \t](?=<)", re.MULTILINE)
_STAR = re.compile(r"^[ \t]*\*[ \t]?", re.MULTILINE)


class JavaScriptReader(Reader):
    """Reads JavaScript, JSX included."""

    name = "javascript"
    grammar = Language(tree_sitter_javascript.language())
    query_files = ("javascript.scm", "javascript_only.scm")
    profile = PROFILE
    result_field = "return_type"

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        value = definition.node.child_by_field_name("value")
        if definition.kind is SymbolKind.CONSTANT and value is not None:
            if value.type in _FUNCTIONS:
                return SymbolKind.FUNCTION
            return SymbolKind.CLASS if value.type == "class" else definition.kind
        right = definition.node.child_by_field_name("right")
        is_class = right is not None and right.type == "class"
        return SymbolKind.CLASS if is_class else definition.kind

    @override
    def qualified(self, definition: Definition, source: Source) -> str:
        definition.short_name = _EXPORTS.sub("", definition.short_name)
        if definition.short_name == "module.exports":
            definition.short_name = "default"
        return super().qualified(definition, source)

    @override
    def primary(self, group: Sequence[Definition], source: Source) -> Definition:
        """Prefer the implementation to its overloads, and values to types of the same name."""
        values = [one for one in group if one.kind not in _TYPES] or group
        return next((one for one in values if one.node.type not in _SIGNATURES), values[0])

    @override
    def overloads(self, group: Sequence[Definition], source: Source) -> Sequence[Definition]:
        """Choose the signatures; where there are any, nobody calls the implementation as such."""
        return [
            one
            for one in group
            if one.node.type in _SIGNATURES
            and not any(child.type in ("get", "set") for child in one.node.children)
        ]

    @override
    def decorators(self, definition: Definition) -> Sequence[Node]:
        nodes = {node.id: node for node in definition.decorators}
        for around in (definition.statement, definition.node):
            given = around.children_by_field_name("decorator")
            nodes.update((node.id, node) for node in given)
        return list(nodes.values())

    @override
    def function(self, definition: Definition) -> Node:
        return _callable(definition.node)

    @override
    def returns(self, definition: Definition, source: Source) -> str:
        return super().returns(definition, source).removeprefix(":").strip()

    @override
    def code(self, definition: Definition, source: Source) -> Iterator[Node]:
        yield from definition.decorators
        statement = definition.statement
        is_decorated = statement.child_by_field_name("decorator") is not None
        yield statement if is_decorated else definition.node

    @override
    def place(self, definition: Definition) -> tuple[Node, Node]:
        node = definition.node
        if definition.wrappers:
            declaration = definition.wrappers[0]
            if declaration.type != "export_statement" and declaration.named_child_count == 1:
                node = declaration
        first = next((child for child in node.children if child.type != "decorator"), node)
        return first, node

    @override
    def signature(self, definition: Definition, source: Source) -> str:
        first, last = self.place(definition)
        value, body = _value_and_body(definition.node)
        if body is not None:
            return source.bare(first.start_byte, body.start_byte).removesuffix("=>").rstrip()
        if value is None:
            return source.bare(first.start_byte, last.end_byte).rstrip(" ;")
        head = source.bare(first.start_byte, value.start_byte)
        return head_with_value(head, source.bare(value.start_byte, value.end_byte))

    @override
    def parameters(self, definition: Definition, source: Source) -> Iterator[Parameter]:
        node = _callable(definition.node)
        listed = node.child_by_field_name("parameters")
        single = node.child_by_field_name("parameter")
        for child in listed.named_children if listed is not None else [single]:
            if child is not None and child.type not in ("comment", "ERROR"):
                yield _parameter(child, source)

    @override
    def doc(self, definition: Definition, source: Source) -> str:
        first, _ = self.place(definition)
        nodes = [*definition.decorators, definition.statement, first]
        comments = next(filter(None, map(source.comments_before, nodes)), [])
        return comment_text(comments)

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        if definition.owner is not None and definition.owner.kind is not None:
            return not _is_private_member(definition, source)
        if any(wrapper.type == "export_statement" for wrapper in definition.wrappers):
            return True
        if _EXPORTS.match(source.text(definition.node)):
            return True
        return definition.short_name.partition(".")[0] in source.exports | {"default"}

    @override
    def module_doc(self, source: Source) -> tuple[str, int]:
        first = next((node for node in source.root.named_children if node.type != "comment"), None)
        row = first.start_point.row if first is not None else 1 << 30
        for comment in source.comments:
            if comment.first_row >= row:
                break
            if not comment.text.startswith("/**") or _LEGAL.search(comment.text):
                continue
            is_apart = comment.last_row + 1 < row
            is_import = first is not None and first.type == "import_statement"
            if _ABOUT_FILE.search(comment.text) or is_apart or is_import:
                return comment_text([comment]), comment.first_row + 1
        return "", 0

    @override
    def imports(self, node: Node, source: Source) -> Iterator[Import]:
        target = node.child_by_field_name("source")
        arguments = node.child_by_field_name("arguments")
        if target is None and arguments is not None:
            target = arguments.named_children[0]
        if target is not None:
            names = tuple(_imported_names(node, source))
            is_export = node.type == "export_statement"
            yield Import(
                target=unquoted(source.text(target)),
                names=names,
                line=line_of(node),
                offered=tuple(name for name in names if is_export or name in source.exports),
            )

    @override
    def environment(self, node: Node, source: Source) -> Iterator[EnvironmentVariable]:
        if node.type == "variable_declarator":
            yield from _destructured(node, source)
            return
        arguments = node.child_by_field_name("arguments")
        key = node.child_by_field_name("property") or node.child_by_field_name("index")
        if arguments is not None:
            key = arguments.named_children[0]
        if key is not None:
            name = source.text(key)
            yield EnvironmentVariable(
                name=unquoted(name), line=line_of(node), default=_fallback(node, source)
            )


_TYPESCRIPT = ("javascript.scm", "typescript.scm")


class TypeScriptReader(JavaScriptReader):
    """Reads TypeScript."""

    name = "typescript"
    grammar = Language(tree_sitter_typescript.language_typescript())
    query_files = _TYPESCRIPT

    @override
    def simplified(self, content: bytes) -> bytes:
        """End the signature before one that begins a line with its type parameters."""
        return _TYPE_PARAMETERS.sub(rb"\1;", _simplified_exports(content))


class TsxReader(JavaScriptReader):
    """Reads TypeScript with markup."""

    name = "tsx"
    grammar = Language(tree_sitter_typescript.language_tsx())
    query_files = _TYPESCRIPT

    @override
    def simplified(self, content: bytes) -> bytes:
        return _simplified_exports(content)


def _simplified_exports(content: bytes) -> bytes:
    """Write what the grammar does not know: `export type *`, `<typeof import("a")>`."""
    content = _TYPE_EXPORT.sub(rb"\1    \2", content)
    return _TYPE_OF_IMPORT.sub(lambda match: match[1] + _placeholder(match[2]), content)


def _placeholder(text: bytes) -> bytes:
    """Write a name instead of some text, byte for byte in the same lines."""
    blank = _NO_BREAK.sub(b" ", text)
    return b"_" + blank[1:]


def comment_text(comments: Sequence[Comment]) -> str:
    """Take the marks off an attached comment: the last block, or the lines that belong together."""
    if not comments:
        return ""
    last = comments[-1].text
    if last.startswith("/*"):
        inner = last.removeprefix("/*").removesuffix("*/").lstrip("*!")
        return dedent(_STAR.sub("", inner.replace("\r\n", "\n")))
    lines = []
    for comment in reversed(comments):
        if not comment.text.startswith("//"):
            break
        lines.append(comment.text[2:].removeprefix("/").removeprefix(" ").rstrip())
    return dedent("\n".join(line for line in reversed(lines) if not _NO_DOC.search(line)))


def _callable(node: Node) -> Node:
    for name in ("value", "right"):
        value = node.child_by_field_name(name)
        if value is not None and value.type in _FUNCTIONS:
            return value
    return node


def _value_and_body(node: Node) -> tuple[Node | None, Node | None]:
    body = node.child_by_field_name("body")
    if body is not None:
        return None, body
    value = node.child_by_field_name("value") or node.child_by_field_name("right")
    if value is None or node.type == "type_alias_declaration":
        return None, None
    return value, value.child_by_field_name("body")


def _parameter(node: Node, source: Source) -> Parameter:
    pattern = node.child_by_field_name("pattern") or node.child_by_field_name("left") or node
    annotation = node.child_by_field_name("type")
    default = node.child_by_field_name("value") or node.child_by_field_name("right")
    written = "" if node.type == "optional_parameter" else None
    if default is not None:
        written = source.head(default.start_byte, default.end_byte)
    return Parameter(
        name=source.head(pattern.start_byte, pattern.end_byte).removeprefix("..."),
        annotation=source.head(annotation.start_byte, annotation.end_byte).removeprefix(":").strip()
        if annotation
        else "",
        default=written,
        variadic=pattern.type == "rest_pattern",
    )


def _is_private_member(definition: Definition, source: Source) -> bool:
    modifiers = [
        source.text(child)
        for child in definition.node.children
        if child.type == "accessibility_modifier"
    ]
    hidden = "private" in modifiers or "protected" in modifiers
    return hidden or definition.short_name.startswith("#")


def _imported_names(node: Node, source: Source) -> Iterator[str]:
    pending = [child for child in node.named_children if child.type.endswith("_clause")]
    while pending:
        child = pending.pop(0)
        if child.type in ("import_specifier", "export_specifier"):
            yield source.text(child.child_by_field_name("name") or child)
        elif child.type == "identifier":
            yield "default"
        elif child.type != "namespace_import":
            pending.extend(child.named_children)


def _destructured(node: Node, source: Source) -> Iterator[EnvironmentVariable]:
    pattern = node.child_by_field_name("name")
    for child in pattern.named_children if pattern is not None else ():
        key = child.child_by_field_name("key") or child.child_by_field_name("left") or child
        default = child.child_by_field_name("right")
        if key.type.endswith(("identifier", "identifier_pattern")):
            yield EnvironmentVariable(
                name=source.text(key),
                line=line_of(child),
                default=source.head(default.start_byte, default.end_byte) if default else None,
            )


def _fallback(node: Node, source: Source) -> str | None:
    right = source.fallbacks.get(node.id)
    return source.head(right.start_byte, right.end_byte) if right is not None else None
