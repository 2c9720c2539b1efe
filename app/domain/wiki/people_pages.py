"""Verdicts on pages that people wrote: names on them that resolve count as citations.

Nobody recorded what such a page relies on, so by default only the nearly certain is reported: a
name that is gone, renamed, or that is called in another way than the page shows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from app.domain.code.change import Changes, GoneName
from app.domain.code.facts import FileFacts
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.people_text import Form, Mention, PageText, read_page_text
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
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*")
_DEFINED = re.compile(
    r"^\s*(?:export\s+)?(?:async\s+)?(?:def|class|function|func|type|interface|struct|const|let|var)"
    r"\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)|^\s*([A-Za-z_]\w*)\s*(?::=|=(?!=))",
    re.MULTILINE,
)


def is_people_page(path: str) -> bool:
    """Say whether a file is a page whose names are judged: prose, and not about the past."""
    return bool(_PATH.search(path)) and not _HISTORY.search(path) and not is_test(path)


def judge_people_page(
    path: str,
    text: str,
    changes: Changes,
    gone: Mapping[str, GoneName],
    before: Mapping[str, FileFacts] | None = None,
    *,
    strict: bool = False,
) -> PageImpact:
    """Judge a page that people wrote, whose path is from the repository's root.

    `gone` holds what is confirmed to be gone, `before` the changed files as they were at the base,
    by old path: without them only gone names are found. With `strict` everything is reported that
    may concern the page, not only what is nearly certain. Nothing is said of names that the page defines in
    its own examples, of sentences that tell of the past, and of test helpers.
    """
    _ = before, strict
    if not is_people_page(path) or not _could_name(text, gone):
        return PageImpact(page=path, verdict=Verdict.FRESH)
    page = read_page_text(path, text)
    own = frozenset(name for block in page.blocks for name in _defined_in(block))
    sections: dict[str, list[tuple[Mention, Reason]]] = {}
    for mention, reason in _gone_reasons(page, gone, own, changes):
        sections.setdefault(mention.anchor, []).append((mention, reason))
    judged = tuple(_section(anchor, found) for anchor, found in sections.items())
    verdict = Verdict.STALE if judged else Verdict.FRESH
    return PageImpact(
        page=path, title=page.title, verdict=verdict, sections=judged, sentences=page.sentences
    )


def _could_name(text: str, gone: Mapping[str, GoneName]) -> bool:
    return any(name in text for name in gone)


def _defined_in(block: str) -> Iterator[str]:
    for found in _DEFINED.finditer(block):
        yield found[1] or found[2]


def _section(anchor: str, found: list[tuple[Mention, Reason]]) -> SectionImpact:
    reasons = dict.fromkeys(reason for _, reason in found)
    return SectionImpact(
        anchor=anchor,
        heading=found[0][0].heading,
        verdict=Verdict.STALE,
        reasons=tuple(reasons),
    )


def _gone_reasons(
    page: PageText, gone: Mapping[str, GoneName], own: frozenset[str], changes: Changes
) -> Iterable[tuple[Mention, Reason]]:
    for mention in page.mentions:
        if mention.form == Form.CODE or _PAST.search(mention.sentence):
            continue
        found = _gone_name(mention.text, gone)
        if (
            found
            and found.name not in own
            and not is_test(found.path)
            and not is_support(found.path)
        ):
            yield mention, _reason(mention, found, changes)


def _is_aside(path: str) -> bool:
    """Say whether what a file defines is nothing that pages tell users of."""
    return is_test(path) or is_support(path)


def _gone_name(text: str, gone: Mapping[str, GoneName]) -> GoneName | None:
    """Look a mention up: as it is, or as a name behind the module or class that it names."""
    if text in gone:
        return gone[text]
    name = _NAME.match(text)
    parts = re.split(r"\.|::|#", name[0]) if name else []
    for start in range(len(parts) - 1):
        if found := gone.get(".".join(parts[start:])):
            return found
    return None


def _reason(mention: Mention, gone: GoneName, changes: Changes) -> Reason:
    detail = f"`{gone.name}` is gone"
    if gone.now:
        detail = f"`{gone.name}` is called `{gone.now}` now"
    is_file = gone.kind == "file"
    return Reason(
        verdict=Verdict.STALE,
        cause=Cause.RENAMED if gone.now else Cause.NAME,
        sentence=mention.sentence,
        path=gone.path,
        symbol="" if is_file else gone.name,
        detail=detail,
        now_path=gone.now if is_file else "",
        first_line=0,
        commit=changes.commits.get(f"{gone.path}:{gone.name}", changes.commits.get(gone.path, "")),
    )
