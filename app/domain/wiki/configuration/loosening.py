"""What a change of the configuration takes out of sight."""

import fnmatch
import posixpath
from collections.abc import Iterator, Sequence

from app.domain.wiki.configuration.config import CheckMode, Ignored
from app.domain.wiki.configuration.scope import Globs, Scope

_STRICTNESS = (CheckMode.OFF, CheckMode.REPORT, CheckMode.REQUIRE)
_EVERYTHING = "everything"


def loosened(base: Sequence[Scope], head: Sequence[Scope]) -> tuple[str, ...]:
    """Tell, a sentence each, of what was documented or judged and is no more.

    A scope that is new is held against the one that its folder belonged to, and the folder of one
    that is gone against the one that it belongs to now.
    """
    told: list[str] = []
    for scope in head:
        before = _around(scope.folder, base)
        if before is not None:
            told += _told(before, scope)
    for scope in base:
        after = _around(scope.folder, head)
        if after is not None and after.folder != scope.folder:
            told += _modes(scope, after)
    return tuple(dict.fromkeys(told))


def _around(folder: str, scopes: Sequence[Scope]) -> Scope | None:
    """Find the scope that a folder is, or belongs to."""
    found = [each for each in scopes if f"{folder}/".startswith(_start(each.folder))]
    return max(found, key=lambda each: len(each.folder), default=None)


def _start(folder: str) -> str:
    return f"{folder}/" if folder else ""


def _told(before: Scope, now: Scope) -> Iterator[str]:
    yield from _modes(before, now)
    yield from _excluded(before, now)
    yield from _included(before, now)
    yield from _ignored(before, now)
    if before.folder == now.folder and before.output != now.output:
        yield (
            f"{_place(now, 'output')}: `output` goes from `{before.output}` to `{now.output}`:"
            " the pages in the old folder are judged no more"
        )


def _modes(before: Scope, now: Scope) -> Iterator[str]:
    old, new = before.config.checks.mode, now.config.checks.mode
    if _STRICTNESS.index(new) < _STRICTNESS.index(old):
        of = "" if before.folder == now.folder else f" of {before.name}"
        yield f"{_place(now, 'checks')}: `checks.mode`{of} goes from `{old}` to `{new}`"


def _excluded(before: Scope, now: Scope) -> Iterator[str]:
    known = Globs(_from_root(before, before.config.exclude))
    for each in now.config.exclude:
        if not known.match(posixpath.join(now.folder, each)):
            yield f"{_place(now, 'exclude')}: `{each}` is now excluded"


def _included(before: Scope, now: Scope) -> Iterator[str]:
    """Tell of what `include` named, or named by not being there, and does no more."""
    if not now.config.include:
        return
    known = Globs(_from_root(now, now.config.include))
    old = _from_root(before, before.config.include)
    lost = [each for each in old if not known.match(each)]
    if not old:
        named = ", ".join(f"`{each}`" for each in now.config.include)
        yield f"{_place(now, 'include')}: only {named} is documented now, and not {_EVERYTHING}"
    for each in lost:
        yield f"{_place(now, 'include')}: `{each}` is included no more"


def _from_root(scope: Scope, globs: Sequence[str]) -> list[str]:
    return [posixpath.normpath(posixpath.join(scope.folder, each)) for each in globs]


def _ignored(before: Scope, now: Scope) -> Iterator[str]:
    for each in now.config.checks.ignore:
        if not any(_covers(known, each) for known in before.config.checks.ignore):
            what = "every finding" if each.rule == "*" else f"findings of the rule `{each.rule}`"
            where = "on every page" if each.page == "*" else f"on `{each.page}`"
            holding = f" that hold `{each.text}`" if each.text else ""
            yield f"{_place(now, 'checks')}: {what} {where}{holding} are now ignored"


def _covers(known: Ignored, new: Ignored) -> bool:
    """Say whether all that an entry accepts was accepted before."""
    return (
        known.rule in ("*", new.rule)
        and (known.page == new.page or fnmatch.fnmatchcase(new.page, known.page))
        and known.text in new.text
    )


def _place(scope: Scope, key: str) -> str:
    return f"{scope.file}:{scope.lines[key]}" if key in scope.lines else scope.file
