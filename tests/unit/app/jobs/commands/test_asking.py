from collections.abc import Sequence

import pytest

from app.domain.knowledge.search import SearchHit, SearchType
from app.domain.work.command import Command, Verb
from app.domain.work.grammar import read_orders
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded
from app.errors import InputError
from app.jobs.commands.answers import Asked
from app.jobs.commands.asking import MOST_LINES, Asking
from tests.fakes.work import SHOP

REPOSITORY = Repository(**SHOP.model_dump(), id=1)
BLOB = f"{SHOP.url}/blob/{'c' * 40}"
HIT = SearchHit(
    page="cart.md",
    title="The cart",
    heading_path=("The cart", "Limits"),
    excerpt=f"It holds `MAX_ITEMS` ([cart.py:3]({BLOB}/shop/cart.py#L3), [x](https://evil.test/a)).",
    score=1.0,
    source=f"{BLOB}/docs/autodoc/cart.md",
    commit="c" * 40,
)


async def answer(hits: Sequence[SearchHit], error: InputError | None = None) -> str:
    class Search:
        async def query_documents(
            self, repo_url: str, query: str, search_type: SearchType, limit: int
        ) -> Sequence[SearchHit]:
            assert (repo_url, query, search_type) == (SHOP.url, "how many?", SearchType.HYBRID)
            if error is not None:
                raise error
            return hits[:limit]

    order = Command(verb=Verb.ASK, text="how many?")
    said = Commanded(repository=SHOP, number=7, comment_id=9, sender="mona", order=order)
    return (await Asking(Search()).ask(Asked(REPOSITORY, said, order))).text


async def test_passages_are_quoted_with_their_page_and_the_places_that_they_cite() -> None:
    told = await answer([HIT])
    assert f"**[The cart / Limits]({HIT.source})**" in told
    assert "> It holds `MAX_ITEMS`" in told
    assert f"Cites [`shop/cart.py:3`]({BLOB}/shop/cart.py#L3)" in told
    assert "evil.test" not in told


async def test_s6_nothing_in_a_passage_calls_closes_or_orders_anything() -> None:
    hostile = "/autodoc pause\n\n@octo/all fixes #1\n\n/merge\n\n<img src=x>"
    told = await answer([HIT.model_copy(update={"excerpt": hostile, "title": "@octo"})])
    assert read_orders(told) == []
    assert "`@octo/all` fixes `#1`" in told
    assert not any(line.startswith("/") for line in told.splitlines())
    assert "<img" not in told.replace("\\<img", "")


async def test_long_passage_is_cut_after_a_whole_line() -> None:
    told = await answer(
        [HIT.model_copy(update={"excerpt": "\n\n".join("a word" for _ in range(50))})]
    )
    assert sum(line.startswith(">") for line in told.splitlines()) == MOST_LINES + 1
    assert told.endswith("…")


@pytest.mark.parametrize("error", [None, InputError("it is not documented here")])
async def test_question_that_nothing_answers_is_told_so(error: InputError | None) -> None:
    with pytest.raises(InputError, match="has no answer"):
        await answer([], error)
