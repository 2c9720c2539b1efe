"""Names in code spans: each must exist at the commit.

A block quotation is somebody's words, cited, not a claim of the page: names in it are not judged.
In pages that we did not write, an unknown name is a warning, and only when asked for, because
people may speak of other projects.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.site import Site, SitePage
from app.domain.checks.suggestion import did_you_mean
from app.domain.wiki.claims import lacks_member, unknown_argument
from app.domain.wiki.names import is_known, name_parts


def check_symbols(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find code spans whose names the commit does not have."""
    if not page.is_ours and not site.surroundings.strict:
        return
    for span in page.outline.spans:
        if span.quoted or is_known(span.text, site.names, strict=page.is_ours):
            continue
        yield Finding(
            rule=span_rule(span.text, site.names),
            page=page.path,
            line=span.line,
            message=unknown_name(span.text, site.names),
            severity=Severity.ERROR if page.is_ours else Severity.WARNING,
        )


def span_rule(text: str, names: AbstractSet[str]) -> str:
    """Name the kind of thing that a code span claims."""
    if unknown_argument(text, names):
        return "argument"
    return "path" if "/" in text else "symbol"


def unknown_name(text: str, names: AbstractSet[str]) -> str:
    """Say what is wrong with a code span."""
    argument = unknown_argument(text, names)
    if argument:
        return f"`{text.partition('(')[0]}` takes no argument `{argument}`"
    if lacks_member(name_parts(text), names):
        owner, member = name_parts(text)[-2:]
        hint = did_you_mean(f"{owner}.{member}", names)
        return f"`{owner}` has no member `{member}`{hint}"
    return f"`{text}` is not in the documented commit{did_you_mean(text, names)}"
