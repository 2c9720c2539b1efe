"""Pages of modules: each public name with its signature, its own words and its place."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from app.domain.code.citation import Reliance
from app.domain.code.facts import Depth, RepositoryFacts
from app.domain.code.layout import brief, on_one_line
from app.domain.code.symbol import Parameter, Symbol, SymbolKind
from app.domain.wiki.reference.inheritance import Inheritance
from app.domain.wiki.reference.sheet import Sheet, filled_table
from app.domain.wiki.reference.signature import signature_block, ways_to_call
from app.domain.wiki.surface import offers
from app.domain.wiki.words.doc_comment import render_doc
from app.domain.wiki.words.prose import code_span, escape, fenced, table

_PLAIN = frozenset({SymbolKind.CONSTANT, SymbolKind.FIELD})
_TYPES = frozenset({SymbolKind.CLASS, SymbolKind.INTERFACE, SymbolKind.ENUM, SymbolKind.TYPE})
_CALLABLE = frozenset({SymbolKind.FUNCTION, SymbolKind.METHOD})
_CONSTANTS = "Constants"
_CONSTRUCTORS = frozenset({"__init__", "constructor"})
_MOST_DECLARED = 40
"""Of more constants than this, those without a doc comment are a list of links."""
_MOST_INHERITED = 40
_MOST_DOC_LINES = 5
_WIDEST = 96
_LISTED = {
    **dict.fromkeys(_CALLABLE, "Functions"),
    **dict.fromkeys(_PLAIN, "Values"),
}
_FENCES = {"c_sharp": "csharp", "bash": "sh"}
"""Where a parser's name for a language is not that of the highlighters."""


def public_symbols(path: str, facts: RepositoryFacts) -> tuple[Symbol, ...]:
    """List a file's public names, in the order of their lines."""
    return tuple(symbol for symbol in facts.files[path].symbols if symbol.public)


def length_of(path: str, facts: RepositoryFacts) -> int:
    """Estimate how many lines a page needs for a file."""
    file = facts.files[path]
    symbols = public_symbols(path, facts)
    if file.depth is Depth.NAMES:
        return 8 + len(symbols)
    return 8 + file.doc.count("\n") + sum(_length(symbol) for symbol in symbols)


def write_api(sheet: Sheet) -> None:
    """Write the page of a folder's or of one file's public names."""
    files = [path for path in sheet.spec.subjects if path in sheet.facts.files]
    for path in files:
        if len(files) > 1:
            sheet.head(path, 2, record=True, listed=path, label=posixpath.basename(path))
        _write_module(sheet, path, 3 if len(files) > 1 else 2)


def _write_module(sheet: Sheet, path: str, level: int) -> None:
    file = sheet.facts.files[path]
    sheet.add(sheet.source(path))
    if file.fault:
        sheet.add("This file could not be read in full; names may be missing here.")
    sheet.add(render_doc(file.doc, sheet.known, file.language))
    sheet.add(_offered(sheet, path))
    symbols = public_symbols(path, sheet.facts)
    if file.depth is Depth.NAMES:
        _write_names(sheet, path, symbols)
        return
    names = {symbol.name for symbol in symbols}
    top = [symbol for symbol in symbols if _owner(symbol) not in names]
    is_file_page = len(sheet.spec.subjects) == 1
    inheritance = Inheritance(sheet.facts)
    _write_plain(sheet, path, [each for each in top if _is_plain(each)], _CONSTANTS)
    for group in _grouped(each for each in top if not _is_plain(each)):
        listed = _LISTED.get(group[0].kind, group[0].name)
        sheet.head(group[0].name, level, record=True, listed=listed if is_file_page else path)
        members = _members(group[0], symbols)
        _write_symbols(sheet, path, group, _constructor(members))
        _write_inherited(sheet, path, group[0], inheritance)
        _write_members(sheet, path, members, level + 1, group[0].name if is_file_page else "")


def _offered(sheet: Sheet, path: str) -> str:
    """Write what a package offers under its own name, with the place that defines it."""
    rows = []
    for each in offers(path, sheet.facts):
        symbol = each.symbol
        if symbol is not None:
            sheet.cite(each.path, symbol, Reliance.EXISTENCE)
        lines = (symbol.first_line, symbol.last_line) if symbol else ()
        doc = symbol.doc if symbol else sheet.facts.files[each.path].doc
        rows.append((code_span(each.name), sheet.words(doc), sheet.link(each.path, *lines)))
    return _table(("Offered here", "In its own words", "Defined at"), rows)


def _write_inherited(sheet: Sheet, path: str, symbol: Symbol, inheritance: Inheritance) -> None:
    """List what a class has from the repository's own classes, each name with its place."""
    for each in inheritance.of(path, symbol):
        for one in (each.base, *each.members[:_MOST_INHERITED]):
            sheet.cite(each.path, one, Reliance.EXISTENCE)
        links = [
            sheet.named_link(one.short_name, each.path, one.first_line, one.last_line)
            for one in each.members[:_MOST_INHERITED]
        ]
        more = len(each.members) - len(links)
        tail = [f"and {more} more"] if more else []
        place = (each.path, each.base.first_line, each.base.last_line)
        base = sheet.named_link(each.base.name, *place)
        sheet.add(f"Inherited from {base}: {', '.join([*links, *tail])}")


def _write_members(
    sheet: Sheet, path: str, members: Sequence[Symbol], level: int, listed: str
) -> None:
    _write_plain(sheet, path, [each for each in members if _is_plain(each)], "Fields")
    for group in _grouped(each for each in members if not _is_plain(each)):
        sheet.head(group[0].name, level, listed=listed, label=group[0].short_name)
        _write_symbols(sheet, path, group)


def _write_symbols(
    sheet: Sheet, path: str, group: Sequence[Symbol], constructor: Sequence[Parameter] = ()
) -> None:
    """Write the declarations of one name, then what is said of them; equal words only once.

    What a class says of parameters is about its constructor's.
    """
    file = sheet.facts.files[path]
    said: set[str] = set()
    for symbol in group:
        sheet.cite(path, symbol)
    for symbol in (way for each in group for way in ways_to_call(each)):
        sheet.add(fenced(signature_block(symbol), _FENCES.get(file.language, file.language)))
        sheet.add(sheet.link(path, symbol.first_line, symbol.last_line))
        telling = symbol if symbol.parameters else _with_parameters(symbol, constructor)
        told = render_doc(symbol.doc, sheet.known, file.language, telling)
        sheet.add("" if told in said else told)
        said.add(told)


def _write_plain(sheet: Sheet, path: str, symbols: Sequence[Symbol], title: str) -> None:
    """Write constants or fields as a table; their declarations say most of what there is."""
    rows = []
    if len(symbols) > _MOST_DECLARED and title == _CONSTANTS:
        symbols = _write_list(sheet, path, symbols)
    for symbol in symbols:
        sheet.cite(path, symbol)
        place = sheet.link(path, symbol.first_line, symbol.last_line)
        declared = on_one_line(symbol.signature, sheet.facts.files[path].language)
        short = brief(declared, _WIDEST)
        if "\\|" in short or "`" in short:
            short = symbol.short_name
        rows.append((code_span(short), sheet.words(symbol.doc), place))
    sheet.add(_table((title, "In its own words", "Where"), rows))


def _write_list(sheet: Sheet, path: str, symbols: Sequence[Symbol]) -> Sequence[Symbol]:
    """Write the many constants of which nobody says anything as links; return the others."""
    silent = [symbol for symbol in symbols if not symbol.doc]
    links = []
    for symbol in silent:
        sheet.cite(path, symbol)
        links.append(sheet.named_link(symbol.short_name, path, symbol.first_line, symbol.last_line))
    if links:
        sheet.add(f"**{_CONSTANTS}** {', '.join(links)}")
    return [symbol for symbol in symbols if symbol.doc]


def _write_names(sheet: Sheet, path: str, symbols: Sequence[Symbol]) -> None:
    """Write all that is known of a language of which names and places alone are read.

    A field of which nobody says anything stands with its type.
    """
    types = {symbol.name for symbol in symbols if symbol.kind in _TYPES}
    inside: dict[str, list[str]] = {}
    shown = []
    for symbol in symbols:
        owner = symbol.name.rpartition(".")[0]
        if symbol.kind in _PLAIN and owner in types and not symbol.doc:
            sheet.cite(path, symbol)
            inside.setdefault(owner, []).append(code_span(symbol.short_name))
        else:
            shown.append(symbol)
    values = [symbol for symbol in shown if symbol.kind in _PLAIN]
    if len(values) > _MOST_DECLARED:
        shown = [symbol for symbol in shown if symbol.kind not in _PLAIN]
        shown += _write_list(sheet, path, values)
    rows = []
    for symbol in shown:
        sheet.cite(path, symbol)
    for symbol in (way for each in shown for way in ways_to_call(each)):
        place = sheet.link(path, symbol.first_line, symbol.last_line)
        named = f"{code_span(symbol.name)} {escape(symbol.kind)}"
        fields = ", ".join(inside.get(symbol.name, ()))
        declared = _declared(sheet, symbol, sheet.facts.files[path].language)
        rows.append((named, declared, sheet.words(symbol.doc), fields, place))
    titles = ("Name", "Declaration", "In its own words", "Fields", "Where")
    sheet.add(filled_table(titles, rows))


def _declared(sheet: Sheet, symbol: Symbol, language: str) -> str:
    """Show a declaration that says more than the name and the kind beside it."""
    head = on_one_line(symbol.signature, language).rstrip("\\ ")
    *before, last = head.split() or ["", symbol.short_name]
    is_said = last == symbol.short_name and before in ([], [""], ["def"], [str(symbol.kind)])
    is_body = len(head) > _WIDEST and symbol.kind not in _CALLABLE
    if is_said or is_body or "\\|" in head or "`" in head:
        return ""
    return sheet.code(brief(head, _WIDEST))


def _table(titles: tuple[str, str, str], rows: Sequence[tuple[str, str, str]]) -> str:
    """Write a table; words that nothing has are no column."""
    if any(row[1] for row in rows):
        return table(titles, rows)
    return table((titles[0], titles[2]), [(row[0], row[2]) for row in rows])


def _constructor(members: Iterable[Symbol]) -> Sequence[Parameter]:
    """Return the parameters of the method that makes an instance, if there is only one."""
    found = [each for each in members if each.short_name in _CONSTRUCTORS and not each.overloads]
    return found[0].parameters if len(found) == 1 else ()


def _with_parameters(symbol: Symbol, parameters: Sequence[Parameter]) -> Symbol:
    return symbol.model_copy(update={"parameters": tuple(parameters)})


def _grouped(symbols: Iterable[Symbol]) -> Iterator[list[Symbol]]:
    """Bring the overloads of a callable together; other declarations stand for themselves."""

    def key(symbol: Symbol) -> tuple[str, int]:
        return symbol.name, 0 if symbol.kind in _CALLABLE else symbol.first_line

    for _, group in groupby(symbols, key):
        yield list(group)


def _length(symbol: Symbol) -> int:
    if _is_plain(symbol):
        return 1
    breaks = symbol.signature.count("\n")
    is_wide = len(symbol.signature) > _WIDEST and not breaks
    return 8 + breaks + symbol.doc.count("\n") + (len(symbol.parameters) if is_wide else 0)


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


def _is_plain(symbol: Symbol) -> bool:
    """Say whether a row of a table holds all that is known of a value."""
    is_brief = "\n\n" not in symbol.doc and symbol.doc.count("\n") < _MOST_DOC_LINES
    return symbol.kind in _PLAIN and is_brief and not symbol.parameters


def _owner(symbol: Symbol) -> str:
    """Return the outermost name that encloses a symbol."""
    return symbol.name.partition(".")[0] if "." in symbol.name else ""
