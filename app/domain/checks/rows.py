"""Rows of our tables against the lines that they cite, or the files that they speak about."""

import re
from collections.abc import Iterator, Sequence

from app.domain.checks.ground import Ground, squeeze, tokens
from app.domain.checks.site import Place, Site
from app.domain.checks.statements import Cited, Problem, Row
from app.domain.wiki.names import looks_like_path
from app.domain.wiki.reference.signature import ways_to_call

_RUNNER = re.compile(r"(?:make|npm|pnpm|yarn|task|just|cd|bun|cargo|go|python)\b.*\s")

_IMPORTS = "or example"
"""What the head of a column says in which each link shows an import."""


_NO_PATHS = frozenset({"Variable", "Setting", "Option"})
"""Heads of first columns in which no file is named."""
_DEFINES = ("Defines ", "Holds ")
_LISTS = (*_DEFINES, "Offers ")
"""How the module map begins to list names."""


def row_problems(row: Row, site: Site, ground: Ground, heading: str = "") -> Iterator[Problem]:
    """Find a row that names one thing and links to another; `heading` may name its folder."""
    spans = row.cells[0].spans if row.cells else []
    known = [each for each in row.cited if ground.lines(each.place) is not None]
    if not spans:
        return
    if _is_path(spans[0], row, site):
        yield from _subject_problems(row, known, site, ground, heading)
    elif known and len(known) == len(row.cited):
        yield from _named_problems(row, known, site, ground)
        yield from _words_problems(row, known, ground)
        yield from _run_problems(row, known, ground)
        yield from _default_problems(row, known, ground)


def _is_path(span: str, row: Row, site: Site) -> bool:
    """Say whether a code span names a file or folder; what may be a symbol, only by its shape."""
    if row.heads[0] in _NO_PATHS:
        return False
    is_odd = span in site.facts.paths and not span.isidentifier()
    return looks_like_path(span) or span.endswith("/") or is_odd


def _named_problems(
    row: Row, known: Sequence[Cited], site: Site, ground: Ground
) -> Iterator[Problem]:
    for span in row.cells[0].spans:
        for cited in known if not _is_path(span, row, site) else ():
            if not _is_at(span, cited.place, ground):
                yield "citation", row.line, f"`{span}` is not what `{cited.text}` shows"


def _words_problems(row: Row, known: Sequence[Cited], ground: Ground) -> Iterator[Problem]:
    """Find names that are told as a definition's own words, and are not among them."""
    cell = row.cell("In its own words")
    if cell is None:
        return
    symbols = [symbol for cited in known for symbol in ground.symbols_at(cited.place)]
    ways = [way for each in symbols for way in (each, *ways_to_call(each))]
    said = [tokens(f"{each.doc} {each.signature}") for each in ways]
    said = said or [ground.file_tokens(cited.place) for cited in known]
    for span in cell.spans:
        if not any(tokens(span) <= words for words in said):
            yield "symbol", row.line, f"`{span}` is not in the words at `{known[0].text}`"


def _run_problems(row: Row, known: Sequence[Cited], ground: Ground) -> Iterator[Problem]:
    """Find what a command is said to run, and does not."""
    cell = row.cell("Runs")
    targets = [squeeze(each) for cited in known for each in ground.targets_at(cited.place)]
    for span in cell.spans if cell and targets else ():
        said = squeeze(span).rstrip("…")
        if not any(said in each for each in targets):
            yield "command", row.line, f"`{span}` is not what `{known[0].text}` runs"


def _is_at(span: str, place: Place, ground: Ground) -> bool:
    """Say whether the lines of a place are about what a code span names."""
    symbols = ground.symbols_at(place)
    said = squeeze(span).removesuffix("(…)")
    heads = [head for each in symbols for head in (each.signature, each.name, each.short_name)]
    heads += [each.signature for symbol in symbols for each in symbol.overloads]
    if said in {squeeze(each) for each in heads} or _is_cut(said, heads):
        return True
    cited = ground.cited(place)
    declared = ground.artifact_names(place)
    if span.startswith("-") and declared:
        return span in declared
    if said in squeeze(cited) or tokens(span) & declared:
        return True
    if _RUNNER.match(span):
        return span.split()[-1] in cited
    return not symbols and bool(tokens(span)) and tokens(span) <= tokens(cited)


def _is_cut(said: str, heads: Sequence[str]) -> bool:
    return said.endswith("…") and any(squeeze(each).startswith(said[:-1]) for each in heads)


def _default_problems(row: Row, known: Sequence[Cited], ground: Ground) -> Iterator[Problem]:
    cell = row.cell("Default")
    if cell is None:
        return
    found = [
        default
        for name in row.cells[0].spans
        for cited in known
        for default in ground.defaults_at(cited.place, name) or ()
    ]
    told = {squeeze(each).rstrip("…") for each in cell.spans}
    if found and not all(any(squeeze(each).startswith(one) for each in found) for one in told):
        shown = ", ".join(f"`{each}`" for each in dict.fromkeys(found) if each) or "none"
        yield "default", row.line, f"the default of `{row.cells[0].spans[0]}` is {shown}"


def _subject_problems(
    row: Row, known: Sequence[Cited], site: Site, ground: Ground, heading: str
) -> Iterator[Problem]:
    """Judge a row about a path: what it names lies there, what it cites imports something."""
    subject = _subject(row, site, heading)
    for cell in row.cells[1:]:
        names = _names_of(subject, cell.text, site)
        is_list = cell.is_list or cell.text.startswith(_LISTS)
        for span in cell.spans if names and is_list else ():
            if span.isidentifier() and span not in names:
                yield "symbol", row.line, f"`{span}` is not in `{subject}`"
    examples = [cited for head, cell in row.columns if _IMPORTS in head for cited in cell.places]
    for cited in (each for each in known if each in examples):
        is_declared = ground.artifact_names(cited.place) or ground.symbols_at(cited.place)
        if ground.imports_at(cited.place) is False and not is_declared:
            yield "citation", cited.line, f"`{cited.text}` imports nothing of this repository"


def _subject(row: Row, site: Site, heading: str) -> str:
    """Return the path that a row is about; the module map names files below a folder's heading."""
    said = row.cells[0].spans[0].rstrip("/")
    cited = next((each.place.path for each in row.cells[0].places), "")
    below = f"{heading}{said}" if heading.endswith("/") else said
    return cited.rstrip("/") or (below if below in site.facts.paths else said)


def _names_of(subject: str, words: str, site: Site) -> frozenset[str]:
    """Return the names that a row may list of its subject: all, or those that it defines."""
    file = site.facts.files.get(subject)
    if file is None or not words.startswith(_DEFINES):
        return site.names_below(subject)
    return frozenset(name for each in file.symbols for name in (each.name, *each.name.split(".")))
