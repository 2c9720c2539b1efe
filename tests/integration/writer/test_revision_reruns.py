"""What is asked of a model once, when stale sections are written again."""

import asyncio
from dataclasses import replace

import pytest

from tests.fakes.model_author import schema_fields
from tests.fakes.model_server import Reply, Request, ToolCall
from tests.fakes.models import MemoryGenerations
from tests.fakes.revised_shop import MODEL, TAX_ADDED, TAXED, changed, ordered
from tests.fakes.shop import CART, SOURCES
from tests.integration.writer.conftest import Stage, Staging
from tests.integration.writer.revising import run, staged, writes

COMMENTED = "# Nobody knows why.\n\n\n" + TAXED.replace("return TAX", "# net\n        return  TAX")


async def test_a_rerun_asks_nothing_again(stage: Stage) -> None:
    memory = MemoryGenerations()
    async with stage(writes(), staged(generations=memory, critic=MODEL)) as scene:
        first = await run(scene)
        assert len(scene.server.requests) == 2
    async with stage([Reply(status=500)], staged(generations=memory, critic=MODEL)) as scene:
        second = await run(scene)
        assert scene.server.requests == []
    assert second.pages == first.pages


async def test_a_run_that_is_killed_between_two_calls_repeats_none(stage: Stage) -> None:
    memory = MemoryGenerations()

    def slow_critic(request: Request) -> Reply:
        is_critic = "feedback" in schema_fields(request)
        return replace(writes()(request), delay=60.0 if is_critic else 0.0)

    async with stage(slow_critic, staged(generations=memory, critic=MODEL)) as scene:
        task = asyncio.create_task(run(scene))
        async with asyncio.timeout(20):
            while len(scene.server.requests) < 2:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with stage(writes(), staged(generations=memory, critic=MODEL)) as scene:
        result = await run(scene)
        [asked] = scene.server.requests
    assert "feedback" in schema_fields(asked)
    assert result.pages[0].reviewed


def moved(lines: int) -> dict[str, int]:
    return {"first_line": 7 + lines, "last_line": 9 + lines + 1}


@pytest.mark.parametrize("looks", [False, True])
async def test_comments_layout_and_places_ask_nothing_again(stage: Stage, *, looks: bool) -> None:
    memory = MemoryGenerations()
    look = ToolCall("read_file", {"path": "shop/mail.py", "first_line": 1, "max_lines": 3})

    def reply(request: Request) -> Reply:
        is_first = request["messages"][-1]["role"] == "user"
        if looks and is_first and "feedback" not in schema_fields(request):
            return Reply(calls=(look,))
        return writes()(request)

    async with stage(reply, staged(generations=memory, critic=MODEL)) as scene:
        first = await run(scene)
    later = changed(Cart__total={**TAX_ADDED, **moved(3)}, Cart={"first_line": 7, "last_line": 13})
    sources = {**SOURCES, "shop/cart.py": COMMENTED}
    stale = ordered(later, source=COMMENTED)
    setting = Staging(sources=sources, facts=later.files, generations=memory, critic=MODEL)
    async with stage([Reply(status=500)], setting) as scene:
        second = await run(scene, stale, later)
        assert scene.server.requests == []
    assert second.pages[0].draft == first.pages[0].draft
    [cited] = second.pages[0].evidence
    assert (cited.symbol, cited.first_line, cited.last_line) == ("Cart.total", 10, 13)


async def test_what_could_not_be_mended_is_not_asked_for_again_before_the_code_changes(
    stage: Stage,
) -> None:
    memory = MemoryGenerations()
    async with stage(writes("`Cart.refund` [{id}]."), staged(generations=memory)) as scene:
        await run(scene)
        assert len(scene.server.requests) == 3
    later = changed(Cart__total={**TAX_ADDED, **moved(3)}, Cart={"first_line": 7, "last_line": 13})
    setting = Staging(
        sources={**SOURCES, "shop/cart.py": COMMENTED}, facts=later.files, generations=memory
    )
    async with stage(writes(), setting) as scene:
        result = await run(scene, ordered(later, source=COMMENTED), later)
        assert scene.server.requests == []
    assert result.pages[0].unmended == ("Adding up",)


async def test_other_code_is_asked_about_anew(stage: Stage) -> None:
    memory = MemoryGenerations()
    async with stage(writes(), staged(generations=memory)) as scene:
        await run(scene)
    other = changed(Cart__total={"code_digest": "c3"})
    async with stage(writes(), Staging(facts=other.files, generations=memory)) as scene:
        await run(scene, ordered(other, source=CART), other)
        assert len(scene.server.requests) == 1
