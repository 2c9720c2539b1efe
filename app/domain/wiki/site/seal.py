"""How a generated file that has no record of its own shows that nobody changed it."""

import hashlib
import re

from app.domain.wiki.site.unmoved import essence

GENERATED = "Documentation generated from the code by AutoDoc."
"""By this line a file is known as ours."""

_DIGEST = "autodoc digest=([0-9a-f]{16})"
_SEALS = (
    re.compile(rf"\A# {_DIGEST}\n"),
    re.compile(rf"^<!-- {_DIGEST} -->\n?\Z", re.MULTILINE),
)
"""YAML begins with it and a text ends with it: between, anybody's words can look like one."""


def seal_markdown(text: str) -> str:
    """End a text with a comment that holds its digest."""
    return f"{text}\n<!-- autodoc digest={_digest(text + chr(10))} -->\n"


def seal_yaml(text: str) -> str:
    """Begin YAML with comments that say whose it is, and its digest."""
    body = f"# {GENERATED}\n{text}"
    return f"# autodoc digest={_digest(body)}\n{body}"


def is_generated(data: bytes) -> bool:
    """Say whether a file says that it is ours."""
    return GENERATED.encode() in data


def is_as_written(data: bytes) -> bool:
    """Say whether a generated file is as AutoDoc wrote it; one without its digest is not."""
    text = data.decode(errors="replace").replace("\r\n", "\n")
    for pattern in _SEALS:
        seal = pattern.search(text)
        if seal is not None and seal[1] == _digest(text[: seal.start()] + text[seal.end() :]):
            return True
    return False


def _digest(text: str) -> str:
    # What moves with each commit is left out, so that an unchanged page's file stays unchanged.
    return hashlib.sha256(essence(text).encode()).hexdigest()[:16]
