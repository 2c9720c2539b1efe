"""Sections of our reference pages: the declaration, its parameters, the code of its own words.

A declaration is a code block that a link to lines follows: `signature_block` says what it holds.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Self

from markdown_it.tree import SyntaxTreeNode

from app.domain.checks.ground import Ground, squeeze, tokens
from app.domain.checks.statements import Cited, Problem, Row
from app.domain.code.symbol import Symbol
from app.domain.wiki.markdown import line_of, plain_text
from app.domain.wiki.reference.signature import signature_block, ways_to_call


class Section:
    """What a section speaks about, as far as it is read."""

    def __init__(self, heading: str = "", declared: Sequence[Symbol] = ()) -> None:
        self.heading = heading
        self.declared = tuple(declared)
        """The ways to call what the declaration above shows."""
        self.words = frozenset(word for each in self.declared for word in _words(each))
        """What the declaration and its own words name; nothing before a declaration."""

    def after(self, block: SyntaxTreeNode, places: Sequence[Cited], ground: Ground) -> Self:
        """Return the section as it is known after one more block; `places` follow a declaration."""
        if block.type == "heading":
            return type(self)(plain_text(block))
        if block.type == "fence" and places:
            return type(self)(
                self.heading, [each for place in places for each in _at(place, ground)]
            )
        return self


def declaration_problems(
    section: Section, block: SyntaxTreeNode, places: Sequence[Cited], ground: Ground
) -> Iterator[Problem]:
    """Find a declaration that is not the one at its place, or not the one of its heading."""
    line = line_of(block)
    said = squeeze(block.content)
    for cited in places:
        ways = _at(cited, ground)
        if not ways:
            if ground.lines(cited.place) and said not in squeeze(ground.cited(cited.place)):
                yield "signature", line, f"the declaration is not at `{cited.text}`"
            continue
        if not any(said in _heads(each) for each in ways):
            yield "signature", line, f"the declaration of `{ways[0].name}` is `{ways[0].signature}`"
        if section.heading not in {name for each in ways for name in (each.name, each.short_name)}:
            yield "symbol", line, f"`{section.heading}` is not what stands at `{cited.text}`"


def parameter_problems(section: Section, rows: Sequence[Row]) -> Iterator[Problem]:
    """Find a parameter that what is declared does not have, or that has another default."""
    named: set[str] = set()
    for row in rows if section.declared else ():
        if row.cited or not row.cells[0].spans:
            continue
        yield from _word_problems(section, row)
        if row.heads[:1] == ["Parameter"]:
            name = row.cells[0].spans[0]
            if name in named:
                yield "argument", row.line, f"`{name}` is told twice"
            named.add(name)
            yield from _parameter_problems(section, row)


def _word_problems(section: Section, row: Row) -> Iterator[Problem]:
    """Find names that are told of a declaration and are not in its own words."""
    cells = zip(row.heads, row.cells, strict=False)
    told = [cell for head, cell in cells if head not in ("Type", "Default")]
    for span in (span for cell in told for span in cell.spans):
        if not tokens(span) <= section.words:
            yield "symbol", row.line, f"`{span}` is not in the words of `{section.heading}`"


def _parameter_problems(section: Section, row: Row) -> Iterator[Problem]:
    parameters = [each for way in section.declared for each in way.parameters]
    name = row.cells[0].spans[0].strip("*.&")
    found = [each for each in parameters if each.name == name]
    if not found:
        yield from _described_problems(section, row)
        return
    yield from _value_problems(row, "Default", section, [each.default or "" for each in found])
    yield from _value_problems(row, "Type", section, [each.annotation for each in found])


def _described_problems(section: Section, row: Row) -> Iterator[Problem]:
    """Judge a parameter that the doc comment alone tells of, as JSDoc's `[options.weak=false]`."""
    name = row.cells[0].spans[0]
    if not _is_described(name.strip("*.&"), _said(section)):
        yield "argument", row.line, f"`{section.declared[0].name}` has no parameter `{name}`"
    cell = row.cell("Default")
    said = squeeze(_said(section))
    if cell is None or not cell.spans or f"[{name}=" not in said:
        return
    if f"[{name}={squeeze(cell.spans[0])}" not in said:
        yield "default", row.line, f"`{cell.spans[0]}` is not the default of `{name}`"


def _is_described(name: str, doc: str) -> bool:
    """Say whether a doc comment names a parameter where one is named: by a tag, or first."""
    before = r"(?:^[\s*-]*|[@:\\](?:\w+)\s[^\n]*?)"
    return bool(re.search(rf"{before}[`\[<*]*{re.escape(name)}(?![\w.])", doc, re.MULTILINE))


def _value_problems(
    row: Row, head: str, section: Section, values: Sequence[str]
) -> Iterator[Problem]:
    """Find a value that neither a declaration nor its own words give a parameter."""
    cell = row.cell(head)
    if cell is None:
        return
    told = squeeze("".join(cell.spans)).rstrip("…")
    is_declared = any(squeeze(each).startswith(told) and (told or not each) for each in values)
    is_said = not any(values) and told in squeeze(_said(section))
    if not is_declared and not is_said:
        rule = "default" if head == "Default" else "argument"
        name = row.cells[0].spans[0]
        yield rule, row.line, f"`{name}` has `{values[0]}` as its {head.lower()}"


def _said(section: Section) -> str:
    return "\n".join(each.doc for each in section.declared)


def _at(cited: Cited, ground: Ground) -> list[Symbol]:
    ways = [way for symbol in ground.symbols_at(cited.place) for way in ways_to_call(symbol)]
    exact = (cited.place.first, cited.place.last)
    return [each for each in ways if (each.first_line, each.last_line) == exact] or ways


def _words(symbol: Symbol) -> frozenset[str]:
    """Take all that is told of a symbol apart, the names of its raised errors included."""
    told = (symbol.name, symbol.doc, signature_block(symbol), symbol.returns, *symbol.raises)
    return tokens("\n".join((*told, *symbol.decorators)))


def _heads(symbol: Symbol) -> frozenset[str]:
    return frozenset({squeeze(symbol.signature), squeeze(signature_block(symbol))})
