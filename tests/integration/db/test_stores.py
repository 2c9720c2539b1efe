import pytest

from app.db.engine import Sessions
from app.db.facts import BlobFactRepo
from app.db.generations import GenerationRepo
from app.db.jobs import JobRepo
from app.db.scopes import ScopeRepo
from app.domain.code.facts import FileFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.wiki.page import ScopeResult, TokenUsage, WikiStructure
from app.domain.work.job import FlowName, JobOrder
from app.domain.work.repository import Repository


def facts(doc: str) -> FileFacts:
    symbol = Symbol(
        name="f",
        kind=SymbolKind.FUNCTION,
        first_line=1,
        last_line=2,
        signature="def f()",
        code_digest="a",
        wording_digest="b",
    )
    return FileFacts(language="python", doc=doc, symbols=(symbol,), lines=2)


async def test_facts_come_back_as_they_were_by_recipe_and_blob(sessions: Sessions) -> None:
    cache = BlobFactRepo(sessions)
    known = {f"blob{number}": facts(f"“module” {number} \\u0000") for number in range(1200)}

    await cache.add("r1", known)
    await cache.add("r1", {"blob1": facts("another")})

    assert await cache.find("r1", [*known, "unknown"]) == known
    assert await cache.find("r2", list(known)) == {}
    assert await cache.find("r1", []) == {}


@pytest.mark.parametrize("odd", ["nul \x00.", "half \ud800."])
async def test_text_that_json_cannot_hold_is_replaced(sessions: Sessions, odd: str) -> None:
    cache = BlobFactRepo(sessions)

    await cache.add("r", {"blob": facts(odd)})

    assert (await cache.find("r", ["blob"]))["blob"].doc == f"{odd[:-2]}\ufffd."


async def test_first_answer_to_a_question_stays(sessions: Sessions) -> None:
    generations = GenerationRepo(sessions)
    usage = TokenUsage(calls=1, input_tokens=10, output_tokens=5, cost=0.01)

    await generations.store("key", "model", "yes\x00", usage)
    await generations.store("key", "model", "no", usage)

    assert await generations.find("key") == "yes\ufffd"
    assert await generations.find("other") is None


async def test_each_attempt_of_a_scope_has_a_result_of_its_own(
    sessions: Sessions, repository: Repository
) -> None:
    order = JobOrder(
        repository_id=repository.id, branch="main", flow=FlowName.FULL_GENERATION, reason="push"
    )
    job = await JobRepo(sessions).order(order)
    scopes = ScopeRepo(sessions)
    first, second = (
        ScopeResult(scope="", structure=WikiStructure(title=title, pages=()), pages=())
        for title in ("first\ud800", "second")
    )

    assert await scopes.find(job.id, "1") is None
    await scopes.store(job.id, "1", first)
    await scopes.store(job.id, "2", second)

    kept = await scopes.find(job.id, "1")
    assert kept is not None
    assert kept.structure.title.startswith("first")
    assert await scopes.find(job.id, "2") == second
    assert await scopes.find(job.id, "3") is None
