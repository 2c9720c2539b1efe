"""Do the links lead to what they promise?"""

from collections.abc import Iterator

from benchmarks.second_check.markdown import PlacedLink, read_markdown, words
from benchmarks.second_check.site import Finding, Site, Target

_WEB_SCHEMES = ("http://", "https://", "mailto:")


def check_links(site: Site, page: str) -> Iterator[Finding]:
    """Judge every link of a page."""
    for placed in site.pages[page].links:
        target = site.resolve(page, placed.link.target)
        for rule, message in _faults(site, placed, target):
            yield Finding(page, placed.line, rule, f"{message}: {placed.link.target!r}")


def _faults(site: Site, placed: PlacedLink, target: Target) -> Iterator[tuple[str, str]]:
    if not placed.link.text.strip() and not placed.link.image:
        yield "empty-link", "the link has no text"
    if target.kind == "empty":
        yield "empty-link", "the link leads nowhere"
    elif target.kind == "outside":
        yield "link", "the link leaves the documentation, which is not in a repository"
    elif target.kind == "web":
        yield from _web_faults(placed, target)
    elif target.kind == "page":
        yield from _page_faults(site, target)
    else:
        yield from _source_faults(site, placed, target)


def _web_faults(placed: PlacedLink, target: Target) -> Iterator[tuple[str, str]]:
    if not target.path.startswith(_WEB_SCHEMES):
        yield "link", "the link has a scheme that no page should have"
    if placed.link.image:
        yield "remote-image", "the image is fetched from elsewhere"


def _page_faults(site: Site, target: Target) -> Iterator[tuple[str, str]]:
    if target.path not in site.files:
        yield "link", "no such page in the documentation"
    elif target.fragment and target.fragment not in site.anchors.get(target.path, ()):
        yield "anchor", f"{target.path} has no such heading"


def _source_faults(site: Site, placed: PlacedLink, target: Target) -> Iterator[tuple[str, str]]:
    if target.revision != site.commit.sha:
        if not placed.quoted:
            yield "revision", f"the link is not at the commit {site.commit.sha[:12]}"
    elif not site.commit.has(target.path):
        yield "path", "the commit has no such path"
    elif target.path in site.commit.files and target.fragment:
        yield from _fragment_faults(site, placed, target)


def _fragment_faults(site: Site, placed: PlacedLink, target: Target) -> Iterator[tuple[str, str]]:
    if target.lines is None:
        text = site.commit.texts.get(target.path, "")
        if target.path.endswith(".md") and target.fragment not in read_markdown(text).anchors():
            yield "anchor", f"{target.path} of the commit has no such heading"
        return
    first, last = target.lines
    lines = site.commit.lines(target.path)
    if first < 1 or first > last:
        yield "range", "the line range is reversed or begins before line 1"
    elif last > len(lines):
        yield "range", f"{target.path} ends at line {len(lines)}"
    else:
        yield from _name_faults(placed, "\n".join(lines[first - 1 : last]))


def _name_faults(placed: PlacedLink, text: str) -> Iterator[tuple[str, str]]:
    """A link whose text is one name in code leads to lines that hold this name."""
    code = placed.link.code[0] if len(placed.link.code) == 1 else ""
    name = code.partition("(")[0]
    if not code or "/" in code or " " in name or code != placed.link.text:
        return
    found = list(words(name.rpartition(".")[2]))
    if len(found) == 1 and found[0] not in set(words(text)):
        yield "range-name", f"the linked lines do not hold `{found[0]}`"
