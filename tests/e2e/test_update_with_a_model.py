"""`autodoc update` with a model: it is asked about what went stale, and about nothing else."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.cli.update import describe
from flows.local import Request
from tests.e2e.laptop import Laptop, commit
from tests.e2e.shop import CHECKOUT, FILES
from tests.e2e.test_generate_with_a_model import sources
from tests.e2e.test_update import DOCS, keep, on_the_web, pages, sections
from tests.fakes import model_server
from tests.fakes.model_author import block
from tests.fakes.model_reviser import ORDER, answer
from tests.fakes.model_server import ModelServer

pytestmark = pytest.mark.slow
SETTINGS = {"model": "openai/gpt-4o-mini", "budget": {"drafts": 1, "tool_rounds": 0}}
STOP = '    if not cart.total():\n        raise ValueError("nothing to pay")\n'


@asynccontextmanager
async def documented(
    laptop: Laptop,
    name: str,
    patch: pytest.MonkeyPatch,
    settings: Mapping[str, object] = SETTINGS,
    files: Mapping[str, str] = FILES,
) -> AsyncIterator[tuple[ModelServer, Path]]:
    """Have a model write the pages of a checkout, and commit them."""
    checkout = laptop.make_repository(name, files)
    on_the_web(checkout)
    async with model_server.serve(answer) as server:
        patch.setenv("OPENAI_API_KEY", "x")
        patch.setenv("OPENAI_API_BASE", server.url)
        await laptop.generate(Request(target=str(checkout)), **settings)
        keep(checkout)
        yield server, checkout


def refusing(checkout: str) -> str:
    """Let nobody pay for an empty cart."""
    return checkout.replace("    gateway = os", f"{STOP}    gateway = os")


def ordered(server: ModelServer) -> set[str]:
    """List the headings that were asked for."""
    return {
        each["heading"]
        for prompt in server.prompts
        if ORDER in prompt
        for each in json.loads(block(prompt, "SECTIONS"))["sections"]
    }


def narrative(checkout: Path) -> dict[str, dict[str, str]]:
    """Cut the pages that a model wrote at their headings, without permalinks' commits."""
    return {
        path: {heading: text.partition("/blob/")[0] for heading, text in sections(page).items()}
        for path, page in pages(checkout / DOCS).items()
        if not path.startswith("reference/")
    }


async def test_only_stale_sections_go_to_the_model_and_a_dry_run_says_what_they_take(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = sources("updated")
    async with documented(laptop, "updated", monkeypatch, files=own) as (server, checkout):
        everything, before = len(server.requests), narrative(checkout)
        server.requests.clear()
        commit(checkout, {"shop/checkout.py": refusing(own["shop/checkout.py"])})
        request = Request(target=str(checkout))

        dry = await laptop.update(request.model_copy(update={"dry_run": True}), **SETTINGS)
        assert server.requests == []
        made = await laptop.update(request, **SETTINGS)

    assert dry.outcome is not None
    assert dry.outcome.estimate is not None
    assert dry.outcome.estimate.calls == len(server.requests)
    assert 0 < len(server.requests) < everything
    assert f"a run would take {dry.outcome.estimate}" in describe(dry)
    assert made.outcome is not None
    assert made.outcome.forecast is not None
    assert made.outcome.forecast.estimate == dry.outcome.estimate
    after = narrative(checkout)
    rewritten = {
        heading
        for path, page in after.items()
        for heading, text in page.items()
        if before[path][heading] != text
    }
    assert rewritten
    assert rewritten <= ordered(server)


async def test_comments_and_places_cost_no_call(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with documented(laptop, "commented", monkeypatch) as (server, checkout):
        server.requests.clear()
        before = pages(checkout / DOCS)
        commit(checkout, {"shop/checkout.py": f"# Money.\n\n\n{CHECKOUT}"})
        await laptop.update(Request(target=str(checkout)), **SETTINGS)

    assert server.requests == []
    assert pages(checkout / DOCS) == before


async def test_what_stood_in_for_a_model_is_written_by_it_once_there_is_money(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = {**SETTINGS, "budget": {"job": 0.0001}}
    async with documented(laptop, "poor", monkeypatch, poor, sources("poor")) as (server, checkout):
        before = (checkout / DOCS / "index.md").read_text()
        record = json.loads((checkout / DOCS / ".autodoc/home.json").read_text())
        assert server.requests == []
        made = await laptop.update(Request(target=str(checkout)), **SETTINGS)

    assert "since the budget was reached" in before
    assert (record["writer"], record["stand_in"]) == ("local", True)
    after = (checkout / DOCS / "index.md").read_text()
    assert "written by openai/gpt-4o-mini" in after
    assert "How it is made" in after
    record = json.loads((checkout / DOCS / ".autodoc/home.json").read_text())
    assert record["writer"] == "openai/gpt-4o-mini"
    assert "stand_in" not in record
    assert made.outcome is not None
    assert made.outcome.withheld == ()
