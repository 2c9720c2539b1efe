import pytest

from app.domain.work.prices import per_million
from app.domain.work.update_cost import StalePage, Terms, UpdateCost, update_cost

PAGE = StalePage(sections=2, by_model=True, text_bytes=4_000, source_bytes=8_000)
PRICE = per_million(3, 15)


def test_an_update_without_stale_pages_costs_nothing() -> None:
    assert update_cost([], Terms(writer=True, critic=True)) == UpdateCost(cost=0.0)


def test_what_no_model_wrote_or_will_write_costs_nothing() -> None:
    composed = PAGE.model_copy(update={"by_model": False})

    assert update_cost([composed], Terms(writer=True)) == UpdateCost(pages=1, sections=2, cost=0.0)
    assert update_cost([PAGE], Terms()) == UpdateCost(pages=1, sections=2, cost=0.0)


def test_a_page_takes_drafts_looks_into_the_source_and_verdicts() -> None:
    terms = Terms(writer=True, critic=True, writer_price=PRICE, critic_price=PRICE, drafts=1)

    cost = update_cost([PAGE, PAGE], terms)

    assert cost.calls == 2 * (3 + 1)
    assert cost.input_tokens == 2 * (3 * (3_000 + 3_000) + 2 * 1_500 + 1_500 + 3_000)
    assert cost.output_tokens == 2 * (1_000 + 150)
    assert cost.cost == pytest.approx(
        cost.input_tokens * PRICE.input + cost.output_tokens * PRICE.output
    )


def test_without_the_price_of_one_of_the_models_no_sum_is_told() -> None:
    terms = Terms(writer=True, critic=True, writer_price=PRICE)

    assert update_cost([PAGE], terms).cost is None
