"""`autodoc generate` with a model: it writes, what it says is checked, and its price is shown."""

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli.generate import describe
from flows.local import Request
from tests.e2e.laptop import AUTODOC, Laptop, contents
from tests.e2e.served import eventually
from tests.e2e.shop import FILES
from tests.fakes import model_server
from tests.fakes.model_author import answer_well, schema_fields
from tests.fakes.model_server import ModelServer, Reply

pytestmark = pytest.mark.slow
MODEL = "openai/gpt-4o-mini"
LIE = "Call `Cart.refund_everything()` to pay everything back [E1]."


def lie(request: model_server.Request) -> Reply:
    """Write pages that speak of what is not there; judge as a good critic does."""
    if not {"summary", "sections"} <= set(schema_fields(request)):
        return answer_well(request)
    section = {"heading": "Refunds", "text": LIE, "snippets": [], "diagrams": []}
    return Reply({"summary": LIE, "sections": [section]})


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    return monkeypatch


def sources(name: str) -> dict[str, str]:
    """Give each repository words of its own, or it would be answered with another one's pages."""
    return {
        path: re.sub(r'^# |"{3}(?=A|P|T)', rf"\g<0>{name}: ", text, count=1)
        for path, text in FILES.items()
    }


def prompt_bytes(server: ModelServer) -> int:
    return sum(len(json.dumps(each["messages"]).encode()) for each in server.requests)


async def test_a_model_writes_pages_that_pass_every_check_and_its_price_is_shown(
    laptop: Laptop, key: pytest.MonkeyPatch
) -> None:
    checkout = laptop.make_repository("shop", sources("good"))
    request = Request(target=str(checkout))
    async with model_server.serve(answer_well) as server:
        key.setenv("OPENAI_API_BASE", server.url)
        settings = {"model": MODEL, "budget": {"drafts": 1, "tool_rounds": 0}}
        dry = await laptop.generate(request.model_copy(update={"dry_run": True}), **settings)
        assert server.requests == []
        made = await laptop.generate(request, **settings)

    assert made.withheld == made.warnings == ()
    assert "How it is made" in (checkout / "docs/autodoc/index.md").read_text()
    assert made.usage.calls == len(server.requests) > 4
    assert made.usage.cost > 0
    assert made.forecast is not None
    assert made.forecast.used.cost == pytest.approx(made.usage.cost)
    assert made.forecast.error is not None
    said = describe(made)
    assert f"estimated were {dry.estimate}: {made.forecast.error:+.0%}" in said
    assert f"{made.usage.calls} model calls, {made.usage.input_tokens} + " in said
    assert f"tokens, ${made.usage.cost:.2f}" in said

    assert dry.estimate is not None
    assert dry.estimate.calls == len(server.requests)
    assert 0.5 < dry.estimate.input_tokens / (prompt_bytes(server) / 4) < 2

    checked = laptop.run("check", cwd=checkout)
    assert (checked.status, checked.output) == (0, "0 findings.\n")


async def test_at_the_cap_the_local_writer_takes_over_and_the_pages_say_so(
    laptop: Laptop, key: pytest.MonkeyPatch
) -> None:
    billed = list[int]()

    def answer(request: model_server.Request) -> Reply:
        reply = answer_well(request)
        billed.append(reply.output_tokens)
        return reply

    checkout = laptop.make_repository("capped", sources("capped"))
    # A token of an answer costs a tenth of a cent, so 8 $ are set aside for 8000.
    budget = {"job": 9, "prices": {MODEL: {"input": 0, "output": 1000}}}
    async with model_server.serve(answer) as server:
        key.setenv("OPENAI_API_BASE", server.url)
        request = Request(target=str(checkout))
        made = await laptop.generate(request, model=MODEL, budget=budget)

    assert made.forecast is not None
    assert made.forecast.used.cost == pytest.approx(sum(billed) / 1000)
    assert made.forecast.used.cost <= 9
    pages = [page.read_text() for page in sorted((checkout / "docs/autodoc").glob("*.md"))]
    said = "without a language model, since the budget was reached, and not reviewed"
    assert any(f"written by {MODEL}" in page for page in pages)
    assert said in (checkout / "docs/autodoc/index.md").read_text()
    assert any(
        "written without the model, since the budget was reached: the next model call could cost"
        in text and "AUTODOC_BUDGET__JOB" in text
        for text in made.warnings
    )  # fmt: skip
    assert made.withheld == ()


async def test_a_model_that_lies_leaves_the_local_writers_pages_and_a_warning(
    laptop: Laptop, folder: Path, key: pytest.MonkeyPatch
) -> None:
    checkout = laptop.make_repository("lied-about", sources("lied"))
    request = Request(target=str(checkout), output=folder / "local")
    await laptop.generate(request)
    async with model_server.serve(lie) as server:
        key.setenv("OPENAI_API_BASE", server.url)
        made = await laptop.generate(
            request.model_copy(update={"output": folder / "lied"}), model=MODEL
        )

    pages = contents(folder / "lied")
    assert not any(b"refund" in data for data in pages.values())
    assert pages.keys() == contents(folder / "local").keys()
    assert any("was written without the model" in text for text in made.warnings), made.warnings
    assert "warning: " in describe(made)


async def test_two_commands_may_document_different_repositories_but_not_the_same(
    laptop: Laptop,
) -> None:
    busy = laptop.make_repository("busy", sources("busy"))
    other = laptop.make_repository("other")
    async with model_server.serve(lambda asked: replace(answer_well(asked), delay=60)) as server:
        settings = {"AUTODOC_MODEL": MODEL, "OPENAI_API_BASE": server.url, "OPENAI_API_KEY": "x"}
        first = await asyncio.create_subprocess_exec(
            *AUTODOC, "generate", str(busy), env=laptop.environment(settings), cwd=laptop.folder,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await eventually(lambda: bool(server.requests), "the first command is at work")
            same = await asyncio.to_thread(laptop.run, "generate", busy)
            different = await asyncio.to_thread(laptop.run, "generate", other)
        finally:
            first.terminate()
            await first.wait()

    assert (same.status, same.output) == (2, "")
    assert "another `autodoc` command documents this repository" in same.sentence
    assert different.status == 0, different.errors
    assert not (busy / "docs").exists()
