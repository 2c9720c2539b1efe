import json

import pytest

from app.domain.wiki.page import Draft, Section
from flows.writer.agents.limits import UnusableAnswer
from flows.writer.agents.reviser import AS_ABOVE, SomeSections
from flows.writer.commission import Commission, Stale, Wanted
from tests.fakes.shop import BRIEFING

STALE = Stale(sentence="Old.", changed="code total", now="E2", code_now="return 1")
LEAD = Wanted(anchor="the-cart", heading="The cart", is_lead=True, stale=(STALE,))
USE = Wanted(anchor="use", heading="Use of `Cart`", stale=(STALE, STALE))
FORM = SomeSections(
    Commission(briefing=BRIEFING, sections=(LEAD, USE), outline=("The cart", "Use of `Cart`"))
)


def draft(*headings: str, summary: str = "") -> Draft:
    sections = tuple(Section(heading=each, text="New.") for each in headings)
    return Draft(summary=summary, sections=sections)


def test_code_is_shown_once_and_does_not_decide_the_question() -> None:
    lead, use = json.loads(FORM.shown)["sections"]
    codes = [each["code_now"] for section in (lead, use) for each in section["stale"]]
    assert codes == ["return 1", AS_ABOVE, AS_ABOVE]
    assert "return 1" not in FORM.told
    assert "code_now" not in FORM.told


def test_headings_are_known_whatever_their_case_and_come_back_as_they_were() -> None:
    kept = FORM.convert(draft("use of cart", "Other", summary="Lead."))
    assert [each.heading for each in kept.sections] == ["Use of `Cart`"]
    assert kept.summary == "Lead."
    [finding] = FORM.review(kept)
    assert "“Other” was not asked for" in finding.message


def test_what_is_missing_is_named_until_a_part_has_to_do() -> None:
    form = SomeSections(
        Commission(briefing=BRIEFING, sections=(LEAD, USE), outline=("The cart", "Use of `Cart`"))
    )
    part = form.convert(draft(summary="Lead."))
    [finding] = form.review(part)
    assert "the section “Use of `Cart`” is missing" in finding.message
    assert form.salvage(part) == part
    assert form.review(part) == []
    assert form.missing(part) == ("Use of `Cart`",)
    assert form.salvage(draft()) is None


def test_an_answer_without_any_of_it_is_unusable() -> None:
    with pytest.raises(UnusableAnswer, match="“The cart”, “Use of `Cart`”"):
        FORM.convert(draft("Other"))
