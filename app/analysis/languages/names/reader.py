"""What all languages have in common of which only names and ranges are read."""

import re
from abc import ABC
from collections.abc import Iterator, Sequence

from tree_sitter import Node
from typing_extensions import override

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
from app.domain.code.facts import Depth, EnvironmentVariable, Import
from app.domain.code.symbol import Parameter, SymbolKind

_TYPES = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM})
_LICENCE = re.compile(r"copyright|licen[cs]e|spdx", re.IGNORECASE)
_LICENCE_ROWS = 3
"""A comment that begins so near the top may speak of the file and not of what follows it."""
_MARKS = re.compile(r"^[ \t]*\*(?:[ \t]|$)?", re.MULTILINE)
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_OPEN = "([{"
_CLOSED = ")]}"


class NamesReader(Reader, ABC):
    """A language's table: what its grammar calls a body and an attribute, how it says private."""

    depth = Depth.NAMES
    bodies: frozenset[str] = frozenset()
    """Where a definition's head ends."""
    attributes: frozenset[str] = frozenset()
    """What may stand before a definition and is no part of it."""
    wrapped: frozenset[str] = frozenset()
    """Lists of modifiers in which attributes stand beside the others."""
    private: re.Pattern[str] = re.compile(r"\b(?:private|fileprivate|internal)\b(?!\(set\))")
    """What the head says of a definition that only its own file or class can reach."""
    braces: bool = True
    """Whether bodies end with a brace, which people put below the definition's first word."""
    overloaded: bool = False
    """Whether a name that is declared several times can be called in several ways."""
    doc_marks: tuple[str, ...] = ("/**", "///", "//!", "/*!")
    """How doc comments begin."""

    @override
    def qualified(self, definition: Definition, source: Source) -> str:
        definition.short_name = self.plain_name(definition.short_name)
        return super().qualified(definition, source)

    def plain_name(self, text: str) -> str:
        """Write a name with dots and without marks."""
        return text.strip("`")

    @override
    def kind(self, definition: Definition, source: Source) -> SymbolKind | None:
        owner = definition.owner
        is_member = owner is not None and owner.kind in _TYPES
        if definition.kind is SymbolKind.FUNCTION and is_member:
            return SymbolKind.METHOD
        is_free = owner is None or owner.kind is None
        if definition.kind is SymbolKind.FIELD and is_free:
            return SymbolKind.CONSTANT
        return definition.kind

    @override
    def is_sound(self, definition: Definition) -> bool:
        """Trust a definition around an error if its last brace stands where its first word does."""
        if super().is_sound(definition):
            return True
        body = self._body(definition.node)
        first = self._first(definition.statement).start_point
        if body is None or body.child_count == 0 or not self.braces:
            return False
        last = body.children[-1]
        in_head = any(child.has_error for child in definition.node.children if child != body)
        in_place = last.start_point.column == first.column and last.start_point.row > first.row
        return last.type == "}" and not last.is_missing and in_place and not in_head

    @override
    def primary(self, group: Sequence[Definition], source: Source) -> Definition:
        whole = (one for one in group if self._body(one.node) is not None)
        return next(whole, group[0])

    @override
    def overloads(self, group: Sequence[Definition], source: Source) -> Sequence[Definition]:
        public = self.primary(group, source).public
        return [one for one in group if one.public == public] if self.overloaded else ()

    @override
    def place(self, definition: Definition) -> tuple[Node, Node]:
        return self._first(definition.statement), definition.statement

    def _first(self, node: Node) -> Node:
        for child in node.children:
            if child.type in self.wrapped:
                inner = next(
                    (one for one in child.children if one.type not in self.attributes), None
                )
                if inner is not None:
                    return inner
            elif child.type not in self.attributes:
                return node if child.start_byte == node.start_byte else child
        return node

    def _body(self, node: Node) -> Node | None:
        given = node.child_by_field_name("body")
        if given is not None:
            return given
        return next((child for child in node.children if child.type in self.bodies), None)

    @override
    def signature(self, definition: Definition, source: Source) -> str:
        node = definition.node
        first = self._first(definition.statement).start_byte
        body = self._body(node)
        if body is not None:
            return source.bare(first, body.start_byte).rstrip(" =\n\t:")
        text = source.bare(first, definition.statement.end_byte).rstrip(" ;,\n\t")
        head, _, value = text.partition("=")
        if value and definition.kind in (SymbolKind.FIELD, SymbolKind.CONSTANT):
            return head_with_value(head, value.strip())
        return _first_statement(text)

    @override
    def parameters(self, definition: Definition, source: Source) -> Iterator[Parameter]:
        yield from ()

    @override
    def doc(self, definition: Definition, source: Source) -> str:
        comments = source.comments_before(definition.statement)
        if comments and comments[0].first_row < _LICENCE_ROWS and _is_licence(comments[0]):
            return ""
        block = self._doc_block(comments)
        return self.bare_doc(block) if block else ""

    def _doc_block(self, comments: Sequence[Comment]) -> Sequence[Comment]:
        """Take the last comment, with the line comments of its kind that touch it from above."""
        if not comments or not comments[-1].text.startswith(self.doc_marks):
            return ()
        if comments[-1].text.startswith("/*"):
            return comments[-1:]
        first = len(comments) - 1
        while first and _is_doc_line(comments[first - 1], self.doc_marks):
            first -= 1
        return comments[first:]

    def bare_doc(self, comments: Sequence[Comment]) -> str:
        """Take the marks off a doc comment."""
        lines = []
        for comment in comments:
            text = comment.text
            if text.startswith("/*"):
                inner = text[2:].removesuffix("*/").lstrip("*!").rstrip("*")
                first, newline, rest = inner.partition("\n")
                lines.append(first.strip() + newline + _MARKS.sub("", rest))
            else:
                lines.append(text.lstrip("/#!").removeprefix(" ").rstrip())
        return dedent("\n".join(lines).strip("\n"))

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        return not self.private.search(self.before_name(definition, source))

    def before_name(self, definition: Definition, source: Source) -> str:
        """Return the words that stand before a definition's name."""
        head = self.signature(definition, source)
        name = definition.short_name.rpartition(".")[2]
        place = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", head)
        return head[: place.start()] if place is not None else ""

    @override
    def module_doc(self, source: Source) -> tuple[str, int]:
        return "", 0

    @override
    def imports(self, node: Node, source: Source) -> Iterator[Import]:
        yield from ()

    @override
    def environment(self, node: Node, source: Source) -> Iterator[EnvironmentVariable]:
        name = unquoted(source.text(node))
        if _VARIABLE.fullmatch(name):
            yield EnvironmentVariable(name=name, line=line_of(node))


def _is_licence(comment: Comment) -> bool:
    return _LICENCE.search(comment.text) is not None


def _is_doc_line(comment: Comment, marks: tuple[str, ...]) -> bool:
    return comment.text.startswith(marks) and not comment.text.startswith(("/*", "#!"))


def _first_statement(text: str) -> str:
    """Cut a text after the first line on which all brackets are closed."""
    depth = 0
    for position, char in enumerate(text):
        depth += (char in _OPEN) - (char in _CLOSED)
        if char == "\n" and depth <= 0:
            return text[:position]
    return text
