"""Documentation for tests: versions of a few pages, cut and embedded as in a real run."""

from collections.abc import Mapping

from app.db.engine import Sessions
from app.db.wiki import WikiRepo
from app.domain.knowledge.chunk import Cut, PageChunk
from app.domain.knowledge.chunking import ChunkOptions, cut_page, embedding_text
from app.domain.knowledge.embedding import EmbeddingModel
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.version import WikiPage, WikiVersion
from app.embedding.static import BUNDLED, StaticEmbedder

EMBEDDER = StaticEmbedder()
OPTIONS = ChunkOptions(target=60, maximum=90, overlap=10, minimum=10)


def make_version(
    repository_id: int, pages: Mapping[str, str], *, commit: str = "c1", branch: str = "main"
) -> WikiVersion:
    return WikiVersion(
        repository_id=repository_id,
        branch=branch,
        commit=commit,
        recipe="r",
        title="Shop",
        pages=tuple(
            WikiPage(
                spec=PageSpec(id=path, path=path, title=_title(text), kind=PageKind.NARRATIVE),
                markdown=text,
                committed=True,
            )
            for path, text in pages.items()
        ),
    )


def _title(text: str) -> str:
    return text.split("\n")[0].lstrip("# ")


def cut_version(version: WikiVersion) -> dict[str, list[PageChunk]]:
    return {
        page.spec.path: cut_page(page.spec.title, page.markdown, EMBEDDER.count_tokens, OPTIONS)
        for page in version.pages
    }


async def publish(
    sessions: Sessions,
    version: WikiVersion,
    model: EmbeddingModel = BUNDLED,
    cut: Cut | None = None,
) -> int:
    """Index a version as an index run does; return how many passages had to be embedded."""
    wiki = WikiRepo(sessions)
    version_id = await wiki.save_candidate(version)
    kept = cut.kept if cut else ()
    chunks = {path: found for path, found in cut_version(version).items() if path not in kept}
    texts = {
        chunk.content_digest: embedding_text(chunk) for page in chunks.values() for chunk in page
    }
    known = await wiki.known_embeddings(model, texts)
    missing = {digest: text for digest, text in texts.items() if digest not in known}
    vectors = await EMBEDDER.embed(list(missing.values()))
    await wiki.publish(version_id, chunks, dict(zip(missing, vectors, strict=True)), model, cut)
    return len(missing)
