"""A strict grammar of the flowcharts that a generated page may hold."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_HEADER = re.compile(r"^(?:flowchart|graph) (?:TD|TB|BT|LR|RL)$")
_ID = r"[A-Za-z][A-Za-z0-9_]*"
_LABEL = r'"(?P<label>[^"\n]*)"'
_NODE = re.compile(rf"^(?P<id>{_ID})(?:\[{_LABEL}\]|\({_LABEL.replace('label', 'round')}\))$")
_EDGE = re.compile(
    rf"^(?P<source>{_ID}) (?:-->|-\.->|==>|---)(?:\|\"[^\"|\n]+\"\|)? ?(?P<target>{_ID})$"
)
_SUBGRAPH = re.compile(rf'^subgraph (?P<id>{_ID})(?: ?\["[^"\n]+"\])?$')
_ACCESSIBLE = re.compile(r"^acc(?:Title|Descr): \S.*$")
_COMMENT = re.compile(r"^%%(?!\{).*$")
_RESERVED = frozenset(
    {
        *("end", "graph", "flowchart", "subgraph", "style", "class", "classdef", "click"),
        *("linkstyle", "default", "direction"),
    }
)


@dataclass
class Chart:
    """A flowchart as read: its nodes with labels, its edges, and what is wrong with it."""

    nodes: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[int, str, str]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_chart(lines: Sequence[str]) -> Chart:
    """Read the lines of a fence; the lines of faults and edges count from 1."""
    chart = Chart()
    stripped = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if not stripped or not _HEADER.match(stripped[0][1]):
        chart.faults.append((1, "it does not begin with `flowchart` and a direction"))
        return chart
    depth = 0
    for number, line in stripped[1:]:
        depth += _read_line(chart, number, line, depth)
    if depth:
        chart.faults.append((len(lines), "a subgraph has no `end`"))
    chart.faults.extend(_undeclared(chart))
    if not chart.nodes:
        chart.faults.append((1, "it has no nodes"))
    return chart


def _read_line(chart: Chart, number: int, line: str, depth: int) -> int:
    """Read one line and say by how much it goes deeper."""
    if line == "end":
        if depth == 0:
            chart.faults.append((number, "`end` without a subgraph"))
            return 0
        return -1
    if _SUBGRAPH.match(line):
        return 1
    if _ACCESSIBLE.match(line) or _COMMENT.match(line):
        return 0
    if edge := _EDGE.match(line):
        chart.edges.append((number, edge["source"], edge["target"]))
    elif node := _NODE.match(line):
        _declare(chart, number, node["id"], node["label"] or node["round"] or "")
    else:
        chart.faults.append((number, f"this line is not of the grammar: {line}"))
    return 0


def _declare(chart: Chart, number: int, node: str, label: str) -> None:
    if node.lower() in _RESERVED:
        chart.faults.append((number, f"`{node}` is a word of Mermaid's own"))
    if node in chart.nodes:
        chart.faults.append((number, f"`{node}` is declared twice"))
    if not label.strip():
        chart.faults.append((number, f"`{node}` has no label"))
    if re.search(r"[<>`\\]", label):
        chart.faults.append((number, f"the label of `{node}` holds a mark that Mermaid reads"))
    # Mermaid writes an HTML entity with a hash in place of the ampersand.
    chart.nodes[node] = html.unescape(re.sub(r"#(\d+|\w+);", _entity, label))


def _entity(match: re.Match[str]) -> str:
    name = match.group(1)
    return f"&#{name};" if name.isdigit() else f"&{name};"


def _undeclared(chart: Chart) -> Iterator[tuple[int, str]]:
    for number, source, target in chart.edges:
        for node in (source, target):
            if node not in chart.nodes:
                yield number, f"`{node}` is not declared"
