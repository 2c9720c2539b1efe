"""What a replay shows: whether updated pages are as if new, and what the updates cost."""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.replay.definitions import SOURCES, read
from benchmarks.replay.history import Tree
from benchmarks.replay.pages import Page, Section, read_page, without_line_counts, without_stamps
from benchmarks.replay.store import Store
from benchmarks.replay.truth import Change, Code, changes, followed_lines, leads_elsewhere

Pages = dict[str, Page]


@dataclass
class Figures:
    """The counts of one repository; sections and pages are narrative unless it says otherwise."""

    counts: Counter[str] = field(default_factory=Counter)
    amiss: list[dict[str, Any]] = field(default_factory=list)
    """What an update got wrong, to be read."""
    tenths: list[dict[str, Any]] = field(default_factory=list)
    """What the comparison with pages from nothing shows."""

    def add(self, kind: str, number: int, **what: Any) -> None:
        self.amiss.append({"kind": kind, "commit": number, **what})
        self.counts[kind] += 1


class Judge:
    """Goes through a replay, commit by commit."""

    def __init__(self, store: Store, tree: Tree) -> None:
        self._store = store
        self._tree = tree
        self._code = Code(tree)
        self._texts: dict[str, tuple[str, Page]] = {}
        self.figures = Figures()

    def judge(self) -> Figures:
        """Judge every commit."""
        before: dict[str, str] = {}
        was_changed = False
        for number, row in enumerate(self._store.rows):
            after = _texts(self._store.files(row))
            if number:
                self._judge_update(number, before, after)
                is_changed = after != before or self._records_changed(number)
                self.figures.counts["pull_requests"] += is_changed
                self.figures.counts["coalesced"] += is_changed and not was_changed
                was_changed = is_changed
            if row["anew"] is not None:
                anew = _texts(self._store.files(row, "anew"))
                self._compare(number, after, anew)
            before = after
        return self.figures

    def _page(self, path: str, text: str) -> Page:
        """Read a page, once as long as it stays."""
        key = self._texts.get(path)
        if key is None or key[0] != text:
            self._texts[path] = (text, read_page(path, text))
        return self._texts[path][1]

    def _records_changed(self, number: int) -> bool:
        rows = self._store.rows
        return bool(rows[number]["files"] != rows[number - 1]["files"])

    def _judge_update(
        self, number: int, before: Mapping[str, str], after: Mapping[str, str]
    ) -> None:
        row, previous = self._store.rows[number], self._store.rows[number - 1]["commit"]
        head, counts = row["commit"], self.figures.counts
        counts["commits"] += 1
        counts["settled"] += row["settled"]
        changed = self._tree.changed(previous, head)
        counts["code_lines"] += self._tree.touched_lines(previous, head, SOURCES)
        counts["page_lines"] += _touched(before, after)
        if self._is_quiet(previous, head, changed):
            counts["quiet_commits"] += 1
            counts["quiet_calls"] += row["for_a_model"]
            counts["quiet_pages_written"] += sum(before.get(p) != after[p] for p in after)
            if row["for_a_model"]:
                self.figures.add("call_on_quiet_commit", number, reasons=row["reasons"][:5])
        counts["for_a_model"] += row["for_a_model"]
        counts["left"] += len(row["left"])
        old = {path: self._page(path, text) for path, text in before.items()}
        new = {path: self._page(path, text) for path, text in after.items()}
        counts["pages_retired"] += len(before.keys() - after.keys())
        counts["pages_added"] += len(after.keys() - before.keys())
        for path, page in old.items():
            if path in new:
                self._judge_page(number, page, new[path], changed)

    def _judge_page(self, number: int, old: Page, new: Page, changed: Mapping[str, str]) -> None:
        counts = self.figures.counts
        rebuilt = set(self._store.rows[number]["rebuilt"].get(old.path, ()))
        if old.is_reference:
            counts["reference_pages"] += 1
            counts["reference_pages_by_overlap"] += not old.paths.isdisjoint(changed)
            counts["reference_pages_written"] += old is not new and _says_else(old, new)
            return
        overlapped = [any(link.path in changed for link in each.links) for each in old.sections]
        found = self._judge_sections(number, old, new, rebuilt)
        counts["pages"] += 1
        counts["sections"] += len(old.sections)
        counts["sections_by_verdict"] += found.rebuilt
        counts["sections_by_overlap"] += sum(overlapped)
        counts["sections_truly_changed"] += found.changed
        counts["sections_grown"] += found.grown
        counts["sections_with_other_words"] += found.reworded
        counts["pages_by_verdict"] += found.rebuilt > 0
        counts["pages_by_overlap"] += any(overlapped)
        counts["pages_truly_changed"] += found.changed > 0
        counts["pages_truly_changed_or_grown"] += found.changed + found.grown > 0
        if old.navigation != new.navigation:
            counts["navigation_bytes"] += _bytes_between(old.navigation, new.navigation)

    def _judge_sections(self, number: int, old: Page, new: Page, rebuilt: set[str]) -> "_Found":
        rows = self._store.rows
        previous, head = rows[number - 1]["commit"], rows[number]["commit"]
        after = {each.heading: each for each in new.sections}
        found = _Found()
        for each in old.sections:
            heading = each.heading or old.title
            now = after.get(each.heading)
            false = changes(each, self._code, previous, head)
            is_rebuilt = heading in rebuilt or now is None
            is_kept = now is not None and now.essence == each.essence
            is_grown = not false and not is_kept and now is not None and _has_grown(each, now)
            is_true = all(one.kind == "added" for one in false)
            found.changed += bool(false)
            found.grown += is_grown
            found.rebuilt += is_rebuilt
            found.reworded += is_rebuilt and not is_kept
            if is_rebuilt and not false and not is_grown:
                self.figures.counts["sections_rebuilt_in_vain"] += 1
                why = [one for one in rows[number]["reasons"] if f"#{heading}:" in one]
                where = f"{old.path}#{heading}"
                self.figures.add("in_vain", number, where=where, same=is_kept, why=why[:2])
            if now is not None and is_kept and (not is_rebuilt or now.text == each.text):
                self._judge_kept(number, old, each, now, () if is_true else false)
            elif now is not None and not is_kept and not is_rebuilt:
                counts = self.figures.counts
                counts["bytes_outside"] += _bytes_between(each.essence, now.essence)
                diff = _diff(each.essence, now.essence)
                self.figures.add("touched", number, where=f"{old.path}#{heading}", diff=diff)
        return found

    def _judge_kept(
        self, number: int, page: Page, old: Section, new: Section, false: Sequence[Change]
    ) -> None:
        where = f"{page.path}#{old.heading}"
        followed = followed_lines(old, new, self._code)
        for each in false:
            if each.kind == "line" and each.was in followed:
                continue
            self.figures.add("missed", number, where=where, what=vars(each))
        for each in leads_elsewhere(old, new, self._code):
            self.figures.add("misled", number, where=where, what=vars(each))

    def _is_quiet(self, old: str, new: str, changed: Mapping[str, str]) -> bool:
        """Say whether a commit changes only comments, documentation, layout or places."""
        if not changed:
            return False
        for before, now in changed.items():
            if not before.endswith(SOURCES) or before != now:
                return False
            texts = self._tree.text(old, before), self._tree.text(new, now)
            if texts[0] is None or texts[1] is None:
                return False
            one, other = read(before, texts[0]), read(now, texts[1])
            if one is None or other is None or not one.code or one.code != other.code:
                return False
        return True

    def _compare(self, number: int, after: Mapping[str, str], anew: Mapping[str, str]) -> None:
        """Compare updated pages with pages from nothing."""
        kept = {path: self._page(path, text) for path, text in after.items()}
        fresh = {path: read_page(path, text) for path, text in anew.items()}
        self.figures.tenths.append(
            {
                "commit": number,
                **self._compare_reference(number, after, anew),
                **self._compare_narrative(number, kept, fresh),
                "pages_only_from_nothing": sorted(fresh.keys() - kept.keys()),
                "pages_only_updated": sorted(kept.keys() - fresh.keys()),
            }
        )

    def _compare_reference(
        self, number: int, after: Mapping[str, str], anew: Mapping[str, str]
    ) -> dict[str, int]:
        """Compare bytes, stamps and permalinks aside."""
        reference = {path for path in (*after, *anew) if path.startswith("reference/")}
        unlike = [
            path
            for path in sorted(reference)
            if without_stamps(after.get(path, "")) != without_stamps(anew.get(path, ""))
        ]
        for path in unlike:
            now, then = (without_stamps(each.get(path, "")) for each in (anew, after))
            is_of_counts = without_line_counts(now) == without_line_counts(then)
            kind = "line_counts_differ" if is_of_counts else "reference_differs"
            self.figures.add(kind, number, where=path, diff=_diff(now, then))
        return {"reference_pages": len(reference), "reference_pages_that_differ": len(unlike)}

    def _compare_narrative(self, number: int, kept: Pages, fresh: Pages) -> dict[str, int]:
        """Compare what sections say, and count what they say that is not true any more."""
        head = self._store.rows[number]["commit"]
        missed = 0
        sections = list(_paired(kept, fresh))
        for page, section, _ in sections:
            for each in changes(section, self._code, head, head):
                missed += 1
                where = f"{page.path}#{section.heading}"
                self.figures.add("stale_at_tenth", number, where=where, what=vars(each))
        same = sum(other is not None and one.essence == other.essence for _, one, other in sections)
        for page, one, other in sections:
            if other is None or one.essence != other.essence:
                diff = _diff(other.essence if other else "", one.essence)
                where = f"{page.path}#{one.heading}"
                self.figures.add("narrative_differs", number, where=where, diff=diff)
        return {
            "sections": len(sections),
            "sections_as_from_nothing": same,
            "stale_citations": missed,
        }


@dataclass
class _Found:
    """Counts of one page."""

    changed: int = 0
    grown: int = 0
    rebuilt: int = 0
    reworded: int = 0


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in files.items() if path.endswith(".md")}


def _paired(kept: Pages, fresh: Pages) -> Iterator[tuple[Page, Section, Section | None]]:
    for path, page in kept.items():
        if page.is_reference:
            continue
        others = {each.heading: each for each in fresh[path].sections} if path in fresh else {}
        for section in page.sections:
            yield page, section, others.get(section.heading)


def _says_else(old: Page, new: Page) -> bool:
    return [each.essence for each in old.sections] != [each.essence for each in new.sections]


def _has_grown(old: Section, new: Section) -> bool:
    """Say whether a section names, links to or draws other things than it did."""
    links = {each.path for each in new.links} - {each.path for each in old.links}
    is_drawn = new.drawing != old.drawing
    is_longer = len(new.rows) > len(old.rows)
    return bool(links or set(new.spans) - set(old.spans) or is_longer or is_drawn)


def _touched(before: Mapping[str, str], after: Mapping[str, str]) -> int:
    """Count lines that were removed or added."""
    count = 0
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path):
            old = Counter(before.get(path, "").splitlines())
            new = Counter(after.get(path, "").splitlines())
            count += (old - new).total() + (new - old).total()
    return count


def _bytes_between(old: str, new: str) -> int:
    """Count the bytes of the lines that differ."""
    one, other = Counter(old.splitlines()), Counter(new.splitlines())
    lines = ((one - other) + (other - one)).elements()
    return sum(len(line.encode()) + 1 for line in lines)


def _diff(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line[:300] for line in lines][2:14]
