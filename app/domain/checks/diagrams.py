"""Diagrams: the drawing must parse, and an arrow between two modules needs an import.

A box names modules when its label is a path of the commit, holds one (`Cart (shop/cart.py)`), or is
a module's dotted name; any other label is free text, as long as it does not look like a path.
Between two boxes that name modules, an arrow without a label, or one that speaks of importing,
using or depending, must be an import in its direction; of any other label, in either direction.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.site import Site, SitePage
from app.domain.wiki.names import is_known, looks_like_path
from app.domain.wiki.narrative.briefing import Briefing, FactForm
from app.domain.wiki.page import Diagram
from app.domain.wiki.render import MOST_NODES

_HEAD = re.compile(r"flowchart (?:LR|TD|TB|RL|BT)")
_NODE = re.compile(r'\s*(n\d+)\["((?:[^"\\<>`]|#\w+;)*)"\]')
_EDGE = re.compile(r'\s*(n\d+) -->(?:\|"([^"<>`]*)"\|)? (n\d+)')
_ENTITY = re.compile(r"#(\w+);")
_ENTITIES = {"quot": '"', "35": "#", "lt": "<", "gt": ">", "96": "`", "92": "\\", "amp": "&"}
_IMPORTS = re.compile(r"\b(?:import|use|using|depend|require|need)", re.IGNORECASE)
_BACKWARDS = re.compile(r"\bby\b", re.IGNORECASE)
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_AROUND = "()[]{},;:!?\"'“”"


class Imports:
    """Which paths import which, and which of them a box's label names."""

    def __init__(
        self, paths: Collection[str], edges: Collection[tuple[str, str]], names: Collection[str]
    ) -> None:
        self._edges = sorted(edges)
        self._names = frozenset(names)
        self._paths = frozenset(paths)
        self._by_end: dict[str, set[str]] = {}
        for path in paths:
            parts = path.split("/")
            for start in range(len(parts)):
                self._by_end.setdefault("/".join(parts[start:]), set()).add(path)

    def label_problem(self, label: str) -> str | None:
        """Find what looks like a path in a label and is none."""
        if label.rstrip("/") in self._names:
            return None
        words = [word.strip(_AROUND) for word in label.split()]
        for word in words:
            is_alone = len(words) == 1
            if looks_like_path(word) and not is_known(word, self._names, strict=is_alone):
                return f"`{word}` in a diagram's box is not in the documented commit"
        return None

    def edge_problem(self, source: str, target: str, label: str) -> str | None:
        """Find an arrow between two modules of which neither imports the other as it says."""
        here, there = self._places(source), self._places(target)
        if not here or not there:
            return None
        if label.strip() and not _IMPORTS.search(label):
            is_true = self._has(here, there) or self._has(there, here)
            problem = f"neither of `{source}` and `{target}` imports the other"
        elif _BACKWARDS.search(label):
            is_true, problem = self._has(there, here), f"`{target}` does not import `{source}`"
        else:
            is_true, problem = self._has(here, there), f"`{source}` does not import `{target}`"
        return None if is_true else problem

    def _has(self, sources: Collection[str], targets: Collection[str]) -> bool:
        return any(
            _is_in(target, each)
            for source in sources
            for target in self._imported_by(source)
            for each in targets
        )

    def _imported_by(self, folder: str) -> Iterator[str]:
        """Give what a file imports, or what the files of a folder do."""
        # Between a folder's slash and the character after it lies all that is in the folder.
        for low, high in ((folder, f"{folder}\0"), (f"{folder}/", f"{folder}0")):
            first, last = (bisect_left(self._edges, (end,)) for end in (low, high))
            yield from (target for _, target in self._edges[first:last])

    def _places(self, label: str) -> frozenset[str]:
        """List the paths that a label names; a plain word names one of the top level alone."""
        whole = label.rstrip("/")
        if whole in self._paths or (" " in whole and whole in self._by_end):
            return frozenset({whole} if whole in self._paths else self._by_end[whole])
        words = (word.strip(_AROUND).removeprefix("./").rstrip("/") for word in label.split())
        return frozenset(path for word in words for path in self._named(word))

    def _named(self, word: str) -> Collection[str]:
        if looks_like_path(word):
            bare = word.partition(":")[0].partition("#")[0]
            return self._by_end.get(bare) or self._module(bare) or self._unlisted(word)
        return self._module(word.replace(".", "/")) if _MODULE.fullmatch(word) else ()

    def _module(self, stem: str) -> Collection[str]:
        endings = ("", ".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".go")
        return [path for ending in endings for path in self._by_end.get(stem + ending, ())]

    def _unlisted(self, word: str) -> Collection[str]:
        """Take a path that exists, but of whose imports nothing is told, as itself."""
        return (word,) if word in self._names else ()


def check_diagrams(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find diagrams of ours that are not of the form that we emit, or draw a false import."""
    fences = [each for each in page.outline.fences if each.info == "mermaid"]
    if not page.is_ours or not fences:
        return
    edges = {(edge.source, edge.target) for edge in site.facts.edges}
    imports = Imports(site.facts.paths, edges, site.names)
    for fence in fences:
        for message, severity in _problems(fence.text, imports):
            yield Finding(
                rule="diagram", page=page.path, line=fence.line, message=message, severity=severity
            )


def drawing_problems(diagram: Diagram, briefing: Briefing) -> Iterator[str]:
    """Find faults of a drawing that a writer returned, as far as the briefing tells the imports."""
    labels = {node.id: node.label for node in diagram.nodes}
    if len(labels) != len(diagram.nodes):
        yield "two boxes have the same id"
    imports = _told(briefing)
    yield from filter(None, map(imports.label_problem, labels.values()))
    for edge in diagram.edges:
        if edge.source not in labels or edge.target not in labels:
            yield f"the arrow {edge.source} → {edge.target} has no box at one end"
            continue
        problem = imports.edge_problem(labels[edge.source], labels[edge.target], edge.label)
        if problem:
            yield problem


def _told(briefing: Briefing) -> Imports:
    """Collect the imports that a briefing tells, by its facts and by its drawing."""
    facts = [fact for fact in briefing.facts if fact.form is FactForm.IMPORT]
    edges = {(fact.name, fact.detail) for fact in facts}
    if briefing.diagram is not None:
        boxes = {node.id: node.label for node in briefing.diagram.nodes}
        edges |= {(boxes[edge.source], boxes[edge.target]) for edge in briefing.diagram.edges}
    paths = {path for edge in edges for path in edge} | {each.path for each in briefing.evidence}
    return Imports(paths, edges, briefing.names | paths)


def _problems(text: str, imports: Imports) -> Iterator[tuple[str, Severity]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not _HEAD.fullmatch(lines[0].strip()):
        yield "the diagram does not begin with `flowchart` and a direction", Severity.ERROR
        return
    labels: dict[str, str] = {}
    for line in lines[1:]:
        node, edge = _NODE.fullmatch(line), _EDGE.fullmatch(line)
        problem = None
        if node:
            labels[node[1]] = _shown(node[2])
            problem = imports.label_problem(labels[node[1]])
        elif not edge or edge[1] not in labels or edge[3] not in labels:
            problem = f"the diagram's line “{line.strip()}” does not parse"
        else:
            problem = imports.edge_problem(labels[edge[1]], labels[edge[3]], _shown(edge[2] or ""))
        if problem:
            yield problem, Severity.ERROR
    if len(labels) > MOST_NODES:
        yield f"the diagram has {len(labels)} boxes; nobody can read it", Severity.WARNING


def _shown(label: str) -> str:
    """Read a label as Mermaid shows it."""
    return _ENTITY.sub(lambda found: _ENTITIES.get(found[1], found[0]), label)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
