"""Links in pages of people: a file that is named must be there, and so must its heading.

Generators of sites read links in their own ways, so a link counts as alive when any of these finds
something: as a file, as a page's address, from the page, from the set's or the repository's root.
An address without an ending is judged on request alone. A file that is missing is reported when it
is nearly certain which one was meant, or when no generator's configuration lies above the page, so
that it is read as it is; the rest is said on request alone. So it is where several files of one
folder or several headings of one page are missing: something writes them when the site is built.
What git ignores is written by a build as well.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage
from app.domain.checks.suggestion import did_you_mean
from app.domain.wiki.markdown import Link

_UNJUDGED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|~/|.*(?:\{\{|\{%|<%|\$\{|[<>@$])", re.DOTALL)
_FILE = re.compile(
    r".*\.(?:md|mdx|markdown|png|jpe?g|gif|svg|webp|avif|ipynb|py|ts|tsx|js|go|rs|java|ya?ml|toml|"
    r"json|sh|txt|rst|proto)",
    re.IGNORECASE,
)
_ENDINGS = (
    "", ".md", ".mdx", "/index.md", "/index.mdx", "/README.md", "/readme.md", "/_index.md",
)  # fmt: skip
_GENERATED = re.compile(
    r"L\d+(?:-L?\d+)?$|:~:|fn(?:ref)?\d*(?::|-?\d)|__|tab[-/]|user-content-|top$|/|!|\+",
    re.IGNORECASE,
)
_FIXTURE = re.compile(r"(?:^|/)(?:__)?(?:fixtures?|testdata|mocks?)(?:__)?/")
"""Pages that tests read; who wrote them may have wanted a dead link."""
_NUMBER = re.compile(r"[-_]\d+$")
_PLAIN = re.compile(r"[\W_]+")


_FEWEST_GENERATED = 4


def check_people_links(site: Site) -> Iterator[Finding]:
    """Find links to files and headings that are certainly not there."""
    found = [
        (page, link, *problem)
        for page in site.pages.values()
        if not page.is_ours and not _FIXTURE.search(page.path)
        for link in page.outline.links
        if (problem := people_problem(link, page, site)) is not None
    ]
    missing = {_target(link, page) for page, link, rule, _ in found if rule == "link"}
    counts = Counter(_folder(target) for target in missing)
    headings = {_heading(link, page) for page, link, rule, _ in found if rule == "anchor"}
    counts.update(target for target, _ in headings)
    for page, link, rule, message in found:
        target = _target(link, page)
        of = _folder(target) if rule == "link" else _heading(link, page)[0]
        is_likely = counts[of] < _FEWEST_GENERATED and (
            rule != "link" or _is_certain(link, page, site)
        )
        if site.surroundings.strict or is_likely:
            yield Finding(rule=rule, page=page.path, line=link.line, message=message)


def _is_certain(link: Link, page: SitePage, site: Site) -> bool:
    """Say whether a file is missing wherever and by whomever the page is read."""
    here = site.from_root(page.path)
    target = site.from_root(_target(link, page))
    has_moved = site.whereabouts.meant(target, here) is not None
    return has_moved or not site.whereabouts.is_generated(here)


def _heading(link: Link, page: SitePage) -> tuple[str, str]:
    """Return the page and the heading that a link names."""
    bare, _, anchor = link.target.partition("#")
    return (_target(link, page) if bare else page.path), anchor


def _target(link: Link, page: SitePage) -> str:
    return _beside(unquote(link.target.partition("#")[0].partition("?")[0]), page)


def _folder(target: str) -> str:
    """Return where a file lies; an index stands for its folder."""
    folder, name = posixpath.split(target)
    return posixpath.dirname(folder) if name.startswith("index.") else folder


def people_problem(link: Link, page: SitePage, site: Site) -> tuple[str, str] | None:
    """Find a link to a file or a heading that is certainly not there; pairs of rule and message."""
    bare, _, anchor = link.target.partition("#")
    bare = unquote(bare.partition("?")[0])
    if not link.target or _UNJUDGED.match(link.target):
        return None
    if not bare:
        return _anchor_problem(anchor, page.path, site)
    found = next((each for each in _ways(bare, page) if _exists(each, site)), None)
    if found is not None:
        return _anchor_problem(anchor, found, site) if found in site.pages else None
    if not _is_judged(bare, page, site):
        return None
    here = site.from_root(page.path)
    meant = site.whereabouts.meant(site.from_root(_beside(bare, page)), here)
    way = posixpath.relpath(meant, posixpath.dirname(here) or ".") if meant else ""
    return "link", f"there is no file `{bare}`{f'; did you mean `{way}`?' if way else ''}"


def _ways(bare: str, page: SitePage) -> Iterator[str]:
    """Give the files that an address may mean, the likeliest first."""
    stem = posixpath.splitext(page.path)[0]
    folders = ("",) if bare.startswith("/") else (posixpath.dirname(page.path), stem, "")
    for folder in folders:
        path = posixpath.normpath(posixpath.join(folder, bare.lstrip("/")))
        yield from (f"{path}{ending}" for ending in _ENDINGS)
        yield from (f"{posixpath.splitext(path)[0]}{ending}" for ending in _ENDINGS[1:3])


def _exists(path: str, site: Site) -> bool:
    """Say whether the set or the repository has a file or a folder there."""
    if path in site.pages or path in site.surroundings.assets or path in site.folders:
        return True
    home = site.surroundings.home
    return home is not None and (
        posixpath.normpath(posixpath.join(home, path)) in site.facts.paths
        or path in site.facts.paths
    )


def _is_judged(bare: str, page: SitePage, site: Site) -> bool:
    """Say whether a link names a file that must be there: one in reach that no build writes."""
    if bare.startswith("/") or not (site.surroundings.strict or _FILE.fullmatch(bare)):
        return False
    home = site.surroundings.home
    target = posixpath.normpath(posixpath.join(home or "", _beside(bare, page)))
    # It may leave what we know of: the repository, or a folder outside of it.
    return not target.startswith("..") and (home is None or target not in site.ignored)


def _beside(bare: str, page: SitePage) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), bare))


def _anchor_problem(anchor: str, target: str, site: Site) -> tuple[str, str] | None:
    page = site.pages[target]
    anchor = unquote(anchor)
    if not anchor or page.is_assembled or _GENERATED.match(anchor):
        return None
    known = {_bare(each) for each in page.anchors}
    if _bare(anchor) in known or _bare(_NUMBER.sub("", anchor)) in known:
        return None
    return "anchor", f"`{target}` has no heading `#{anchor}`{did_you_mean(anchor, page.anchors)}"


def _bare(anchor: str) -> str:
    """Keep what all generators agree on: letters and figures, without their case."""
    return _PLAIN.sub("", anchor).lower()
