"""What a writer is told when some sections of a page are to be written again."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from app.domain.code.citation import CitedSymbol
from app.domain.code.digest import DIGEST_RECIPE
from app.domain.code.evidence import Evidence, evidence_of
from app.domain.code.facts import FileFacts
from app.domain.code.symbol import Symbol
from app.domain.code.verdict import Cause
from app.domain.value import Value
from app.domain.wiki.impact import Reason
from app.domain.wiki.markdown import clean, slug
from app.domain.wiki.narrative.briefing import Briefing, Fact, FactForm
from app.domain.wiki.navigation import FENCE
from app.domain.wiki.page import PageKind
from app.domain.wiki.revision import PageRevision, SectionRevision

_LINK = re.compile(r"(?<!!)\[((?:\\.|`[^`\n]*`|[^\[\]\\`])*)\]\(([^)\s]{1,2000})\)")
_LINES = re.compile(r"#L(\d+)(?:-L(\d+))?$")
_IN_BRACKETS = re.compile(r"\((\[E\d+\](?:, \[E\d+\])*)\)")
_EMPTY = re.compile(r" ?\((?:, )*\)")
_CAPTION = re.compile(r"(?:\[[^\]]*\]\([^)\s]+\):|\*[^*\n]+\*)\s*")
"""The place of a snippet, or the title of a drawing."""


class Stale(Value):
    """A sentence that is not true any more, beside what the code is now."""

    sentence: str
    changed: str
    """What became of what it cites."""
    now: str = ""
    """The evidence of what it cites as it is now; empty when that is gone."""
    code_now: str = ""


class Wanted(Value):
    """A section that is to be written again."""

    anchor: str
    heading: str
    is_lead: bool = False
    """Whether it stands under the title, without a heading of its own."""
    text: str = ""
    """As published, with evidence in the place of links."""
    stale: tuple[Stale, ...] = ()
    evidence: tuple[str, ...] = ()
    """Of what it cites, as far as that is still there."""
    is_cited: bool = True
    """Whether it cited anything."""
    is_false: bool = False
    """Whether it certainly states what is not so."""


class Commission(Value):
    """An order to write some sections of a page, and what they may be written from."""

    briefing: Briefing
    sections: tuple[Wanted, ...]
    outline: tuple[str, ...]
    """The headings of all of the page's sections, the title first."""

    @property
    def headings(self) -> tuple[str, ...]:
        """List the headings that are asked for."""
        return tuple(each.heading for each in self.sections)


def commission(
    ordered: PageRevision, briefing: Briefing, files: Mapping[str, FileFacts]
) -> Commission:
    """Choose from a page's briefing what its stale sections speak of, and show these in its words.

    Nothing in it names a commit, and what is quoted of the page has no lines of files: it is the
    same as long as the code is.
    """
    places = _Places(briefing, files)
    lead = slug(clean(ordered.spec.title))
    wanted = tuple(_wanted(each, places, is_lead=each.anchor == lead) for each in ordered.sections)
    return Commission(
        briefing=_narrowed(briefing, ordered, wanted, places),
        sections=wanted,
        outline=ordered.outline,
    )


def stand_in_for(wanted: Wanted, briefing: Briefing) -> Briefing | None:
    """Tell the local writer of what a section cites; None when nothing of it is left."""
    ids = frozenset(wanted.evidence)
    facts = tuple(each for each in briefing.facts if each.evidence in ids)
    if not facts:
        return None
    told = {each.evidence for each in facts}
    # As of a part of the code, whatever the page is: fixed forms for what is cited.
    spec = briefing.spec.model_copy(
        update={"id": f"{briefing.spec.id}-section", "kind": PageKind.NARRATIVE}
    )
    return briefing.model_copy(
        update={
            "spec": spec,
            "facts": facts,
            "evidence": tuple(each for each in briefing.evidence if each.id in told),
            "diagram": None,
            "cut": frozenset[FactForm](),
        }
    )


class _Places:
    """Finds evidence for what a page cites; what the briefing does not have is added to it."""

    def __init__(self, briefing: Briefing, files: Mapping[str, FileFacts]) -> None:
        self._files = files
        self._evidence = list(briefing.evidence)
        numbers = [int(each.id[1:]) for each in briefing.evidence if each.id[1:].isdecimal()]
        self._next = max(numbers, default=0) + 1
        self.added: list[tuple[Evidence, Symbol]] = []

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """List all of it."""
        return tuple(self._evidence)

    def cited(self, each: CitedSymbol) -> str:
        """Find what was cited, at the place where it is now; empty when it is not to be found."""
        if each.symbol:
            return self._symbol(each.path, each.symbol)
        if each.whole:
            return self._outside(each.path)
        found = (
            known.id
            for known in self._evidence
            if known.path == each.path
            and not known.symbol
            and known.digests
            and known.digests.code == each.code
        )
        return next(found, "")

    def now(self, reason: Reason) -> str:
        """Find what a reason says that it became."""
        if not reason.now_path:
            return ""
        same = (reason.now_path, reason.first_line, reason.last_line)
        for each in self._evidence:
            if (each.path, each.first_line, each.last_line) == same:
                return each.id
        symbols = self._files[reason.now_path].symbols if reason.now_path in self._files else ()
        first, last = reason.first_line, reason.last_line
        inside = [s for s in symbols if s.first_line <= first <= last <= s.last_line]
        around = min(inside, key=lambda s: s.last_line - s.first_line, default=None)
        if around is not None:
            return self._symbol(reason.now_path, around.name)
        return "" if reason.symbol else self._outside(reason.now_path)

    def _outside(self, path: str) -> str:
        """Find what is told of a file as such: the place outside all symbols that comes first."""
        return next((e.id for e in self._evidence if e.path == path and not e.symbol), "")

    def _symbol(self, path: str, name: str) -> str:
        for each in self._evidence:
            if (each.path, each.symbol) == (path, name):
                return each.id
        file = self._files.get(path)
        found = next((each for each in file.symbols if each.name == name), None) if file else None
        if found is None:
            return ""
        evidence = evidence_of(self._next, path, found, DIGEST_RECIPE)
        self._next += 1
        self._evidence.append(evidence)
        self.added.append((evidence, found))
        return evidence.id


def _wanted(ordered: SectionRevision, places: _Places, *, is_lead: bool) -> Wanted:
    now = {f"{each.path}:{each.symbol}": places.now(each) for each in ordered.reasons}
    ids = {each.key: now.get(each.key) or places.cited(each) for each in ordered.cited}
    rewrite = _Rewriting(ordered.cited, ids)
    return Wanted(
        anchor=ordered.anchor,
        heading=ordered.heading,
        is_lead=is_lead,
        text=rewrite.text(ordered.text),
        stale=tuple(_stale(each, places.now(each), rewrite) for each in ordered.reasons),
        evidence=tuple(dict.fromkeys(filter(None, (*ids.values(), *now.values())))),
        is_cited=bool(ordered.cited),
        is_false=ordered.is_false,
    )


def _stale(reason: Reason, now: str, rewrite: "_Rewriting") -> Stale:
    return Stale(
        sentence=rewrite.text(reason.sentence),
        changed=": ".join(filter(None, (f"{reason.cause} {reason.symbol}".strip(), reason.detail))),
        now=now,
        code_now=reason.code,
    )


class _Rewriting:
    """Puts evidence ids into the place of links to sources, and words into that of other links."""

    def __init__(self, cited: Sequence[CitedSymbol], ids: Mapping[str, str]) -> None:
        self._cited = cited
        self._ids = ids

    def text(self, markdown: str) -> str:
        """Rewrite prose; code blocks and drawings are left out."""
        linked = _LINK.sub(self._instead, "\n".join(_prose(markdown)))
        joined = _IN_BRACKETS.sub(lambda found: found[1].replace("], [", ", "), linked)
        return re.sub(r"\n{3,}", "\n\n", _EMPTY.sub("", joined)).strip()

    def _instead(self, found: re.Match[str]) -> str:
        cited = self._of(found[2])
        if cited is None:
            return found[1]
        known = self._ids.get(cited.key, "")
        name = found[1] if found[1].startswith("`") else ""
        return " ".join(filter(None, (name, f"[{known}]" if known else "")))

    def _of(self, target: str) -> CitedSymbol | None:
        lines = _LINES.search(target)
        path = "/" + unquote(target.partition("#")[0]).lstrip("./")
        same = [each for each in self._cited if path.endswith(f"/{each.path}")]
        first, last = (int(lines[1]), int(lines[2] or lines[1])) if lines else (0, 0)
        exact = [each for each in same if (each.first_line, each.last_line) == (first, last)]
        # Of `cart.py` and `shop/cart.py` the longer one is meant.
        return max(exact or same, key=lambda each: len(each.path), default=None)


def _prose(markdown: str) -> list[str]:
    fence = ""
    lines: list[str] = []
    for line in markdown.split("\n"):
        mark = FENCE.match(line)
        if fence:
            fence = "" if mark and line.strip() == fence else fence
        elif mark:
            fence = mark[1]
            _drop_caption(lines)
        else:
            lines.append(line)
    return lines


def _drop_caption(lines: list[str]) -> None:
    """Take away what stands above a code block or a drawing to introduce it."""
    while lines and not lines[-1].strip():
        lines.pop()
    if lines and _CAPTION.fullmatch(lines[-1]):
        lines.pop()


def _narrowed(
    briefing: Briefing, ordered: PageRevision, wanted: Sequence[Wanted], places: _Places
) -> Briefing:
    """Keep the facts about the files that the sections speak of."""
    ids = {each for section in wanted for each in section.evidence}
    paths = {each.id: each.path for each in places.evidence}
    about = {paths[each] for each in ids}
    reasons = [each for section in ordered.sections for each in section.reasons]
    about |= {each.now_path for each in reasons if each.now_path}
    is_listing = any(each.cause is Cause.LISTED for each in reasons)
    facts = tuple(
        each for each in briefing.facts if is_listing or paths.get(each.evidence) in about
    )
    facts = (*(facts or briefing.facts), *(_fact(*each) for each in places.added))
    used = ids | {each.evidence for each in facts}
    used |= {each.caller for each in facts} | {each.target for each in facts}
    is_drawn = any("```mermaid" in each.text for each in ordered.sections)
    return briefing.model_copy(
        update={
            "facts": facts,
            "evidence": tuple(each for each in places.evidence if each.id in used),
            "order": tuple(each for each in briefing.order if each in used),
            "parts": (),
            "diagram": briefing.diagram if is_drawn else None,
            "notes": tuple(
                each for each in ordered.notes if each.section in {w.anchor for w in wanted}
            ),
        }
    )


def _fact(evidence: Evidence, symbol: Symbol) -> Fact:
    return Fact(
        evidence=evidence.id,
        form=FactForm.SYMBOL,
        name=symbol.name,
        detail=symbol.signature,
        text=symbol.doc.partition("\n\n")[0],
    )
