"""Rust: impl blocks, attributes, doc comments, `pub`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import tree_sitter_rust
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
from app.analysis.languages.rust_paths import inline_modules, path_in_file, used
from app.analysis.languages.rust_profile import PROFILE
from app.domain.code.facts import EnvironmentVariable, Import
from app.domain.code.symbol import Parameter, SymbolKind

MAX_OUTER = 200
"""So many attributes and comments above one item are looked at."""

MAX_LINKS = 4
"""So many calls may stand between a reading of the environment and its default."""
LONGEST_VARIANT = 120

_OUTER_DOC = re.compile(r"///(?!/)|/\*\*(?![*/])")
_INNER_DOC = re.compile(r"//!|/\*!")
_DOC_ATTRIBUTE = re.compile(r"#!?\[\s*doc\s*=\s*(?:r#*)?\"(.*)\"#*\s*\]", re.DOTALL)
_HIDDEN = re.compile(r"#\[\s*doc\s*\(\s*hidden\s*\)\s*\]")
_ABOUT_DOC = re.compile(r"#\[\s*doc\b")
_PATH_ATTRIBUTE = re.compile(r"#\[\s*path\s*=\s*\"([^\"]*)\"\s*\]")
_EXPORTED = re.compile(r"#\[\s*macro_export\b")
_STAR = re.compile(r"^[ \t]*\*[ \t]?", re.MULTILINE)
_STRING = re.compile(r"\"([^\"\\]*)\"")
_BY_CARGO = re.compile(r"CARGO\b|CARGO_\w+|OUT_DIR|RUSTC\w*|TARGET|HOST|PROFILE|OPT_LEVEL")
_EVERYTHING = "*"
_OWNERS = frozenset({"impl_item", "trait_item"})
_NAMED_TYPES = frozenset({"type_identifier", "primitive_type"})


class RustReader(Reader):
    """Reads Rust."""

    name = "rust"
    grammar = Language(tree_sitter_rust.language())
    query_files = ("rust.scm",)
    profile = PROFILE
    result_field = "return_type"

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        owner = definition.owner
        if definition.short_name == "_":
            return None
        if definition.kind is SymbolKind.FUNCTION and owner is not None:
            return SymbolKind.METHOD if owner.node.type in _OWNERS else SymbolKind.FUNCTION
        return definition.kind

    @override
    def qualified(self, definition: Definition, source: Source) -> str:
        if definition.node.type == "impl_item":
            definition.short_name = _implementer(definition.node, source)
        definition.short_name = definition.short_name.removeprefix("r#")
        return super().qualified(definition, source)

    @override
    def primary(self, group: Sequence[Definition], source: Source) -> Definition:
        """Prefer what a type offers by itself to what a trait demands, and a method to a field."""
        seen = [one for one in group if one.public] or group
        return next((one for one in seen if one.kind is SymbolKind.METHOD), seen[0])

    @override
    def overloads(self, group: Sequence[Definition], source: Source) -> Sequence[Definition]:
        """Choose the implementations of one trait for several types, as of `From`."""
        chosen = self.primary(group, source)
        found = [one for one in group if one.public == chosen.public]
        heads = {self.signature(one, source) for one in found}
        return found if len(heads) > 1 else ()

    @override
    def decorators(self, definition: Definition) -> Sequence[Node]:
        return [
            node
            for node in _outer(definition)
            if node.type == "attribute_item" and not _ABOUT_DOC.match(_text(node))
        ]

    @override
    def code(self, definition: Definition, source: Source) -> Iterator[Node]:
        yield from self.decorators(definition)
        yield definition.node

    @override
    def place(self, definition: Definition) -> tuple[Node, Node]:
        return definition.node, definition.node

    @override
    def signature(self, definition: Definition, source: Source) -> str:
        node = definition.node
        if node.type == "macro_definition":
            return f"macro_rules! {definition.short_name}"
        value = node.child_by_field_name("value")
        if node.type in ("const_item", "static_item") and value is not None:
            head = source.bare(node.start_byte, value.start_byte)
            return head_with_value(head, source.bare(value.start_byte, value.end_byte))
        body = node.child_by_field_name("body")
        if body is not None and node.type == "enum_variant" and not _is_tuple(body):
            whole = source.head(node.start_byte, node.end_byte)
            return whole if len(whole) <= LONGEST_VARIANT else definition.short_name
        if body is None or _is_tuple(body):
            return source.bare(node.start_byte, node.end_byte).rstrip("; \n")
        return source.bare(node.start_byte, body.start_byte)

    @override
    def parameters(self, definition: Definition, source: Source) -> Iterator[Parameter]:
        listed = definition.node.child_by_field_name("parameters")
        for child in listed.named_children if listed is not None else ():
            pattern, kind = child.child_by_field_name("pattern"), child.child_by_field_name("type")
            if child.type == "variadic_parameter":
                yield Parameter(name=source.text(pattern) if pattern else "...", variadic=True)
            elif pattern is not None and kind is not None and pattern.type != "self":
                name = source.head(pattern.start_byte, pattern.end_byte)
                yield Parameter(name=name, annotation=source.head(kind.start_byte, kind.end_byte))

    @override
    def doc(self, definition: Definition, source: Source) -> str:
        return _doc_of([source.text(node) for node in _outer(definition)], _OUTER_DOC)

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        node, owner = definition.node, definition.owner
        if any(_HIDDEN.fullmatch(_text(each)) for each in _outer(definition)):
            return False
        if node.type == "impl_item":
            return _adds_to_api(definition, source) and _is_reachable(definition, source)
        if node.type == "macro_definition":
            return any(_EXPORTED.match(_text(each)) for each in _outer(definition))
        if owner is not None and owner.node.type in ("enum_item", "trait_item", "enum_variant"):
            return True
        return _is_offered(definition, source) and _is_reachable(definition, source)

    @override
    def module_doc(self, source: Source) -> tuple[str, int]:
        pieces: list[str] = []
        line = 0
        for node in source.root.named_children:
            if not node.type.endswith("comment") and node.type != "inner_attribute_item":
                break
            text = source.text(node)
            if _INNER_DOC.match(text) or _DOC_ATTRIBUTE.fullmatch(text.strip()):
                pieces.append(text)
                line = line or line_of(node)
        return _doc_of(pieces, _INNER_DOC), line

    @override
    def imports(self, node: Node, source: Source) -> Iterator[Import]:
        name = node.child_by_field_name("name")
        if node.type == "use_declaration":
            yield from _uses(node, source)
        elif name is not None and node.type == "extern_crate_declaration":
            yield Import(target=source.text(name), line=line_of(node))
        elif name is not None:
            yield Import(target=_module_path(node, source.text(name), source), line=line_of(node))

    @override
    def environment(self, node: Node, source: Source) -> Iterator[EnvironmentVariable]:
        match = _STRING.search(source.text(node))
        if match is None:
            return
        is_built_in = node.type == "macro_invocation" and _BY_CARGO.fullmatch(match[1])
        if not is_built_in:
            default = source.once(_fallbacks).get(node.id)
            text = source.head(default.start_byte, default.end_byte) if default else None
            yield EnvironmentVariable(name=match[1], line=line_of(node), default=text)


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _is_tuple(body: Node) -> bool:
    return body.type == "ordered_field_declaration_list"


def _outer(definition: Definition) -> Sequence[Node]:
    """Give the attributes and comments above an item, in their order."""
    found: list[Node] = []
    node = definition.node.prev_sibling
    while node is not None and len(found) < MAX_OUTER:
        if node.type != "attribute_item" and not node.type.endswith("comment"):
            break
        found.append(node)
        node = node.prev_sibling
    return found[::-1]


def _doc_of(pieces: Sequence[str], mark: re.Pattern[str]) -> str:
    """Join doc comments and `doc` attributes, without their marks."""
    lines: list[str] = []
    for piece in pieces:
        attribute = _DOC_ATTRIBUTE.fullmatch(piece.strip())
        if attribute is not None:
            lines += attribute[1].replace('\\"', '"').replace("\\n", "\n").split("\n")
        elif mark.match(piece) and piece.startswith("/*"):
            inner = piece.strip().removesuffix("*/")[3:].replace("\r\n", "\n")
            lines += (_STAR.sub("", inner) if _is_starred(inner) else inner).strip("\n").split("\n")
        elif mark.match(piece):
            lines.append(piece[3:].rstrip())
    return dedent("\n" + "\n".join(lines))


def _is_starred(text: str) -> bool:
    return all(line.lstrip().startswith("*") for line in text.strip().split("\n")[1:])


def _implementer(node: Node, source: Source) -> str:
    """Name the type that an impl block is for; what has no name of its own has its trait's."""
    for field in ("type", "trait"):
        kind = node.child_by_field_name(field)
        name = _type_name(kind, source) if kind is not None else ""
        if name and name not in _parameter_names(node, source):
            return name
    return "impl"


def _type_name(node: Node, source: Source) -> str:
    """Find the last name of a type, inside of its references and in front of its arguments."""
    found: Node | None = node
    while found is not None and found.type not in _NAMED_TYPES:
        found = (
            found.child_by_field_name("type")
            or found.child_by_field_name("name")
            or found.child_by_field_name("trait")
        )
    return source.text(found) if found is not None else ""


def _parameter_names(node: Node, source: Source) -> frozenset[str]:
    listed = node.child_by_field_name("type_parameters")
    names = (
        child.child_by_field_name("name")
        for child in (listed.named_children if listed is not None else ())
    )
    return frozenset(source.text(name) for name in names if name is not None)


def _adds_to_api(definition: Definition, source: Source) -> bool:
    """Say whether an impl block offers more of a type; what a trait demands, the trait tells."""
    is_of_trait = definition.node.child_by_field_name("trait") is not None
    return not is_of_trait and definition.short_name not in source.private


def _is_offered(definition: Definition, source: Source) -> bool:
    """Say whether an item is `pub` for everybody; a module also when something of it is."""
    if _is_marked(definition.node):
        return True
    return definition.kind is None and definition.short_name in source.once(_reexports)


def _is_marked(node: Node) -> bool:
    return any(
        child.type == "visibility_modifier" and child.text == b"pub" for child in node.children[:4]
    )


def _is_reachable(definition: Definition, source: Source) -> bool:
    """Say whether a module in the file that is closed itself offers what is in it elsewhere."""
    owner = definition.owner
    if owner is None or owner.node.type != "mod_item":
        return True
    if _is_marked(owner.node):
        return True
    names = source.once(_reexports).get(owner.short_name, frozenset())
    return definition.short_name in names or _EVERYTHING in names


def _reexports(source: Source) -> Mapping[str, AbstractSet[str]]:
    """Find what the file offers by `pub use` of its modules, by each name on the way to it."""
    found: dict[str, set[str]] = {}
    for node in source.captures.get("reexport", ()):
        for one in used(node, source):
            for name in one.path:
                found.setdefault(name, set())
            if one.path:
                found[one.path[-1]].update(one.names or (_EVERYTHING,))
    return found


def _uses(node: Node, source: Source) -> Iterator[Import]:
    argument = node.child_by_field_name("argument")
    is_public = any(source.text(child) == "pub" for child in node.children[:1])
    around = inline_modules(node, source)
    for one in used(argument, source) if argument is not None else ():
        yield Import(
            target="::".join(path_in_file(one.path, around)),
            names=one.names,
            line=one.line,
            offered=one.names if is_public else (),
        )


def _module_path(node: Node, name: str, source: Source) -> str:
    """Name the module of `mod x;`, by the path of its file if the source gives one."""
    before = node.prev_sibling
    given = _PATH_ATTRIBUTE.fullmatch(_text(before)) if before is not None else None
    if given is not None:
        return f"./{given[1]}"
    return "::".join(("self", *inline_modules(node, source), name.removeprefix("r#")))


def _fallbacks(source: Source) -> Mapping[int, Node]:
    """Find what calls are replaced with when they fail, by the id of the node of the call.

    That is `unwrap_or(x)` or `unwrap_or_else(|_| x)`, also behind `ok()` or the like.
    """
    found: dict[int, Node] = {}
    for call in source.captures.get("fallback", ()):
        arguments = call.child_by_field_name("arguments")
        if arguments is None:
            continue
        value = arguments.named_children[0]
        if value.type == "closure_expression":
            value = value.child_by_field_name("body") or value
        asked: Node | None = call
        for _ in range(MAX_LINKS):
            function = asked.child_by_field_name("function") if asked is not None else None
            asked = function.child_by_field_name("value") if function is not None else None
            if asked is not None:
                found.setdefault(asked.id, value)
    return found
