"""C and C++."""

import re
from collections.abc import Iterator, Sequence

import tree_sitter_c
import tree_sitter_cpp
from tree_sitter import Language, Node
from typing_extensions import override

from app.analysis.languages.names.preprocessor import with_one_branch, without_macros
from app.analysis.languages.names.reader import NamesReader
from app.analysis.languages.reader import Definition, Source
from app.analysis.syntax import Profile
from app.domain.code.symbol import SymbolKind

_CPP = re.compile(
    rb"^[ \t]*(?:class[ \t]+\w[\w \t]*[:{]|class[ \t]+\w+[ \t]*;"
    rb"|namespace\b[\w: \t]*+(?:\{[ \t]*+)?$"
    rb"|template[ \t]*<|using[ \t]+\w|(?:public|private|protected)[ \t]*:)",
    re.MULTILINE,
)
_ARGUMENTS = re.compile(r"<[^<>]*>")
_GUARD = re.compile(
    rb"^[ \t]*#[ \t]*(?:pragma[ \t]+once|ifndef[ \t]+(\w+)\s+#[ \t]*define[ \t]+\1)\b", re.M
)
"""How a header begins: what is static in it is everybody's who includes it."""
_STATIC = re.compile(r"\bstatic\b(?!.*\binline\b)", re.DOTALL)

_PROFILE = Profile(
    atoms=frozenset({"string_literal", "char_literal", "raw_string_literal", "system_lib_string"}),
    strings=frozenset({"string_literal"}),
    transparent=frozenset({"parenthesized_expression"}),
)


def is_cpp(content: bytes) -> bool:
    """Say whether a header has what C does not know: classes, namespaces, templates."""
    return _CPP.search(content) is not None


class CReader(NamesReader):
    """Reads C."""

    name = "c"
    grammar = Language(tree_sitter_c.language())
    query_files: tuple[str, ...] = ("names/c.scm",)
    profile = _PROFILE
    private = _STATIC
    doc_marks = ("/*", "//")

    @override
    def simplified(self, content: bytes) -> bytes:
        return with_one_branch(without_macros(content))

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        return super().is_public(definition, source) or source.once(_is_header)

    @override
    def qualified(self, definition: Definition, source: Source) -> str:
        owner = definition.owner
        if owner is not None and owner.node.type == "type_definition" and _is_named(definition):
            definition.owner = owner.owner
        return super().qualified(definition, source)


class CppReader(CReader):
    """Reads C++."""

    name = "cpp"
    grammar = Language(tree_sitter_cpp.language())
    query_files = ("names/c.scm", "names/cpp.scm")

    @override
    def plain_name(self, text: str) -> str:
        before, operator, after = text.partition("operator")
        while (shorter := _ARGUMENTS.sub("", before)) != before:
            before = shorter
        return "".join(f"{before}{operator}{after}".split()).replace("::", ".").strip(".")

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        found = super().kind(definition, source)
        is_member = "." in definition.short_name
        return SymbolKind.METHOD if found is SymbolKind.FUNCTION and is_member else found

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        owner = definition.owner
        if owner is None or owner.kind is not SymbolKind.CLASS:
            return super().is_public(definition, source)
        around = definition.statement.parent
        if around is None or around.type != "field_declaration_list":
            return True
        if around.id not in source.groups:
            source.groups[around.id] = dict(_sections(around, source, owner))
        return source.groups[around.id].get(definition.statement.id, ()) != ["private"]


def _is_header(source: Source) -> bool:
    return _GUARD.search(source.content) is not None


def _is_named(definition: Definition) -> bool:
    return definition.node.type in ("struct_specifier", "union_specifier", "enum_specifier")


def _sections(
    body: Node, source: Source, owner: Definition
) -> Iterator[tuple[int, Sequence[Node | str]]]:
    """Give the access under which each member of a class stands."""
    access = "private" if owner.node.type == "class_specifier" else "public"
    for child in body.children:
        if child.type == "access_specifier":
            access = source.text(child)
        yield child.id, [access]
