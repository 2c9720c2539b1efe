"""Making published pages searchable: pages, passages, vectors, one published version."""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import join
from typing import Protocol

from app.domain.knowledge.chunk import Cut, PageChunk
from app.domain.knowledge.chunking import ChunkOptions, cut_page, embedding_text
from app.domain.knowledge.embedding import EmbeddingModel
from app.domain.wiki.front_matter import blank_front_matter
from app.domain.wiki.markdown import read_outline
from app.domain.wiki.narrative.plan import project_title
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.version import WikiPage, WikiVersion
from app.domain.work.job import Job, Progress
from flows.orchestrator.installed import code_digest
from flows.orchestrator.site import Site, keep_true, render_reference
from flows.sources import Source
from flows.steps import Limits, Steps

MERGED = "merged"
"""The recipe of a version whose narrative people merged, and may have changed."""

STAMPED = re.compile(r"<!-- autodoc page=(\S+) ")

INDEX_LIMITS = Limits(retries=3, timeout=900)


class Embedder(Protocol):
    """Whatever turns texts into vectors."""

    @property
    def name(self) -> str:
        """Name the model, as rows name it."""

    @property
    def dimensions(self) -> int:
        """Say how long a vector is."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Give one vector a text."""

    def count_tokens(self, text: str) -> int:
        """Count as the model does."""


class Wiki(Protocol):
    """Whatever keeps versions of the documentation."""

    async def save_candidate(self, version: WikiVersion) -> int:
        """Keep a version that nobody reads yet; the same version gets the same id."""

    async def cut_pages(self, version: WikiVersion, recipe: str) -> frozenset[str]:
        """Name the pages whose passages readers see now, cut by the same recipe."""

    async def known_embeddings(
        self, model: EmbeddingModel, digests: Iterable[str]
    ) -> Mapping[str, Sequence[float]]:
        """Return the vectors of passages that were embedded before."""

    async def publish(
        self,
        version_id: int,
        chunks: Mapping[str, Sequence[PageChunk]],
        embeddings: Mapping[str, Sequence[float]],
        model: EmbeddingModel,
        cut: Cut | None = None,
    ) -> None:
        """Make a version the one that readers see, in one transaction."""


@dataclass(frozen=True)
class Indexer:
    """Turns pages into the published version of a branch."""

    wiki: Wiki
    embedder: Embedder
    options: ChunkOptions

    async def publish(self, version: WikiVersion) -> None:
        """Cut, embed what is new, and switch the readers to the version."""
        recipe = await asyncio.to_thread(self._recipe)
        kept = await self.wiki.cut_pages(version, recipe)
        changed = [page for page in version.pages if page.spec.path not in kept]
        chunks = await asyncio.to_thread(self._cut, changed)
        passages = {each.content_digest: each for page in chunks.values() for each in page}
        model = EmbeddingModel(name=self.embedder.name, dimensions=self.embedder.dimensions)
        known = await self.wiki.known_embeddings(model, sorted(passages))
        missing = [digest for digest in sorted(passages) if digest not in known]
        vectors = await self.embedder.embed([embedding_text(passages[each]) for each in missing])
        # Those that are known are taken over where they are.
        embeddings = dict(zip(missing, vectors, strict=True))
        version_id = await self.wiki.save_candidate(version)
        cut = Cut(recipe=recipe, kept=kept)
        await self.wiki.publish(version_id, chunks, embeddings, model, cut)

    def _recipe(self) -> str:
        """Name what decides how a page is cut and embedded, other than its text."""
        parts = (code_digest(), self.options.model_dump_json(), self.embedder.name)
        said = "\0".join((*parts, str(self.embedder.dimensions)))
        return hashlib.sha256(said.encode()).hexdigest()

    def _cut(self, pages: Iterable[WikiPage]) -> dict[str, list[PageChunk]]:
        return {
            page.spec.path: cut_page(
                page.spec.title, page.markdown, self.embedder.count_tokens, self.options
            )
            for page in pages
        }


def generated_version(job: Job, site: Site, source: Source, location: str = "") -> WikiVersion:
    """Name the pages of a commit as a version of the job's branch; they lie at `location`."""
    return WikiVersion(
        repository_id=job.repository.id,
        branch=job.branch,
        scope=source.scope.folder,
        commit=source.origin.commit,
        recipe=site.recipe,
        title=site.title,
        location=location,
        pages=tuple(
            WikiPage(spec=page.spec, markdown=page.markdown, committed=True) for page in site.pages
        ),
    )


async def index_pages(
    job: Job, source: Source, committed: Mapping[str, bytes], indexer: Indexer, steps: Steps
) -> int:
    """Publish the merged pages and the reference layer to the readers; returns how many.

    `committed` is the documentation folder as the branch has it, by path within it: the narrative
    is taken with whatever people changed. The reference layer is rendered from the same commit, so
    that it never lags behind. Where nothing was merged yet, nothing is published.
    """
    if not any(path.endswith(".md") for path in committed):
        return 0
    await steps.progress(Progress(stage="index"))
    texts = await source.all_texts()
    version = await asyncio.to_thread(merged_version, job, source, committed, texts)
    await steps.run(
        "publish_version",
        indexer.publish,
        version,
        key=f"{version.commit}:{version.scope}",
        limits=INDEX_LIMITS,
    )
    return len(version.pages)


def merged_version(
    job: Job, source: Source, committed: Mapping[str, bytes], texts: Mapping[str, str]
) -> WikiVersion:
    """Put the committed pages before the rendered reference layer; what people wrote wins."""
    reference = keep_true(
        project_title(source.facts), render_reference(source.facts, source.origin), source.facts,
        source.origin, texts, source.config.site,
    )  # fmt: skip
    written = tuple(
        committed_page(path, text.decode(errors="replace"))
        for path, text in sorted(committed.items())
        if path.endswith(".md")
    )
    taken = {page.spec.path for page in written}
    rest = tuple(
        WikiPage(spec=page.spec, markdown=page.markdown, committed=False)
        for page in reference.pages
        if page.spec.path not in taken
    )
    return WikiVersion(
        repository_id=job.repository.id,
        branch=job.branch,
        scope=source.scope.folder,
        commit=source.origin.commit,
        recipe=MERGED,
        title=reference.title,
        location=f"{source.origin.base}{source.scope.output}/",
        pages=(*written, *rest),
    )


def folder_files(output: str, files: Mapping[str, str]) -> dict[str, str]:
    """Choose the blobs of a documentation folder, by their path within it."""
    prefix = join(output.strip("/"), "")
    return {
        path.removeprefix(prefix): blob_id
        for path, blob_id in files.items()
        if path.startswith(prefix)
    }


def committed_page(path: str, text: str) -> WikiPage:
    """Read a page that was merged; people may have changed all but its path."""
    headings = read_outline(blank_front_matter(text)).headings
    title = headings[0].text if headings else path
    stamped = STAMPED.search(text)
    identity = stamped[1] if stamped else path.removesuffix(".md").replace("/", "-")
    spec = PageSpec(id=identity, path=path, title=title, kind=PageKind.NARRATIVE)
    return WikiPage(spec=spec, markdown=text, committed=True)
