"""Diagrams: the drawing must parse, and an unlabelled arrow between two paths is an import."""

import re
from collections.abc import Iterator

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.site import Site, SitePage
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.page import Diagram
from app.domain.wiki.render import MOST_NODES

_HEAD = re.compile(r"flowchart (?:LR|TD|TB|RL|BT)")
_NODE = re.compile(r'\s*(n\d+)\["((?:[^"\\<>`]|#\w+;)*)"\]')
_EDGE = re.compile(r'\s*(n\d+) -->(?:\|"([^"<>`]*)"\|)? (n\d+)')


def check_diagrams(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find diagrams of ours that are not of the form that we emit, or draw a false import."""
    if not page.is_ours:
        return
    for fence in page.outline.fences:
        if fence.info != "mermaid":
            continue
        for message, severity in _problems(fence.text, site.facts):
            yield Finding(
                rule="diagram", page=page.path, line=fence.line, message=message, severity=severity
            )


def drawing_problems(diagram: Diagram, facts: Diagram | None) -> Iterator[str]:
    """Find faults of a drawing that a writer returned; `facts` is the one that it was given."""
    labels = {node.id: node.label for node in diagram.nodes}
    if len(labels) != len(diagram.nodes):
        yield "two boxes have the same id"
    known = {node.id: node.label for node in facts.nodes} if facts else {}
    drawn = {(known[edge.source], known[edge.target]) for edge in facts.edges} if facts else set()
    for edge in diagram.edges:
        if edge.source not in labels or edge.target not in labels:
            yield f"the arrow {edge.source} → {edge.target} has no box at one end"
            continue
        pair = (labels[edge.source], labels[edge.target])
        if not edge.label and set(pair) <= set(known.values()) and pair not in drawn:
            yield f"`{pair[0]}` does not import `{pair[1]}`"


def _problems(text: str, facts: RepositoryFacts) -> Iterator[tuple[str, Severity]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not _HEAD.fullmatch(lines[0].strip()):
        yield "the diagram does not begin with `flowchart` and a direction", Severity.ERROR
        return
    labels: dict[str, str] = {}
    for line in lines[1:]:
        node, edge = _NODE.fullmatch(line), _EDGE.fullmatch(line)
        if node:
            labels[node[1]] = node[2]
        elif not edge or edge[1] not in labels or edge[3] not in labels:
            yield f"the diagram's line “{line.strip()}” does not parse", Severity.ERROR
        elif not edge[2] and not _is_true(labels[edge[1]], labels[edge[3]], facts):
            yield f"`{labels[edge[1]]}` does not import `{labels[edge[3]]}`", Severity.ERROR
    if len(labels) > MOST_NODES:
        yield f"the diagram has {len(labels)} boxes; nobody can read it", Severity.WARNING


def _is_true(source: str, target: str, facts: RepositoryFacts) -> bool:
    """Say whether one path imports the other; what is not a path claims nothing."""
    if source not in facts.paths or target not in facts.paths:
        return True
    return any(_is_in(edge.source, source) and _is_in(edge.target, target) for edge in facts.edges)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
