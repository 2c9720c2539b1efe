"""What a change makes of all pages of a repository: the whole that `impact` tells."""

import fnmatch
import re
from collections.abc import Callable, Collection, Mapping, Sequence

from app.domain.code.change import Changes, FileNow
from app.domain.code.facts import FileFacts
from app.domain.code.verdict import Cause, Verdict
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.judging import ack_key, worst
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.record import Ack, PageRecord
from app.domain.wiki.roles import is_support, is_test
from app.domain.work.update_cost import StalePage, UpdateCost

_GLOB = re.compile(r"[*?\[]")
BYTES_PER_LINE = 40
MOST_NAMES = 20
"""So many new names of one file are told."""
REWRITTEN = frozenset({Verdict.STALE, Verdict.NEW})
"""What makes a section be written anew."""


class Surface(Value):
    """Public names of a file of which no page tells."""

    path: str
    symbols: tuple[str, ...]


class Acknowledged(Value):
    """A page that is stale, and a person's word that it is true all the same."""

    page: str
    """From the root."""
    reason: str
    by: str = ""


class ScopeImpact(Value):
    """The pages that AutoDoc wrote of one scope."""

    scope: str
    """Its folder; empty for the whole repository."""
    output: str
    """The folder of its pages, from the root."""
    pages: tuple[PageImpact, ...] = ()
    """Those that are not fresh."""
    fresh: int = 0
    """How many others there are."""
    new: tuple[Surface, ...] = ()


class Impact(Value):
    """What became of the pages of a repository."""

    base: str
    """Empty when each page is judged from the commit that it was made from."""
    head: str
    scopes: tuple[ScopeImpact, ...] = ()
    people: tuple[PageImpact, ...] = ()
    """Pages that people wrote and that name what is not so any more, by path from the root."""
    people_fresh: int = 0
    acknowledged: tuple[Acknowledged, ...] = ()
    """Pages that would be stale, but for what people said; none of them is listed above."""
    loosened: tuple[str, ...] = ()
    """What a change of the configuration takes out of sight."""
    broken: tuple[str, ...] = ()
    """What is wrong with the configuration since the change, `path:line: what`."""
    cost: UpdateCost = UpdateCost()
    notes: tuple[str, ...] = ()
    """What could not be judged, and why."""

    @property
    def is_stale(self) -> bool:
        """Say whether any page states what is not so."""
        pages = (*self.people, *(page for scope in self.scopes for page in scope.pages))
        return any(page.verdict in (Verdict.STALE, Verdict.RETIRED) for page in pages)


def pointed(page: PageImpact) -> PageImpact:
    """Leave out the sections of which there is nothing to say."""
    told = tuple(
        each for each in page.sections if each.reasons or each.verdict is not Verdict.FRESH
    )
    return page.model_copy(update={"sections": told})


def own_effect(now: PageImpact, before: PageImpact | None) -> PageImpact:
    """Leave of a judgement what the other one, on an earlier commit, did not find."""
    if before is None:
        return now
    known = {
        (section.anchor, _identity(reason))
        for section in before.sections
        for reason in section.reasons
    }
    sections = tuple(
        with_reasons(
            section,
            [each for each in section.reasons if (section.anchor, _identity(each)) not in known],
        )
        for section in now.sections
    )
    return pointed(_with_sections(now, sections))


def _identity(reason: Reason) -> tuple[str, ...]:
    return reason.cause, reason.sentence, reason.path, reason.symbol, reason.digest


def with_reasons(section: SectionImpact, reasons: Sequence[Reason]) -> SectionImpact:
    """Give a section these reasons, and the verdict that follows."""
    verdict = worst(each.verdict for each in reasons if not each.acknowledged)
    return section.model_copy(update={"reasons": tuple(reasons), "verdict": verdict})


def map_reasons(page: PageImpact, change: Callable[[Reason], Reason]) -> PageImpact:
    """Change every reason of a page; its verdict follows."""
    return _with_sections(
        page,
        tuple(
            with_reasons(each, [change(reason) for reason in each.reasons])
            for each in page.sections
        ),
    )


def _with_sections(page: PageImpact, sections: tuple[SectionImpact, ...]) -> PageImpact:
    """Give a page the verdict of its sections; one without a subject stays so."""
    verdict = worst(each.verdict for each in sections)
    if page.verdict is Verdict.RETIRED and verdict is Verdict.STALE:
        verdict = Verdict.RETIRED
    return page.model_copy(update={"sections": sections, "verdict": verdict})


def acknowledged(page: PageImpact, acks: Sequence[Ack]) -> PageImpact:
    """Take for true what a person said is true of this version of the code."""
    reasons = {(each.key, each.digest): each.reason for each in acks}

    def look(reason: Reason) -> Reason:
        given = reasons.get((ack_key(reason), reason.digest))
        return reason if given is None else reason.model_copy(update={"acknowledged": given})

    return map_reasons(page, look) if reasons else page


def without_acknowledged(
    judged: Mapping[str, PageImpact], acks: Mapping[str, Sequence[Ack]]
) -> dict[str, PageImpact]:
    """Leave out pages of which people said that they are true all the same."""
    told = {path: acknowledged(page, acks.get(path, ())) for path, page in judged.items()}
    return {path: page for path, page in told.items() if page.verdict is not Verdict.FRESH}


def acknowledgements(
    judged: Mapping[str, PageImpact], acks: Mapping[str, Sequence[Ack]]
) -> tuple[Acknowledged, ...]:
    """List on whose word which pages are not called stale, each word once."""
    found: dict[Acknowledged, None] = {}
    for path, page in judged.items():
        stale = {(ack_key(each), each.digest) for each in stale_reasons(page)}
        if not stale or stale_reasons(acknowledged(page, acks.get(path, ()))):
            continue
        for each in acks.get(path, ()):
            if (each.key, each.digest) in stale:
                found[Acknowledged(page=path, reason=each.reason, by=each.by)] = None
    return tuple(found)


def stale_reasons(page: PageImpact) -> list[Reason]:
    """List why a page is stale, but for what a person acknowledged."""
    return [reason for section in page.sections for reason in stale_in(section)]


def stale_in(section: SectionImpact) -> list[Reason]:
    """List why a section is stale, but for what a person acknowledged."""
    return [
        reason
        for reason in section.reasons
        if reason.verdict is Verdict.STALE and not reason.acknowledged
    ]


class Tree:
    """The files of a commit and the folders that they lie in."""

    def __init__(self, paths: Collection[str]) -> None:
        self._files = paths
        folders = (path.rsplit("/", cut)[0] for path in paths for cut in range(path.count("/") + 1))
        self._known = frozenset(folders)

    def holds(self, subject: str) -> bool:
        """Say whether anything is left of a path, a folder, a glob or `path:symbol`."""
        path = subject.split(":")[0].rstrip("/")
        return path in self._known or bool(_GLOB.search(path) and fnmatch.filter(self._files, path))


def is_over(spec: PageSpec, tree: Tree) -> bool:
    """Say whether nothing is left of what a page is about."""
    if spec.kind is PageKind.HOME or not spec.subjects:
        return False
    return not any(map(tree.holds, spec.subjects))


def may_be_over(page: PageImpact) -> bool:
    """Say whether a page cites what is gone, without which its subjects cannot be."""
    return any(each.cause is Cause.GONE for each in stale_reasons(page))


def new_surface(
    changes: Changes, before: Mapping[str, FileFacts], documents: Callable[[str], bool]
) -> tuple[Surface, ...]:
    """List public names that changed or new files define and did not define before.

    No page can tell of them yet. A member is listed where its owner is not new itself. What was
    only renamed within its file is not new.
    """
    renamed = {new: old for old, new in changes.renames.items()}
    files = [each for each in (*changes.files.values(), *changes.added.values()) if each]
    found = []
    for file in sorted(files, key=lambda each: each.path):
        if is_test(file.path) or is_support(file.path) or not documents(file.path):
            continue
        old = before.get(renamed.get(file.path, file.path))
        known = {each.name for each in old.symbols} if old is not None else set()
        fresh = {each.name for each in file.symbols.values() if each.name not in known}
        heirs = _renamed(old, file)
        names = [
            each.name
            for each in file.symbols.values()
            if each.public
            and each.name in fresh - heirs
            and each.name.rpartition(".")[0] not in fresh
        ]
        if names:
            found.append(Surface(path=file.path, symbols=tuple(names[:MOST_NAMES])))
    return tuple(found)


def _renamed(old: FileFacts | None, now: FileNow) -> set[str]:
    """Name what has the code of a definition that is gone, alone of all that are new."""
    if old is None:
        return set()
    known = {each.name for each in old.symbols}
    gone = {(each.kind, each.code_digest) for each in old.symbols if each.name not in now.symbols}
    heirs: dict[tuple[str, str], list[str]] = {}
    for each in now.symbols.values():
        if each.name not in known and (each.kind, each.code_digest) in gone:
            heirs.setdefault((each.kind, each.code_digest), []).append(each.name)
    return {names[0] for names in heirs.values() if len(names) == 1}


def size_of(page: PageImpact, record: PageRecord, text: str) -> StalePage:
    """Measure what of a page would be written anew; sections count as equally long."""
    anchors = {each.anchor for each in page.sections if each.verdict in REWRITTEN}
    cited = {
        (each.path, each.symbol, each.first_line): each.last_line - each.first_line + 1
        for section in record.sections
        if section.anchor in anchors
        for each in section.cited
        if not each.whole
    }
    return StalePage(
        sections=len(anchors),
        by_model=record.writer not in ("", "local"),
        text_bytes=len(text.encode()) * len(anchors) // max(len(record.sections), 1),
        source_bytes=BYTES_PER_LINE * sum(cited.values()),
    )


_STAMP = re.compile(rb"<!-- autodoc page=([\w.-]+) commit=(\S+) recipe=\S+ -->\s*\Z")


def stamp_of(page: bytes) -> tuple[str, str]:
    """Return the page's id and the commit that its last line names; empty without a stamp."""
    found = _STAMP.search(page[-1_000:])
    return (found[1].decode(), found[2].decode(errors="replace")) if found else ("", "")


_CITED = re.compile(rb'"path":\s*"((?:[^"\\]|\\.)*)"')


def cited_paths(record: bytes) -> frozenset[str]:
    """Find the paths in a record without reading it as JSON, which takes many times longer."""
    return frozenset(_plain(each) for each in _CITED.findall(record))


def _plain(text: bytes) -> str:
    """Read a JSON string; names with a backslash or a quote are in no record of ours."""
    return text.decode(errors="replace").replace('\\"', '"').replace("\\\\", "\\")
