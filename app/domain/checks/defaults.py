"""Defaults that prose states beside a name: `timeout` defaults to `30`.

A statement is judged when all that has the name has a literal as its default. In pages of people
only flags and variables of the environment are judged, whose names are nobody else's.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage
from app.domain.wiki.claims import is_wrong_default, stated_defaults
from app.domain.wiki.markdown import line_of

_CERTAIN = re.compile(r"--[a-z][\w-]{3,}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


def check_defaults(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find defaults that the code does not have."""
    if "default" not in page.text.lower():
        return
    for node in page.root.walk():
        if node.type != "inline":
            continue
        for name, value in stated_defaults(node.content):
            is_judged = page.is_ours or _CERTAIN.fullmatch(name)
            if is_judged and is_wrong_default(name, value, site.names):
                message = _message(name, value, site.names)
                yield Finding(rule="default", page=page.path, line=line_of(node), message=message)


def default_problems(text: str, names: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    """Find defaults that the code does not have; pairs of rule and message."""
    for name, value in stated_defaults(text):
        if is_wrong_default(name, value, names):
            yield "default", _message(name, value, names)


def _message(name: str, value: str, names: AbstractSet[str]) -> str:
    known = sorted(each.partition("=")[2] for each in names if each.startswith(f"{name}="))
    shown = ", ".join(f"`{each}`" for each in known if each)
    return f"`{value}` is not the default of `{name}`, which is {shown}"
