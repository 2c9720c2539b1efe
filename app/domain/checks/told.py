"""What stands about pages outside them: titles and purposes, and the files made of those."""

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet

from app.domain.checks.finding import Finding
from app.domain.checks.forbidden import check_forbidden
from app.domain.checks.secrets import check_secrets
from app.domain.checks.site import Site, SitePage
from app.domain.checks.symbols import check_symbols, unknown_name
from app.domain.code.secrets import redact
from app.domain.wiki.names import is_known

_CLAIM = re.compile(
    r"`([^`\n]+)`"
    r"|(?<![\w.])([A-Za-z_][\w.]*\(\))"
    r"|(?<!\S)(--[a-z][\w-]+)"
    r"|(?<![\w./-])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?![\w./-])"
)
"""What a line of plain text can only mean as a name of the code."""
_CHECKS: tuple[Callable[[SitePage, Site], Iterable[Finding]], ...] = (
    check_forbidden,
    check_secrets,
    check_symbols,
)


def told_faults(text: str, names: Callable[[], AbstractSet[str]]) -> Iterator[str]:
    """Say what a title or a purpose may not say: a secret, or a name that the commit lacks.

    The names, which take seconds to collect of a large commit, are asked for only when needed.
    """
    if redact(text) != text:
        yield "it shows what has the form of a secret"
    for found in _CLAIM.finditer(text):
        name = next(filter(None, found.groups()))
        if not is_known(name, names()):
            yield unknown_name(name, names())


def check_told(path: str, text: str, site: Site, *, known: bool = False) -> list[Finding]:
    """List what is wrong with a text of ours that is no page, whatever its name ends with.

    One that consists of pages which are `known` to be right is only searched for secrets.
    """
    page = SitePage(path, text)
    page.is_ours = True
    checks = (check_secrets,) if known else _CHECKS
    return [finding for check in checks for finding in check(page, site)]
