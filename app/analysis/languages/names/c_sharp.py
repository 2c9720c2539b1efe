"""C#."""

import re
from collections.abc import Sequence

import tree_sitter_c_sharp
from tree_sitter import Language
from typing_extensions import override

from app.analysis.languages.names.preprocessor import with_one_branch
from app.analysis.languages.names.reader import NamesReader
from app.analysis.languages.reader import Definition, Source
from app.analysis.syntax import Profile
from app.analysis.walk import Comment
from app.domain.code.symbol import SymbolKind

_REACHABLE = re.compile(r"\b(?:public|protected|internal)\b")
_PRIVATE = re.compile(r"\bprivate\b")
_TAG = re.compile(r"<(?:see|paramref|typeparamref)\s+\w+=\"(?:\w:)?([^\"]*)\"\s*/>|</?[a-z][^<>]*>")


class CSharpReader(NamesReader):
    """Reads C#."""

    name = "c_sharp"
    grammar = Language(tree_sitter_c_sharp.language())
    query_files = ("names/c_sharp.scm",)
    overloaded = True
    profile = Profile(
        atoms=frozenset({"string_literal", "verbatim_string_literal", "raw_string_literal"}),
        strings=frozenset({"string_literal", "verbatim_string_literal"}),
        transparent=frozenset({"parenthesized_expression"}),
    )
    bodies = frozenset({"accessor_list", "arrow_expression_clause", "declaration_list"})
    attributes = frozenset({"attribute_list", "preproc_region"})
    doc_marks = ("///", "/**")

    @override
    def simplified(self, content: bytes) -> bytes:
        return with_one_branch(content)

    @override
    def is_public(self, definition: Definition, source: Source) -> bool:
        words = self.before_name(definition, source)
        if _PRIVATE.search(words):
            return False
        owner = definition.owner
        is_free = owner is None or owner.kind is not SymbolKind.CLASS
        return is_free or _REACHABLE.search(words) is not None

    @override
    def bare_doc(self, comments: Sequence[Comment]) -> str:
        """Take the tags off as well: what `///` says is XML."""
        text = _TAG.sub(lambda match: match[1] or "", super().bare_doc(comments))
        lines = [line.strip() for line in text.split("\n")]
        return "\n".join(line for line in lines if line)
