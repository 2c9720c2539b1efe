from app.domain.work.prices import Tier
from flows.writer.agents.price_map import most_of_row, price_of_row


def test_reasoning_that_costs_more_than_the_answer_sets_its_price() -> None:
    row = {"output_cost_per_reasoning_token": 3.3}
    assert price_of_row(0.5, 1.0, row).output == 3.3
    assert price_of_row(0.5, 4.0, row).output == 4.0


def test_a_row_of_long_prompts_has_tiers_and_those_of_other_services_do_not_count() -> None:
    row = {
        "input_cost_per_token_above_200k_tokens": 2.0,
        "output_cost_per_token_above_200k_tokens": 5.0,
        "input_cost_per_token_above_128k_tokens": 1.5,
        "input_cost_per_token_above_200k_tokens_priority": 9.0,
    }
    assert price_of_row(1.0, 4.0, row).tiers == (
        Tier(above=128_000, input=1.5, output=4.0),
        Tier(above=200_000, input=2.0, output=5.0),
    )


def test_tiers_may_also_stand_in_a_list() -> None:
    tiers = [
        {"range": [0, 256e3], "input_cost_per_token": 1.0, "output_cost_per_token": 2.0},
        {"range": [256e3, 1e6], "input_cost_per_token": 3.0, "output_cost_per_token": 6.0},
    ]
    price = price_of_row(1.0, 2.0, {"tiered_pricing": tiers})
    assert price.of(300_000, 0) == 900_000


def test_the_dearest_of_a_row_is_that_of_any_length() -> None:
    row = {
        "input_cost_per_token": 1.0,
        "output_cost_per_token": 2.0,
        "output_cost_per_token_above_200k_tokens": 5.0,
    }
    assert most_of_row(row) == (1.0, 5.0)
