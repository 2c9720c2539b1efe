"""What a documentation pull request says of itself: title, body, commit message."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.domain.value import Value
from app.domain.wiki.page import PageSpec, RenderedPage
from app.domain.wiki.site.publication import SIDECARS
from app.domain.wiki.words.prose import code_span, escape

MOST_CHARACTERS = 65_536
"""GitHub refuses a longer body."""
_MOST_TITLE = 120
_SHORT_COMMIT = 12
_STEERING = """\
**Steering.** Comment `/autodoc regenerate` to have everything written again, \
`/autodoc regenerate PAGE` for one page, `/autodoc help` for all commands. \
Include, exclude and what is committed are set in `.autodoc.yaml` on the documented branch.

**Stopping.** Close this pull request, and nothing is merged. Uninstall the App from the \
repository, and it stays silent."""


class Announcement(Value):
    """The words of one publication."""

    title: str
    body: str
    commit_message: str


class _Changes(Value):
    """Paths of pages by what happened to them."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def describe_publication(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    pages: Sequence[RenderedPage],
    commit: str,
    withheld: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> Announcement:
    """Say what a publication changes; `before` and `after` are the files of the pages' folder.

    `withheld` and `warnings` hold one sentence each.
    """
    changes = _compare(before, after)
    specs = {page.spec.path: page.spec for page in pages}
    title = _title(changes, commit)
    parts = [
        f"Documentation of commit {commit[:_SHORT_COMMIT]}, made by AutoDoc.",
        _table_of(changes, specs),
        _numbers(pages),
        _list("Withheld, because they did not pass their checks", withheld),
        _list("Noticed", warnings),
        _STEERING,
    ]
    return Announcement(
        title=title,
        body=_capped("\n\n".join(part for part in parts if part)),
        commit_message=f"{title}\n\n{_summary(changes)}\n",
    )


def _compare(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> _Changes:
    old, new = _pages(before), _pages(after)
    return _Changes(
        added=tuple(sorted(new - old)),
        changed=tuple(sorted(path for path in new & old if before[path] != after[path])),
        removed=tuple(sorted(old - new)),
    )


def _pages(files: Collection[str]) -> set[str]:
    return {path for path in files if SIDECARS not in path.split("/")}


def _title(changes: _Changes, commit: str) -> str:
    short = commit[:_SHORT_COMMIT]
    touched = len(changes.added) + len(changes.changed) + len(changes.removed)
    if changes.added and not changes.changed and not changes.removed:
        title = f"Document the code at {short}"
    else:
        title = f"Update {_count(touched, 'page')} of documentation to {short}"
    return title[:_MOST_TITLE]


def _summary(changes: _Changes) -> str:
    told = [
        f"{_count(len(paths), 'file')} {what}"
        for what, paths in changes.model_dump().items()
        if paths
    ]
    return (", ".join(told) or "no file changed") + "."


def _table_of(changes: _Changes, specs: Mapping[str, PageSpec]) -> str:
    rows = [
        f"| {code_span(path)} | {escape(specs[path].title) if path in specs else ''} | {what} |"
        for what, paths in changes.model_dump().items()
        for path in paths
    ]
    if not rows:
        return "No page changed."
    return "\n".join(["| File | Page | What happened |", "| --- | --- | --- |", *rows])


def _numbers(pages: Sequence[RenderedPage]) -> str:
    cited = {
        (each.path, each.symbol)
        for page in pages
        for section in page.sections
        for each in section.cited
    }
    sections = sum(len(page.sections) for page in pages)
    return (
        f"{_count(len(pages), 'page')}, {_count(sections, 'section')}, "
        f"{_count(len(cited), 'cited place')}. "
        "Every path, line, link, name, code block and diagram was checked against the commit."
    )


def _list(title: str, sentences: Iterable[str]) -> str:
    lines = [f"- {escape(each)}" for each in sentences]
    return "\n".join([f"**{title}**", "", *lines]) if lines else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _capped(body: str) -> str:
    """Cut whole lines from a body that is too long, and keep how to steer and stop."""
    if len(body) <= MOST_CHARACTERS:
        return body
    notice = "\n\nThe list is longer than GitHub allows; the commit shows all of it.\n\n"
    room = MOST_CHARACTERS - len(notice) - len(_STEERING)
    head = body[:room].rpartition("\n")[0]
    return head + notice + _STEERING
