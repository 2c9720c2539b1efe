"""What the local writer says of the code at work: one way through it, and the how-tos."""

import posixpath
from collections import Counter

from app.domain.wiki.names import is_known
from app.domain.wiki.narrative.briefing import Briefing, Fact, FactForm
from app.domain.wiki.narrative.how_to import LONGEST_SAMPLE
from app.domain.wiki.page import Diagram, DiagramEdge, DiagramNode, Draft, Section
from app.domain.wiki.roles import is_test
from app.domain.wiki.words.doc_comment import doc_sentence
from app.domain.wiki.words.prose import code_span

_FOLLOWED = (
    "These are the definitions on the way, each with the calls in it that are followed here. Calls "
    "through variables and into other packages are not followed, and which of the calls happen "
    "depends on the input."
)


def compose_way(briefing: Briefing) -> Draft:
    """List the steps, each with what it says of itself and what it calls, and draw the calls."""
    steps = [fact for fact in briefing.facts if fact.form is FactForm.STEP]
    calls = [fact for fact in briefing.facts if fact.form is FactForm.CALL]
    if not steps:
        return Draft(summary="", sections=())
    lines = [
        f"{number}. {_step(step, _calls_of(step, calls), briefing)}"
        for number, step in enumerate(steps, 1)
    ]
    section = Section(heading="Step by step", text="\n".join(lines), diagram=_drawing(steps, calls))
    first = steps[0]
    summary = f"It begins at {code_span(first.name)} [{first.evidence}]. {_FOLLOWED}"
    return Draft(summary=summary, sections=(section,))


def compose_how_tos(briefing: Briefing) -> Draft:
    """Show each case under its own words."""
    sections: list[Section] = []
    about: Fact | None = None
    for fact in briefing.facts:
        if fact.form is FactForm.CASE:
            sections.append(_case(fact, about, briefing))
            about = None
        else:
            about = fact
    summary = "Examples and tests of the project itself, as they stand in its source."
    return Draft(summary=summary if sections else "", sections=tuple(sections))


def _calls_of(step: Fact, calls: list[Fact]) -> list[Fact]:
    return [each for each in calls if each.caller == step.evidence]


def _step(step: Fact, calls: list[Fact], briefing: Briefing) -> str:
    words = _words(step.text, briefing)
    said = f": {words}" if words else ""
    called = ", ".join(f"{code_span(each.detail)} [{each.evidence}]" for each in calls)
    ending = "" if said.endswith((".", "!", "?")) else "."
    return f"{code_span(step.name)} [{step.evidence}]{said}{ending}" + (
        f" It calls {called}." if called else ""
    )


def _drawing(steps: list[Fact], calls: list[Fact]) -> Diagram | None:
    used = {evidence for each in calls for evidence in (each.caller, each.target)}
    shown = [step for step in steps if step.evidence in used]
    if not calls:
        return None
    ids = {step.evidence: f"n{number}" for number, step in enumerate(shown, 1)}
    edges = dict.fromkeys(
        DiagramEdge(source=ids[each.caller], target=ids[each.target], label="calls")
        for each in calls
    )
    names = Counter(step.name for step in shown)
    nodes = tuple(
        DiagramNode(
            id=ids[step.evidence],
            label=step.name if names[step.name] == 1 else f"{step.name} ({_module(step.detail)})",
        )
        for step in shown
    )
    return Diagram(title="Calls along the way", nodes=nodes, edges=tuple(edges))


def _module(path: str) -> str:
    """Name a file in words: a path in a box would claim that its arrows are imports."""
    return " ".join(posixpath.splitext(path)[0].split("/")[-2:])


def _case(fact: Fact, about: Fact | None, briefing: Briefing) -> Section:
    place = next(each for each in briefing.evidence if each.id == fact.evidence)
    of_test = bool(place.symbol) or is_test(place.path)
    is_shown = of_test or place.last_line <= LONGEST_SAMPLE
    parts: list[str] = []
    if about is not None:
        words = _words(about.text, briefing)
        said = f": {words}" if words else ""
        parts.append(f"{code_span(about.name)} [{about.evidence}]{said}")
    kind = "test" if of_test else "example program"
    words = "" if is_shown and not of_test else _words(fact.text, briefing)
    said = f": {words}" if words else ":" if is_shown else ""
    cited = "" if is_shown and not words else f" [{fact.evidence}]"
    parts.append(f"The {kind} {code_span(fact.name)}{cited}{said}")
    return Section(
        heading=fact.detail,
        text="\n\n".join(parts),
        snippets=(fact.evidence,) if is_shown else (),
    )


def _words(text: str, briefing: Briefing) -> str:
    return doc_sentence(text, lambda span: is_known(span, briefing.names))
