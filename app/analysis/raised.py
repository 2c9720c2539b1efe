"""Which errors each function raises itself, those of the functions in it left out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tree_sitter import Node

from app.analysis.languages.reader import Definition, Reader, Source
from app.domain.code.symbol import SymbolKind

_CALLABLE = frozenset({SymbolKind.FUNCTION, SymbolKind.METHOD})


def errors_by_function(
    reader: Reader,
    source: Source,
    found: Sequence[Definition],
    captures: Mapping[str, Sequence[Node]],
) -> Mapping[int, Sequence[str]]:
    """Name the errors that a function raises, in their order, by the id of the function's node."""
    raising = captures.get("raised", ())
    if not raising:
        return {}
    functions = [*captures.get("opaque", ())]
    functions += [one.node for one in found if one.kind in _CALLABLE]
    functions.sort(key=lambda node: (node.start_byte, -node.end_byte))
    errors: dict[int, list[str]] = defaultdict(list)
    around: list[Node] = []
    position = 0
    for node in raising:
        while position < len(functions) and functions[position].start_byte <= node.start_byte:
            around.append(functions[position])
            position += 1
        while around and around[-1].end_byte <= node.start_byte:
            around.pop()
        name = reader.raised(node, source) if around else ""
        if name:
            errors[around[-1].id].append(name)
    return errors
