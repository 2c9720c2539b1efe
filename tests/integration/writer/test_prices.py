import pytest

from app.domain.work.prices import FREE, per_million
from app.errors import ConfigurationError
from flows.writer.agents.models import DEAREST_BELIEVABLE, dearest_price, price_of


def test_a_known_model_has_its_price() -> None:
    price = price_of("openai/gpt-4o-mini")
    assert price.input == pytest.approx(0.15e-6)
    assert price.output == pytest.approx(0.6e-6)


def test_an_unknown_model_has_the_dearest_believable_price() -> None:
    price = price_of("openai/nobody-knows-me")
    assert price == dearest_price()
    assert price_of("openai/gpt-4o").input < price.input <= DEAREST_BELIEVABLE
    assert price_of("openai/gpt-4o").output < price.output


def test_a_model_on_ones_own_machine_is_free() -> None:
    assert price_of("ollama_chat/llama3") == price_of("hosted_vllm/any") == FREE


def test_what_a_host_seems_to_give_away_has_the_dearest_price_unless_the_operator_sets_one() -> (
    None
):
    name = "bedrock/us-east-1/1-month-commitment/anthropic.claude-v2:1"
    assert price_of(name) == dearest_price()
    assert price_of(name, {name: FREE}) == FREE


def test_no_model_of_the_map_is_priced_below_its_reasoning_or_its_longest_prompt() -> None:
    price = price_of("gemini/gemini-2.5-pro")
    assert price.of(100_000, 0) == pytest.approx(0.125)
    assert price.of(300_000, 0) == pytest.approx(0.75)
    assert price_of("dashscope/qwen-plus-2025-04-28").output == pytest.approx(4e-6)


def test_an_operators_own_price_goes_before_any_other() -> None:
    own = {"openai/gpt-4o-mini": per_million(1, 2), "ollama/big": per_million(3, 4)}
    assert price_of("openai/gpt-4o-mini", own) == per_million(1, 2)
    assert price_of("ollama/big", own).input > 0


def test_tokens_from_the_providers_cache_have_the_price_that_is_known_for_them() -> None:
    price = price_of("openai/gpt-4o-mini")
    assert price.cached_input == pytest.approx(0.075e-6)


def test_an_unknown_provider_is_named_in_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="'nosuch' is not a provider that LiteLLM knows"):
        price_of("nosuch/model")
