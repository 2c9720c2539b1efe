"""Fingerprints of a definition: what its code does, and how it is worded."""

import hashlib
import re
from collections.abc import Iterable

DIGEST_RECIPE = "3"
"""Names how digests are made; it changes with every change to what they see or how they hash,
and with a grammar that names its nodes anew."""

_LAST_COMMA = re.compile(r",(?=[)\]}])")

_HALF = 8
_FULL = 16
TOLD = "told "
"""By this the digest of what is told is known from one of lines."""

KEPT = -1
"""The scope of a token whose text counts as it is."""

Token = tuple[str, int]
"""A piece of code, and the number of the scope that binds it if it is a local name."""


def code_digest(tokens: Iterable[Token], name: str = "") -> str:
    """Fingerprint code so that renaming a local name changes nothing, and any other name does.

    A local name counts as the place of its first use among the definition's local names; the
    definition's own `name` counts as such, so that the same code under another name is known again.
    """
    places: dict[Token, int] = {}
    return _hash(
        f"\1{places.setdefault((text, scope), len(places))}"
        if scope != KEPT
        else "\2"
        if text == name
        else text
        for text, scope in tokens
    )


def callable_digest(whole: Iterable[Token], body: Iterable[Token], name: str) -> str:
    """Fingerprint what can be called: all of it, and in a part of its own all but its parameters.

    So a new parameter is known from one with which the code came to do something else.
    """
    return code_digest(whole, name) + code_digest(body, name)[:_HALF]


def class_digest(own: Iterable[Token], name: str, members: Iterable[tuple[str, str]]) -> str:
    """Fingerprint a definition that has members, given by name and digest, in whatever order."""
    return _hash((code_digest(own, name), *(f"{each}\3{code}" for each, code in sorted(members))))


def same_body(old: str, new: str) -> bool:
    """Say whether two code digests differ in the parameters alone."""
    return len(old) == len(new) > _FULL and old[_FULL:] == new[_FULL:]


def wording_digest(signature: str, doc: str) -> str:
    """Fingerprint what a reader is told: the signature with its annotations, the doc comment.

    Either has its own half. White space, the kind of quotes and a last comma in the signature are
    layout, and so is where the lines of the doc comment end.
    """
    return _hash((_bare(signature),))[:_HALF] + _hash(doc.split())[:_HALF]


def same_signature(old: str, new: str) -> bool:
    """Say whether two wordings have the same signature; they may differ in the doc comment."""
    return old[:_HALF] == new[:_HALF]


def text_digest(text: str) -> str:
    """Fingerprint the text of a place outside all symbols, blind to layout."""
    return _hash(text.split())


def layout_digest(text: str) -> str:
    """Fingerprint lines of a source, blind to where they are broken and how they are quoted."""
    return _hash((_bare(text),))


def told_digest(text: str) -> str:
    """Fingerprint what is told of a place in a fixed form."""
    return f"{TOLD}{_hash(text.split())}"


def _bare(text: str) -> str:
    return _LAST_COMMA.sub("", "".join(text.split()).replace("'", '"'))


def _hash(parts: Iterable[str]) -> str:
    content = "\0".join(parts).encode(errors="surrogatepass")
    return hashlib.sha256(content).hexdigest()[:_FULL]
