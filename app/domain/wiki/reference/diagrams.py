"""Who imports whom, drawn with so few boxes that a person can read it."""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.arrows import TOP_BOX, box_of, busiest
from app.domain.wiki.page import Diagram, DiagramEdge, DiagramNode
from app.domain.wiki.render import MOST_NODES
from app.domain.wiki.roles import is_product, is_test

_MOST_FOLDERS = 20
_MOST_EDGES = 45
_LONG = 3
"""A path of more parts is drawn by its end, if no other path ends so."""
_FEWEST = 3
"""A drawing of fewer boxes says nothing."""
_Pairs = Counter[tuple[str, str]]
_Imports = Mapping[tuple[str, str], Collection[int]]


def import_diagram(facts: RepositoryFacts) -> Diagram | None:
    """Draw the product's imports: single files if they are few, else folders as deep as fits."""
    imports = _imports(facts)
    boxes = _chosen(imports)
    statements: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for pair, lines in imports.items():
        source, target = (boxes.get(path, "") for path in pair)
        if source and target and source != target:
            # An import of a Go package is an edge to each of its files, and one statement.
            statements[source, target].update((pair[0], line) for line in lines)
    pairs: _Pairs = Counter({pair: len(found) for pair, found in statements.items()})
    if not pairs:
        return None
    labels = sorted({label for pair in pairs for label in pair})
    shown = _brief(labels, facts)
    drawn = busiest(pairs, _MOST_EDGES)
    ids = {label: f"n{number}" for number, label in enumerate(labels, 1)}
    edges = tuple(
        DiagramEdge(source=ids[pair[0]], target=ids[pair[1]], label=_weight(pairs[pair]))
        for pair in sorted(drawn)
    )
    return Diagram(
        title="Imports",
        nodes=tuple(DiagramNode(id=ids[label], label=shown[label]) for label in labels),
        edges=edges,
        note=" ".join(_notes(pairs, len(drawn), imports, boxes)),
    )


def cluster(files: Sequence[str], most: int) -> dict[str, str]:
    """Put files into boxes by folder; the fullest one is divided first, while they are few.

    The files that stand directly in a divided folder share a box under the folder's name, until
    there is room for each of them.
    """
    boxes: dict[str, list[str]] = {"": list(files)}
    open_boxes = {""} if files else set()
    while open_boxes:
        fullest = max(open_boxes, key=lambda label: (len(boxes[label]), label))
        open_boxes.remove(fullest)
        parts = _parts(fullest, boxes[fullest])
        if len(boxes) - 1 + len(parts) <= most:
            del boxes[fullest]
            boxes.update(parts)
            open_boxes |= {label for label, paths in parts.items() if paths != [label]}
    return {path: label or TOP_BOX for label, paths in boxes.items() for path in paths}


def cycles(facts: RepositoryFacts) -> tuple[tuple[str, ...], ...]:
    """List the groups of the product's files that import one another in a circle, largest first."""
    graph: dict[str, list[str]] = defaultdict(list)
    for source, target in sorted(_imports(facts)):
        graph[source].append(target)
    found = [tuple(sorted(group)) for group in _components(graph) if len(group) > 1]
    return tuple(sorted(found, key=lambda group: (-len(group), group)))


def _imports(facts: RepositoryFacts) -> _Imports:
    """Return the lines of the imports between the product's files; of none, of all but tests."""
    edges = [each for each in facts.edges if each.source != each.target]
    edges = [each for each in edges if not is_test(each.source)]
    product = [each for each in edges if is_product(each.source) and is_product(each.target)]
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for each in product or edges:
        found[each.source, each.target].add(each.line)
    return found


def _parts(label: str, files: Iterable[str]) -> dict[str, list[str]]:
    """Divide a folder by the folders directly below it; one without any, by its files."""
    parts: dict[str, list[str]] = defaultdict(list)
    for path in files:
        below = path.removeprefix(f"{label}/") if label else path
        head, slash, _ = below.partition("/")
        parts[posixpath.join(label, head) if slash else label].append(path)
    return {path: [path] for path in files} if parts.keys() == {label} else dict(parts)


def _chosen(imports: _Imports) -> dict[str, str]:
    """Put files into boxes; where folders tell nothing, the most connected files alone."""
    files = sorted({path for pair in imports for path in pair})
    boxes = cluster(files, MOST_NODES if len(files) <= MOST_NODES else _MOST_FOLDERS)
    boxes = {path: box_of(path) if label == path else label for path, label in boxes.items()}
    if len(set(boxes.values())) >= _FEWEST:
        return boxes
    degree = Counter(box_of(path) for pair in imports for path in pair)
    most = sorted(degree, key=lambda label: (-degree[label], label))[:MOST_NODES]
    return {path: box_of(path) for path in files if box_of(path) in most}


def _brief(labels: Iterable[str], facts: RepositoryFacts) -> dict[str, str]:
    """Shorten long paths to an end that only they have."""
    ends = Counter(
        "/".join(parts[-length:])
        for parts in (path.split("/") for path in facts.paths)
        for length in range(1, len(parts) + 1)
    )
    shown = {}
    for label in labels:
        parts = label.split("/")
        briefs = ("/".join(parts[-length:]) for length in range(2, len(parts)))
        brief = next((each for each in briefs if ends[each] == 1), label)
        shown[label] = brief if len(parts) > _LONG else label
    return shown


def _weight(count: int) -> str:
    return str(count) if count > 1 else ""


def _notes(pairs: _Pairs, drawn: int, imports: _Imports, boxes: Mapping[str, str]) -> Iterator[str]:
    """Say what a drawing folds and leaves out, so that nobody takes it for the whole."""
    files = {path for pair in imports for path in pair}
    if max(pairs.values()) > 1:
        yield "A number on an arrow counts import statements."
    if len(boxes) < len(files):
        yield f"The {len(boxes)} most connected of {len(files)} files are drawn."
    elif any(path != label for path, label in boxes.items()):
        yield f"{len(files)} files are drawn by folder; imports inside a box are not shown."
        labels = set(boxes.values())
        if any(label.startswith(f"{each}/") for label in labels for each in labels):
            yield "A folder that has boxes for its parts stands for what is left of it."
    if drawn < len(pairs):
        yield f"The drawing shows {drawn} of {len(pairs)} arrows, the busiest of each box."


def _components(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Find the strongly connected components: from each end of a search, the way back."""
    back: dict[str, list[str]] = defaultdict(list)
    for source, targets in graph.items():
        for target in targets:
            back[target].append(source)
    seen: set[str] = set()
    finished = [node for root in sorted(graph) for node in _search(root, graph, seen)]
    seen = set()
    for root in reversed(finished):
        group = _search(root, back, seen)
        if group:
            yield group


def _search(root: str, graph: Mapping[str, Sequence[str]], seen: set[str]) -> list[str]:
    """Walk from a node over what is not seen yet; return the nodes in the order of leaving them."""
    if root in seen:
        return []
    seen.add(root)
    left: list[str] = []
    walk = [(root, iter(graph.get(root, ())))]
    while walk:
        node, targets = walk[-1]
        following = next((each for each in targets if each not in seen), None)
        if following is None:
            left.append(node)
            walk.pop()
        else:
            seen.add(following)
            walk.append((following, iter(graph.get(following, ()))))
    return left
