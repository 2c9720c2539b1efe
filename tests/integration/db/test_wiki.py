import asyncio

import pytest
from sqlalchemy import text

from app.db.engine import Sessions
from app.db.repositories import RepositoryRepo
from app.db.wiki import WikiRepo
from app.domain.knowledge.chunk import Cut
from app.domain.knowledge.embedding import EmbeddingModel
from app.domain.work.repository import Provider, Repository, RepositoryRef
from app.embedding.static import BUNDLED
from app.errors import StoreError
from tests.integration.db.documentation import EMBEDDER, cut_version, make_version, publish

CART = "# Cart\n\nThe cart adds items and sums totals.\n"
ORDERS = "# Orders\n\nAn order is a cart that somebody paid for.\n"


async def count(sessions: Sessions, table: str) -> int:
    async with sessions() as session:
        return len((await session.execute(text(f"TABLE {table}"))).all())


async def test_version_comes_back_as_it_was_saved(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    version = make_version(repository.id, {"cart.md": CART, "a.md": ORDERS})

    first = await wiki.save_candidate(version)

    assert await wiki.save_candidate(version) == first
    assert await wiki.candidate(repository.id, "main") == version
    assert await wiki.candidate(repository.id, "main", "part") is None
    assert await wiki.published(repository.id, "main") is None
    changed = make_version(repository.id, {"cart.md": ORDERS})
    assert await wiki.save_candidate(changed) != first
    assert await wiki.candidate(repository.id, "main") == changed


async def test_saving_a_version_twice_at_once_keeps_it_once(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    version = make_version(repository.id, {"cart.md": CART})

    ids = await asyncio.gather(*(wiki.save_candidate(version) for _ in range(4)))

    assert len(set(ids)) == 1
    assert await wiki.candidate(repository.id, "main") == version


async def test_published_pages_can_be_read_and_the_repository_found(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    version = make_version(repository.id, {"cart.md": CART, "a.md": ORDERS})
    assert await wiki.pages(repository.id, "main") == []

    await publish(sessions, version)

    assert await wiki.published(repository.id, "main") == version
    assert await wiki.candidate(repository.id, "main") is None
    assert [page.path for page in await wiki.pages(repository.id, "")] == ["cart.md", "a.md"]
    page = await wiki.read_page(repository.id, "main", "cart.md")
    assert page is not None
    assert (page.title, page.text, page.commit) == ("Cart", CART, "c1")
    assert await wiki.read_page(repository.id, "next", "cart.md") is None
    assert await wiki.read_page(repository.id, "main", "nul\x00") is None
    for words in ("shop", "octo/shp", "https://github.com/octo/shop", ""):
        [hit] = await RepositoryRepo(sessions).find(words)
        assert (hit.id, hit.branches) == (repository.id, ("main",))
    assert await RepositoryRepo(sessions).find("elsewhere\x00%_") == []


async def test_only_what_changed_is_embedded_and_its_vectors_are_kept_once(
    sessions: Sessions, repository: Repository
) -> None:
    assert await publish(sessions, make_version(repository.id, {"a": CART, "b": ORDERS})) == 2
    assert await count(sessions, "chunk_embeddings") == 2

    new = make_version(repository.id, {"a": CART, "b": ORDERS + "\nIt ships."}, commit="c2")
    assert await publish(sessions, new) == 1

    assert await count(sessions, "chunk_embeddings") == 2
    assert await count(sessions, "page_chunks") == 2
    assert await WikiRepo(sessions).published(repository.id, "main") == new


async def test_vectors_of_another_repository_are_taken_over(
    sessions: Sessions, repository: Repository
) -> None:
    fork = await RepositoryRepo(sessions).upsert(
        RepositoryRef(provider=Provider.GITHUB, external_id="43", full_name="me/shop", url="u")
    )
    await publish(sessions, make_version(repository.id, {"a": CART}))

    assert await publish(sessions, make_version(fork.id, {"a": CART})) == 0

    assert await count(sessions, "chunk_embeddings") == 2


async def test_newest_three_versions_keep_their_text(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    await publish(sessions, make_version(repository.id, {"a": CART}, commit="published"))

    for number in range(6):
        pages = {"a": f"# A\n\nNumber {number}."}
        await wiki.save_candidate(make_version(repository.id, pages, commit=f"c{number}"))

    assert await count(sessions, "wiki_structures") == 4
    published = await wiki.published(repository.id, "main")
    assert published is not None
    assert published.commit == "published"


async def test_version_without_every_vector_is_not_published(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    old = make_version(repository.id, {"a": ORDERS})
    await publish(sessions, old)
    new = make_version(repository.id, {"a": CART})
    version_id = await wiki.save_candidate(new)

    with pytest.raises(StoreError, match="1 passages have no vector"):
        await wiki.publish(version_id, cut_version(new), {}, BUNDLED)
    with pytest.raises(StoreError, match="no page other"):
        await wiki.publish(version_id, {"other": []}, {}, BUNDLED)
    with pytest.raises(StoreError, match="no longer kept"):
        await wiki.publish(version_id + 1, {}, {}, BUNDLED)

    assert await wiki.published(repository.id, "main") == old
    assert await count(sessions, "page_chunks") == 1


async def test_reader_never_sees_half_a_version(sessions: Sessions, repository: Repository) -> None:
    wiki = WikiRepo(sessions)
    versions = [
        make_version(
            repository.id,
            {f"{number}.md": f"# Page {number} of {commit}\n" for number in range(20)},
            commit=commit,
        )
        for commit in ("c1", "c2")
    ]
    await publish(sessions, versions[0])
    done = asyncio.Event()
    seen: list[set[str]] = []

    async def read() -> None:
        while not done.is_set():
            pages = await wiki.pages(repository.id, "main")
            assert len(pages) == 20
            seen.append({page.commit for page in pages})

    async def write() -> None:
        for number in range(6):
            await publish(sessions, versions[(number + 1) % 2])
        done.set()

    await asyncio.gather(read(), read(), write())

    assert {len(commits) for commits in seen} == {1}
    assert {"c1"} in seen
    assert {"c2"} in seen


async def test_two_models_have_vectors_side_by_side(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    version = make_version(repository.id, {"a": CART})
    await publish(sessions, version)
    [chunk] = cut_version(version)["a"]
    other = EmbeddingModel(name="openai/m", dimensions=8)
    assert await wiki.known_embeddings(other, [chunk.content_digest]) == {}
    version_id = await wiki.save_candidate(version)

    vectors = {chunk.content_digest: [0.5] * 8}
    await asyncio.gather(
        *(wiki.publish(version_id, {"a": [chunk]}, vectors, other) for _ in range(2))
    )

    assert await wiki.known_embeddings(other, [chunk.content_digest]) == vectors
    [kept] = (await wiki.known_embeddings(BUNDLED, [chunk.content_digest])).values()
    assert len(kept) == EMBEDDER.dimensions
    assert await count(sessions, "embedding_models") == 2


async def test_vector_of_another_dimension_is_refused(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    version = make_version(repository.id, {"a": CART})
    await publish(sessions, version)
    changed = make_version(repository.id, {"a": CART + "More."})
    version_id = await wiki.save_candidate(changed)
    [chunk] = cut_version(changed)["a"]

    with pytest.raises(StoreError, match="dimension"):
        await wiki.publish(version_id, {"a": [chunk]}, {chunk.content_digest: [1.0] * 3}, BUNDLED)
    assert await wiki.published(repository.id, "main") == version


async def test_pages_that_did_not_change_keep_their_passages(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    old = make_version(repository.id, {"a": CART, "b": ORDERS})
    await publish(sessions, old, cut=Cut(recipe="r1"))
    before = await passages(sessions)
    new = make_version(repository.id, {"b": ORDERS + "\nIt ships.", "a": CART}, commit="c2")

    kept = await wiki.cut_pages(new, "r1")
    await publish(sessions, new, cut=Cut(recipe="r1", kept=kept))

    assert kept == {"a"}
    assert await wiki.cut_pages(new, "r1") == {"a", "b"}
    assert await wiki.cut_pages(new, "another recipe") == frozenset()
    after = await passages(sessions)
    assert after["a"] == before["a"]
    assert after["b"] != before["b"]
    assert await count(sessions, "page_chunks") == 2
    assert await count(sessions, "chunk_embeddings") == 2


async def test_a_page_that_is_no_longer_published_is_not_taken_for_cut(
    sessions: Sessions, repository: Repository
) -> None:
    wiki = WikiRepo(sessions)
    old = make_version(repository.id, {"a": CART})
    await publish(sessions, old, cut=Cut(recipe="r1"))
    kept = await wiki.cut_pages(old, "r1")
    meanwhile = make_version(repository.id, {"a": ORDERS}, commit="c2")
    await publish(sessions, meanwhile, cut=Cut(recipe="r1"))

    with pytest.raises(StoreError, match="published meanwhile"):
        await publish(sessions, old, cut=Cut(recipe="r1", kept=kept))

    assert await wiki.published(repository.id, "main") == meanwhile
    assert await count(sessions, "page_chunks") == 1


async def passages(sessions: Sessions) -> dict[str, list[str]]:
    """Return the passages of the published pages with their ids, by the page's path."""
    query = (
        "SELECT p.path, array_agg(c.id || c.content ORDER BY c.index) AS found"
        " FROM page_chunks c"
        " JOIN wiki_pages p ON p.id = c.page_id AND p.version_id = c.version_id"
        " JOIN wiki_structures s ON s.id = p.version_id AND s.state = 'published'"
        " GROUP BY p.path"
    )
    async with sessions() as session:
        return {row.path: row.found for row in await session.execute(text(query))}
