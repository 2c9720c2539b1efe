"""Secrets: a key in a page is a key that everybody has."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage
from app.domain.code.secrets import FORMS, may_hold

_PATTERNS = {kind: re.compile(pattern) for kind, pattern in FORMS.items()}
_EXAMPLE = re.compile(
    r"example|xxxx|0{6}|1234567|abcdef|your|sample|dummy|fake|password|changeme|\.\.\.",
    re.IGNORECASE,
)
_LEAST_BITS = 3.0
"""Of a character; what people type as a stand-in repeats itself."""


def check_secrets(page: SitePage, _site: Site) -> Iterator[Finding]:
    """Find what has the form of a real secret; its text is not repeated."""
    for kind, pattern in _PATTERNS.items() if may_hold(page.text) else ():
        for found in pattern.finditer(page.text):
            if _EXAMPLE.search(found[0]) or _bits(found[0]) < _LEAST_BITS:
                continue
            yield Finding(
                rule="secret",
                page=page.path,
                line=page.text.count("\n", 0, found.start()) + 1,
                message=f"the page shows {kind}: revoke it, then remove it",
            )


def _bits(text: str) -> float:
    """Measure how little the characters of a text repeat."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
