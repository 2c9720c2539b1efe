"""Which parts a code base has: its folders, as deep as they are worth a page."""

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.roles import is_product
from app.domain.wiki.words.quotations import first_paragraph

MOST = 12
"""More parts than this are no overview."""
_ENOUGH = 4
"""With fewer parts than this, a part is divided even when it is not large."""
_LARGE = 0.25
_SMALLEST_LINES = 60
_SMALLEST_SHARE = 0.01
_NEARLY_ALL = 0.9

TOP = "."
OTHERS = "(other parts)"
"""The mark of what remains of the repository when no file of it is at the top level."""
WHOLE = "(all parts)"
"""The mark of a repository that is not divided and has no file at the top level."""
_TITLES = {TOP: "Top level", OTHERS: "Other parts", WHOLE: "All parts"}

FRONT_FILES = ("__init__.py", "doc.go", "index.ts", "index.js", "mod.ts", "main.go", "index.tsx")
"""Files that speak for the folder in which they stand."""

_Lines = dict[str, int]


class Subsystem(Value):
    """A folder with enough code; files of a subsystem below it are not among its files."""

    path: str
    """Empty for the top of the repository."""
    files: tuple[str, ...]
    alone: bool = False
    """Whether there is no other part."""

    @property
    def title(self) -> str:
        """Return the name under which people find it."""
        return self.path or _TITLES[self.mark]

    @property
    def mark(self) -> str:
        """Return what facts call it: its folder, or what the remaining files have in common."""
        is_top = any("/" not in path for path in self.files)
        return self.path or (TOP if is_top else WHOLE if self.alone else OTHERS)


def find_subsystems(facts: RepositoryFacts) -> tuple[Subsystem, ...]:
    """Divide the product's files, largest folder first, until each part is one thing.

    What remains of a divided folder stays a part under the folder's name if it is not tiny.
    """
    files = {path: file.lines for path, file in facts.files.items() if is_product(path)}
    files = files or {path: file.lines for path, file in facts.files.items()}
    parts = {"": files} if files else {}
    total = sum(files.values())
    while divided := _divide_largest(parts, total):
        parts = divided
    return tuple(
        Subsystem(path=path, files=tuple(sorted(part)), alone=len(parts) == 1)
        for path, part in sorted(parts.items())
    )


def front_of(folder: str, files: Sequence[str], facts: RepositoryFacts) -> tuple[str, str]:
    """Return the file that speaks for a folder, and what it says."""
    for name in FRONT_FILES:
        path = f"{folder}/{name}" if folder else name
        if path in files and facts.files[path].doc:
            return path, first_paragraph(facts.files[path].doc)
    if len(files) == 1:
        return files[0], first_paragraph(facts.files[files[0]].doc)
    go = [path for path in files if path.endswith(".go") and facts.files[path].doc]
    if go and all(path.endswith(".go") for path in files):
        direct = [path for path in go if path.rpartition("/")[0] == folder]
        if direct:
            return direct[0], first_paragraph(facts.files[direct[0]].doc)
    return max(files, key=lambda path: (facts.files[path].lines, path)), ""


def mark_of_rest(subsystems: Iterable[Subsystem]) -> str:
    """Return the mark of the part without a folder of its own."""
    return next((each.mark for each in subsystems if not each.path), TOP)


def owners(subsystems: Iterable[Subsystem]) -> dict[str, str]:
    """Map each file to the path of its subsystem."""
    return {path: each.path for each in subsystems for path in each.files}


def traffic(facts: RepositoryFacts, owner: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """Count the imports from one subsystem to another."""
    statements: dict[tuple[str, str], set[tuple[str, int]]] = {}
    for edge in facts.edges:
        source, target = owner.get(edge.source), owner.get(edge.target)
        if source is not None and target is not None and source != target:
            # An import of a Go package is an edge to each of its files, and one statement.
            statements.setdefault((source, target), set()).add((edge.source, edge.line))
    return Counter({pair: len(found) for pair, found in statements.items()})


def _divide_largest(parts: dict[str, _Lines], total: int) -> dict[str, _Lines]:
    """Divide the largest part that is worth it; empty when no part is."""
    for path in sorted(parts, key=lambda path: (-sum(parts[path].values()), path)):
        if sum(parts[path].values()) <= _LARGE * total and len(parts) >= _ENOUGH:
            break
        smallest = max(_SMALLEST_LINES, int(total * _SMALLEST_SHARE))
        divided = _divide(path, parts[path], smallest, MOST - len(parts))
        if divided:
            return {each: parts[each] for each in parts if each != path} | divided
    return {}


def _divide(path: str, part: _Lines, smallest: int, most: int) -> dict[str, _Lines]:
    """Split a folder into its largest children and what remains; empty when it is one thing."""
    children: dict[str, _Lines] = {}
    for file, lines in part.items():
        below = file.removeprefix(f"{path}/") if path else file
        if "/" in below:
            child = posixpath.join(path, below.split("/")[0])
            children.setdefault(child, {})[file] = lines
    if len(children) == 1 and _holds_nearly_all(next(iter(children.values())), part):
        return children
    worthy = [child for child in children if sum(children[child].values()) >= smallest]
    worthy.sort(key=lambda child: (-sum(children[child].values()), child))
    chosen = {child: children[child] for child in worthy[:most]}
    rest = {
        file: lines
        for file, lines in part.items()
        if not any(file in taken for taken in chosen.values())
    }
    if sum(rest.values()) >= smallest and chosen:
        chosen[path] = rest
    return chosen


def _holds_nearly_all(child: _Lines, part: _Lines) -> bool:
    return sum(child.values()) >= _NEARLY_ALL * sum(part.values())
