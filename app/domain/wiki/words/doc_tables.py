"""What doc comments say of parameters, results and errors, beside what the code says of them."""

import re
from collections.abc import Callable, Sequence

from app.domain.code.layout import brief
from app.domain.code.symbol import Parameter, Symbol, SymbolKind
from app.domain.value import Value
from app.domain.wiki.words.doc_parts import DocEntry
from app.domain.wiki.words.doc_words import plain_references
from app.domain.wiki.words.prose import Known, code_span, escape, quote_inline, table

WIDE = 96
"""The parameters of a longer head on one line are worth a table even if nobody speaks of them."""
_MOST_DEFAULT = 60
_RECEIVERS = frozenset({"self", "cls", "this"})
_TYPES = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM, SymbolKind.TYPE})
_OPTIONAL = "optional"
"""Stands where a caller may leave something out, and nobody wrote what it is then."""
_BAR = "\\|"
"""In the code of a table's cell GitHub would take its backslash away."""
_BLOCKS = re.compile(r"\n\s*\n|^\s*(?:[-*+]|\d+[.)])\s|```|~~~|::\s*$|^\s*>>>", re.MULTILINE)
_ERRORS = {"python": "Raises", "go": "Errors", "rust": "Errors"}

Prose = Callable[[str], str]
"""Writes the words of a comment as blocks of safe Markdown."""


class Row(Value):
    """One parameter as code and comment tell it."""

    name: str
    kind: str = ""
    default: str = ""
    optional: bool = False
    """Whether a mark alone says that it may be left out."""
    words: str = ""


class Writer:
    """Writes entries; a name that `known` refuses is plain text."""

    def __init__(self, known: Known | None, prose: Prose) -> None:
        self._known = known
        self._prose = prose

    def code(self, text: str) -> str:
        """Write a name or a type as code if it may stand as such."""
        text = text.strip()
        is_code = (self._known is None or self._known(text)) and _BAR not in text
        return (code_span(text) if is_code else escape(text)) if text else ""

    def words(self, text: str) -> str:
        """Write words as one line."""
        return quote_inline(plain_references(text), self._known)

    def parameters(self, symbol: Symbol | None, entries: Sequence[DocEntry]) -> str:
        """Write a table when there is something to say that the head does not show well."""
        heads = symbol.parameters if symbol else ()
        if not entries and not (symbol and _is_wide(symbol)):
            return ""
        rows = _merged(heads, entries)
        if symbol and symbol.kind in _TYPES:
            rows = [row for row in rows if row.words]
            # The rest of a constructor's parameters stands where the constructor does.
        if any(_BLOCKS.search(row.words) for row in rows):
            return "**Parameters**\n\n" + "\n".join(self._item(row) for row in rows)
        columns = (
            ("Parameter", [self.code(row.name) for row in rows]),
            ("Type", [self.code(row.kind) for row in rows]),
            ("Default", [self._default(row) for row in rows]),
            ("What it is", [self.words(row.words) for row in rows]),
        )
        filled = [(title, cells) for title, cells in columns if any(cells)]
        lines = [tuple(line) for line in zip(*(cells for _, cells in filled), strict=True)]
        return table(tuple(title for title, _ in filled), lines)

    def items(self, entries: Sequence[DocEntry]) -> list[str]:
        """Write entries as the items of a list."""
        return [
            self._item(Row(name=each.name, kind=each.kind, default=each.default, words=each.words))
            for each in entries
        ]

    def results(self, title: str, entries: Sequence[DocEntry]) -> str:
        """Write what is returned: one thing as a sentence, several as a list."""
        told = [each for each in entries if each.name or each.kind or each.words]
        if not told:
            return ""
        if len(told) > 1:
            return f"**{title}**\n\n" + "\n".join(self.items(told))
        one = told[0]
        typed = self.code(f"{one.name}: {one.kind}" if one.name and one.kind else one.kind)
        head = f"**{title}** {typed}".strip()
        if not one.words:
            return head
        if _BLOCKS.search(one.words):
            return f"{head}\n\n{self._prose(one.words)}"
        return f"{head}: {self.words(one.words)}" if typed else f"{head} {self.words(one.words)}"

    def errors(self, symbol: Symbol | None, entries: Sequence[DocEntry], language: str) -> str:
        """Write the errors that the comment names, and those of the code that it forgets."""
        title = _ERRORS.get(language, "Throws" if language else "Raises")
        named = {each.name.rpartition(".")[2] for each in entries}
        names = symbol.raises if symbol else ()
        others = [each for each in dict.fromkeys(names) if each.rpartition(".")[2] not in named]
        if not entries and others:
            return f"**{title}** {', '.join(self.code(each) for each in others)}"
        told = [*entries, *(DocEntry(name=each) for each in others)]
        return f"**{title}**\n\n" + "\n".join(self.items(told)) if told else ""

    def _default(self, row: Row) -> str:
        if row.default:
            return self.code(brief(row.default, _MOST_DEFAULT))
        return _OPTIONAL if row.optional else ""

    def _item(self, row: Row) -> str:
        """Write a list's item: the name, its type, its default, and what is said of it."""
        told = [self.code(row.kind)] if row.kind else []
        if row.default:
            told.append(f"default {self._default(row)}")
        elif row.optional:
            told.append(_OPTIONAL)
        if row.name:
            head = self.code(row.name) + (f" ({', '.join(told)})" if told else "")
        else:
            head = ", ".join(told)
        if not row.words:
            return f"- {head}"
        if not _BLOCKS.search(row.words):
            return f"- {head}: {self.words(row.words)}" if head else f"- {self.words(row.words)}"
        lines = self._prose(row.words).split("\n")
        first = f"- {head}: {lines[0]}" if _is_words(lines[0]) else f"- {head}:\n\n  {lines[0]}"
        return "\n".join([first, *(f"  {line}".rstrip() for line in lines[1:])])


def _merged(heads: Sequence[Parameter], entries: Sequence[DocEntry]) -> list[Row]:
    """List the parameters of the head, then those of which only the comment speaks."""
    said: dict[str, DocEntry] = {}
    for entry in entries:
        for name in entry.name.split(","):
            said.setdefault(name.strip().lstrip("*."), entry)
    rows = [_row(each, said.get(each.name)) for each in heads if each.name not in _RECEIVERS]
    shown = {each.name for each in heads}
    others = [
        Row(name=each.name, kind=each.kind, default=each.default, words=each.words)
        for each in entries
        if not shown.issuperset(name.strip().lstrip("*.") for name in each.name.split(","))
    ]
    return [*rows, *others]


def _row(head: Parameter, said: DocEntry | None) -> Row:
    entry = said or DocEntry()
    default = head.default or entry.default
    return Row(
        name=_marked(head, entry),
        kind=head.annotation or entry.kind,
        default=default,
        optional=head.default == "",
        words=entry.words,
    )


def _marked(head: Parameter, entry: DocEntry) -> str:
    """Name a parameter with the stars that its comment gives it."""
    return entry.name if entry.name.lstrip("*.") == head.name else head.name


def _is_words(line: str) -> bool:
    return not re.match(r"(?:[-*+>|]|\d+[.)]|```|~~~)", line)


def _is_wide(symbol: Symbol) -> bool:
    head = symbol.signature
    return symbol.kind not in _TYPES and len(head) > WIDE and "\n" not in head
