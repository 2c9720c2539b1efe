"""Links of our pages whose text is a page's title or a heading: they must lead there."""

from collections.abc import Iterator

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage
from app.domain.wiki.markdown import Link, plain_text
from app.domain.wiki.navigation import resolve

_HOME = "index.md"


def check_titles(site: Site) -> Iterator[Finding]:
    """Find links that name one page or heading of ours and lead to another."""
    names = {name for page in site.pages.values() if page.is_ours for name in _names(page)}
    for page in site.pages.values():
        for link in page.outline.links if page.is_ours else ():
            problem = _problem(link, page, site, names) or _way_problem(link, page, site)
            if problem:
                yield Finding(rule="citation", page=page.path, line=link.line, message=problem)


def _problem(link: Link, page: SitePage, site: Site, names: set[str]) -> str | None:
    said = _bare(link.text)
    target = site.pages.get(resolve(page.path, link.target))
    if said not in names or target is None or not target.is_ours:
        return None
    anchor = link.target.partition("#")[2]
    there = {_bare(heading.text) for heading in target.headings_at(anchor)}
    if not anchor:
        there |= _sources(target, site)
    if any(each == said or each.endswith((f".{said}", f"/{said}", f": {said}")) for each in there):
        return None
    return f"the link says `{link.text}` and leads to `{link.target}`"


def _way_problem(link: Link, page: SitePage, site: Site) -> str | None:
    """Find a way above a page's title that does not begin at the first page of the set."""
    first = page.root.children[0] if page.root.children else None
    if first is None or first.type != "paragraph" or link is not page.outline.links[0]:
        return None
    is_way = plain_text(first).startswith(f"{link.text} / ") and _HOME in site.pages
    if not is_way or resolve(page.path, link.target) == _HOME:
        return None
    return f"the way to this page begins at `{link.target}` instead of `{_HOME}`"


def _sources(page: SitePage, site: Site) -> set[str]:
    """Return the files that a page describes."""
    places = (site.place(page, each.target) for each in page.outline.links if each.text == "Source")
    return {_bare(place.path) for place in places if place is not None}


def _names(page: SitePage) -> Iterator[str]:
    for heading in page.outline.headings:
        text = _bare(heading.text)
        yield from (text, text.rpartition(".")[2], text.rpartition("/")[2])


def _bare(text: str) -> str:
    return text.strip().rstrip("/").casefold()
