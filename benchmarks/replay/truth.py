"""What a section shows of the code, and whether it still holds at another commit.

It reads published pages and git, and shares no code with the verdicts of the product: what is cited
is found by the permalink's commit, path and lines, read by parsers of its own, looked for under the
same name at the head, and compared as far as the section shows it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from benchmarks.replay.definitions import Definition, Source, read, spaced, squeezed
from benchmarks.replay.history import Tree
from benchmarks.replay.pages import Link, Section, plain

_WORD = re.compile(r"[^\W\d]\w*")
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*(?:\(\))?")
_TOKEN = re.compile(r"\w+")
_PATH = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*/?")
_SENTENCE = re.compile(r"(?<=[.!?])\s")
_QUOTED = 12
"""Letters; what is shorter stands on a page by chance."""
_SHORTEST_DOC = 3
"""Words; shorter sentences are found by chance."""


@dataclass(frozen=True)
class Change:
    """Something that a section shows and that is not so any more."""

    kind: str
    """`gone`, `signature`, `doc`, `snippet`, `line`, `name` or `file`; `added` for documentation
    where there was none, which makes nothing false."""
    path: str
    name: str
    was: str
    now: str


@dataclass
class Code:
    """The code of a repository at all its commits, parsed when it is asked for."""

    tree: Tree
    _sources: dict[tuple[str, str], Source | None] = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = cache(self._words_of)
        self.paths = cache(self._paths_of)
        self.path_now = cache(self._path_now)

    def source(self, commit: str, path: str) -> Source | None:
        """Parse a file of a commit."""
        blob = self.tree.listing(commit).get(path)
        if blob is None:
            return None
        suffix = path[path.rfind(".") :]
        if (suffix, blob) not in self._sources:
            self._sources[suffix, blob] = read(path, self.tree.blob(blob))
        return self._sources[suffix, blob]

    def _paths_of(self, commit: str) -> frozenset[str]:
        """Collect the files and folders of a commit, and their last names."""
        paths = set(self.tree.listing(commit))
        for path in list(paths):
            folders = path.split("/")[:-1]
            paths |= {"/".join(folders[: at + 1]) for at in range(len(folders))}
        return frozenset(paths | {path.rpartition("/")[2] for path in paths})

    def _words_of(self, commit: str) -> frozenset[str]:
        """Collect every word of a commit's files and their paths."""
        listing = self.tree.listing(commit)
        self.tree.read(listing.values())
        for blob in listing.values():
            if blob not in self._words:
                self._words[blob] = frozenset(_WORD.findall(self.tree.blob(blob)))
        found: set[str] = set(_WORD.findall(" ".join(listing)))
        return frozenset(found.union(*(self._words[blob] for blob in listing.values())))

    def _path_now(self, commit: str, path: str, head: str) -> str:
        """Follow a file to another commit; nothing when it is gone."""
        if path in self.tree.listing(head):
            return path
        return self.tree.changed(commit, head).get(path, "") if commit != head else ""


def changes(section: Section, code: Code, before: str, head: str) -> list[Change]:
    """List what a section shows that does not hold at the head.

    `before` is the last commit at which the section is known to have been true: names that the tree
    had then and has no more are found by it.
    """
    shown = _Shown(section)
    found = [each for link in section.links for each in _of_link(link, shown, code, head)]
    found += _dead_names(section, code, before, head)
    return list(dict.fromkeys(found))


class _Shown:
    """What a section says, ready to be searched."""

    def __init__(self, section: Section) -> None:
        self.plain = section.plain
        self.letters = _letters(self.plain)
        self.spans = {squeezed(each) for each in section.spans}

    def signature(self, definition: Definition) -> str:
        """Return the signature as it stands there, with or without what follows it."""
        shown = (
            each
            for each in self.spans
            if _begins(definition, each) and ("(" in each or each == definition.signature)
        )
        return max(shown, key=len, default="")

    def doc_sentence(self, doc: str) -> str:
        """Return the first sentence of a documentation, if it stands there."""
        first = _first_sentence(doc)
        is_long = len(first.split()) >= _SHORTEST_DOC
        return first if is_long and first and first in self.plain else ""


def _begins(definition: Definition, text: str) -> bool:
    """Say whether a signature is as it is shown; `export` is not shown."""
    return definition.signature.startswith(text)


def _first_sentence(doc: str) -> str:
    return plain(_SENTENCE.split(doc, maxsplit=1)[0]) if doc else ""


def _of_link(link: Link, shown: _Shown, code: Code, head: str) -> Iterator[Change]:
    if link.commit == head:
        return
    path = code.path_now(link.commit, link.path, head)
    there = code.tree.text(head, path) if path else None
    if link.fence:
        yield from _snippet(link, path, there, code, head)
        return
    source = code.source(link.commit, link.path)
    definition = source.at(link.first, link.last) if source and link.first else None
    is_whole = definition is not None and (definition.first, definition.last) == (
        link.first,
        link.last,
    )
    if definition is not None and is_whole:
        yield from _definition(link, definition, shown, code, path, head)
    elif there is None:
        yield Change("file", link.path, "", link.path, "")
    elif link.first:
        yield from _line(link, definition, shown, code, path, head)
    else:
        yield from _file(link, shown, code, path, head)


def _snippet(link: Link, path: str, there: str | None, code: Code, head: str) -> Iterator[Change]:
    """Look for shown code; it may have been moved to another file, or indented otherwise."""
    wanted = squeezed(link.fence)
    if there is not None:
        is_there = wanted in squeezed(there)
    else:
        suffix = link.path[link.path.rfind(".") :]
        others = [other for other in code.tree.listing(head) if other.endswith(suffix)]
        is_there = any(wanted in squeezed(code.tree.text(head, other) or "") for other in others)
    if not is_there:
        yield Change("snippet", link.path, "", link.fence[:200], "" if there is None else path)


def _definition(
    link: Link, was: Definition, shown: _Shown, code: Code, path: str, head: str
) -> Iterator[Change]:
    nows = _now(was, code, link.path, path, head)
    if not nows:
        yield Change("gone", link.path, was.name, was.signature, "")
        return
    signature = shown.signature(was)
    if signature and not any(_begins(each, signature) for each in nows):
        yield Change("signature", link.path, was.name, signature, nows[0].signature[:300])
    if signature and not was.doc and nows[0].doc:
        yield Change("added", link.path, was.name, "", _first_sentence(nows[0].doc))
    sentence = shown.doc_sentence(was.doc)
    if sentence and sentence not in {_first_sentence(each.doc) for each in nows}:
        yield Change("doc", link.path, was.name, sentence, _first_sentence(nows[0].doc))


def _now(was: Definition, code: Code, old: str, path: str, head: str) -> list[Definition]:
    """Find a definition under its name, in its file or in the one to which alone it moved."""
    source = code.source(head, path) if path else None
    nows = source.named(was.name) if source else []
    if nows:
        return nows
    suffix = old[old.rfind(".") :]
    elsewhere = [
        each
        for other in code.tree.listing(head)
        if other.endswith(suffix) and (found := code.source(head, other))
        for each in found.named(was.name)
        if each.code == was.code
    ]
    return elsewhere if len(elsewhere) == 1 else []


def _line(
    link: Link, around: Definition | None, shown_by: "_Shown", code: Code, path: str, head: str
) -> Iterator[Change]:
    """Look for what a row says of a line on one line of the head, and for quoted lines as such."""
    text = code.tree.text(link.commit, link.path) or ""
    lines = text.split("\n")[link.first - 1 : link.last]
    there = (code.tree.text(head, path) or "").split("\n")
    if around is not None:
        nows = _now(around, code, link.path, path, head)
        if not nows:
            yield Change("gone", link.path, around.name, _told(lines), "")
            return
        there = [line for each in nows for line in there[each.first - 1 : each.last]]
    kept = {squeezed(line) for line in there}
    if all(squeezed(line) in kept for line in lines):
        return
    quoted = [_letters(line) for line in lines]
    quoted = [each for each in quoted if len(each) >= _QUOTED and each in shown_by.letters]
    if quoted and not {_letters(line) for line in there}.issuperset(quoted):
        yield Change("line", link.path, "", _told(lines), "")
        return
    # What names the file itself says nothing of its lines.
    said = set(_TOKEN.findall(plain(link.around))) - set(_TOKEN.findall(link.path))
    shown = {each for line in lines for each in _TOKEN.findall(line)} & said
    height = link.last - link.first + 1
    windows = (" ".join(there[at : at + height]) for at in range(max(1, len(there) - height + 1)))
    if not any(shown <= set(_TOKEN.findall(window)) for window in windows):
        name = around.name if around else ""
        yield Change("line", link.path, name, _told(lines), " ".join(shown)[:200])


def _file(link: Link, shown: _Shown, code: Code, path: str, head: str) -> Iterator[Change]:
    was, now = code.source(link.commit, link.path), code.source(head, path)
    sentence = shown.doc_sentence(was.doc) if was else ""
    if sentence and now and sentence != _first_sentence(now.doc):
        yield Change("doc", link.path, "", sentence, _first_sentence(now.doc))
    if was is not None:
        return
    before, after = (
        code.tree.text(*each) or "" for each in ((link.commit, link.path), (head, path))
    )
    for cell in map(plain, re.split(r"(?<!\\)\|", link.around)):
        if cell in _values(before) and cell not in _values(after):
            yield Change("line", link.path, "", cell[:200], "")


def _values(text: str) -> frozenset[str]:
    """Collect what a document or a manifest may be quoted with: its headings and strings."""
    strings = re.findall(r"[\"']([^\"'\n]+)[\"']", text)
    titles = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return frozenset(plain(each) for each in (*strings, *titles))


def _letters(text: str) -> str:
    """Leave out all but letters and digits."""
    return re.sub(r"[\W_]+", "", plain(text))


def _dead_names(section: Section, code: Code, before: str, head: str) -> Iterator[Change]:
    """Find names in code spans that the tree had, and has no more."""
    if before == head:
        return
    gone = code.words(before) - code.words(head)
    left = code.paths(before) - code.paths(head)
    for span in section.spans if left else ():
        if _PATH.fullmatch(span) and span.rstrip("/") in left:
            yield Change("name", "", span, span, "")
    for span in section.spans if gone else ():
        for name in _NAME.findall(span) if _NAME.fullmatch(span) else ():
            dead = [each for each in _WORD.findall(name) if each in gone]
            if dead:
                yield Change("name", "", name, dead[0], "")


def leads_elsewhere(before: Section, after: Section, code: Code) -> list[Change]:
    """List the links of a kept section that lead to another definition than they did."""
    old, new = before.links, after.links
    if len(old) != len(new):
        return []
    found = []
    for was, now in zip(old, new, strict=True):
        if (was.commit, was.path, was.first) == (now.commit, now.path, now.first) or not was.first:
            continue
        one, other = _cited(was, code), _cited(now, code)
        if one is not None and (other is None or one.short != other.short):
            name = other.name if other else ""
            found.append(Change("link", now.path, one.name, f"{was.first}", f"{now.first} {name}"))
    return found


def followed_lines(before: Section, after: Section, code: Code) -> frozenset[str]:
    """Collect the lines to which a kept section links where they stand by now."""
    pairs = zip(before.links, after.links, strict=False)
    return frozenset(
        text
        for was, now in pairs
        if now.commit != was.commit and (text := _shown_lines(was, code)) == _shown_lines(now, code)
    )


def _shown_lines(link: Link, code: Code) -> str:
    lines = (code.tree.text(link.commit, link.path) or "").split("\n")
    return _told(lines[link.first - 1 : link.last])


def _told(lines: list[str]) -> str:
    """Show lines of code as one, not too long."""
    return spaced(" ".join(lines))[:200]


def _cited(link: Link, code: Code) -> Definition | None:
    source = code.source(link.commit, link.path)
    return source.at(link.first, link.last) if source else None
