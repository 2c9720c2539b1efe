"""Prose that people wrote, and the targets of Makefiles."""

import re
from collections.abc import Iterator

from app.domain.code.facts import Document, MakeTarget
from app.domain.wiki.site.guide_block import without_block

MAX_TEXT = 60_000
MAX_DOCUMENTS = 200
LONGEST_LINE = 2_000
"""What is longer is neither a target that a person would call nor a title."""

_PROSE = re.compile(r"\.(?:md|markdown|rst|mdx)$", re.IGNORECASE)
_AT_ROOT = re.compile(
    r"(?:readme|contributing|architecture|development|design|hacking|install|usage|security"
    r"|changelog|changes|history|upgrading|migration|roadmap|faq)(?:[._-][\w.-]+)?$",
    re.IGNORECASE,
)
_IN_DOCS = re.compile(
    r"(?:^|/)(?:docs?|documentation|guides?|adrs?)/|^(?:site|website)/(?:src/)?content/",
    re.IGNORECASE,
)
_README = re.compile(r"(?:^|/)readme(?:\.[\w.]+)?$", re.IGNORECASE)
_MAKEFILE = re.compile(r"(?:^|/)(?:GNUmakefile|[Mm]akefile|[\w.-]+\.mk)$")
_HEADING = re.compile(r"^#{1,6}[ \t]++(.+)$")
_UNDERLINE = re.compile(r"^(=+|-+)[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|<[^>]+>|[*`]")
_TARGET = re.compile(r"^([A-Za-z0-9][\w./ \t-]*+):(?![:=])[^#\n]*+(?:##[ \t]*+(.*))?$")


def is_document(path: str) -> bool:
    """Say whether a file is prose for people, by its path."""
    name = path.rpartition("/")[2]
    if _README.search(path):
        return not name.lower().endswith((".py", ".js", ".ts", ".go", ".html"))
    is_placed = _IN_DOCS.search(path) or ("/" not in path and _AT_ROOT.match(name))
    return bool(is_placed and _PROSE.search(name))


def read_document(path: str, text: str) -> Document:
    """Read a page of prose; what AutoDoc wrote into it is left out."""
    text = without_block(text)
    return Document(path=path, title=_title(text) or path, text=text[:MAX_TEXT])


def document_order(path: str) -> tuple[bool, int, str]:
    """Sort the root's own pages first; beyond the cap the deepest are dropped."""
    return not _README.search(path), path.count("/"), path


def is_makefile(path: str) -> bool:
    """Say whether a file is a Makefile, by its path."""
    return _MAKEFILE.search(path) is not None


def read_makefile(path: str, text: str) -> Iterator[MakeTarget]:
    """Read the targets that carry a comment on their line or above it."""
    seen: set[str] = set()
    above: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _TARGET.match(line) if len(line) <= LONGEST_LINE else None
        for name in match[1].split() if match is not None else ():
            if match is not None and name not in seen and not _is_file(name):
                doc = (match[2] or " ".join(above)).strip()
                seen.add(name)
                yield MakeTarget(name=name, path=path, line=number, doc=doc)
        if line.startswith("#"):
            above.append(line.lstrip("#").strip())
        elif not line.startswith(".PHONY"):
            above = []


def _is_file(name: str) -> bool:
    return "." in name or "/" in name


def _without_closing(heading: str) -> str:
    """Take away the number signs that may end a heading; `C#` is a word."""
    bare = heading.rstrip("#")
    return bare if bare.endswith((" ", "\t")) else heading


def _title(text: str) -> str:
    before = ""
    is_fenced = False
    for line in text[:MAX_TEXT].lstrip("\ufeff").splitlines():
        is_fenced ^= _FENCE.match(line) is not None
        heading = _HEADING.match(line)
        if heading is not None and not is_fenced:
            found = _without_closing(heading[1].rstrip(" \t"))
        elif before and _UNDERLINE.match(line) and not is_fenced:
            found = before
        else:
            before = line.strip()
            continue
        plain = _IMAGE.sub("", found[:LONGEST_LINE])
        title = _MARKUP.sub(lambda match: match[1] or "", plain).strip()
        if title:
            return title
    return ""
