import asyncio
from datetime import UTC, datetime

import pytest

from flows.writer.agents.resilient import ResilientLlm, retry_after
from tests.fakes.models import ProviderError, TalkingModel, ask, asking

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def resilient(model: TalkingModel, places: int = 1, **changes: float) -> ResilientLlm:
    return ResilientLlm.model_validate(
        {"model": "m", "inner": model, "gate": asyncio.Semaphore(places), "first_wait": 0.001}
        | changes
    )


@pytest.mark.parametrize(
    "error", [ProviderError(429), ProviderError(503), TimeoutError(), ConnectionResetError()]
)
async def test_a_passing_fault_is_tried_again(error: Exception) -> None:
    model = TalkingModel(lines=[error, error, "ok"])
    assert await ask(resilient(model), asking()) == "ok"
    assert model.calls == 3


@pytest.mark.parametrize("error", [ProviderError(400), ProviderError(401), ValueError("defect")])
async def test_a_lasting_fault_is_not(error: Exception) -> None:
    model = TalkingModel(lines=[error, "ok"])
    with pytest.raises(type(error)):
        await ask(resilient(model), asking())
    assert model.calls == 1


async def test_the_tries_are_bounded() -> None:
    model = TalkingModel(lines=[ProviderError(500)])
    with pytest.raises(ProviderError):
        await ask(resilient(model), asking())
    assert model.calls == 5


async def test_a_provider_is_left_alone_as_long_as_it_asks() -> None:
    model = TalkingModel(lines=[ProviderError(429, "0.2"), "ok"])
    began = asyncio.get_running_loop().time()
    await ask(resilient(model), asking())
    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_one_that_asks_for_too_long_is_given_up_at_once() -> None:
    model = TalkingModel(lines=[ProviderError(429, "61"), "ok"])
    with pytest.raises(ProviderError):
        await ask(resilient(model), asking())
    assert model.calls == 1


async def test_a_call_that_hangs_is_tried_again_within_the_deadline() -> None:
    model = TalkingModel(lines=["late"], delay=5)
    with pytest.raises(TimeoutError):
        await ask(resilient(model, call_timeout=0.02, deadline=0.1), asking())
    assert 2 <= model.calls <= 5


async def test_only_so_many_calls_are_under_way() -> None:
    model = TalkingModel(lines=["ok"], delay=0.005)
    shared = resilient(model, places=3)
    await asyncio.gather(*(ask(shared, asking()) for _ in range(12)))
    assert model.most_under_way == 3


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("-7", 0.0),
        ("Thu, 01 Jan 2026 00:00:30 GMT", 30.0),
        ("Thu, 01 Jan 2026 00:00:30 +0000", 30.0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    said: str | None, seconds: float | None
) -> None:
    assert retry_after(ProviderError(429, said), NOW) == seconds
