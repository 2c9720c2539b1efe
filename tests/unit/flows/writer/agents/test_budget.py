import asyncio

import pytest
from typing_extensions import override

from app.domain.wiki.page import TokenUsage
from app.domain.work.prices import Price
from app.errors import BudgetExceeded, StoreError
from flows.writer.agents.budget import Cap, CappedLlm, Meter, MeteredLlm
from tests.fakes.models import MemoryLedger, ProviderError, TalkingModel, ask, asking, said

PRICE = Price(input=0.0, output=0.01)
"""A call of `asking()` reserves a dollar; an answer of ten tokens costs ten cents."""


def capped(model: TalkingModel, cap: Cap) -> CappedLlm:
    return CappedLlm(model="m", inner=model, cap=cap, price=PRICE)


async def test_what_a_call_did_not_use_goes_back() -> None:
    model, ledger = TalkingModel(lines=["ok"]), MemoryLedger(1.15)
    cap = Cap(ledger)
    for _ in range(2):
        await ask(capped(model, cap), asking())
    assert ledger.spent == pytest.approx(0.2)
    with pytest.raises(BudgetExceeded, match=r"could cost 1\.00 \$.* 0\.20 \$ are taken"):
        await ask(capped(model, cap), asking())
    assert model.calls == 2


async def test_calls_wait_for_what_others_set_aside() -> None:
    model, cap = TalkingModel(lines=["ok"], delay=0.01), Cap(MemoryLedger(2.0))
    await asyncio.gather(*(ask(capped(model, cap), asking()) for _ in range(5)))
    assert model.calls == 5
    assert model.most_under_way == 2


async def test_parallel_calls_never_spend_more_than_the_cap() -> None:
    model, ledger = TalkingModel(lines=["ok"], delay=0.001), MemoryLedger(1.5)
    cap = Cap(ledger)
    outcomes = await asyncio.gather(
        *(ask(capped(model, cap), asking()) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(each, BudgetExceeded) for each in outcomes) == 20 - model.calls
    assert ledger.spent == pytest.approx(model.calls * 0.1)
    assert ledger.spent <= 1.5


async def test_the_prompt_counts_too() -> None:
    dear = Price(input=0.01, output=0.0)
    model = TalkingModel(lines=["ok"])
    long = CappedLlm(model="m", inner=model, cap=Cap(MemoryLedger(1.0)), price=dear)
    with pytest.raises(BudgetExceeded):
        await ask(long, asking("word " * 1000))
    assert model.calls == 0


@pytest.mark.parametrize("signs", ["{^~", "\u16a0", "\ue123", "\U00012345"])
async def test_a_text_of_one_byte_a_token_does_not_overrun_the_cap(signs: str) -> None:
    text, dear = signs * 500, Price(input=0.001, output=0.0)
    tokens = len(text.encode())
    ledger, model = (
        MemoryLedger(dear.of(tokens - 1, 0)),
        TalkingModel(lines=[said("ok", tokens=tokens)]),
    )
    with pytest.raises(BudgetExceeded):
        await ask(CappedLlm(model="m", inner=model, cap=Cap(ledger), price=dear), asking(text))
    assert (model.calls, ledger.spent) == (0, 0)


@pytest.mark.parametrize(
    ("error", "spent"),
    [(ProviderError(500), 0.0), (ProviderError(408), 1.0), (TimeoutError(), 1.0)],
)
async def test_an_error_costs_nothing_unless_nobody_knows(error: Exception, spent: float) -> None:
    ledger = MemoryLedger(5.0)
    cap = Cap(ledger)
    with pytest.raises(type(error)):
        await ask(capped(TalkingModel(lines=[error]), cap), asking())
    assert ledger.spent == pytest.approx(spent)


async def test_a_call_that_was_cut_off_counts_in_full() -> None:
    ledger = MemoryLedger(5.0)
    cap = Cap(ledger)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await ask(capped(TalkingModel(lines=["late"], delay=1), cap), asking())
    assert ledger.spent == pytest.approx(1.0)


async def test_an_answer_without_figures_counts_in_full() -> None:
    ledger = MemoryLedger(5.0)
    silent = said("ok").model_copy(update={"usage_metadata": None})
    await ask(capped(TalkingModel(lines=[silent]), Cap(ledger)), asking())
    assert ledger.spent == pytest.approx(1.0)


class FailingLedger(MemoryLedger):
    """Cannot be reached once the call is made."""

    @override
    async def settle(self, reservation: int, used: TokenUsage) -> None:
        raise StoreError(f"{reservation} cannot be settled with {used.cost}")


async def test_an_answer_is_not_lost_when_its_cost_cannot_be_recorded() -> None:
    ledger = FailingLedger(5.0)
    assert await ask(capped(TalkingModel(lines=["ok"]), Cap(ledger)), asking()) == "ok"
    assert ledger.spent == pytest.approx(1.0)


async def test_a_meter_counts_one_agents_calls() -> None:
    meter = Meter()
    model = MeteredLlm(model="m", inner=TalkingModel(lines=["a"]), price=PRICE, meter=meter)
    await ask(model, asking())
    await ask(model, asking())
    assert (meter.usage.calls, meter.usage.output_tokens) == (2, 20)
    assert meter.usage.cost == pytest.approx(0.2)
