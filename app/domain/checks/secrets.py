"""Secrets: a key in a page is a key that everybody has."""

import math
import re
from collections import Counter
from collections.abc import Iterator

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage

_KINDS = {
    "an AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": (
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b"
    ),
    "a GitLab token": r"\bglpat-[A-Za-z0-9_-]{20}\b",
    "a Slack token": r"\bxox[abprs]-\d{8,}-[A-Za-z0-9-]{20,}\b",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{24,}\b",
    "a Google API key": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "an OpenAI key": r"\bsk-(?:proj-)?[A-Za-z0-9]{40,}\b",
    "an Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{80,}\b",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+(?:[A-Za-z0-9+/=]{40,}\s+){3}",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_EXAMPLE = re.compile(
    r"example|xxxx|0{6}|1234567|abcdef|your|sample|dummy|fake|\.\.\.", re.IGNORECASE
)
_LEAST_BITS = 3.0
"""Of a character; what people type as a stand-in repeats itself."""


def check_secrets(page: SitePage, _site: Site) -> Iterator[Finding]:
    """Find what has the form of a real secret; its text is not repeated."""
    for kind, pattern in _PATTERNS.items():
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
