import json

from app.domain.wiki.narrative.briefing import FactForm
from app.domain.wiki.page import Draft, Section
from app.domain.wiki.record import Note
from flows.writer.agents.drafting import show_briefing, show_notes, unkept, without_unkept
from flows.writer.agents.fence import fenced
from flows.writer.agents.finished import question
from tests.fakes.shop import BRIEFING

NOTE = Note(section="use", before="It is fast.", after="It is slow.")
NOTED = BRIEFING.model_copy(update={"notes": (NOTE,)})


def test_sets_are_told_in_one_order_since_each_process_has_another() -> None:
    cut = frozenset(FactForm)
    told = fenced("BRIEFING", show_briefing(BRIEFING.model_copy(update={"cut": cut}), whole=False))
    assert json.loads(told or "")["cut"] == sorted(cut)


def test_places_do_not_decide_a_question_and_digests_do() -> None:
    def with_evidence(**changes: object) -> str:
        first, *rest = BRIEFING.evidence
        moved = (first.model_copy(update=changes), *rest)
        return question(BRIEFING.model_copy(update={"evidence": moved}), ("m",))

    digests = BRIEFING.evidence[0].digests
    assert digests is not None
    place = digests.model_copy(update={"place": "shop/cart.py:90-99"})
    code = digests.model_copy(update={"code": "other"})
    assert with_evidence(first_line=90, last_line=99, digests=place) == with_evidence()
    assert with_evidence(digests=code) != with_evidence()
    assert question(BRIEFING, ("another",)) != with_evidence()
    assert question(NOTED, ("m",)) != with_evidence()


def test_notes_are_quoted_where_there_are_any() -> None:
    assert show_notes(BRIEFING) == ""
    assert json.loads(fenced("CORRECTIONS", show_notes(NOTED)) or "") == [NOTE.model_dump()]


def test_a_section_that_undoes_a_correction_is_found_and_left_out() -> None:
    undone = Draft(
        summary="S.", sections=(Section(heading="Use", text="It is fast [E1]."),
                                Section(heading="More", text="It is fast [E1].")),
    )  # fmt: skip
    kept = Draft(summary="S.", sections=(Section(heading="Use", text="It is slow [E1]."),))
    [finding] = unkept(undone, NOTED)
    assert '"It is fast." became "It is slow."' in finding.message
    assert [each.heading for each in without_unkept(undone, NOTED).sections] == ["More"]
    assert unkept(kept, NOTED) == []
    assert without_unkept(kept, NOTED) == kept
