from collections.abc import Mapping, Sequence

import pytest

from app.domain.knowledge.search import PublishedPage, RepositoryHit, SearchHit, SearchType
from app.domain.wiki.impact import PageImpact
from app.domain.work.repository import Provider, Repository
from app.errors import InputError
from app.reader import MAX_HITS, MAX_QUERY, DatabaseReader, Shelves, normal_url
from app.settings import RankingSettings, Settings
from tests.fakes.stale import judged_page, stale_reason

SHOP = Repository(
    id=7,
    provider=Provider.GITHUB,
    external_id="1",
    full_name="octo/shop",
    url="https://github.com/octo/shop",
    default_branch="main",
)


class Repositories:
    async def find(self, text: str, limit: int = 20) -> list[RepositoryHit]:
        raise AssertionError((text, limit))

    async def find_by_url(self, url: str) -> Repository | None:
        return SHOP if url == SHOP.url else None


class Search:
    def __init__(self, hits: Sequence[SearchHit] = ()) -> None:
        self._hits = hits
        self.asked: list[tuple[int, str, Sequence[float] | None, int]] = []
        self.kinds: list[tuple[SearchType, int]] = []

    async def query(
        self,
        repository_id: int,
        text: str,
        vector: Sequence[float] | None,
        search_type: SearchType,
        limit: int,
        ranking: RankingSettings,
    ) -> list[SearchHit]:
        self.asked.append((repository_id, text, vector, limit))
        self.kinds.append((search_type, ranking.k))
        return list(self._hits)


class Pages:
    def __init__(self, text: str = "") -> None:
        self._text = text

    async def read_page(self, repository_id: int, branch: str, path: str) -> PublishedPage | None:
        assert (repository_id, branch) == (SHOP.id, "")  # the branch that is searched
        if path != "a.md":
            return None
        return PublishedPage(path=path, title="", text=self._text, commit="c")

    async def pages(self, repository_id: int, branch: str) -> list[PublishedPage]:
        assert (repository_id, branch) == (SHOP.id, "")
        return [
            PublishedPage(path=name, title="", text="", commit="c") for name in ("b.md", "a.md")
        ]


class Verdicts:
    def __init__(self, known: Mapping[str, PageImpact]) -> None:
        self._known = known

    async def find(self, repository_id: int) -> Mapping[str, PageImpact]:
        assert repository_id == SHOP.id
        return self._known


class Checkout:
    def __init__(self, now: Mapping[str, PageImpact] | None) -> None:
        self._now = now

    async def judge(
        self, repository: Repository, commits: frozenset[str]
    ) -> Mapping[str, PageImpact] | None:
        assert (repository, commits) == (SHOP, frozenset({"c"}))
        return self._now


class Embedder:
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [[float(len(text))] for text in texts]


def make_reader(search: Search, app_url: str = "") -> DatabaseReader:
    settings = Settings.model_validate({"mcp": {"app_url": app_url}})
    shelves = Shelves(Repositories(), search, Pages(), Verdicts({}))
    return DatabaseReader(shelves, Embedder(), settings)


@pytest.mark.parametrize(
    ("kind", "vector"),
    [(SearchType.HYBRID, [4.0]), (SearchType.SEMANTIC, [4.0]), (SearchType.TEXT, None)],
)
async def test_only_a_search_by_meaning_embeds_the_question(
    kind: SearchType, vector: list[float] | None
) -> None:
    search = Search()
    await make_reader(search).query_documents(f"{SHOP.url}.git/", "cart", kind, 10)

    assert search.asked == [(7, "cart", vector, 10)]
    assert search.kinds == [(kind, RankingSettings().k)]


async def test_questions_and_numbers_of_answers_are_bounded() -> None:
    search = Search()
    reader = make_reader(search)
    await reader.query_documents(SHOP.url, "x" * 9000, SearchType.TEXT, 1000)
    await reader.query_documents(SHOP.url, "  ", SearchType.HYBRID, 0)

    assert search.asked == [(7, "x" * MAX_QUERY, None, MAX_HITS), (7, "  ", None, 1)]


async def test_an_unknown_repository_is_answered_with_what_to_do() -> None:
    reader = make_reader(Search(), "https://github.com/apps/mine")
    with pytest.raises(InputError) as refused:
        await reader.query_documents("https://github.com/a/b", "x", SearchType.TEXT, 1)

    assert str(refused.value) == (
        "'https://github.com/a/b' is not documented here: install the AutoDoc App on it at"
        " https://github.com/apps/mine and merge its first pull request, or run"
        " `autodoc generate` in a checkout of it, or ask find_repository which repositories are"
    )


async def test_an_unknown_page_is_answered_with_the_known_ones() -> None:
    reader = make_reader(Search())

    assert (await reader.read_page(SHOP.url, "a.md")).path == "a.md"
    with pytest.raises(InputError, match=r"there is no page 'c\.md'; the pages are: a\.md, b\.md"):
        await reader.read_page(SHOP.url, "c.md")


@pytest.mark.parametrize(
    "url", ["https://x/y", "https://x/y/", " https://x/y.git ", "https://x/y.git/"]
)
def test_addresses_are_written_as_rows_have_them(url: str) -> None:
    assert normal_url(url) == "https://x/y"


TEXT = "# Cart\n\nIt holds items.\n\n## Prices\n\n`total` adds up.\n"
STALE = judged_page("a.md", stale_reason(commit="d" * 40))


HITS = [
    SearchHit(
        page="a.md", title="Cart", heading_path=path, excerpt="", score=1.0, source="", commit="c"
    )
    for path in (("Cart", "Prices"), ("Cart", "Items"))
]


def stocked(known: Mapping[str, PageImpact], checkout: Checkout | None = None) -> DatabaseReader:
    shelves = Shelves(Repositories(), Search(HITS), Pages(TEXT), Verdicts(known))
    return DatabaseReader(shelves, Embedder(), Settings(), checkout)


async def test_only_an_answer_from_a_stale_section_is_marked_with_the_current_code() -> None:
    stale, fresh = await stocked({"a.md": STALE}).query_documents(
        SHOP.url, "price", SearchType.TEXT, 5
    )

    assert [(each.sentence, each.code) for each in stale.stale] == [
        ("`total` adds up.", "def total(items):\n    return 0")
    ]
    assert fresh.stale == ()


async def test_a_page_shows_the_current_code_under_the_heading_of_its_stale_section() -> None:
    page = await stocked({"a.md": STALE}).read_page(SHOP.url, "a.md")

    assert page.text == (
        "# Cart\n\nIt holds items.\n\n## Prices\n\n"
        "> Stale: `total`: its code changed [cart.py:3, commit dddddddddddd]."
        " The page says: `total` adds up.\n>\n> The code now:\n>\n"
        "> ```\n> def total(items):\n>     return 0\n> ```\n\n`total` adds up.\n"
    )


async def test_a_checkout_that_moved_on_is_believed_before_what_was_stored() -> None:
    moved = await stocked({}, Checkout({"a.md": STALE})).read_page(SHOP.url, "a.md")
    settled = await stocked({"a.md": STALE}, Checkout({})).read_page(SHOP.url, "a.md")
    elsewhere = await stocked({"a.md": STALE}, Checkout(None)).read_page(SHOP.url, "a.md")

    assert [len(each.stale) for each in (moved, settled, elsewhere)] == [1, 0, 1]
    assert settled.text == TEXT
