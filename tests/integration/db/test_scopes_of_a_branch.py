"""Several scopes of one branch: each is published apart, and all are searched together."""

from app.db.engine import Sessions
from app.db.search import SearchRepo
from app.db.wiki import WikiRepo
from app.domain.knowledge.search import SearchType
from app.domain.work.repository import Repository
from app.settings import RankingSettings
from tests.integration.db.documentation import make_version, publish

ROOT = {"index.md": "# Shop\n\nThe shop sells goods to people who walk in and ask for them.\n"}
CART = {"index.md": "# Cart\n\nThe cart holds goods until the customer pays at the counter.\n"}


async def ask(sessions: Sessions, repository: Repository, question: str) -> list[tuple[str, str]]:
    hits = await SearchRepo(sessions).query(
        repository.id, question, None, SearchType.TEXT, 5, RankingSettings()
    )
    return [(hit.page, hit.source) for hit in hits]


async def test_pages_of_a_scope_are_found_and_read_below_its_folder_until_it_is_gone(
    sessions: Sessions, repository: Repository
) -> None:
    wiki, where = WikiRepo(sessions), "https://x.org/docs/"
    root = make_version(repository.id, ROOT)
    cart = make_version(repository.id, CART)
    await publish(sessions, root)
    await publish(sessions, cart.model_copy(update={"scope": "packages/cart", "location": where}))

    page = await wiki.read_page(repository.id, "main", "packages/cart/index.md")
    assert page is not None
    assert (page.title, page.source) == ("Cart", f"{where}index.md")
    front = await wiki.read_page(repository.id, "", "index.md")
    assert front is not None
    assert front.title == "Shop"
    assert await ask(sessions, repository, "customer pays counter") == [
        ("packages/cart/index.md", f"{where}index.md")
    ]

    newest = await wiki.published(repository.id, "main")
    assert newest is not None
    assert newest.scope == "packages/cart"
    found = await wiki.published(repository.id, "main", "")
    assert found is not None
    assert found.scope == ""

    await wiki.keep_scopes(repository.id, "main", [""])

    assert await wiki.read_page(repository.id, "main", "packages/cart/index.md") is None
    assert await ask(sessions, repository, "customer pays counter") == []
    assert [each.path for each in await wiki.pages(repository.id, "main")] == ["index.md"]
