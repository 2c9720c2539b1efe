"""The forms of secrets that people leave in sources: nobody is shown them again."""

import re

_PRIVATE_KEY = r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
FORMS = {
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
    "a private key": rf"{_PRIVATE_KEY}\s+(?:[A-Za-z0-9+/=]{{40,}}\s+){{3}}",
}
"""Regular expressions, by what they find."""

_MARKS = (
    "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox",
    "k_live_", "AIza", "sk-", "npm_", "pypi-AgEI", "PRIVATE KEY-----",
)  # fmt: skip
"""One of these is in whatever the forms find, and to look for them is much faster."""
_WHOLE_KEY = (
    rf"{_PRIVATE_KEY}[^-]{{0,200}}?[A-Za-z0-9+/=]{{40}}[^-]{{0,10000}}-----END [A-Z ]+-----"
)
_ANY = re.compile("|".join([_WHOLE_KEY, *FORMS.values()]))


def may_hold(text: str) -> bool:
    """Say whether it is worth looking for secrets in a text."""
    return any(mark in text for mark in _MARKS)


def redact(text: str) -> str:
    """Put `…` in the place of what has the form of a secret; lines keep their numbers.

    An example that only looks like one goes, too: nobody misses it.
    """
    if not may_hold(text):
        return text
    return _ANY.sub(lambda found: "…" + "\n" * found[0].count("\n"), text)
