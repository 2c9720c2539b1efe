"""Do the names and paths in code spans exist in the commit?"""

import re
from collections.abc import Iterator

from benchmarks.second_check.commit import Commit
from benchmarks.second_check.markdown import words
from benchmarks.second_check.site import Finding, Site

_NAME = re.compile(r"^[@*&$]*[^\W\d]\w*(?:(?:\.|::|#|->)[^\W\d]\w*)*(?:\(.*\))?$", re.DOTALL)
_TELLING = re.compile(r"\w_\w|[a-z0-9][A-Z]")
_PATH = re.compile(r"^(?:\./)?[\w.@+-]+(?:/[\w.@+\[\]-]+)+/?$|^[\w.@+-]+/$")
OWN_NAMES = frozenset({"autodoc"})
"""Names of the product, which every page's notice may hold."""


def check_names(site: Site, page: str) -> Iterator[Finding]:
    """Judge every code span outside quotations."""
    for span in site.pages[page].codes:
        if span.quoted or span.text in site.files or site.commit.sha.startswith(span.text):
            continue
        if _PATH.match(span.text):
            if not _has_path(site.commit, span.text):
                yield Finding(page, span.line, "name", f"no path or text `{span.text}`")
            continue
        for word in dict.fromkeys(_claimed_words(span.text)):
            if word not in site.commit.vocabulary and word not in OWN_NAMES:
                message = f"`{word}` of `{span.text}` occurs nowhere in the commit"
                yield Finding(page, span.line, "name", message)


def _claimed_words(code: str) -> Iterator[str]:
    """List the words that a code span presents as names of the repository."""
    whole = _NAME.match(code) is not None
    for word in words(code):
        if whole or _TELLING.search(word):
            yield word


def _has_path(commit: Commit, path: str) -> bool:
    """A path may begin at the root or further down, or may be a text such as a module's name."""
    plain = path.removeprefix("./")
    if commit.has(plain):
        return True
    tail = "/" + plain.strip("/")
    if any(each.endswith(tail) for each in (*commit.files, *commit.folders)):
        return True
    return any(path in text for text in commit.texts.values())
