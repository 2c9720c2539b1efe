"""Which pages a person means: by id, by path, or by a file that they cite."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from urllib.parse import quote

from app.domain.value import Value
from app.domain.wiki.page import PageKind
from app.domain.wiki.version import WikiPage, WikiVersion
from app.domain.wiki.words.prose import code_span
from app.errors import InputError

MOST_LISTED = 30
"""How many ids of pages an answer lists."""


def page_key(scope: str, page_id: str) -> str:
    """Name a page of a repository: several scopes may each have a home page."""
    return f"{scope}:{page_id}" if scope else page_id


class NamedPage(Value):
    """A page of a version."""

    scope: str
    id: str
    path: str
    """Within the documentation folder."""
    kind: PageKind

    @property
    def key(self) -> str:
        """Tell it from the pages of other scopes."""
        return page_key(self.scope, self.id)


def find_pages(versions: Sequence[WikiVersion], named: str) -> tuple[NamedPage, ...]:
    """Find the pages that a person names; raises InputError that lists those there are.

    A page's own name goes before that of a file which is cited.
    """
    pages = [(version, page) for version in versions for page in version.pages]
    for fits in (_is_called, _lies_at, _cites):
        found = tuple(_named(*each) for each in pages if fits(*each, named))
        if found:
            # Of a path that fits several scopes the innermost is meant.
            inner = max(len(each.scope) for each in found) if fits is _lies_at else 0
            return tuple(each for each in found if len(each.scope) >= inner)
    raise InputError(_unknown([_named(*each) for each in pages], named))


def _named(version: WikiVersion, page: WikiPage) -> NamedPage:
    # The reference layer is in no pull request, or says itself what it is.
    kind = page.spec.kind if page.committed else PageKind.REFERENCE
    return NamedPage(scope=version.scope, id=page.spec.id, path=page.spec.path, kind=kind)


def _is_called(version: WikiVersion, page: WikiPage, named: str) -> bool:
    spec = page.spec
    own = {spec.id, spec.path, page_key(version.scope, spec.id)}
    if version.scope:
        own |= {f"{version.scope}/{name}" for name in (spec.id, spec.path)}
    return named in own


def _lies_at(version: WikiVersion, page: WikiPage, named: str) -> bool:
    is_below = not version.scope or named.startswith(f"{version.scope}/")
    return is_below and _is_output(version, named.removesuffix(page.spec.path))


def _is_output(version: WikiVersion, folder: str) -> bool:
    """Say whether a folder is the one of a version's pages, as far as that is known."""
    if not folder.endswith("/"):
        return False
    if version.location:
        return version.location.endswith(f"/{folder}")
    return "autodoc" in folder


def _cites(_version: WikiVersion, page: WikiPage, named: str) -> bool:
    if page.spec.kind is PageKind.REFERENCE or not page.committed:
        return False
    path = re.escape(quote(named.rstrip("/")))
    cited = re.compile(rf"(?:/blob/[^/\s)]+/|\((?:\.\./)+){path}(?=[#)/])")
    return cited.search(page.markdown) is not None


def _unknown(pages: Sequence[NamedPage], named: str) -> str:
    ids = sorted({each.key for each in pages if each.kind is not PageKind.REFERENCE})
    near = get_close_matches(named.casefold(), ids, n=1)
    hint = f" Did you mean {code_span(near[0])}?" if near else ""
    listed = ", ".join(_listed(ids)) or "none yet"
    return f"No page has this name, and none cites such a file.{hint} The pages are: {listed}."


def _listed(ids: Sequence[str]) -> Iterator[str]:
    yield from map(code_span, ids[:MOST_LISTED])
    if len(ids) > MOST_LISTED:
        yield f"and {len(ids) - MOST_LISTED} more"
