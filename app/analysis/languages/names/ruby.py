"""Ruby."""

import re
from collections.abc import Iterator, Sequence

import tree_sitter_ruby
from tree_sitter import Language, Node
from typing_extensions import override

from app.analysis.languages.names.reader import NamesReader
from app.analysis.languages.reader import Definition, Source
from app.analysis.syntax import Profile

_SWITCH = frozenset({"private", "public", "protected"})
_HIDERS = frozenset({"private", "private_class_method", "private_constant"})
_MAGIC = re.compile(r"#!|#\s*-\*-|#\s*(?:frozen_string_literal|encoding|typed|rubocop)\b")


class RubyReader(NamesReader):
    """Reads Ruby."""

    name = "ruby"
    grammar = Language(tree_sitter_ruby.language())
    query_files = ("names/ruby.scm",)
    profile = Profile(
        atoms=frozenset({"simple_symbol"}),
        strings=frozenset({"string_content", "simple_symbol"}),
        transparent=frozenset({"parenthesized_statements"}),
    )
    braces = False
    doc_marks = ("#",)

    @override
    def plain_name(self, text: str) -> str:
        return text.replace("::", ".").strip(".").lstrip(":")

    @override
    def signature(self, definition: Definition, source: Source) -> str:
        """Take the line of the name: what follows a head needs no mark in Ruby."""
        node = definition.node
        given = node.child_by_field_name("parameters") or node.child_by_field_name("superclass")
        end = given or node.child_by_field_name("name")
        if end is None:
            return super().signature(definition, source)
        return source.bare(node.start_byte, end.end_byte)

    @override
    def doc(self, definition: Definition, source: Source) -> str:
        text = super().doc(definition, source)
        return "" if _MAGIC.match(f"#{text}") or _MAGIC.match(f"# {text}") else text

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        node = definition.node
        around = node.parent
        if around is not None and around.type == "argument_list" and around.parent is not None:
            return _called(around.parent, source) not in _HIDERS
        if around is None or around.type not in ("body_statement", "program"):
            return True
        if around.id not in source.groups:
            source.groups[around.id] = dict(_visibilities(around, source))
        return not source.groups[around.id].get(node.id, ())


def _called(node: Node, source: Source) -> str:
    method = node.child_by_field_name("method")
    return source.text(method) if node.type == "call" and method is not None else ""


def _visibilities(body: Node, source: Source) -> Iterator[tuple[int, Sequence[Node | str]]]:
    """Give the methods of a body that are private."""
    hidden = {
        source.text(name).lstrip(":")
        for call in body.children
        if _called(call, source) in _HIDERS
        for name in _arguments(call)
        if name.type == "simple_symbol"
    }
    access = "public"
    for child in body.children:
        if child.type == "identifier" and source.text(child) in _SWITCH:
            access = source.text(child)
        name = child.child_by_field_name("name")
        is_switched = access == "private" and child.type == "method"
        if name is not None and (is_switched or source.text(name) in hidden):
            yield child.id, ("private",)


def _arguments(call: Node) -> Sequence[Node]:
    given = call.child_by_field_name("arguments")
    return given.named_children if given is not None else ()
