"""Draws mutants out of a commit by a seed, and leaves out what is none."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random

from benchmarks.mutants.changing import changes
from benchmarks.mutants.moves import moved
from benchmarks.mutants.mutant import Mutant, Site
from benchmarks.mutants.names import ANEW, renamed, renamed_locals
from benchmarks.mutants.neutral import neutral_changes
from benchmarks.mutants.offers import offers
from benchmarks.mutants.syntax import Definition, Module, apply, parse, tokens

_TRIES = 8
"""So many sites are tried for a mutant that is wanted."""
_LAYOUT = {",", ";", "\n", ""}
_SAME_CODE = {
    "comment added", "comment changed", "comment removed", "line breaks", "indentation", "quotes",
    "trailing comma", "blank lines", "doc comment re-wrapped", "doc comment changed",
}  # fmt: skip
_OFFERS = ("flag", "route", "setting default")
"""One definition may hold many of them."""
_MOST_PLACES = 1_000
"""So many definitions of a large repository are looked at for what nearly each has."""
_MOST_OF_A_FILE = 12
"""So many sites of a class are gathered of each file, that large files do not decide."""

Place = tuple[str, Definition]


def mutants(
    modules: Mapping[str, Module], wanted: Mapping[str, int], seed: int
) -> Iterator[Mutant]:
    """Draw up to so many mutants of each class; `modules` are those of one language."""
    draw = Random(seed)  # noqa: S311 - a repeatable draw, no secret
    places = [(path, one) for path, module in sorted(modules.items()) for one in module.definitions]
    draw.shuffle(places)
    gathered = _gathered(modules, places, draw)
    for kind, each in wanted.items():
        sites = _lazily(modules, places, draw, kind) or iter(gathered.get(kind, ()))
        seen: set[tuple[str, str, int]] = set()
        made = tried = 0
        for path, site in sites:
            if made == each or tried > each * _TRIES:
                break
            at = site.edits[0].start if kind in _OFFERS else 0
            if (path, site.definition.name, at) in seen:
                continue
            tried += 1
            mutant = make(modules, path, site)
            if mutant is not None:
                seen.add((path, site.definition.name, at))
                made += 1
                yield mutant


def _gathered(
    modules: Mapping[str, Module], places: list[Place], draw: Random
) -> Mapping[str, list[tuple[str, Site]]]:
    gathered: dict[str, list[tuple[str, Site]]] = defaultdict(list)
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for number, (path, definition) in enumerate(places):
        module = modules[path]
        found = list(offers(module, definition))
        if number < _MOST_PLACES:
            found += changes(module, definition, draw)
            found += neutral_changes(module, definition)
        draw.shuffle(found)
        for site in found:
            counted[path, site.kind] += 1
            if counted[path, site.kind] <= _MOST_OF_A_FILE:
                gathered[site.kind].append((path, site))
    for sites in gathered.values():
        draw.shuffle(sites)
    return gathered


def _lazily(
    modules: Mapping[str, Module], places: list[Place], draw: Random, kind: str
) -> Iterator[tuple[str, Site]] | None:
    """Give the sites of those classes that are dear to find, as long as they are asked for."""
    make: Mapping[str, Callable[[str, Definition], Iterable[Site | None]]] = {
        "moved to another file": lambda path, one: [moved(modules, path, one, draw)],
        "renamed": lambda path, one: [renamed(modules, path, one)],
        "local renamed": lambda path, one: renamed_locals(modules[path], one),
    }
    if kind not in make:
        return None
    return (
        (path, site)
        for path, definition in places
        if definition.kind in ("function", "method")
        for site in make[kind](path, definition)
        if site is not None
    )


def make(modules: Mapping[str, Module], path: str, site: Site) -> Mutant | None:
    """Make a change; None when it cannot be read any more, or is not what its class says."""
    every = {path: site.edits, **(site.elsewhere or {})}
    before = {each: modules[each].data for each in every if each in modules}
    files = {each: apply(before.get(each, b""), edits) for each, edits in every.items()}
    after = {each: parse(each, data) for each, data in files.items()}
    if None in after.values() or files[path] == before[path]:
        return None
    mutant = Mutant(
        kind=site.kind,
        language=modules[path].language,
        path=path,
        symbol=site.definition.name,
        files=files,
        before=before,
        said=site.said,
    )
    new = after[path]
    return mutant if new is not None and is_of_its_class(modules[path], new, mutant) else None


def is_of_its_class(old: Module, new: Module, mutant: Mutant) -> bool:
    """Say whether a change changes code, or does not, as its class says."""
    if mutant.kind in ("moved to another file", "lines inserted above", "annotation"):
        return True
    if mutant.kind == "moved within the file":
        return sorted(_code(old)) == sorted(_code(new))
    if mutant.kind == "local renamed":
        said = mutant.said
        # A property that is written short says its name once more when it is renamed.
        return [re.sub(ANEW, said, each) for each in _code(new)] == _code(old) or (
            any(f"{said}: {ANEW}" in text.decode() for text in mutant.files.values())
            and ANEW not in old.data.decode()
        )
    return (_code(old) == _code(new)) == (mutant.kind in _SAME_CODE)


def _code(module: Module) -> list[str]:
    """List the code of a file so that layout, quotes and comments are not in it."""
    if module.path.endswith(".py"):
        tree = ast.parse(module.data)
        for each in ast.walk(tree):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
                _forget_doc(each)
        return ast.dump(tree, indent=0).split("\n")
    plain = ("".join(each.split()).replace("'", '"') for each in tokens(module.root))
    return [each for each in plain if each not in _LAYOUT]


def _forget_doc(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module,
) -> None:
    if ast.get_docstring(node) is not None and isinstance(node.body[0], ast.Expr):
        node.body[0].value = ast.Constant("")
