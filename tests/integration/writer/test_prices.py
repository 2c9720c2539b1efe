import pytest

from flows.writer.agents.models import DEAREST_BELIEVABLE, dearest_price, price_of
from flows.writer.agents.prices import FREE


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
