import pytest

from app.domain.checks.draft import drop_false
from app.domain.checks.quotations import quotation_problems
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.briefing import Fact, FactForm
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import Draft, Section
from tests.fakes.facts import shop

SOURCE = (
    "It waits *1.5 s* (see `Cart`). Never run this as root. Use a tool,\ne.g. Make, instead!"
    "\n\nEverything is kept: nothing is lost."
)
TOLD = brief(plan_narrative(shop()).pages[-1], shop())
BRIEFING = TOLD.model_copy(
    update={
        "facts": (
            *TOLD.facts,
            Fact(evidence="E1", form=FactForm.QUOTATION, name="README.md", text=SOURCE),
        )
    }
)


@pytest.mark.parametrize(
    "quoted",
    [
        "It waits 1.5 s (see Cart).",
        "It  waits **1.5 s** (see `Cart`). [E1]",
        "Never run this as root.",
        "Never run this\n> as root. [E1]",
        "Never run this as root. Use a tool, e.g. Make, instead!",
        "Use a tool, e.g. Make, instead! [E1]\n>\n> Everything is kept: nothing is lost.",
    ],
)
def test_whole_sentences_of_a_fact_are_a_quotation(quoted: str) -> None:
    assert list(quotation_problems(f"> {quoted}\n", BRIEFING)) == []


@pytest.mark.parametrize(
    "quoted",
    [
        "It waits 15 s (see Cart).",
        "It waits 1,5 s (see Cart).",
        "it waits 1.5 s (see cart).",
        "It waits 1.5 s (see Cart)",
        "run this as root.",
        "Never run this",
        "Make, instead!",
        "Use a tool, e.g.",
        "It waits 1.5 s (see Cart). Use a tool, e.g. Make, instead!",
        "nothing is lost.",
        "- run this as root.",
        "| a |\n> | --- |\n> | run this as root. |",
    ],
)
def test_altered_or_cut_sentences_are_no_quotation(quoted: str) -> None:
    assert list(quotation_problems(f"> {quoted}\n", BRIEFING)) != []


def test_a_true_quotation_over_several_lines_stays_when_the_false_one_is_dropped() -> None:
    text = "> Never run this\n> as root. [E1]\n\n> run this as root. [E1]\n\nIt ends. [E1]"
    draft = Draft(summary="", sections=(Section(heading="Flow", text=text),))

    (section,) = drop_false(draft, BRIEFING).sections

    assert section.text.split("\n\n") == ["> Never run this\n> as root. [E1]", "\nIt ends. [E1]"]
