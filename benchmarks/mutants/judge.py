"""What the product says of the pages after each mutant, and whether that is right."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from app.analysis.changes import read_both_sides
from app.analysis.facts import MemoryFactCache
from app.domain.code.change import Changes, GoneName
from app.domain.code.citation import CitedSymbol
from app.domain.code.gone import confirmed, gone_names, named_in, searched
from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.judging import judge_page
from app.git.history import History
from app.git.words import still_there
from benchmarks.mutants.mutant import Mutant
from benchmarks.mutants.pages import Published, Repository, stated
from benchmarks.mutants.syntax import Module

_STATED = {
    "default changed", "parameter removed", "parameter renamed", "parameter newly required",
    "parameter order", "removed", "renamed", "flag", "route", "setting default",
}  # fmt: skip
"""What pages written from declarations state."""
_OFFERS = ("flag", "route", "setting default")

Section = tuple[str, str]
"""A page's path and a section's anchor."""


@dataclass
class Outcome:
    """One mutant against one kind of pages."""

    asserting: list[Section] = field(default_factory=list)
    stale: list[Section] = field(default_factory=list)
    anew: list[Section] = field(default_factory=list)
    """What is written anew: stale, or reworded on pages that quote declarations at no cost."""
    wrong: list[Section] = field(default_factory=list)
    """Stale although nothing of what they cite was touched."""
    verdicts: dict[str, int] = field(default_factory=dict)
    """Of the sections that are not fresh."""
    reasons: list[str] = field(default_factory=list)

    @property
    def is_flagged(self) -> bool:
        """Every section that asserts what is no longer so is stale, or is written anew anyway."""
        return bool(self.asserting) and set(self.asserting) <= set(self.anew)

    @property
    def is_false_alarm(self) -> bool:
        return bool(self.stale)


class Known(History):
    """Compares commits by git, but needs no process for blobs that are in memory anyway."""

    def __init__(self, repository: Path, base: str, modules: Iterable[Module]) -> None:
        super().__init__(repository)
        self._base = base
        self._blobs = {_blob_id(each.data): each.data for each in modules}

    def keep(self, mutant: Mutant) -> None:
        """Remember what a mutant's files hold."""
        self._blobs |= {_blob_id(data): data for data in mutant.files.values()}

    @override
    async def has(self, commit: str) -> bool:
        return commit == self._base or await super().has(commit)

    @override
    async def read(self, blob_ids: Sequence[str], largest: int) -> Mapping[str, bytes]:
        known = {each: self._blobs[each] for each in blob_ids if each in self._blobs}
        rest = [each for each in blob_ids if each not in known]
        return {**known, **await super().read(rest, largest)}


def _blob_id(data: bytes) -> str:
    head = f"blob {len(data)}\0".encode()
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()


class Court:
    """Judges the pages of one repository."""

    def __init__(
        self,
        repository: Repository,
        modules: Mapping[str, Module],
        written: Sequence[Published],
        made: Sequence[Published],
    ) -> None:
        self._repository = repository
        self._modules = modules
        self._written = written
        self._made = made
        self._history = Known(repository.path, repository.commit, modules.values())
        self._cache = MemoryFactCache()

    async def judge(self, mutant: Mutant, commit: str) -> dict[str, Outcome]:
        """Judge the pages that cite what a mutant changes, or that mention what it took away."""
        self._history.keep(mutant)
        near = [each for each in (*self._written, *self._made) if each.cited & set(mutant.files)]
        cited = frozenset(path for each in near for path in each.cited)
        base = self._repository.commit
        sides = await read_both_sides(self._history, base, commit, cited, self._cache)
        candidates = gone_names(
            sides.before,
            sides.now,
            removed=sides.removed,
            renames=sides.changes.renames,
        )
        candidates = named_in((each.text for each in near), candidates)
        words = frozenset(word for each in candidates for word in searched(each))
        there = await still_there(self._repository.path, commit, words)
        gone = confirmed(candidates, there)
        outcomes = {}
        for name, pages in (("written", self._written), ("made", self._made)):
            here = [each for each in near if each in pages]
            outcome = self._outcome(mutant, here, sides.changes, gone)
            if outcome is not None:
                outcomes[name] = outcome
        return outcomes

    def _outcome(
        self,
        mutant: Mutant,
        pages: Sequence[Published],
        changes: Changes,
        gone: Mapping[str, GoneName],
    ) -> Outcome | None:
        outcome = Outcome()
        for page in pages:
            for anchor in dict.fromkeys(self._asserting(mutant, page)):
                outcome.asserting.append((page.record.spec.path, anchor))
            impact = judge_page(page.record, page.text, changes, gone)
            self._take(outcome, mutant, page, impact)
        return outcome if outcome.asserting or pages else None

    def _take(self, outcome: Outcome, mutant: Mutant, page: Published, impact: PageImpact) -> None:
        cited = {each.anchor: each.cited for each in page.record.sections}
        for section in impact.sections:
            if section.verdict is Verdict.FRESH:
                continue
            verdict = section.verdict.value
            outcome.verdicts[verdict] = outcome.verdicts.get(verdict, 0) + 1
            place = (page.record.spec.path, section.anchor)
            is_quoted = not page.claims and section.verdict in (Verdict.REWORDED, Verdict.NEW)
            if is_quoted or section.verdict is Verdict.STALE:
                outcome.anew.append(place)
            if section.verdict is not Verdict.STALE:
                continue
            outcome.stale.append(place)
            outcome.reasons += [
                f"{section.anchor}: {each.cause.value}: {each.path}:{each.symbol} {each.detail}"
                for each in section.reasons
                if each.verdict is Verdict.STALE
            ]
            is_touched = any(
                _is_touched(self._modules, mutant, one) for one in cited[section.anchor]
            )
            if place not in outcome.asserting and not is_touched:
                outcome.wrong.append(place)

    def _asserting(self, mutant: Mutant, page: Published) -> Iterator[str]:
        if page.claims:
            yield from _claiming(mutant, page)
        elif mutant.kind in _STATED:
            definition = self._modules[mutant.path].definition(mutant.symbol)
            if definition is None:
                return
            first = definition.node.start_point.row + 1
            lines = range(first, first + 1)
            words = {mutant.said, mutant.symbol.rpartition(".")[2]}
            if mutant.kind in _OFFERS:
                # Rows of options and routes link to their own lines.
                touched = list(mutant.touched(mutant.path))
                lines = range(touched[0][0] - 3, touched[0][1] + 1)
                words = {each for each in mutant.said.split("\n") if each}
            rows = mutant.kind in _OFFERS
            yield from stated(page, mutant.path, lines, words, rows=rows)


def _claiming(mutant: Mutant, page: Published) -> Iterator[str]:
    """Name the sections about the definition, and those about the very lines."""
    touched = list(mutant.touched(mutant.path))
    for anchor, claims in page.claims.items():
        for claim in claims:
            if claim.path != mutant.path:
                continue
            is_hit = any(
                first <= claim.last_line and last >= claim.first_line for first, last in touched
            )
            if claim.definition == mutant.symbol or (not claim.definition and is_hit):
                yield anchor


def _is_touched(modules: Mapping[str, Module], mutant: Mutant, cited: CitedSymbol) -> bool:
    """Say whether a change is in what is cited, or in the decorators above it."""
    module = modules.get(cited.path)
    top = cited.first_line
    for each in module.definitions if module is not None else ():
        if each.node.start_point.row + 1 == cited.first_line:
            top = each.statement.start_point.row + 1
    return any(
        first <= cited.last_line and last >= top for first, last in mutant.touched(cited.path)
    )
