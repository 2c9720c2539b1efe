"""Do the names and paths in code spans exist in the commit?"""

import re
from collections.abc import Iterator

from benchmarks.second_check.commit import Commit
from benchmarks.second_check.markdown import Place, words
from benchmarks.second_check.site import Finding, Site

_NAME = re.compile(r"^[@*&$]*[^\W\d]\w*(?:(?:\.|::|#|->)[^\W\d]\w*)*(?:\(.*\))?$", re.DOTALL)
_TELLING = re.compile(r"\w_\w|[a-z0-9][A-Z]")
_PATH = re.compile(r"^(?:\./)?[\w.@+-]+(?:/[\w.@+\[\]-]+)+/?$|^[\w.@+-]+/$")
OWN_NAMES = frozenset({"autodoc"})
"""Names of the product, which every page's notice may hold."""


def check_names(site: Site, page: str) -> Iterator[Finding]:
    """Judge every code span outside quotations."""
    for span in _judged(site, page):
        if _PATH.match(span.text):
            if not _has_path(site.commit, span.text):
                yield Finding(page, span.line, "name", f"no path or text `{span.text}`")
            continue
        for word in _claimed_words(span.text):
            if not _exists(site.commit, word):
                message = f"`{word}` of `{span.text}` occurs nowhere in the commit"
                yield Finding(page, span.line, "name", message)


def count_symbols(site: Site) -> tuple[int, int]:
    """Count the code spans that name symbols, and those of which every name exists exactly."""
    claimed = [
        _claimed_words(span.text)
        for page in site.pages
        for span in _judged(site, page)
        if not _PATH.match(span.text)
    ]
    naming = [names for names in claimed if names]
    exact = [names for names in naming if all(_exists(site.commit, word) for word in names)]
    return len(naming), len(exact)


def count_paths(site: Site) -> int:
    """Count the code spans that name paths."""
    return sum(1 for page in site.pages for span in _judged(site, page) if _PATH.match(span.text))


def _judged(site: Site, page: str) -> Iterator[Place]:
    for span in site.pages[page].codes:
        own = span.text in site.files or site.commit.sha.startswith(span.text)
        if not (span.quoted or own):
            yield span


def _exists(commit: Commit, word: str) -> bool:
    """Look a word up as it is: as a whole identifier of the commit."""
    return word in commit.vocabulary or word in OWN_NAMES


def _claimed_words(code: str) -> list[str]:
    """List the words that a code span presents as names of the repository."""
    whole = _NAME.match(code) is not None
    return [word for word in dict.fromkeys(words(code)) if whole or _TELLING.search(word)]


def _has_path(commit: Commit, path: str) -> bool:
    """A path may begin at the root or further down, or may be a text such as a module's name."""
    plain = path.removeprefix("./")
    if commit.has(plain):
        return True
    tail = "/" + plain.strip("/")
    if any(each.endswith(tail) for each in (*commit.files, *commit.folders)):
        return True
    return any(path in text for text in commit.texts.values())
