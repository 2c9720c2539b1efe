"""How much of what a repository offers stands in its reference pages, and why the rest does not."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.coverage.ctags_symbols import ctags_symbols
from benchmarks.coverage.go_symbols import go_symbols
from benchmarks.coverage.published import Published, last_part, read_published
from benchmarks.coverage.python_symbols import python_symbols
from benchmarks.coverage.ruby_symbols import ruby_symbols
from benchmarks.coverage.symbols import EXTENSIONS, PublicSymbol, is_source, is_test
from benchmarks.coverage.typescript_symbols import typescript_symbols
from benchmarks.second_check.site import Site

Counter_ = Callable[[Path, Iterable[str]], Iterator[PublicSymbol]]
COUNTERS: Mapping[str, tuple[str, Counter_]] = {
    "Python": ("ast", python_symbols),
    "TypeScript": ("TypeScript compiler", typescript_symbols),
    "Go": ("go/parser", go_symbols),
    "Ruby": ("Ripper", ruby_symbols),
    **{
        language: ("universal-ctags", partial(ctags_symbols, language))
        for language in ("Rust", "Java", "C", "Kotlin")
    },
}
EXAMPLES = 40


def measure_coverage(language: str, root: Path, site: Site) -> dict[str, Any]:
    """Count modules and public symbols of a checkout, and look each up in the pages."""
    published = read_published(site)
    modules = [path for path in site.commit.files if is_source(path)]
    unlisted = [
        path for path in modules if path not in published.listed and path not in published.left_out
    ]
    parser, counter = COUNTERS[language]
    written = [
        path for path in modules if path.endswith(EXTENSIONS[language]) and not is_test(path)
    ]
    told = [path for path in written if path not in published.left_out]
    symbols = sorted(set(counter(root, told)))
    missed = [(symbol, reason_of(symbol, published)) for symbol in symbols]
    missed = [(symbol, reason) for symbol, reason in missed if reason]
    return {
        "parser": parser,
        "modules": len(modules),
        "modules_unlisted": unlisted,
        "left_out": len(written) - len(told),
        "symbols": len(symbols),
        "covered": len(symbols) - len(missed),
        "missed": dict(Counter(reason for _, reason in missed)),
        "examples": [_line(symbol, reason) for symbol, reason in missed[:EXAMPLES]],
    }


def reason_of(symbol: PublicSymbol, published: Published) -> str:
    """Say why a symbol is not covered; empty when it is."""
    names = published.names.get(symbol.path)
    if names is None:
        return "no page of its module" if symbol.path in published.listed else "module not listed"
    if is_declared(symbol.name, names):
        return ""
    other = any(is_declared(symbol.name, each) for each in published.names.values())
    if other:
        return f"{symbol.kind}, on the page of another module only"
    return f"{symbol.kind}, not on its page"


def is_declared(name: str, names: Iterable[str]) -> bool:
    """Find a name as it is, without the types around it, or within the namespaces around those."""
    last = last_part(name)
    return any(each in (name, last) or each.endswith(f".{name}") for each in names)


def _line(symbol: PublicSymbol, reason: str) -> str:
    return f"{symbol.path}:{symbol.line}: {symbol.name}: {reason}"


def share(part: int, whole: int) -> float:
    """Give a share that is 1 only when nothing is missing."""
    return int(1000 * part / whole) / 1000 if whole else 1.0


def broken_aims(name: str, result: Mapping[str, Any]) -> Sequence[str]:
    """Say which of the aims a repository misses."""
    covered = share(result["covered"], result["symbols"])
    broken = []
    if result["modules_unlisted"]:
        broken.append(f"{name}: {len(result['modules_unlisted'])} modules are not in the pages")
    if covered < 0.95:
        broken.append(f"{name}: {covered:.1%} of the public symbols are in the pages")
    return broken
