"""What the code says about its own parts: modules, main names, who imports whom, tests."""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.domain.code.citation import Reliance
from app.domain.code.facts import ImportEdge, RepositoryFacts
from app.domain.code.layout import on_one_line
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.wiki.arrows import TOP_BOX, box_of, busiest
from app.domain.wiki.narrative.brief_facts import Desk, commands, scripts_of, starts_in, variables
from app.domain.wiki.narrative.briefing import LONGEST_HEAD, FactForm
from app.domain.wiki.narrative.subsystems import (
    FRONT_FILES,
    TOP,
    front_of,
    mark_of_rest,
    owners,
    traffic,
)
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.page import Diagram, DiagramEdge, DiagramNode
from app.domain.wiki.roles import is_product, is_test
from app.domain.wiki.surface import Surface
from app.domain.wiki.told import import_told, route_told
from app.domain.wiki.words.quotations import first_paragraph

MOST_NODES = 30
_MOST_EDGES = 32
_ENOUGH_PARTS = 3
"""A drawing of fewer parts than this says less than one of the modules."""
_MOST_MODULES = 40
_MOST_SYMBOLS = 14
_MOST_TYPES = 10
_MOST_NEIGHBOURS = 16
_MOST_TESTS = 12
_MOST_USED = 8
_MOST_ROUTES = 30
_NAMES_SHOWN = 4
MORE = "…"
_MAIN_KINDS = frozenset(
    {
        SymbolKind.CLASS,
        SymbolKind.INTERFACE,
        SymbolKind.ENUM,
        SymbolKind.TYPE,
        SymbolKind.FUNCTION,
    }
)


def overview(desk: Desk) -> Diagram | None:
    """Tell the subsystems with their main names, and the imports between them."""
    facts = desk.repository
    subsystems = desk.survey.subsystems
    for each in subsystems:
        front, doc = front_of(each.path, each.files, facts)
        names = leading_names(each.files, facts, desk.survey)
        desk.tell(desk.cite_file(front, doc), FactForm.MODULE, each.mark, doc, names)
    owner = owners(subsystems)
    counts = traffic(facts, owner)
    rest = mark_of_rest(subsystems)
    _imports(desk, counts, owner, rest)
    label = TOP_BOX if rest == TOP else rest
    if len(subsystems) >= _ENOUGH_PARTS:
        return draw(
            "Imports between the subsystems",
            [each.path or label for each in subsystems],
            {(source or label, target or label): n for (source, target), n in counts.items()},
        )
    files = [path for path in facts.files if is_product(path)]
    return file_diagram(files, facts)


def modules(desk: Desk, files: Sequence[str]) -> Diagram | None:
    """Tell what a subsystem consists of and what it touches."""
    facts = desk.repository
    own = [path for path in files if not is_test(path)] or list(files)
    survey = desk.survey
    popularity = survey.importers
    told = [
        path
        for path in own
        if first_paragraph(facts.files[path].doc) or _names(path, facts, survey.surface)
    ]
    # Where no file says or defines anything for others, their names are all there is to tell.
    told = sorted(told or own, key=lambda path: (-popularity[path], path))
    for path in desk.most(told, _MOST_MODULES, FactForm.MODULE):
        doc = first_paragraph(facts.files[path].doc)
        names = _some(_names(path, facts, survey.surface))
        desk.tell(desk.cite_file(path, doc), FactForm.MODULE, path, doc, names)
    leading = _leading(own, facts, survey)
    if len(leading) < sum(len(main_symbols(path, facts)) for path in own):
        desk.cut.add(FactForm.SYMBOL)
    for path, symbol in leading:
        _tell_definition(desk, FactForm.SYMBOL, path, symbol)
    _neighbours(desk, own)
    inside = frozenset(own)
    _used(desk, inside)
    _routes(desk, own)
    started = [pair for pair in scripts_of(facts) if any(starts_in(pair[1], path) for path in own)]
    commands(desk, started)
    variables(desk, own)
    _tests(desk, inside)
    return file_diagram(own, facts)


def _tell_definition(desk: Desk, form: FactForm, path: str, symbol: Symbol) -> None:
    """Tell a definition's signature and words; of one that has no room for either, the name."""
    text = first_paragraph(symbol.doc)
    head = on_one_line(symbol.signature, desk.repository.files[path].language)
    is_quoted = text or len(head) <= LONGEST_HEAD
    quoted = Reliance.WORDING if is_quoted else Reliance.EXISTENCE
    desk.tell(desk.cite_symbol(path, symbol, quoted), form, symbol.name, text, head)


def leading_names(files: Sequence[str], facts: RepositoryFacts, survey: Survey) -> str:
    """Name what is most used of some files, as a fact's detail does."""
    chosen = [symbol for _, symbol in _leading(files, facts, survey)]
    types = [each for each in chosen if each.kind is not SymbolKind.FUNCTION]
    functions = [each for each in chosen if each.kind is SymbolKind.FUNCTION]
    half = max(_NAMES_SHOWN // 2, _NAMES_SHOWN - len(functions))
    mixed = [*types[:half], *functions, *types[half:]]
    return _some(list(dict.fromkeys(symbol.name for symbol in mixed)))


def _names(path: str, facts: RepositoryFacts, surface: Surface) -> list[str]:
    """List what a file defines for others; of a front module, what it offers."""
    own = [symbol.name for symbol in main_symbols(path, facts)]
    return own or [each.name for each in surface.offers(path)]


def _some(names: Sequence[str]) -> str:
    more = [MORE] if len(names) > _NAMES_SHOWN else []
    return ", ".join([*names[:_NAMES_SHOWN], *more])


def main_symbols(path: str, facts: RepositoryFacts) -> list[Symbol]:
    """List a file's public types and functions; those with a doc comment come first.

    A module of Ruby that holds types or other modules is only a name around them.
    """
    kinds = [each for each in facts.files[path].symbols if each.public and each.kind in _MAIN_KINDS]
    around = {each.name for each in kinds if each.signature.startswith("module ")}
    holding = {_owner(each.name) for each in kinds}
    found = [
        each
        for each in kinds
        if _owner(each.name) in {"", *around} and each.name not in around & holding
    ]
    return sorted(found, key=lambda symbol: (not symbol.doc, _weight(symbol), symbol.first_line))


def _owner(name: str) -> str:
    return name.rpartition(".")[0]


def file_diagram(files: Sequence[str], facts: RepositoryFacts) -> Diagram | None:
    """Draw the imports between files, of Go between packages, the most connected ones."""
    inside = frozenset(files)
    pairs = Counter(
        (edge.source, edge.target)
        for edge in facts.edges
        if edge.source in inside and edge.target in inside and edge.source != edge.target
    )
    boxes = {path: box_of(path) for path in files}
    drawn, counts = (
        Counter((boxes[s], boxes[t]) for s, t in some if boxes[s] != boxes[t])
        for some in (pairs, _without_fronts(pairs, facts))
    )
    degree: Counter[str] = Counter()
    for source, target in counts:
        degree[source] += 1
        degree[target] += 1
    chosen = sorted(degree, key=lambda path: (-degree[path], path))[:MOST_NODES]
    diagram = draw("Imports between the modules", sorted(chosen), counts)
    if diagram is None:
        return None
    return diagram.model_copy(update={"note": _note(diagram, len(drawn), len(set(boxes.values())))})


def _without_fronts(
    pairs: Counter[tuple[str, str]], facts: RepositoryFacts
) -> Counter[tuple[str, str]]:
    """Leave out front modules, but not where a language would have no import left."""
    inner = {pair for pair in pairs if not any(_is_front(path) for path in pair)}
    shown = {facts.files[source].language for source, _ in inner}
    return Counter(
        {
            pair: count
            for pair, count in pairs.items()
            if pair in inner or facts.files[pair[0]].language not in shown
        }
    )


def _is_front(path: str) -> bool:
    return path.rpartition("/")[2] in FRONT_FILES and not path.endswith(".go")


def draw(title: str, labels: Sequence[str], counts: dict[tuple[str, str], int]) -> Diagram | None:
    """Draw labels as boxes and the busiest imports between them; without imports, nothing."""
    chosen = frozenset(labels[:MOST_NODES])
    inner = {pair: n for pair, n in counts.items() if pair[0] in chosen and pair[1] in chosen}
    pairs = sorted(busiest(inner, _MOST_EDGES))
    used = sorted({label for pair in pairs for label in pair})
    ids = {label: f"n{number}" for number, label in enumerate(used, 1)}
    if not pairs:
        return None
    diagram = Diagram(
        title=title,
        nodes=tuple(DiagramNode(id=ids[label], label=label) for label in used),
        edges=tuple(
            DiagramEdge(source=ids[source], target=ids[target]) for source, target in pairs
        ),
    )
    return diagram.model_copy(update={"note": _note(diagram, len(counts), len(labels))})


def _note(diagram: Diagram, imports: int, parts: int) -> str:
    """Say how much a drawing leaves out, so that nobody takes it for the whole."""
    drawn, boxes = len(diagram.edges), len(diagram.nodes)
    shown = [
        f"{some} of {every} {name}"
        for some, every, name in ((drawn, imports, "imports"), (boxes, parts, "boxes"))
        if some < every
    ]
    return f"The drawing shows {' and '.join(shown)}; the others are left out." if shown else ""


def _weight(symbol: Symbol) -> int:
    """Rank types before functions, long definitions before short ones."""
    is_type = symbol.kind is not SymbolKind.FUNCTION
    return -(symbol.last_line - symbol.first_line) - (1000 if is_type else 0)


def _leading(
    files: Iterable[str], facts: RepositoryFacts, survey: Survey
) -> list[tuple[str, Symbol]]:
    """Choose a subsystem's main symbols: those whose names most files of the repository mention."""
    candidates = [(path, symbol) for path in files for symbol in main_symbols(path, facts)]
    offered = {each.name for path in files for each in survey.surface.offers(path)}
    ranked = sorted(
        candidates,
        key=lambda each: (
            each[1].name not in offered,
            -survey.shown[each[1].name].bit_length() if each[1].name in offered else 0,
            # Rough figures, so that one more mention does not turn the order around.
            -survey.taken[each[1].name].bit_length() if each[1].kind is SymbolKind.FUNCTION else 0,
            -survey.mentions[each[1].short_name].bit_length(),
            -survey.importers[each[0]].bit_length(),
            each[0],
            each[1].first_line,
        ),
    )
    types = [each for each in ranked if each[1].kind is not SymbolKind.FUNCTION]
    functions = [each for each in ranked if each[1].kind is SymbolKind.FUNCTION]
    most = max(_MOST_TYPES, _MOST_SYMBOLS - len(functions))
    return [*types[:most], *functions[: _MOST_SYMBOLS - len(types[:most])]]


def _imports(
    desk: Desk, counts: Counter[tuple[str, str]], owner: Mapping[str, str], rest: str
) -> None:
    """Tell who imports whom, each by its first import."""
    first: dict[tuple[str, str], ImportEdge] = {}
    for edge in desk.repository.edges:
        if edge.source in owner and edge.target in owner:
            first.setdefault((owner[edge.source], owner[edge.target]), edge)
    for pair in sorted(counts):
        edge = first[pair]
        evidence = _cite_import(desk, edge)
        source, target = (each or rest for each in pair)
        desk.tell(evidence, FactForm.IMPORT, source, detail=target)


def _neighbours(desk: Desk, own: Sequence[str]) -> None:
    """Tell the product's imports across the border of a subsystem, by the other side's name."""
    facts = desk.repository
    subsystems = desk.survey.subsystems
    owner, rest = owners(subsystems), mark_of_rest(subsystems)
    inside = frozenset(own)
    here = Counter(owner.get(path, "") for path in own).most_common(1)[0][0] if own else ""
    groups: dict[tuple[str, str], list[ImportEdge]] = defaultdict(list)
    for edge in facts.edges:
        if (edge.source in inside) == (edge.target in inside) or not is_product(edge.source):
            continue
        outward = edge.source in inside
        other = edge.target if outward else edge.source
        name = owner.get(other) or posixpath.dirname(other) or other
        groups[(here or rest, name) if outward else (name, here or rest)].append(edge)
    ranked = sorted(groups, key=lambda pair: (-_statements(groups[pair]), pair))
    for source, target in sorted(desk.most(ranked, _MOST_NEIGHBOURS, FactForm.IMPORT)):
        edge = groups[source, target][0]
        evidence = _cite_import(desk, edge)
        desk.tell(evidence, FactForm.IMPORT, source, detail=target)


def _cite_import(desk: Desk, edge: ImportEdge) -> str:
    told = import_told(desk.repository.files[edge.source], edge.line)
    return desk.cite_line(edge.source, edge.line, told)


def _statements(edges: Iterable[ImportEdge]) -> int:
    """Count import statements: in Go, one of them means all files of a package."""
    return len({(edge.source, edge.line) for edge in edges})


def _used(desk: Desk, inside: frozenset[str]) -> None:
    """Tell which definitions of other parts are imported by name, the most imported first."""
    facts = desk.repository
    takers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in facts.edges:
        if edge.source in inside and edge.target not in inside and is_product(edge.target):
            taken = [i for i in facts.files[edge.source].imports if i.line == edge.line]
            for name in {name for each in taken for name in each.names}:
                takers[edge.target, name].add(edge.source)
    found = [
        (path, symbol)
        for path, name in sorted(takers, key=lambda each: (-len(takers[each]), each))
        for symbol in facts.files[path].symbols
        if symbol.name == name
    ]
    for path, symbol in desk.most(found, _MOST_USED, FactForm.USED):
        _tell_definition(desk, FactForm.USED, path, symbol)


def _routes(desk: Desk, own: Sequence[str]) -> None:
    """Tell at which addresses the subsystem answers."""
    found = [(path, route) for path in own for route in desk.repository.files[path].routes]
    for path, route in desk.most(found, _MOST_ROUTES, FactForm.ROUTE):
        evidence = desk.cite_line(path, route.line, route_told(route))
        name = " ".join(filter(None, (",".join(route.methods), route.path)))
        desk.tell(evidence, FactForm.ROUTE, name, detail=route.handler)


def _tests(desk: Desk, inside: frozenset[str]) -> None:
    """Tell which tests belong to the subsystem or import it: those of its own packages first."""
    facts = desk.repository
    packages = {posixpath.dirname(path) for path in inside if path.endswith(".go")}
    own = {
        path
        for path in facts.files
        if path.endswith("_test.go") and posixpath.dirname(path) in packages
    }
    hits = Counter(
        edge.source for edge in facts.edges if edge.target in inside and is_test(edge.source)
    )
    ranked = sorted(own | hits.keys(), key=lambda path: (path not in own, -hits[path], path))
    chosen = desk.most(ranked, _MOST_TESTS, FactForm.TEST)
    for path in sorted(chosen, key=lambda path: (path not in own, path)):
        doc = first_paragraph(facts.files[path].doc)
        tested = _tested(path, inside, facts)
        desk.tell(desk.cite_file(path, doc), FactForm.TEST, path, doc, _some(tested))


def _tested(path: str, inside: frozenset[str], facts: RepositoryFacts) -> list[str]:
    """Name what a test imports of a subsystem: files, or in Go the packages as it writes them."""
    edges = [edge for edge in facts.edges if edge.source == path and edge.target in inside]
    if not path.endswith(".go"):
        return sorted({edge.target for edge in edges})
    lines = {edge.line for edge in edges}
    return sorted({each.target for each in facts.files[path].imports if each.line in lines})
