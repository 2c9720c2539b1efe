"""PHP, Kotlin, Swift, Scala and shell: a table is all they need."""

import re
from collections.abc import Sequence

import tree_sitter_bash
import tree_sitter_kotlin
import tree_sitter_php
import tree_sitter_scala
import tree_sitter_swift
from tree_sitter import Language, Node
from typing_extensions import override

from app.analysis.languages.names.reader import NamesReader
from app.analysis.languages.reader import Definition, Source
from app.analysis.syntax import Profile
from app.analysis.walk import Comment
from app.domain.code.symbol import SymbolKind

_GROUPED = frozenset({"parenthesized_expression"})
_KINDS = {"enum": SymbolKind.ENUM, "interface": SymbolKind.INTERFACE}
_TYPE_PARAMETERS = re.compile(rb"(?<=\bfun )<[^<>()\n]*(?:<[^<>()\n]*>[^<>()\n]*)*>")
_KOTLIN_WORDS = re.compile(
    rb"\b(?:actual|expect|annotation)(?=[ \t]+(?:[a-z]+[ \t]+)*"
    rb"(?:class|fun|val|var|object|interface|typealias)\b)"
)
"""Modifiers that the grammar takes for expressions after an annotation."""
_KOTLIN_CONSTRUCTOR = re.compile(
    rb"(\bclass \w+(?:<[^<>\n]*>)?)(\n[ \t]*(?:@?\w+(?:\([^()\n]*\))? )*constructor)\("
)
"""A constructor that begins on the line below the name of its class."""
_KDOC_NAME = re.compile(r"(?<![\w`\]\\])\[([A-Za-z_]\w*(?:\.\w+)*)\](?![\w\[(:`])")


class PhpReader(NamesReader):
    """Reads PHP."""

    name = "php"
    grammar = Language(tree_sitter_php.language_php())
    query_files = ("names/php.scm",)
    profile = Profile(strings=frozenset({"string_content"}), transparent=_GROUPED)
    attributes = frozenset({"attribute_list"})
    doc_marks = ("/**",)

    @override
    def plain_name(self, text: str) -> str:
        return text.lstrip("$")


class KotlinReader(NamesReader):
    """Reads Kotlin."""

    name = "kotlin"
    grammar = Language(tree_sitter_kotlin.language())
    query_files = ("names/kotlin.scm",)
    overloaded = True
    profile = Profile(
        comments=frozenset({"line_comment", "block_comment", "comment", "multiline_comment"}),
        strings=frozenset({"string_content"}),
        transparent=_GROUPED,
    )
    bodies = frozenset({"class_body", "enum_class_body", "function_body", "getter", "setter"})
    attributes = frozenset({"annotation", "file_annotation"})
    wrapped = frozenset({"modifiers"})
    doc_marks = ("/**",)

    @override
    def readable(self, content: bytes) -> bytes:
        return _KOTLIN_WORDS.sub(lambda found: b"public".ljust(len(found[0])), content)

    @override
    def bare_doc(self, comments: Sequence[Comment]) -> str:
        return _KDOC_NAME.sub(r"`\1`", super().bare_doc(comments))

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        """Tell by the words before its name what a class really is."""
        if definition.kind is SymbolKind.CLASS:
            words = self.before_name(definition, source).split()
            return next((_KINDS[word] for word in words if word in _KINDS), SymbolKind.CLASS)
        return super().kind(definition, source)

    @override
    def simplified(self, content: bytes) -> bytes:
        def joined(found: re.Match[bytes]) -> bytes:
            return found[1] + b" " * (len(found[2]) - 1) + b"(\n"

        content = _KOTLIN_CONSTRUCTOR.sub(joined, content)
        return _TYPE_PARAMETERS.sub(lambda match: b" " * len(match[0]), content)


class SwiftReader(NamesReader):
    """Reads Swift."""

    name = "swift"
    grammar = Language(tree_sitter_swift.language())
    query_files = ("names/swift.scm",)
    overloaded = True
    profile = Profile(
        comments=frozenset({"comment", "multiline_comment"}),
        strings=frozenset({"line_str_text"}),
        transparent=_GROUPED,
    )
    private = re.compile(r"\b(?:private|fileprivate)\b(?!\(set\))")
    bodies = frozenset({"computed_property"})
    attributes = frozenset({"attribute"})
    wrapped = frozenset({"modifiers"})
    doc_marks = ("///", "/**")

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        """Take what stands in an extension for a member as well."""
        if definition.kind is SymbolKind.FUNCTION and definition.owner is not None:
            return SymbolKind.METHOD
        if definition.kind is SymbolKind.FIELD and definition.owner is not None:
            return SymbolKind.FIELD
        return super().kind(definition, source)

    @override
    def _body(self, node: Node) -> Node | None:
        return node.child_by_field_name("computed_value") or super()._body(node)


class ScalaReader(NamesReader):
    """Reads Scala."""

    name = "scala"
    grammar = Language(tree_sitter_scala.language())
    query_files = ("names/scala.scm",)
    overloaded = True
    profile = Profile(
        comments=frozenset({"comment", "block_comment"}),
        strings=frozenset({"string"}),
        transparent=_GROUPED,
    )
    private = re.compile(r"\bprivate\b(?!\[(?!this\]))")
    attributes = frozenset({"annotation"})
    doc_marks = ("/**",)


class ShellReader(NamesReader):
    """Reads shell scripts."""

    name = "bash"
    grammar = Language(tree_sitter_bash.language())
    query_files = ("names/bash.scm",)
    profile = Profile(
        atoms=frozenset({"raw_string"}),
        strings=frozenset({"raw_string", "string_content", "word"}),
    )
    private = re.compile(r"(?!)")
    doc_marks = ("#",)

    @override
    def plain_name(self, text: str) -> str:
        return text

    @override
    def doc(self, definition: Definition, source: Source) -> str:
        text = super().doc(definition, source)
        return "" if text.startswith("!") else text
