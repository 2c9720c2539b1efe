"""How much there was to judge, so that nothing found means something."""

from collections.abc import Iterator

from benchmarks.second_check.names import count_paths, count_symbols
from benchmarks.second_check.site import Site, Target


def count(site: Site) -> dict[str, int]:
    """Count what the pages hold of each kind that is judged."""
    targets = list(_targets(site))
    sources = [target for target in targets if target.kind == "source"]
    fences = [fence for page in site.pages.values() for fence in page.fences if not fence.quoted]
    diagrams = [fence for fence in fences if fence.info.split(" ")[0] == "mermaid"]
    symbols, exact = count_symbols(site)
    return {
        "pages": len(site.pages),
        "paths": len(sources) + count_paths(site),
        "ranges": sum(1 for target in sources if target.lines),
        "links": len(targets),
        "anchors": sum(1 for target in targets if target.kind == "page" and target.fragment),
        "blocks": len(fences) - len(diagrams),
        "diagrams": len(diagrams),
        "rows": sum(len(page.rows) for page in site.pages.values()),
        "symbols": symbols,
        "exact_symbols": exact,
    }


def _targets(site: Site) -> Iterator[Target]:
    for path, page in site.pages.items():
        for placed in page.links:
            yield site.resolve(path, placed.link.target)
