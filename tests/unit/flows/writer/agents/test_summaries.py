import asyncio

import pytest

from app.domain.wiki.narrative.briefing import Part
from app.errors import ConfigurationError
from app.settings import RefineSettings
from flows.writer.agents.files import Files
from flows.writer.agents.models import ChosenModel
from flows.writer.agents.summaries import Summaries
from tests.fakes.facts import file_facts, symbol
from tests.fakes.models import ProviderError, TalkingModel, said
from tests.fakes.shop import ShopBlobs

SAID = said('{"summary": "It keeps carts."}')
PATHS = ("shop/a.py", "shop/b.py")
PARTS = tuple(Part(name=path, files=(path,)) for path in PATHS)


def summaries_of(model: TalkingModel) -> Summaries:
    facts = {path: file_facts("x", [symbol("Cart" * 900, doc=path)]) for path in PATHS}
    limits = RefineSettings(evidence_tokens=1_000)
    return Summaries(ChosenModel("talking", model), limits, Files(ShopBlobs(), {}, facts))


async def test_a_page_is_credited_with_the_summaries_that_it_used_and_no_other_page_again() -> None:
    summaries = summaries_of(TalkingModel(lines=[SAID], delay=0.01))

    whole, first = await asyncio.gather(summaries.about(PARTS), summaries.about(PARTS[:1]))

    assert summaries.claim(first).calls == 1
    assert summaries.claim(whole).calls == 1
    assert summaries.claim(whole).calls == 0


async def test_what_a_summary_took_is_credited_to_the_next_page_when_the_first_failed() -> None:
    summaries = summaries_of(TalkingModel(lines=[SAID]))

    await summaries.about(PARTS)
    told = await summaries.about(PARTS)

    assert "It keeps carts." in told.text
    assert summaries.claim(told).calls == 2


async def test_a_page_that_is_cut_off_ends_no_summary_that_another_waits_for() -> None:
    model = TalkingModel(lines=[SAID], delay=0.05)
    summaries = summaries_of(model)
    waiting = [asyncio.create_task(summaries.about(PARTS)) for _ in range(2)]
    await asyncio.sleep(0.02)

    waiting[0].cancel()

    assert (await waiting[1]).text.count("It keeps carts.") == 2
    assert model.calls == 2


async def test_a_summary_that_failed_is_asked_for_again() -> None:
    model = TalkingModel(lines=[ProviderError(401), ProviderError(401), SAID])
    summaries = summaries_of(model)

    with pytest.raises(ConfigurationError):
        await summaries.about(PARTS)
    await asyncio.sleep(0.05)

    assert "It keeps carts." in (await summaries.about(PARTS)).text
