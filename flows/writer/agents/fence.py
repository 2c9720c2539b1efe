"""Putting text that strangers wrote into a prompt, so that it stays evidence."""

import hashlib
import re

_SECRETS = re.compile(
    r"gh[opusr]_[A-Za-z0-9]{20,}"
    r"|github_pat_[A-Za-z0-9_]{20,}"
    r"|\bsk-[A-Za-z0-9_-]{20,}"
    r"|\bAKIA[A-Z0-9]{16}\b"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^\"]*?-----END [A-Z ]*PRIVATE KEY-----"
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Remove what a person reading the text could not see, and what no database stores.

    That is: control characters, lone surrogates, zero-width, bidirectional and tag characters.
    """
    return _UNSEEN.sub("", text)


def redact(text: str) -> str:
    """Replace what has the shape of a credential: a repository's slip is not for a provider."""
    return _SECRETS.sub("(redacted)", text)


def fence(label: str, text: str) -> str:
    """Quote text between two lines that the text itself cannot hold.

    The boundary is the digest of the text, so equal text gives equal prompts, and text that holds
    its own digest cannot be made.
    """
    quoted = redact(clean(text))
    boundary = f"{label} {_boundary(quoted)}"
    return f"<<<{boundary}\n{quoted}\n{boundary}>>>"


def fenced(label: str, prompt: str) -> str | None:
    """Return the first text that a prompt quotes under a label, or None when there is none."""
    pattern = rf"^<<<{re.escape(label)} ([0-9a-f]{{32}})\n(.*?)\n{re.escape(label)} \1>>>$"
    found = re.search(pattern, prompt, re.DOTALL | re.MULTILINE)
    if found is None or _boundary(found[2]) != found[1]:
        return None
    return found[2]


def _boundary(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
