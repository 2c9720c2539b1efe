"""What a model is asked to answer, as strict schemas: every field is required, none is a map.

Providers that enforce a schema refuse optional fields and free maps, so these are not the domain's
values; they are converted, and a conversion that fails says why in words for the model.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from app.domain.wiki.page import Diagram, DiagramEdge, DiagramNode, Draft, Section
from flows.writer.agents.fence import clean
from flows.writer.agents.limits import UnusableAnswer

MAX_SECTIONS = 40
MAX_HEADING = 120


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(extra="forbid")


class NodeAnswer(Answer):
    """A box of a diagram."""

    id: str
    label: str


class EdgeAnswer(Answer):
    """An arrow of a diagram."""

    source: str
    target: str
    label: str


class DiagramAnswer(Answer):
    """A diagram as nodes and edges."""

    title: str
    nodes: list[NodeAnswer]
    edges: list[EdgeAnswer]


class SectionAnswer(Answer):
    """A section of a page."""

    heading: str
    text: str
    snippets: list[str]
    diagrams: list[DiagramAnswer]


class DraftAnswer(Answer):
    """A page."""

    summary: str
    sections: list[SectionAnswer]


class PlannedPage(Answer):
    """A page of a structure; its place and kind are not the model's to choose."""

    id: str
    title: str
    section: str
    purpose: str
    subjects: list[str]


class StructureAnswer(Answer):
    """A structure."""

    title: str
    pages: list[PlannedPage]


def verdict_schema(criteria: Mapping[str, str]) -> type[Answer]:
    """Make the schema of a verdict: one number for each criterion, and the feedback."""
    marks: dict[str, Any] = {
        name: (float, Field(description=f"0 to 10: {meaning}"))
        for name, meaning in criteria.items()
    }
    return create_model("Verdict", __base__=Answer, **marks, feedback=(str, ...))


def draft_of(answer: Mapping[str, Any]) -> Draft:
    """Convert an answer, or raise UnusableAnswer in words that its writer can act on."""
    checked = DraftAnswer.model_validate(answer)
    if len(checked.sections) > MAX_SECTIONS:
        raise UnusableAnswer(f"the page has more than {MAX_SECTIONS} sections; write fewer")
    return Draft(
        summary=clean(checked.summary).strip(),
        sections=tuple(_section_of(each) for each in checked.sections),
    )


def answer_of(draft: Draft) -> DraftAnswer:
    """Say a draft in the words of an answer, to show a model its last attempt."""
    return DraftAnswer(
        summary=draft.summary,
        sections=[
            SectionAnswer(
                heading=section.heading,
                text=section.text,
                snippets=list(section.snippets),
                diagrams=_diagrams_of(section.diagram),
            )
            for section in draft.sections
        ],
    )


def _section_of(answer: SectionAnswer) -> Section:
    heading = " ".join(clean(answer.heading).split())
    if not heading or len(heading) > MAX_HEADING:
        raise UnusableAnswer(f"a section's heading must have 1 to {MAX_HEADING} characters")
    if len(answer.diagrams) > 1:
        raise UnusableAnswer(f'the section "{heading}" has more than one diagram; keep one')
    return Section(
        heading=heading,
        text=clean(answer.text).strip(),
        snippets=tuple(dict.fromkeys(answer.snippets)),
        diagram=_diagram_of(answer.diagrams),
    )


def _diagram_of(answers: Sequence[DiagramAnswer]) -> Diagram | None:
    for answer in answers:
        if answer.nodes:
            return Diagram(
                title=clean(answer.title),
                nodes=tuple(DiagramNode(id=n.id, label=clean(n.label)) for n in answer.nodes),
                edges=tuple(
                    DiagramEdge(source=e.source, target=e.target, label=clean(e.label))
                    for e in answer.edges
                ),
            )
    return None


def _diagrams_of(diagram: Diagram | None) -> list[DiagramAnswer]:
    if diagram is None:
        return []
    return [DiagramAnswer.model_validate(diagram.model_dump(exclude={"note"}))]
