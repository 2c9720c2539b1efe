"""What a documentation pull request says of itself: title, body, commit message."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.configuration.config import CommitStyle
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.page import PageSpec, RenderedPage
from app.domain.wiki.site.figures import Evidence, News, Run, evidence_of, figures, in_short
from app.domain.wiki.site.grounds import (
    SHORT_COMMIT,
    Ground,
    Web,
    grounds,
    in_brief,
    in_full,
    substance,
    told_reasons,
)
from app.domain.wiki.site.publication import SIDECARS
from app.domain.wiki.words.prose import code_span, escape

MOST_CHARACTERS = 64_500
"""GitHub refuses more than 65,536; the rest is for what the publisher adds."""
_MOST_TITLE = 120
_PAGE = ".md"
_TRUE = frozenset((Verdict.FRESH, Verdict.RELOCATED))
_MOST_NEW = 5
_MOST_ASKED = 2
_MOST_NOTICED = 3
_MOST_NOTICE = 500
"""Characters of one thing that was noticed."""
_MOST_SEEN = 30_000
_MOST_NAMED = 8
"""Pages that one line names."""
_MOST_BRANCH = 60
"""Characters of a branch's name in a title."""
_STEERING = (
    "Change a page: `/autodoc revise PAGE: INSTRUCTION`. All commands: `/autodoc help`. Commits"
    " that you push here stay. Close this to hear nothing until the sources change;"
    " `/autodoc pause` for longer."
)
_CUT = "\nThe list is longer than GitHub allows; the commits show all of it.\n"


class Announcement(Value):
    """The words of one publication."""

    title: str
    body: str
    commit_message: str
    substance: str = ""
    """What is worth a new text when it is another one: no figures, no line numbers. Empty: all."""


class Asked(Value):
    """What a person asked of a page in a comment."""

    page: str
    by: str
    what: str


class Edition(Value):
    """What is published, and what is known of it."""

    commit: str
    """The documented commit."""
    branch: str = ""
    """The documented branch, where it is not the default one."""
    before: Mapping[str, bytes] = {}
    """The files of the pages' folder as the documented branch has them."""
    after: Mapping[str, bytes] = {}
    pages: tuple[RenderedPage, ...] = ()
    impacts: tuple[PageImpact, ...] = ()
    """What the commit makes of the pages of the documented branch."""
    sources: frozenset[str] = frozenset()
    """The files that are documented."""
    asked: tuple[Asked, ...] = ()
    """What people asked of pages, and is followed here."""
    withheld: tuple[str, ...] = ()
    """One sentence for each page that did not pass its checks."""
    warnings: tuple[str, ...] = ()
    run: Run = Run()
    address: str = ""
    """Where people look at the repository."""
    style: CommitStyle = CommitStyle.PLAIN


class _Changes(Value):
    """Paths of pages by what happened to them."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def describe_publication(edition: Edition) -> Announcement:
    """Say what a publication changes and why, how to steer it, and how to stop it.

    A maintainer sees less than 40 lines; the rest is folded away.
    """
    changes = _compare(edition.before, edition.after)
    web = Web(address=edition.address, commit=edition.commit)
    found = grounds(edition.impacts, (*changes.added, *changes.changed), changes.removed, web)
    title = _title(changes, edition.style)
    noticed, asked = _noticed(edition), _asked(edition.asked)
    everything = in_full(found)
    if everything == in_brief(found):
        everything = []
    evidence, numbers = _numbers(edition, changes)
    seen = [
        _made(edition, web),
        "\n".join(asked[:_MOST_ASKED]),
        _first_lines(_why(edition, found, changes), _MOST_SEEN),
        " ".join(in_short(evidence, edition.run)),
        "\n".join(noticed[:_MOST_NOTICED]),
        _STEERING,
    ]
    folded = (
        ("Figures", "\n".join(numbers)),
        ("More that was asked", "\n".join(asked[_MOST_ASKED:])),
        ("Everything that became false", "\n".join(everything)),
        ("Everything that was noticed", "\n".join(noticed[_MOST_NOTICED:])),
        ("More new pages", "\n".join(_new_beyond(changes.added, _specs(edition)))),
    )
    return Announcement(
        title=_with_branch(title, edition.branch),
        body=_capped("\n\n".join(part for part in seen if part), folded),
        substance="\n".join((substance(found, changes.model_dump()), *asked)),
        commit_message=f"{_subject(title, edition.commit)}\n\n{_summary(changes, asked)}\n",
    )


def _specs(edition: Edition) -> dict[str, PageSpec]:
    return {page.spec.path: page.spec for page in edition.pages}


def _made(edition: Edition, web: Web) -> str:
    run = f" in [this run]({edition.run.page})" if edition.run.page else ""
    return f"Documentation of commit {web.commit_link(edition.commit)}, made by AutoDoc{run}."


def _with_branch(title: str, branch: str) -> str:
    """Tell the pull requests of several documented branches apart."""
    return f"{title} of {code_span(branch[:_MOST_BRANCH])}" if branch else title


def _compare(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> _Changes:
    old, new = _pages(before), _pages(after)
    return _Changes(
        added=tuple(sorted(new - old)),
        changed=tuple(sorted(path for path in new & old if before[path] != after[path])),
        removed=tuple(sorted(old - new)),
    )


def _pages(files: Collection[str]) -> set[str]:
    return {path for path in files if SIDECARS not in path.split("/")}


def _title(changes: _Changes, style: CommitStyle) -> str:
    paths = (*changes.added, *changes.changed, *changes.removed)
    pages = [path for path in paths if path.endswith(_PAGE)]
    if changes.added and not changes.changed and not changes.removed:
        title = "Document the code"
    else:
        what = _count(len(pages), "page") if pages else "the lists"
        title = f"Update {what} of documentation"
    if style is CommitStyle.CONVENTIONAL:
        title = f"docs: {title[0].lower()}{title[1:]}"
    return title[:_MOST_TITLE]


def _subject(title: str, commit: str) -> str:
    """Name the commit: those of the pull request differ in nothing else."""
    return f"{title} at {commit[:SHORT_COMMIT]}"


def _summary(changes: _Changes, asked: Sequence[str]) -> str:
    told = [
        f"{_count(len(paths), 'file')} {what}"
        for what, paths in changes.model_dump().items()
        if paths
    ]
    followed = f" Follows {_count(len(asked), 'instruction')} from comments." if asked else ""
    return (", ".join(told) or "no file changed") + "." + followed


def _asked(asked: Iterable[Asked]) -> list[str]:
    """Give instructions as the reason, in the words of whoever gave them."""
    said = [(code_span(each.by), code_span(each.page), each.what[:_MOST_NOTICE]) for each in asked]
    return [f"- {by} asked of {page}: {escape(what)}" for by, page, what in said]


def _why(edition: Edition, found: Sequence[Ground], changes: _Changes) -> str:
    """Say what became false; of pages that are new, what they are; and name the others."""
    specs = _specs(edition)
    parts = []
    if found:
        parts.append("\n".join(["**What became false, and why**", "", *in_brief(found)]))
    if new := list(_new(changes.added, specs)):
        parts.append("\n".join(["**New pages**", "", *new]))
    told = {*(each.page for each in found), *(each.page for each in edition.asked)}
    also = "Also brought" if found else "Brought"
    rest = (
        *_named(f"{also} up to date", changes.changed, told),
        *_named("Removed", changes.removed, told),
    )
    parts += ["\n".join(rest)] if rest else []
    return "\n\n".join(parts)


def _named(what: str, paths: Sequence[str], told: Collection[str]) -> Iterator[str]:
    """Name on one line the pages of which nothing else is told."""
    pages = [path for path in paths if path.endswith(_PAGE) and path not in told]
    if pages:
        named = ", ".join(map(code_span, pages[:_MOST_NAMED]))
        more = len(pages) - _MOST_NAMED
        yield f"{what}: {named} and {more} more." if more > 0 else f"{what}: {named}."


def _new(paths: Sequence[str], specs: Mapping[str, PageSpec]) -> Iterator[str]:
    pages = [path for path in paths if path in specs]
    for path in pages[:_MOST_NEW]:
        yield f"- {code_span(path)} {escape(specs[path].title)}"
    if len(pages) > _MOST_NEW:
        yield f"- {len(pages) - _MOST_NEW} more below"


def _new_beyond(paths: Sequence[str], specs: Mapping[str, PageSpec]) -> Iterator[str]:
    """List the new pages that are not seen at once."""
    pages = [path for path in paths if path in specs]
    for path in pages[_MOST_NEW:]:
        yield f"- {code_span(path)} {escape(specs[path].title)}"


def _numbers(edition: Edition, changes: _Changes) -> tuple[Evidence, tuple[str, ...]]:
    before, after = edition.before, edition.after
    false = [
        (page.page, each.path, each.symbol)
        for page in edition.impacts
        if page.page in after and before.get(page.page) == after[page.page]
        for each in told_reasons(page)
        if each.verdict is Verdict.STALE
    ]
    evidence = evidence_of(edition.pages, edition.sources, false)
    specs = _specs(edition)
    there = [each for each in edition.impacts if each.page not in changes.removed]
    news = News(
        added=sum(path in specs for path in changes.added),
        removed=sum(path.endswith(_PAGE) for path in changes.removed),
        again=sum(each.page in changes.changed and each.verdict in _TRUE for each in there),
    )
    return evidence, figures(evidence, there, news, edition.run)


def _noticed(edition: Edition) -> list[str]:
    return [
        *(f"- Withheld: {escape(each[:_MOST_NOTICE])}" for each in edition.withheld),
        *(f"- Noticed: {escape(each[:_MOST_NOTICE])}" for each in edition.warnings),
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _capped(seen: str, folded: Iterable[tuple[str, str]]) -> str:
    """Join what is seen and what is folded away; of what is too long, whole lines go."""
    body = seen
    for title, text in folded:
        opening = f"\n\n<details><summary>{title}</summary>\n\n"
        closing = "\n\n</details>"
        room = MOST_CHARACTERS - units(body) - units(opening + closing)
        if text and units(text) > room:
            text = _first_lines(text, room - len(_CUT)) + _CUT
        if text:
            body += f"{opening}{text}{closing}"
    return body


def _first_lines(text: str, room: int) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        room -= units(line) + 1
        if room < 0:
            break
        lines.append(line)
    return "\n".join(lines)


def units(text: str) -> int:
    """Measure a text as GitHub may: characters beyond the basic plane count twice."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)
