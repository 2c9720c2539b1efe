"""What a change does to pages, as people read it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.cli.config import count
from app.domain.checks.finding import printable
from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.impact.assessment import Impact, Surface
from app.impact.wording import clause, place, window

MOST_NEW = 20
ADVICE = (
    "What a person wrote stays: correct it, or say that it is true all the same with"
    " `autodoc ack PAGE REASON`."
)
_TOLD = frozenset({Verdict.STALE, Verdict.NEW, Verdict.RETIRED})


def show(impact: Impact) -> str:
    """Print each page that is not true, the old sentence beside the current code, and a summary."""
    lines: list[str] = []
    for scope in impact.scopes:
        for page in scope.pages:
            lines += _page(f"{scope.output}/{page.page}", page)
    for page in impact.people:
        lines += _page(page.page, page)
    new = [each for scope in impact.scopes for each in scope.new]
    lines += [_new(each) for each in new[:MOST_NEW]]
    if len(new) > MOST_NEW:
        lines.append(f"new: and {count(len(new) - MOST_NEW, 'more file')} of which no page tells")
    lines += [f"broken: {printable(each)}" for each in impact.broken]
    lines += [f"loosened: {printable(each)}" for each in impact.loosened]
    lines += [f"note: {printable(each)}" for each in impact.notes]
    return "\n".join(map(_harmless, (*lines, *_summary(impact))))


def _harmless(line: str) -> str:
    """Break what a forge would take for a command in the log of its job."""
    line = line.replace("##[", r"##\[")
    return f"./{line}" if line.startswith("::") else line


def _page(name: str, page: PageImpact) -> Iterator[str]:
    if page.verdict not in _TOLD:
        return
    yield f"{printable(name)}: {page.verdict}"
    if page.verdict is Verdict.RETIRED:
        yield "  all files that it is about are gone"
        yield ""
        return
    for section in page.sections:
        if section.verdict in _TOLD:
            yield from _section(section)
    yield ""


def _section(section: SectionImpact) -> Iterator[str]:
    if section.heading:
        yield f"  {printable(section.heading)} (#{printable(section.anchor)})"
    told = [each for each in section.reasons if each.verdict in _TOLD and not each.acknowledged]
    sentence = None
    for reason in sorted(told, key=lambda each: each.sentence):
        if reason.sentence != sentence:
            sentence = reason.sentence
            said = f"says: {printable(sentence)}" if sentence else "it shows or lists this:"
            yield f"    {said}"
        yield f"    but  {_clause(reason)}"
        yield from _code(reason)


def _clause(reason: Reason) -> str:
    """Say what became of what the sentence cites, where, and by which commit."""

    def name(symbol: str) -> str:
        return f"`{printable(symbol)}`" if reason.symbol else printable(symbol)

    return f"{clause(reason, name, printable)} [{', '.join(_where(reason))}]"


def _where(reason: Reason) -> Iterator[str]:
    path, first, last = place(reason)
    lines = f":{first}" + (f"-{last}" if last > first else "") if first else ""
    yield f"{printable(path)}{lines}"
    if reason.commit:
        yield f"commit {reason.commit[:12]}"


def _code(reason: Reason) -> Iterator[str]:
    """Show the current code, of a long one the lines about what changed."""
    before, lines, after = window(reason)
    if before:
        yield f"    now        | … {count(before, 'line')}"
    for number, line in enumerate(lines, start=reason.first_line + before):
        yield f"    now  {number:>5} | {printable(line.expandtabs(4))}"
    if after:
        yield f"    now        | … {count(after, 'more line')}"


def _new(surface: Surface) -> str:
    return f"new: {printable(surface.path)} has {', '.join(map(printable, surface.symbols))}"


def _summary(impact: Impact) -> Sequence[str]:
    pages = [page for scope in impact.scopes for page in scope.pages]
    verdicts = Counter(page.verdict for page in (*pages, *impact.people))
    fresh = sum(scope.fresh for scope in impact.scopes) + impact.people_fresh
    parts = [f"{verdicts[each]} {each}" for each in reversed(Verdict) if verdicts[each]]
    lines = [f"{', '.join([*parts, f'{fresh} fresh'])}."]
    if impact.cost.sections:
        lines.append(f"`autodoc update` rewrites {_cost(impact)}.")
    if impact.is_stale:
        lines.append(ADVICE)
    return lines


def _cost(impact: Impact) -> str:
    cost = impact.cost
    told = f"{count(cost.sections, 'section')} of {count(cost.pages, 'page')}"
    if not cost.calls:
        return f"{told} without a model"
    tokens = f"{cost.input_tokens:,} + {cost.output_tokens:,} tokens"
    money = "" if cost.cost is None else f", ${cost.cost:.2f}"
    return f"{told} with about {count(cost.calls, 'model call')}, {tokens}{money}"
