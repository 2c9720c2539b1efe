import pytest

from app.db.engine import Sessions
from app.db.repositories import RepositoryRepo
from app.db.search import SearchRepo
from app.domain.knowledge.embedding import EmbeddingModel
from app.domain.knowledge.search import SearchHit, SearchType
from app.domain.work.repository import Provider, Repository, RepositoryRef
from app.embedding.static import BUNDLED
from app.errors import InputError
from app.settings import EmbeddingSettings, RankingSettings, Settings
from app.wiring import connect_stores
from tests.integration.db.documentation import EMBEDDER, make_version, publish

PAGES = {
    "cart.md": (
        "# Cart\n\nThe cart holds what a customer wants to buy.\n\n## Adding items\n\n"
        + "Call `ShoppingCart.add_item` with a product and its quantity. " * 4
        + "\n\n## Removing items\n\n"
        + "Call `ShoppingCart.remove_item` when a customer changes their mind. " * 4
    ),
    "orders.md": "# Orders\n\nAn order is a cart that somebody paid for.\n\n" + "It ships. " * 30,
    "deploy.md": "# Deployment\n\nSet `SHOP_URL` and start the program with `--index-url`.\n",
    "taxes.md": "# Taxes\n\nTaxes depend on the country that goods are sent to.\n",
}
OTHER = {"cart.md": "# Their cart\n\nThe cart of another repository with add_item.\n"}
RANKING = RankingSettings()


@pytest.fixture
async def documented(sessions: Sessions, repository: Repository) -> Repository:
    await publish(sessions, make_version(repository.id, PAGES))
    other = await RepositoryRepo(sessions).upsert(
        RepositoryRef(provider=Provider.GITHUB, external_id="43", full_name="other/x", url="u")
    )
    await publish(sessions, make_version(other.id, OTHER))
    return repository


async def ask(
    sessions: Sessions,
    repository: Repository,
    question: str,
    search_type: SearchType = SearchType.HYBRID,
    ranking: RankingSettings = RANKING,
) -> list[SearchHit]:
    vector = None
    if search_type is not SearchType.TEXT:
        [vector] = await EMBEDDER.embed([question])
    search = SearchRepo(sessions, BUNDLED)
    return await search.query(repository.id, question, vector, search_type, 10, ranking)


@pytest.mark.parametrize("search_type", list(SearchType))
async def test_best_page_comes_first_with_the_passage_that_answers(
    sessions: Sessions, documented: Repository, search_type: SearchType
) -> None:
    hits = await ask(sessions, documented, "removing items from the cart", search_type)

    assert hits[0].page == "cart.md"
    assert hits[0].title == "Cart"
    assert hits[0].heading_path == ("Removing items",)
    assert "remove_item" in hits[0].excerpt
    assert hits[0].commit == "c1"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("search_type", list(SearchType))
async def test_no_page_comes_twice_and_none_from_another_repository(
    sessions: Sessions, documented: Repository, search_type: SearchType
) -> None:
    hits = await ask(sessions, documented, "cart add_item items order", search_type)

    pages = [hit.page for hit in hits]
    assert len(pages) == len(set(pages))
    assert set(pages) <= set(PAGES)
    assert all("another repository" not in hit.excerpt for hit in hits)


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("ShoppingCart.add_item", "cart.md"),
        ("add_item", "cart.md"),
        ("shopping cart add item", "cart.md"),
        ("SHOP_URL", "deploy.md"),
        ("--index-url", "deploy.md"),
        ("country of delivery", "taxes.md"),
    ],
)
async def test_identifiers_are_found_whole_split_or_in_part(
    sessions: Sessions, documented: Repository, question: str, page: str
) -> None:
    assert (await ask(sessions, documented, question, SearchType.TEXT))[0].page == page
    assert (await ask(sessions, documented, question))[0].page == page


HOSTILE = [
    "",
    " ",
    "-" * 40,
    "-" * 4000,
    "nul\x00 byte",
    "half \ud800",
    "'; DROP TABLE jobs; --",
    '"open quote',
    "a & | ! ( ) <-> :* b",
    "\\",
    "%_",
    "--index-url -cart",
    "the and of",
    "$1 :words",
    "{}",
    "ümläut 漢字",
    "x" * 100_000,
    "a.b" * 5000,
]


@pytest.mark.parametrize("search_type", list(SearchType))
async def test_no_question_breaks_the_search(
    sessions: Sessions, documented: Repository, search_type: SearchType
) -> None:
    for question in HOSTILE:
        pages = [hit.page for hit in await ask(sessions, documented, question, search_type)]
        assert len(pages) == len(set(pages)) <= len(PAGES)


async def test_noise_finds_nothing_by_text(sessions: Sessions, documented: Repository) -> None:
    assert await ask(sessions, documented, "zyxwvut qqq", SearchType.TEXT) == []


async def test_retired_version_is_not_found(sessions: Sessions, documented: Repository) -> None:
    await publish(
        sessions, make_version(documented.id, {"new.md": "# New\n\nAll new."}, commit="c2")
    )

    assert await ask(sessions, documented, "ShoppingCart", SearchType.TEXT) == []
    [hit] = await ask(sessions, documented, "cart")
    assert (hit.page, hit.commit) == ("new.md", "c2")


async def test_default_branch_is_searched_when_it_is_documented(
    sessions: Sessions, repository: Repository
) -> None:
    pages = {"a.md": "# Taxes\n\nTaxes of a branch."}
    await publish(sessions, make_version(repository.id, pages, branch="next", commit="next"))
    [hit] = await ask(sessions, repository, "taxes")
    assert hit.commit == "next"

    await publish(sessions, make_version(repository.id, pages, commit="main"))

    [hit] = await ask(sessions, repository, "taxes")
    assert hit.commit == "main"


async def test_large_documentation_is_searched_through_the_index(
    sessions: Sessions, documented: Repository
) -> None:
    exact = await ask(sessions, documented, "buying things", SearchType.SEMANTIC)
    by_index = await ask(
        sessions,
        documented,
        "buying things",
        SearchType.SEMANTIC,
        RankingSettings(exact_rows=1),
    )

    assert by_index == exact


async def test_search_without_vectors_falls_back_to_words(
    sessions: Sessions, documented: Repository
) -> None:
    search = SearchRepo(sessions)

    async def find(vector: list[float] | None, search_type: SearchType) -> list[str]:
        hits = await search.query(documented.id, "taxes", vector, search_type, 10, RANKING)
        return [hit.page for hit in hits]

    assert await find(None, SearchType.HYBRID) == ["taxes.md"]
    assert await find([1.0] * 3, SearchType.HYBRID) == ["taxes.md"]
    assert await find([1.0] * 3, SearchType.SEMANTIC) == []
    with pytest.raises(InputError, match="needs an embedding model"):
        await find(None, SearchType.SEMANTIC)


async def test_vectors_of_another_model_are_not_compared(
    sessions: Sessions, documented: Repository
) -> None:
    search = SearchRepo(sessions, EmbeddingModel(name="other", dimensions=BUNDLED.dimensions))
    [vector] = await EMBEDDER.embed(["taxes"])

    assert (
        await search.query(documented.id, "taxes", vector, SearchType.SEMANTIC, 10, RANKING) == []
    )


@pytest.mark.parametrize(("model", "found"), [("bundled", True), ("openai/other", False)])
async def test_the_model_of_the_settings_is_the_one_that_is_compared(
    database_url: str, documented: Repository, model: str, *, found: bool
) -> None:
    embedding = EmbeddingSettings(model=model, dimensions=BUNDLED.dimensions)
    [vector] = await EMBEDDER.embed(["taxes"])

    async with connect_stores(Settings(embedding=embedding), database_url) as stores:
        hits = await stores.search.query(
            documented.id, "taxes", vector, SearchType.SEMANTIC, 10, RANKING
        )

    assert bool(hits) is found


async def test_limit_is_kept(sessions: Sessions, documented: Repository) -> None:
    search = SearchRepo(sessions)
    [vector] = await EMBEDDER.embed(["cart"])

    hits = await search.query(documented.id, "cart", vector, SearchType.HYBRID, 2, RANKING)

    assert len(hits) == 2
