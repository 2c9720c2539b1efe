"""What there is to say about a change, in the parts that a check and a comment are written from."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from app.domain.code.change import Hunk
from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.configuration.config import CheckMode
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact, StalePage, Version
from app.domain.wiki.judging import ack_key
from app.domain.work.update_cost import UpdateCost
from app.impact.assessment import Acknowledged, Impact, Surface, stale_in, stale_reasons

_STALE = frozenset({Verdict.STALE, Verdict.RETIRED})


class Told(Value):
    """A page that is not fresh."""

    path: str
    """From the root."""
    impact: PageImpact

    @property
    def is_stale(self) -> bool:
        """Say whether it states what is not so."""
        return self.impact.verdict in _STALE


class Finding(Value):
    """What a change does to the pages that are in sight."""

    web: str
    branch: str
    head: str
    pages: tuple[Told, ...] = ()
    """Stale and retired ones first."""
    new: tuple[Surface, ...] = ()
    acknowledged: tuple[Acknowledged, ...] = ()
    """Pages that would be stale, but for what people said."""
    cost: UpdateCost = UpdateCost()
    loosened: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    """Faults of the configuration that the change brings, `path:line: what`."""
    notes: tuple[str, ...] = ()
    hunks: Mapping[str, tuple[Hunk, ...]] = {}
    """What the change replaces, by the path at its head."""
    holds_up: bool = False

    @property
    def stale(self) -> tuple[Told, ...]:
        """List the pages that state what is not so."""
        return tuple(each for each in self.pages if each.is_stale)

    @property
    def is_noteworthy(self) -> bool:
        """Say whether anybody has to know."""
        return bool(self.stale or self.broken)

    def count(self, verdict: Verdict) -> int:
        """Count the pages with a verdict."""
        return sum(1 for each in self.pages if each.impact.verdict is verdict)


def in_sight(impact: Impact, modes: Mapping[str, CheckMode]) -> tuple[Told, ...]:
    """List the pages of scopes that are checked; a page of people belongs to the scope around."""
    told = [
        Told(path=f"{scope.output}/{page.page}", impact=page)
        for scope in impact.scopes
        if modes.get(scope.scope, CheckMode.REPORT) is not CheckMode.OFF
        for page in scope.pages
        if page.verdict is not Verdict.RELOCATED
    ]
    told += [
        Told(path=page.page, impact=page)
        for page in impact.people
        if mode_at(page.page, modes) is not CheckMode.OFF and page.verdict in _STALE
    ]
    return tuple(sorted(told, key=lambda each: (not each.is_stale, each.path)))


def new_in_sight(impact: Impact, modes: Mapping[str, CheckMode]) -> tuple[Surface, ...]:
    """List what no page of the scopes that are checked tells of."""
    return tuple(
        each
        for scope in impact.scopes
        if modes.get(scope.scope, CheckMode.REPORT) is not CheckMode.OFF
        for each in scope.new
    )


def acknowledged_in_sight(
    impact: Impact, modes: Mapping[str, CheckMode]
) -> tuple[Acknowledged, ...]:
    """List what people said of pages of scopes that are checked."""
    scopes = {scope.output: modes.get(scope.scope, CheckMode.REPORT) for scope in impact.scopes}
    return tuple(
        each
        for each in impact.acknowledged
        if mode_at(each.page, {**modes, **scopes}) is not CheckMode.OFF
    )


def mode_at(path: str, modes: Mapping[str, CheckMode]) -> CheckMode:
    """Say what findings do in the innermost scope around a path."""
    folder = path
    while folder:
        folder = posixpath.dirname(folder)
        if folder in modes:
            return modes[folder]
    return CheckMode.REPORT


def required(pages: Sequence[Told], impact: Impact, modes: Mapping[str, CheckMode]) -> bool:
    """Say whether a stale page lies in a scope whose configuration requires true pages."""
    scopes = {
        f"{scope.output}/{page.page}": modes.get(scope.scope, CheckMode.REPORT)
        for scope in impact.scopes
        for page in scope.pages
    }
    return any(
        (scopes.get(each.path) or mode_at(each.path, modes)) is CheckMode.REQUIRE
        for each in pages
        if each.is_stale
    )


def answerable(pages: Sequence[Told]) -> tuple[StalePage, ...]:
    """List the stale pages with what a person has to name who finds them true."""
    return tuple(
        StalePage(
            path=each.path,
            title=each.impact.title,
            id=each.impact.id,
            versions=tuple(dict.fromkeys(map(_version, stale_reasons(each.impact)))),
        )
        for each in pages
        if each.is_stale
    )


def _version(reason: Reason) -> Version:
    return Version(key=ack_key(reason), digest=reason.digest)


def stale_places(finding: Finding) -> Iterator[tuple[Told, SectionImpact, Reason]]:
    """Name each reason why a page is stale; the same sentence may have several."""
    for page in finding.stale:
        for section in page.impact.sections:
            for reason in stale_in(section):
                yield page, section, reason
