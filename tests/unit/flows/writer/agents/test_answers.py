from typing import Any

import pytest

from app.domain.wiki.page import Diagram, DiagramEdge, DiagramNode, Draft, Section
from flows.writer.agents.answers import DraftAnswer, StructureAnswer, answer_of, draft_of
from flows.writer.agents.limits import UnusableAnswer

DRAFT = Draft(
    summary="A cart [E1].",
    sections=(
        Section(
            heading="Parts",
            text="It has lines [E2].",
            snippets=("E2",),
            diagram=Diagram(
                title="Parts",
                nodes=(DiagramNode(id="a", label="A"), DiagramNode(id="b", label="B")),
                edges=(DiagramEdge(source="a", target="b", label="has"),),
            ),
        ),
    ),
)


def test_a_draft_survives_being_said_as_an_answer() -> None:
    assert draft_of(answer_of(DRAFT).model_dump()) == DRAFT


def said(**changes: object) -> dict[str, Any]:
    section = {"heading": "H", "text": "T.", "snippets": [], "diagrams": []} | changes
    return {"summary": "S.", "sections": [section]}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"summary": "", "sections": said()["sections"] * 41}, "more than 40 sections"),
        (said(heading=" \u200b "), "heading must have"),
        (said(heading="h" * 121), "heading must have"),
        (
            said(diagrams=[{"title": "", "nodes": [], "edges": []}] * 2),
            "has more than one diagram",
        ),
    ],
)
def test_an_answer_that_is_no_page_says_why(answer: dict[str, Any], told: str) -> None:
    with pytest.raises(UnusableAnswer, match=told):
        draft_of(answer)


def test_hidden_characters_and_line_breaks_in_headings_are_removed() -> None:
    [section] = draft_of(said(heading="Two\nlines", text="a\x00b\u202e")).sections
    assert (section.heading, section.text) == ("Two lines", "ab")


def test_a_diagram_without_boxes_is_none() -> None:
    [section] = draft_of(said(diagrams=[{"title": "t", "nodes": [], "edges": []}])).sections
    assert section.diagram is None


@pytest.mark.parametrize("schema", [DraftAnswer, StructureAnswer])
def test_every_field_of_a_schema_is_required_and_nothing_else_is_allowed(
    schema: type[DraftAnswer | StructureAnswer],
) -> None:
    whole = schema.model_json_schema()
    for part in [whole, *whole["$defs"].values()]:
        assert set(part["required"]) == set(part["properties"])
        assert part["additionalProperties"] is False
