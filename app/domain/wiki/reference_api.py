"""Pages of modules: each public name with its signature, its own words and its place."""

from collections.abc import Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.code.layout import on_one_line
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.wiki.doc_comment import render_doc
from app.domain.wiki.prose import code_span, fenced, table
from app.domain.wiki.reference_sheet import Sheet
from app.domain.wiki.surface import offers

_PLAIN = frozenset({SymbolKind.CONSTANT, SymbolKind.FIELD})
_WIDE = 96
"""A signature longer than this gets a table of its parameters."""
_RECEIVERS = frozenset({"self", "cls"})


def public_symbols(path: str, facts: RepositoryFacts) -> tuple[Symbol, ...]:
    """List a file's public names, in the order of their lines."""
    return tuple(symbol for symbol in facts.files[path].symbols if symbol.public)


def write_api(sheet: Sheet) -> None:
    """Write the page of a folder's or of one file's public names."""
    files = [path for path in sheet.spec.subjects if path in sheet.facts.files]
    for path in files:
        if len(files) > 1:
            sheet.head(path, 2, record=True)
        _write_module(sheet, path, 3 if len(files) > 1 else 2)


def _write_module(sheet: Sheet, path: str, level: int) -> None:
    file = sheet.facts.files[path]
    sheet.add(sheet.source(path))
    if file.fault:
        sheet.add("This file could not be read in full; names may be missing here.")
    sheet.add(render_doc(file.doc, sheet.known))
    sheet.add(_offered(sheet, path))
    symbols = public_symbols(path, sheet.facts)
    names = {symbol.name for symbol in symbols}
    top = [symbol for symbol in symbols if _owner(symbol) not in names]
    _write_plain(sheet, path, [each for each in top if each.kind in _PLAIN], "Constants")
    for symbol in top:
        if symbol.kind not in _PLAIN:
            sheet.head(symbol.name, level, record=True)
            _write_symbol(sheet, path, symbol)
            _write_members(sheet, path, _members(symbol, symbols), level + 1)


def _offered(sheet: Sheet, path: str) -> str:
    """Write what a package offers under its own name, with the place that defines it."""
    rows = []
    for each in offers(path, sheet.facts):
        symbol = each.symbol
        lines = (symbol.first_line, symbol.last_line) if symbol else ()
        doc = symbol.doc if symbol else sheet.facts.files[each.path].doc
        rows.append((code_span(each.name), sheet.words(doc), sheet.link(each.path, *lines)))
    if any(row[1] for row in rows):
        return table(("Offered here", "In its own words", "Defined at"), rows)
    return table(("Offered here", "Defined at"), [(row[0], row[2]) for row in rows])


def _write_members(sheet: Sheet, path: str, members: Sequence[Symbol], level: int) -> None:
    _write_plain(sheet, path, [each for each in members if each.kind in _PLAIN], "Fields")
    for member in members:
        if member.kind not in _PLAIN:
            sheet.head(member.name, level)
            _write_symbol(sheet, path, member)


def _write_symbol(sheet: Sheet, path: str, symbol: Symbol) -> None:
    sheet.cite(path, symbol)
    sheet.add(fenced(symbol.signature, sheet.facts.files[path].language))
    sheet.add(sheet.link(path, symbol.first_line, symbol.last_line))
    sheet.add(render_doc(symbol.doc, sheet.known))
    if len(symbol.signature) > _WIDE:
        sheet.add(_parameters(symbol))


def _write_plain(sheet: Sheet, path: str, symbols: Sequence[Symbol], title: str) -> None:
    """Write constants or fields as a table; their declarations say most of what there is."""
    rows = []
    for symbol in symbols:
        sheet.cite(path, symbol)
        place = sheet.link(path, symbol.first_line, symbol.last_line)
        declared = on_one_line(symbol.signature, sheet.facts.files[path].language)
        rows.append((code_span(declared), sheet.words(symbol.doc), place))
    if any(row[1] for row in rows):
        sheet.add(table((title, "In its own words", "Where"), rows))
    else:
        sheet.add(table((title, "Where"), [(row[0], row[2]) for row in rows]))


def _parameters(symbol: Symbol) -> str:
    rows = [
        (
            code_span(each.name),
            code_span(each.annotation) if each.annotation else "",
            code_span(each.default) if each.default is not None else "",
        )
        for each in symbol.parameters
        if each.name not in _RECEIVERS
    ]
    return table(("Parameter", "Type", "Default"), rows)


def _members(owner: Symbol, symbols: Sequence[Symbol]) -> list[Symbol]:
    """List what a type holds, at any depth; a name declared twice holds what lies in its lines."""
    return [
        each
        for each in symbols
        if each.name.startswith(f"{owner.name}.") and not _is_elsewhere(each, owner, symbols)
    ]


def _is_elsewhere(member: Symbol, owner: Symbol, symbols: Sequence[Symbol]) -> bool:
    """Say whether a member belongs to another declaration of the same name."""
    twins = [each for each in symbols if each.name == owner.name]
    if len(twins) == 1:
        return False
    inside = [each for each in twins if each.first_line <= member.first_line <= each.last_line]
    return (inside or twins)[0] is not owner


def _owner(symbol: Symbol) -> str:
    """Return the outermost name that encloses a symbol."""
    return symbol.name.partition(".")[0] if "." in symbol.name else ""
