from types import MappingProxyType

import pytest

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.configuration.config import PinnedPage
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.revision import PageRevision, Revision, SectionRevision
from app.domain.work.prices import Price
from flows.writer.estimate import Assumptions, Prices, estimate
from tests.fakes.facts import file_facts, repository, shop, symbol

FACTS = shop()
PAGES = sum(each.kind is not PageKind.REFERENCE for each in plan_narrative(FACTS).pages)
CHEAP, DEAR = Price(input=1e-6, output=2e-6), Price(input=10e-6, output=20e-6)
ALL: Prices = MappingProxyType(dict.fromkeys(("structure", "page", "readme", "critic"), CHEAP))
SURE = Assumptions()


def test_each_page_and_the_plan_are_written_once_and_judged_once() -> None:
    found = estimate(FACTS, (), ALL, SURE)
    assert (found.pages, found.calls) == (PAGES, 2 * (PAGES + 1))
    assert found.cost == pytest.approx(found.input_tokens * 1e-6 + found.output_tokens * 2e-6, 1e-3)


def test_drafts_that_are_sent_back_and_looks_into_the_source_take_more() -> None:
    sure = estimate(FACTS, (), ALL, SURE)
    often = estimate(FACTS, (), ALL, Assumptions(drafts=2))
    looking = estimate(FACTS, (), ALL, Assumptions(tool_rounds=3))
    assert often.calls == 2 * sure.calls
    assert often.cost > 2 * sure.cost
    # Neither the plan nor the front page is written with tools.
    assert looking.calls == sure.calls + 3 * (PAGES - 1)
    assert looking.input_tokens > 2 * sure.input_tokens


def test_pages_that_the_configuration_pins_are_reckoned_with() -> None:
    pinned = PinnedPage(title="Money", purpose="What costs what.", subjects=("shop/**",))
    assert estimate(FACTS, (pinned,), ALL, SURE).pages == PAGES + 1


def test_each_role_has_its_own_price_and_the_local_writer_takes_nothing() -> None:
    alone = estimate(FACTS, (), {**ALL, "critic": None}, SURE)
    assert alone.calls == PAGES + 1
    front = estimate(FACTS, (), {"readme": CHEAP, "critic": None}, SURE)
    dear = estimate(FACTS, (), {"readme": DEAR, "critic": None}, SURE)
    assert front.calls == dear.calls == 1
    assert dear.cost == pytest.approx(10 * front.cost)
    nobody = estimate(FACTS, (), {"critic": CHEAP}, SURE)
    assert (nobody.calls, nobody.cost, nobody.seconds) == (0, 0, 0)


def test_the_time_is_that_of_the_plan_the_pages_side_by_side_and_the_front_page() -> None:
    many = Assumptions(parallel_calls=1000, call_seconds=3)
    assert estimate(FACTS, (), ALL, many).seconds == 3 * (2 + 2 + 2)
    one = Assumptions(parallel_calls=1, call_seconds=3)
    assert estimate(FACTS, (), ALL, one).seconds == 3 * 2 * (PAGES + 1)


def large(files: int) -> RepositoryFacts:
    doc = "Says a lot. " * 100
    made = {
        f"shop/{number:02}.py": file_facts("x", [symbol("f")], doc=doc) for number in range(files)
    }
    return repository(made, texts={})


@pytest.mark.parametrize(("files", "summaries"), [(12, 1), (13, 3), (40, 5)])
def test_a_part_that_is_too_large_for_a_prompt_is_summarised_in_pieces(
    files: int, summaries: int
) -> None:
    facts, small = large(files), Assumptions(evidence_tokens=500)
    whole = estimate(facts, (), ALL, Assumptions(evidence_tokens=10**6))

    found = estimate(facts, (), ALL, small)

    # The page of the part and the overview share them; those of pieces are joined by one more.
    assert found.calls - whole.calls == summaries
    assert found.cost > whole.cost


def test_a_writer_without_tools_is_sent_the_source_in_their_place() -> None:
    looking = estimate(FACTS, (), ALL, Assumptions(tool_rounds=3))
    told = estimate(FACTS, (), ALL, Assumptions(tool_rounds=3, has_tools=False))
    plain = estimate(FACTS, (), ALL, SURE)

    assert (told.calls, looking.calls) == (plain.calls, plain.calls + 3 * (PAGES - 1))
    assert told.input_tokens > plain.input_tokens
    assert told.pages == plain.pages


@pytest.mark.parametrize(("definitions", "pages"), [(12, 1), (11, 0)])
def test_the_way_of_a_run_has_a_page_where_enough_is_defined_around_its_start(
    definitions: int, pages: int
) -> None:
    names = ("main", *(f"f{number}" for number in range(definitions - 1)))

    def facts(*chosen: str) -> RepositoryFacts:
        return repository({"shop/cli.py": file_facts("x", [symbol(each) for each in chosen])})

    with_start = estimate(facts(*names), (), ALL, SURE)
    assert with_start.pages == estimate(facts(*names[1:]), (), ALL, SURE).pages + pages


NARRATIVE = tuple(
    each for each in plan_narrative(FACTS).pages if each.kind is not PageKind.REFERENCE
)
STALE = SectionRevision(anchor="parts", heading="Parts", text="Old.")


def stale(*pages: PageSpec, writer: str = "model") -> Revision:
    revised = (PageRevision(spec=each, sections=(STALE,), writer=writer) for each in pages)
    return Revision(pages=tuple(revised), known=NARRATIVE)


def test_an_update_takes_what_its_stale_sections_take() -> None:
    one = estimate(FACTS, (), ALL, SURE, stale(NARRATIVE[1]))
    assert (one.pages, one.calls) == (1, 2)
    assert one.cost < estimate(FACTS, (), ALL, SURE).cost / 2
    both = estimate(FACTS, (), ALL, SURE, stale(*NARRATIVE[:2]))
    assert (both.pages, both.calls) == (2, 4)


def test_an_update_without_work_for_a_model_takes_nothing() -> None:
    local = estimate(FACTS, (), ALL, SURE, stale(NARRATIVE[1], writer="local"))
    assert (local.pages, local.calls, local.cost) == (0, 0, 0)
    assert estimate(FACTS, (), ALL, SURE, Revision(known=NARRATIVE)).calls == 0


def test_new_modules_take_the_plan_and_their_pages() -> None:
    revision = Revision(known=NARRATIVE[:-1], structure_again=True)
    found = estimate(FACTS, (), ALL, SURE, revision)
    assert (found.pages, found.calls) == (1, 2 + 2)
    everything = estimate(FACTS, (), ALL, SURE, Revision(everything=True))
    assert everything == estimate(FACTS, (), ALL, SURE)
