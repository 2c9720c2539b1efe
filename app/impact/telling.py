"""What a check and a comment say of a change: Markdown in which foreign words are neutralised.

No mention, issue number, closing keyword or command of whatever bot in the sources, the pages or
the configuration comes out alive.
"""

from collections.abc import Iterator, Sequence

from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import Reason, SectionImpact
from app.domain.wiki.words.prose import code_span, escape, fenced
from app.domain.work.update_cost import UpdateCost
from app.impact.annotating import MOST_ANNOTATIONS, annotations_of, place_of, shortened
from app.impact.assessment import Acknowledged, Surface
from app.impact.finding import Finding, Told, stale_places
from app.impact.order import Report
from app.impact.wording import clause, place, window

MOST_TEXT = 60_000
"""Characters of all pages together."""
MOST_LISTED = 5
"""Sentences in a comment before its details."""
MOST_PAGES = 30
"""Pages in a summary, and files with new names."""
MOST_NOTES = 5
_SHORT = 12
_TOLD = frozenset({Verdict.STALE, Verdict.NEW, Verdict.RETIRED})
_WHAT_BECOMES = {
    Verdict.STALE: "stale",
    Verdict.RETIRED: "without a subject",
    Verdict.REWORDED: "reworded",
    Verdict.NEW: "incomplete",
}


def report(finding: Finding) -> Report:
    """Write everything that is said of a change."""
    detail = _detail(finding)
    return Report(
        title=_title(finding),
        summary="\n\n".join(_summary(finding)),
        text=detail,
        brief=_brief(finding, detail) if finding.is_noteworthy else "",
        settled=_settled(finding),
        annotations=annotations_of(finding),
        is_noteworthy=finding.is_noteworthy,
        holds_up=finding.holds_up,
    )


def _title(finding: Finding) -> str:
    parts = []
    if finding.broken:
        parts.append("The configuration is broken")
    gone, stale = finding.count(Verdict.RETIRED), len(finding.stale)
    if stale:
        parts.append(f"{_count(stale, 'page')} {'become' if stale > 1 else 'becomes'} stale")
    if gone:
        parts.append(f"{gone} of them without a subject")
    if finding.acknowledged:
        noun = "page" if parts else "stale page"
        parts.append(f"{_count(_acknowledged(finding), noun)} acknowledged")
    if parts:
        return ", ".join(parts)
    reworded = finding.count(Verdict.REWORDED)
    return "No page becomes stale" + (f", {reworded} reworded" if reworded else "")


def _summary(finding: Finding) -> Iterator[str]:
    if finding.broken:
        yield "\n".join(
            (
                "AutoDoc would hold still with this configuration:",
                "",
                *(f"- {escape(each)}" for each in finding.broken[:MOST_NOTES]),
            )
        )
    yield from _what_becomes(finding)
    if finding.new:
        told = [_new_line(each) for each in finding.new]
        yield "\n".join(("No page tells of these yet:", "", *_listed(told, "file")))
    if finding.loosened:
        told = [f"- {escape(each)}" for each in finding.loosened]
        yield "\n".join(("The configuration lets out of sight:", "", *_listed(told, "setting")))
    if finding.notes:
        yield "\n".join(f"- {escape(each)}" for each in finding.notes[:MOST_NOTES])
    if finding.is_noteworthy:
        yield _way_out(finding)


def _what_becomes(finding: Finding) -> Iterator[str]:
    """List what becomes of pages, and what bringing them up to date takes."""
    if not (finding.pages or finding.acknowledged):
        yield f"Every page of {code_span(finding.branch)} stays true."
    if finding.pages:
        yield "\n".join(_listed([_page_line(each) for each in finding.pages], "page"))
    if finding.acknowledged:
        yield "\n".join(_listed([_word(each) for each in finding.acknowledged], "word"))
    if cost := _cost(finding):
        yield cost


def _acknowledged(finding: Finding) -> int:
    return len({each.page for each in finding.acknowledged})


def _word(said: Acknowledged) -> str:
    by = f" by {code_span(said.by)}" if said.by else ""
    return f"- {code_span(said.page)}: acknowledged{by}: {escape(shortened(said.reason))}"


def _settled(finding: Finding) -> str:
    """Say that nothing is stale any more, or on whose word nothing is called so."""
    head = finding.head[:_SHORT]
    if not finding.acknowledged:
        return f"All pages of the documentation are true again as of {head}."
    told = _listed([_word(each) for each in finding.acknowledged[:MOST_LISTED]], "word")
    return "\n".join((f"{_title(finding)}, as of {head}.", "", *told))


def _cost(finding: Finding) -> str:
    cost = finding.cost
    if not cost.sections or not finding.pages:
        return ""
    return f"After the merge AutoDoc proposes an update of {update_told(cost)}."


def update_told(cost: UpdateCost) -> str:
    """Say what an update writes anew and what it takes."""
    told = f"{_count(cost.sections, 'section')} of {_count(cost.pages, 'page')}"
    if not cost.calls:
        return f"{told}, without a model"
    money = "" if cost.cost is None else f", ${cost.cost:.2f}"
    tokens = f"{cost.input_tokens + cost.output_tokens:,} tokens"
    return f"{told}, with about {_count(cost.calls, 'model call')}, {tokens}{money}"


def _listed(lines: Sequence[str], noun: str) -> Iterator[str]:
    yield from lines[:MOST_PAGES]
    if len(lines) > MOST_PAGES:
        yield f"- and {_count(len(lines) - MOST_PAGES, f'more {noun}')}"


def _page_line(page: Told) -> str:
    title = f" ({escape(page.impact.title)})" if page.impact.title else ""
    return f"- {code_span(page.path)}{title}: {_WHAT_BECOMES[page.impact.verdict]}"


def _new_line(surface: Surface) -> str:
    names = ", ".join(code_span(each) for each in surface.symbols)
    return f"- {code_span(surface.path)}: {names}"


def _way_out(finding: Finding) -> str:
    """Say what has to be done, if anything, and how to be left alone."""
    parts = [_MEND] if finding.broken else []
    if finding.broken and finding.holds_up:
        parts.append("The configuration requires that: this check fails until then.")
    if finding.stale:
        parts += _about_stale(finding)
    off = f"{code_span('checks: {mode: off}')} in {code_span('.autodoc.yaml')}"
    return " ".join((*parts, f"{off} on {code_span(finding.branch)} ends these checks."))


_MEND = (
    "Mend the configuration at these lines before the merge: as long as they are wrong, AutoDoc"
    " holds still."
)


def _about_stale(finding: Finding) -> Iterator[str]:
    by_people = any(not each.impact.id for each in finding.stale)
    ack = code_span(f"/autodoc ack {finding.stale[0].path} REASON")
    where = f"here a page is true all the same, comment {ack}."
    if finding.holds_up:
        yield f"The configuration requires true pages: change the code or the page, or, w{where}"
    if by_people:
        yield "Pages that people wrote are left to people: correct them here."
    elif not (finding.holds_up or finding.broken):
        yield "Nothing has to be done here."
    if not finding.holds_up:
        yield f"W{where}"


def _brief(finding: Finding, detail: str) -> str:
    """Write a comment: what is stale in a few lines, the rest folded away."""
    lines = [f"{_title(finding)}, as of {finding.head[:_SHORT]}.", ""]
    lines += [f"- {escape(each)}" for each in finding.broken[:MOST_LISTED]]
    said = list(_sentences(finding))
    lines += said[:MOST_LISTED]
    if len(said) > MOST_LISTED:
        lines.append(f"- and {len(said) - MOST_LISTED} more, below")
    lines += ["", f"{_cost(finding)} {_way_out(finding)}".strip()]
    if len(said) > MOST_LISTED or any(each.sentence for *_, each in stale_places(finding)):
        summary = "<details><summary>The old sentences beside the current code</summary>"
        lines += ["", summary, "", detail, "", "</details>"]
    return "\n".join(lines)


def _sentences(finding: Finding) -> Iterator[str]:
    for page in finding.stale:
        if page.impact.verdict is Verdict.RETIRED:
            yield f"- {code_span(page.path)}: all files that it is about are gone"
            continue
        for section in page.impact.sections:
            for sentence, reasons in _grouped(section):
                said = f"“{escape(shortened(sentence))}” but " if sentence else ""
                yield f"- {code_span(page.path)}: {said}{_clause(reasons[0], finding)}"


def _detail(finding: Finding) -> str:
    """Write each page that is not true, as many whole ones as fit."""
    parts: list[str] = []
    size = 0
    for page in finding.stale:
        part = "\n".join(_page(page, finding))
        size += len(part.encode(errors="replace")) + 2
        if size > MOST_TEXT:
            left = len(finding.stale) - len(parts)
            parts.append(f"There is no room for {_count(left, 'more page')}.")
            break
        parts.append(part)
    placed = len(annotations_of(finding))
    if placed == MOST_ANNOTATIONS:
        parts.append(f"Only the first {MOST_ANNOTATIONS} places are remarked at.")
    return "\n\n".join(parts)


def _page(page: Told, finding: Finding) -> Iterator[str]:
    yield f"### {code_span(page.path)}"
    if page.impact.verdict is Verdict.RETIRED:
        yield ""
        yield "All files that it is about are gone."
        return
    for section in page.impact.sections:
        if section.verdict not in _TOLD:
            continue
        yield ""
        if section.heading:
            yield f"**{escape(section.heading)}**"
            yield ""
        for sentence, reasons in _grouped(section):
            if not sentence:
                yield from (f"- {_clause(each, finding)}" for each in reasons)
                continue
            yield f"- > {escape(sentence)}"
            for reason in reasons:
                yield ""
                yield f"  {_clause(reason, finding)}"
                yield from _code(reason)


def _grouped(section: SectionImpact) -> list[tuple[str, list[Reason]]]:
    """List what a section says, each sentence once with all that contradicts it."""
    found: dict[str, list[Reason]] = {}
    for each in section.reasons:
        if each.verdict in _TOLD and not each.acknowledged:
            found.setdefault(each.sentence, []).append(each)
    return list(found.items())


def _clause(reason: Reason, finding: Finding) -> str:
    path, first, last = place_of(reason, finding) or place(reason)
    named = f"{path}:{first}" + (f"-{last}" if last > first else "") if first else path
    where = code_span(named)
    if first and all(32 < ord(char) < 127 and char not in "()<>%?#" for char in path):
        lines = f"#L{first}" + (f"-L{last}" if last > first else "")
        where = f"[{where}]({finding.web}/blob/{finding.head}/{path}{lines})"
    return f"{clause(reason, code_span, spoken)} ({where})"


def spoken(text: str) -> str:
    """Write what is said of code: its code spans stay, all else is plain."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    told = [code_span(part) if number % 2 else _plain(part) for number, part in enumerate(parts)]
    return "".join(told)


def _plain(text: str) -> str:
    """Neutralise a part of a sentence; the spaces at its ends stay."""
    if not text.strip():
        return " " if text else ""
    start = " " if text[0].isspace() else ""
    end = " " if text[-1].isspace() else ""
    return f"{start}{escape(text)}{end}"


def _code(reason: Reason) -> Iterator[str]:
    """Show the current code, indented so that none of it begins a line."""
    before, lines, after = window(reason)
    if not lines:
        return
    shown = [*(["…"] if before else []), *lines, *(["…"] if after else [])]
    language = (reason.now_path or reason.path).rpartition(".")[2]
    yield ""
    for line in fenced("\n".join(shown), language).split("\n"):
        yield f"  {line}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
