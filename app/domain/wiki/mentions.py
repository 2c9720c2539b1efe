"""Which names a page's prose mentions, to find those that no longer exist."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from app.domain.code.change import GoneName
from app.domain.wiki.markdown import clean
from app.domain.wiki.names import name_parts
from app.domain.wiki.words.plain import plain_text
from app.domain.wiki.words.sentences import units

_STAMP = re.compile(r"<!-- autodoc page=\S+ commit=(\S+) recipe=(\S+) -->")
CODE_SPAN = re.compile(r"(?<!`)(`{1,9})(?!`)(.+?)(?<!`)\1(?!`)")
"""With few lengths of marks, as each that nothing closes is looked for to the end of the text."""
_PATH = re.compile(r"(?<![\w/.@+-])(?:[\w.@+-]+/)+[\w.@+-]*\w")
_LINES = re.compile(r":\d+(?:-\d+)?$")
_FENCED = re.compile(r"\s*(?:`{3,}|~{3,})")
_WORD = re.compile(r"[\w$./@+-]+")


def read_stamp(text: str) -> tuple[str, str]:
    """Return the commit and the recipe that a page's stamp names; empty without a stamp."""
    found = _STAMP.findall(text)
    return found[-1] if found else ("", "")


def mentions_of(text: str, gone: Mapping[str, GoneName]) -> Iterator[tuple[str, GoneName]]:
    """Find the sentences that mention names which are gone; quotations and code blocks apart."""
    for unit in units(clean(text)):
        if unit.lstrip().startswith((">", "#")) or _FENCED.match(unit):
            continue
        found = {name.name: name for name in _named(plain_text(unit), gone)}
        yield from ((unit, name) for _, name in sorted(found.items()))


def speaks_of(sentence: str, text: str) -> bool:
    """Say whether a sentence's code spans hold one of those of another text."""
    named = {span.lstrip("*") for _, span in CODE_SPAN.findall(text)}
    return any(named & set(_WORD.findall(span)) for _, span in CODE_SPAN.findall(sentence))


def _named(text: str, gone: Mapping[str, GoneName]) -> Iterator[GoneName]:
    for _, span in CODE_SPAN.findall(text):
        for form in _forms(span.strip()):
            if form in gone:
                yield gone[form]
                break
        else:
            yield from _tail(span, gone)
    for found in _PATH.findall(CODE_SPAN.sub(" ", text)):
        if found in gone:
            yield gone[found]


def _forms(span: str) -> Iterator[str]:
    """Give the forms in which a span may be listed: as it is, bare, and each of its words."""
    yield span
    yield _LINES.sub("", span).rstrip("/")
    parts = name_parts(span)
    if parts:
        yield ".".join(parts)
    for word in span.split() if " " in span else [span]:
        bare = word.split("=")[0].strip("$,;")
        if bare.startswith("--") or bare.isupper() or "/" in bare:
            yield bare


def _tail(span: str, gone: Mapping[str, GoneName]) -> Iterator[GoneName]:
    """Find `shop.cart.Cart.total` as `Cart.total`, or `cart.total` as the `total` of that file."""
    parts = name_parts(span)
    for first in range(1, len(parts)):
        name = gone.get(".".join(parts[first:]))
        if name is not None and (len(parts) - first > 1 or parts[first - 1] in _modules(name)):
            yield name
            return


def _modules(name: GoneName) -> frozenset[str]:
    stem = posixpath.splitext(name.path)[0]
    return frozenset(stem.split("/")[-2:])
