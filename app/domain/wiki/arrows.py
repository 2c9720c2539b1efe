"""What every drawing of imports has in common: its boxes for Go, and which arrows it keeps."""

import posixpath
from collections import Counter
from collections.abc import Mapping

TOP_BOX = "top level"
_Pair = tuple[str, str]


def box_of(path: str) -> str:
    """Return what an import of a file means: of Go the folder, for a package is imported whole."""
    return (posixpath.dirname(path) or TOP_BOX) if path.endswith(".go") else path


def busiest(pairs: Mapping[_Pair, int], most: int) -> list[_Pair]:
    """Choose the arrows to draw, by weight and then by how connected their ends are.

    Each box keeps its busiest arrow, one that leads away if there is any: a box without one would
    be read as that of a module which imports nothing. For this, more than `most` may be returned.
    """
    degree = Counter(label for pair in pairs for label in pair)
    ranked = sorted(
        pairs, key=lambda pair: (-pairs[pair], -degree[pair[0]] - degree[pair[1]], pair)
    )
    first: dict[str, _Pair] = {}
    for pair in ranked:
        first.setdefault(pair[0], pair)
    for pair in ranked:
        first.setdefault(pair[1], pair)
    chosen = dict.fromkeys(first.values())
    others = [pair for pair in ranked if pair not in chosen]
    return [*chosen, *others[: max(most - len(chosen), 0)]]
