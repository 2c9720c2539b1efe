"""Verdicts on pages that people wrote: names on them that resolve count as citations.

Nobody recorded what such a page relies on, so by default only the nearly certain is reported: a
name that is gone, renamed, or that is called in another way than the page shows.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from app.domain.code.change import Changes, GoneName, Hunk
from app.domain.code.difference import Difference, News, differences
from app.domain.code.facts import FileFacts
from app.domain.code.places import source_lines
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.judging import worst
from app.domain.wiki.people_concerns import Concern, concerns, siblings_of
from app.domain.wiki.people_names import WORD, PeoplePage
from app.domain.wiki.people_text import Form, Mention
from app.domain.wiki.roles import is_support, is_test

_PATH = re.compile(r"\.(?:md|markdown|mdx|rst)$", re.IGNORECASE)
_HISTORY = re.compile(
    r"(?:^|[/_.-])(?:change(?:s|log|logs)?|history|release[-_ ]?notes?|releases?|whats[-_]?new|"
    r"blog|news|(?:migrat|upgrad|deprecat)\w*|adrs?|decisions|rfcs?|proposals?|roadmap|plans?|"
    r"vendor|third[-_]party|node_modules)(?:[/._-]|$)",
    re.IGNORECASE,
)
"""Pages that tell of names as they were or are to be, and those of others."""
_PAST = re.compile(
    r"\b(?:renamed|removed|deprecat\w*|no longer|formerly|previously|used to be|was called|"
    r"were called|replaced by|replaces|superseded|backwards?[- ]compat\w*|legacy|old name|"
    r"in favou?r of|prior to|(?:before|until|since|as of|up to|older) (?:v(?:ersion)? ?)?\d)",
    re.IGNORECASE,
)
"""Sentences that tell of what was."""
_MOST_CODE = 30
_MEANINGS = {
    News.INCOMPATIBLE: (Verdict.STALE, Cause.SIGNATURE),
    News.ADDITION: (Verdict.REWORDED, Cause.ADDITION),
    News.VALUE: (Verdict.STALE, Cause.CODE),
    News.RAISES: (Verdict.STALE, Cause.CODE),
    News.MARKED: (Verdict.STALE, Cause.CODE),
    News.BEHAVIOUR: (Verdict.STALE, Cause.CODE),
    News.DOC: (Verdict.REWORDED, Cause.DOC),
    News.NEW: (Verdict.NEW, Cause.LISTED),
    News.GONE: (Verdict.STALE, Cause.GONE),
}
_NAME = re.compile(
    r"(?P<name>[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*)(?:\(.*\)|=\S*)?", re.DOTALL
)
_QUOTED = re.compile(r"[\"'](?:--)?([A-Za-z][\w-]+)[\"']")
_PLACE = re.compile(r"(?:#.*|:\d+(?:-\d+)?)$")
"""What names a place within a file."""
_FLAG = re.compile(r"(?<![\w-])--[A-Za-z][\w-]+")
_IMPORT = re.compile(r"(?:>>> )?from (?P<module>\w[\w.]*) import (?P<names>[\w, ]+)")
_DEFINED = re.compile(
    r"^\s*(?:export\s+)?(?:async\s+)?(?:def|class|function|func|type|interface|struct|const|let|var)"
    r"\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)|^\s*([A-Za-z_]\w*)\s*(?::=|=(?!=))",
    re.MULTILINE,
)


_Found = tuple[Mention | None, Reason]


def is_people_page(path: str) -> bool:
    """Say whether a file is a page whose names are judged: prose, and not about the past."""
    return bool(_PATH.search(path)) and not _HISTORY.search(path) and not is_test(path)


def judge_people_pages(
    pages: Mapping[str, PeoplePage],
    changes: Changes,
    gone: Mapping[str, GoneName],
    before: Mapping[str, FileFacts],
    now: Mapping[str, FileFacts],
    *,
    strict: bool = False,
) -> tuple[PageImpact, ...]:
    """Judge the pages that people wrote, given by path from the repository's root.

    `gone` holds what is confirmed to be gone; `before` and `now` are the facts of the changed
    files at the base, by old path, and at the head, by new path. By default these are reported: a
    name that is gone or renamed, an argument in a call that is no longer taken, and a thing that is
    missing in a list which named all of its kind. With `strict` all that may concern a page is.
    Nothing is said of names that the page defines in its own examples, of sentences that tell of
    the past, and of test helpers. Of pages that tell of the past nothing is said at all.
    """
    news = differences(before, now, changes.renames)
    words = _words_of(news, before) | {part for name in gone for part in WORD.findall(name)}
    read = {
        path: page
        for path, page in pages.items()
        if is_people_page(path) and not words.isdisjoint(page.words)
    }
    found: dict[str, list[_Found]] = defaultdict(list)
    for path, page in read.items():
        found[path] += _gone_reasons(page, gone, changes)
    for concern in concerns(read, news, before, strict=strict) if read else ():
        if (strict or concern.certain) and not _is_past(concern.mention):
            found[concern.page].append((concern.mention, _concern_reason(concern, changes)))
    return tuple(_impact(path, read.get(path), found[path]) for path in pages)


def _words_of(news: Sequence[Difference], before: Mapping[str, FileFacts]) -> set[str]:
    """Collect the words without which no page is concerned."""
    words = {part for each in news for part in WORD.findall(each.name)}
    for each in news:
        if each.news is News.NEW and each.path in before:
            words.update(
                part for name in siblings_of(each, before[each.path]) for part in WORD.findall(name)
            )
    return words


def _impact(path: str, page: PeoplePage | None, found: Sequence[_Found]) -> PageImpact:
    if page is None or not found:
        return PageImpact(page=path, verdict=Verdict.FRESH)
    sections: dict[str, list[_Found]] = defaultdict(list)
    for mention, reason in found:
        sections[mention.anchor if mention else ""].append((mention, reason))
    judged = tuple(_section(anchor, each) for anchor, each in sections.items())
    return PageImpact(
        page=path,
        title=page.page.title,
        verdict=worst(each.verdict for each in judged),
        sections=judged,
        sentences=page.page.sentences,
    )


def _section(anchor: str, found: Sequence[_Found]) -> SectionImpact:
    reasons = tuple(dict.fromkeys(reason for _, reason in found))
    return SectionImpact(
        anchor=anchor,
        heading=next((mention.heading for mention, _ in found if mention), ""),
        verdict=worst(reason.verdict for reason in reasons),
        reasons=reasons,
    )


def _is_past(mention: Mention | None) -> bool:
    return mention is not None and bool(_PAST.search(mention.sentence))


def _gone_reasons(
    page: PeoplePage, gone: Mapping[str, GoneName], changes: Changes
) -> Iterator[_Found]:
    if not any(page.words.issuperset(WORD.findall(posixpath.basename(name))) for name in gone):
        return
    own = frozenset(name for block in page.page.blocks for name in _defined_in(block))
    for mention in page.page.mentions:
        if _is_past(mention):
            continue
        for found in _gone_among(mention, page.path, gone):
            is_told = found.name not in own and not _is_aside(found.path)
            if is_told and not _is_anybodys(found, mention, page.path):
                yield mention, _gone_reason(mention, found, changes)


def _is_anybodys(gone: GoneName, mention: Mention, page: str) -> bool:
    """Say whether a page may mean its reader's file: every project has a `Makefile`.

    A page at the root, and whoever links to a file, means the repository's own.
    """
    is_bare = gone.kind == "file" and "/" not in gone.name
    return is_bare and "/" in page and mention.form is not Form.LINK


def _defined_in(block: str) -> Iterator[str]:
    for found in _DEFINED.finditer(block):
        yield found[1] or found[2]
    # A program that an example builds may have any flags.
    yield from (f"--{word}" for word in _QUOTED.findall(block))


def _is_aside(path: str) -> bool:
    """Say whether what a file defines is nothing that pages tell users of."""
    return is_test(path) or is_support(path)


def _gone_among(mention: Mention, page: str, gone: Mapping[str, GoneName]) -> Iterator[GoneName]:
    """Look up what a mention names; of an example only what it imports."""
    if mention.form is Form.CODE:
        yield from _gone_imports(mention.text, gone)
        return
    bare = _PLACE.sub("", mention.text)
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(page), bare))
    forms = (beside, bare.lstrip("/")) if mention.form is Form.LINK else (mention.text, bare)
    for text in (*forms, *_FLAG.findall(mention.text)):
        if found := gone.get(text):
            yield found
            return
    if found := _gone_name(mention.text, gone):
        yield found


def _gone_imports(line: str, gone: Mapping[str, GoneName]) -> Iterator[GoneName]:
    imported = _IMPORT.match(line)
    if imported is None:
        return
    package = imported["module"].split(".")[0]
    for part in imported["names"].split(","):
        found = gone.get(part.split(" as ")[0].strip())
        if found and package in found.path.split("/"):
            yield found


def _gone_name(text: str, gone: Mapping[str, GoneName]) -> GoneName | None:
    """Look a name up: as it is, behind the class that it names, or behind its module."""
    name = _NAME.fullmatch(text)
    parts = re.split(r"\.|::|#", name["name"]) if name else []
    for start in range(len(parts)):
        found = gone.get(".".join(parts[start:]))
        is_alone = start == len(parts) - 1 and start > 0
        if found and (not is_alone or parts[start - 1] in _modules(found)):
            return found
    return None


def _modules(name: GoneName) -> frozenset[str]:
    """Name the modules behind which a definition may be written."""
    return frozenset(posixpath.splitext(name.path)[0].split("/"))


def _gone_reason(mention: Mention, gone: GoneName, changes: Changes) -> Reason:
    is_file = gone.kind == "file"
    key = f"{gone.path}:{gone.name}"
    return Reason(
        verdict=Verdict.STALE,
        cause=Cause.NAME,
        sentence=mention.sentence,
        path=gone.path,
        symbol=gone.name,
        detail=f"is named `{gone.now}` now" if gone.now else "no longer exists",
        now_path=gone.now if is_file else "",
        commit=changes.commits.get(key, changes.commits.get(gone.path, "")),
        digest="gone",
    )


def _concern_reason(concern: Concern, changes: Changes) -> Reason:
    difference = concern.difference
    verdict, cause = _MEANINGS[difference.news]
    if concern.listed:
        verdict, cause = Verdict.NEW, Cause.LISTED
    now = changes.files.get(difference.path) or changes.added.get(difference.path)
    now_path = now.path if now and difference.first_line else ""
    key = f"{now_path}:{difference.name}"
    return Reason(
        verdict=verdict,
        cause=cause,
        sentence=concern.mention.sentence if concern.mention and not concern.listed else "",
        path=difference.path,
        symbol=difference.name,
        detail=concern.detail,
        now_path=now_path,
        first_line=difference.first_line,
        last_line=difference.last_line,
        code=_code(now.text, difference) if now else "",
        commit=changes.commits.get(key, changes.commits.get(now_path, "")),
        hunk=_hunk(difference, changes.hunks.get(now_path, ())),
        digest=difference.digest or "gone",
    )


def _code(text: str, difference: Difference) -> str:
    if not difference.first_line:
        return ""
    last = min(difference.last_line, difference.first_line + _MOST_CODE - 1)
    return "\n".join(source_lines(text)[difference.first_line - 1 : last])


def _hunk(difference: Difference, hunks: Sequence[Hunk]) -> Hunk | None:
    """Return the last hunk that touches the definition."""
    over = [
        each
        for each in hunks
        if each.new_first <= difference.last_line
        and each.new_first + max(each.new_lines, 1) > difference.first_line
    ]
    return over[-1] if over else None
