"""A draft before it becomes a page: what is wrong with it, and what remains without that."""

from collections.abc import Iterable, Iterator

from app.domain.checks.citations import citation_problems, snippet_problems
from app.domain.checks.defaults import default_problems
from app.domain.checks.diagrams import drawing_problems
from app.domain.checks.finding import Finding, Severity
from app.domain.checks.forbidden import draft_problems
from app.domain.checks.quotations import quotation_problems
from app.domain.checks.symbols import span_rule, unknown_name
from app.domain.wiki.markdown import read_outline
from app.domain.wiki.names import is_known
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import Diagram, Draft, Section
from app.domain.wiki.words.prose import cited_ids
from app.domain.wiki.words.sentences import units


def review(draft: Draft, briefing: Briefing) -> list[Finding]:
    """List what keeps a draft from being true or from being a page."""
    page = briefing.spec.path
    findings = [_finding(page, "", *each) for each in _text_problems(draft.summary, briefing)]
    for section in draft.sections:
        where = f"In “{section.heading}”: "
        findings += [_finding(page, where, *each) for each in _problems(section, briefing)]
        if not _is_cited(section):
            findings.append(
                Finding(
                    rule="citation",
                    page=page,
                    message=f"{where}nothing is cited",
                    severity=Severity.WARNING,
                )
            )
    if not draft.sections and not draft.summary.strip():
        findings.append(Finding(rule="empty", page=page, message="the draft says nothing"))
    return findings


def drop_false(draft: Draft, briefing: Briefing) -> Draft:
    """Leave out the sentences, snippets and arrows that still carry an error."""
    sections = (_true_section(each, briefing) for each in draft.sections)
    return Draft(
        summary=_true_text(draft.summary, briefing),
        sections=tuple(each for each in sections if _says_something(each)),
    )


def _problems(section: Section, briefing: Briefing) -> Iterator[tuple[str, str]]:
    if not section.heading.strip():
        yield "heading", "the section has no heading"
    yield from _text_problems(section.heading, briefing)
    yield from _text_problems(section.text, briefing)
    yield from (("citation", each) for each in snippet_problems(section, briefing))
    if section.diagram is not None:
        problems = drawing_problems(section.diagram, briefing)
        yield from (("diagram", each) for each in problems)


def _text_problems(text: str, briefing: Briefing) -> Iterator[tuple[str, str]]:
    yield from draft_problems(text)
    yield from (("citation", each) for each in citation_problems(text, briefing))
    yield from (("quotation", each) for each in quotation_problems(text, briefing))
    for span in read_outline(text).spans:
        if not span.quoted and not is_known(span.text, briefing.names):
            yield span_rule(span.text, briefing.names), unknown_name(span.text, briefing.names)
    yield from default_problems(text, briefing.names)


def _finding(page: str, where: str, rule: str, message: str) -> Finding:
    return Finding(rule=rule, page=page, message=where + message)


def _is_cited(section: Section) -> bool:
    return bool(cited_ids(section.text) or section.snippets or section.diagram)


def _true_section(section: Section, briefing: Briefing) -> Section:
    known = {each.id for each in briefing.evidence}
    return section.model_copy(
        update={
            "heading": "" if any(_text_problems(section.heading, briefing)) else section.heading,
            "text": _true_text(section.text, briefing),
            "snippets": tuple(each for each in section.snippets if each in known),
            "diagram": _true_diagram(section.diagram, briefing),
        }
    )


def _true_text(text: str, briefing: Briefing) -> str:
    """Keep the sentences without an error; what is wrong only as a whole goes as a whole."""
    parts = _with_whole_quotations(units(text))
    kept = "".join(each for each in parts if not any(_text_problems(each, briefing))).strip()
    return "" if any(_text_problems(kept, briefing)) else kept


def _with_whole_quotations(parts: Iterable[str]) -> Iterator[str]:
    """Join the lines of a quoted paragraph, of which none is a whole sentence alone."""
    quoted = ""
    for part in parts:
        if part.lstrip().startswith(">") and part.strip(" >\n"):
            quoted += part
            continue
        if quoted:
            yield quoted
        quoted = ""
        yield part
    if quoted:
        yield quoted


def _true_diagram(diagram: Diagram | None, briefing: Briefing) -> Diagram | None:
    if diagram is None or not any(drawing_problems(diagram, briefing)):
        return diagram
    edges = tuple(
        edge
        for edge in diagram.edges
        if not any(drawing_problems(diagram.model_copy(update={"edges": (edge,)}), briefing))
    )
    remaining = diagram.model_copy(update={"edges": edges})
    return remaining if edges and not any(drawing_problems(remaining, briefing)) else None


def _says_something(section: Section) -> bool:
    says = section.text.strip() or section.snippets or section.diagram
    return bool(section.heading.strip() and says)
