"""Vectors of passages: one partition for each embedding model, made when it is first used."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import Sessions, transaction
from app.db.models import ChunkEmbeddingRow, EmbeddingModelRow
from app.domain.knowledge.embedding import EmbeddingModel

_REGISTRATION_LOCK = 0x656D62656464
"""The key of an advisory lock: "embedd" in ASCII."""
_BATCH = 500

_ADD = text(
    "INSERT INTO chunk_embeddings (model_id, content_digest, repository_id, embedding)"
    " SELECT :model_id, digest, :repository_id, cast(vector AS halfvec)"
    " FROM unnest(:digests, :vectors) AS new (digest, vector)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("digests", type_=ARRAY(Text)), bindparam("vectors", type_=ARRAY(Text)))

_COPY = text(
    "INSERT INTO chunk_embeddings (model_id, content_digest, repository_id, embedding)"
    " SELECT DISTINCT ON (content_digest) model_id, content_digest, :repository_id, embedding"
    " FROM chunk_embeddings WHERE model_id = :model_id AND content_digest = ANY (:digests)"
    " ORDER BY content_digest, repository_id"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("digests", type_=ARRAY(Text)))

_FORGET_UNUSED = text(
    "DELETE FROM chunk_embeddings e WHERE e.repository_id = :repository_id AND NOT EXISTS ("
    " SELECT FROM page_chunks c JOIN wiki_structures s ON s.id = c.version_id"
    " WHERE s.repository_id = :repository_id AND c.content_digest = e.content_digest)"
)


async def register(sessions: Sessions, model: EmbeddingModel) -> int:
    """Return the model's id; make its partition when it has none."""
    async with transaction(sessions) as session:
        if (known := await _model_id(session, model)) is not None:
            return known
        await session.execute(select(func.pg_advisory_xact_lock(_REGISTRATION_LOCK)))
        added = insert(EmbeddingModelRow).values(model.model_dump()).on_conflict_do_nothing()
        made = await session.scalar(added.returning(EmbeddingModelRow.id))
        if made is None:
            made = await _model_id(session, model)
        else:
            for statement in _partition(made, model.dimensions):
                await session.execute(text(statement))
        return int(made or 0)


async def _model_id(session: AsyncSession, model: EmbeddingModel) -> int | None:
    query = select(EmbeddingModelRow.id).where(
        EmbeddingModelRow.name == model.name, EmbeddingModelRow.dimensions == model.dimensions
    )
    return await session.scalar(query)


def _partition(model_id: int, dimensions: int) -> Iterable[str]:
    table = f"chunk_embeddings_m{model_id:d}"
    yield (
        f"CREATE TABLE {table} (LIKE chunk_embeddings INCLUDING DEFAULTS INCLUDING CONSTRAINTS,"
        f" CONSTRAINT ck_{table}_model CHECK (model_id = {model_id:d}),"
        f" CONSTRAINT ck_{table}_dimensions CHECK (vector_dims(embedding) = {dimensions:d}))"
    )
    # Not in a side table: an exact search reads every vector, and that twice as fast.
    yield f"ALTER TABLE {table} ALTER COLUMN embedding SET STORAGE PLAIN"
    yield (
        f"CREATE INDEX ix_{table}_hnsw ON {table} USING hnsw"
        f" ((embedding::halfvec({dimensions:d})) halfvec_cosine_ops)"
        " WITH (m = 16, ef_construction = 64)"
    )
    # Attached, not made as a partition: searches go on meanwhile.
    yield f"ALTER TABLE chunk_embeddings ATTACH PARTITION {table} FOR VALUES IN ({model_id:d})"


async def known(
    sessions: Sessions, model: EmbeddingModel, digests: Iterable[str]
) -> Mapping[str, Sequence[float]]:
    """Return the vectors that are there already, of whatever repository."""
    found: dict[str, Sequence[float]] = {}
    wanted = sorted(set(digests))
    async with transaction(sessions) as session:
        model_id = await _model_id(session, model)
        for start in range(0, len(wanted) if model_id else 0, _BATCH):
            query = select(ChunkEmbeddingRow.content_digest, ChunkEmbeddingRow.embedding).where(
                ChunkEmbeddingRow.model_id == model_id,
                ChunkEmbeddingRow.content_digest.in_(wanted[start : start + _BATCH]),
            )
            rows = (await session.execute(query)).all()
            found.update((digest, vector) for digest, vector in rows)
    return found


async def add(
    session: AsyncSession, model_id: int, repository_id: int, vectors: Mapping[str, Sequence[float]]
) -> None:
    """Keep vectors for a repository; those that are there stay untouched."""
    digests = sorted(vectors)
    for start in range(0, len(digests), _BATCH):
        batch = digests[start : start + _BATCH]
        values = {
            "model_id": model_id,
            "repository_id": repository_id,
            "digests": batch,
            "vectors": [to_text(vectors[digest]) for digest in batch],
        }
        await session.execute(_ADD, values)


async def copy_known(
    session: AsyncSession, model_id: int, repository_id: int, digests: Iterable[str]
) -> None:
    """Take over vectors that another repository has for the same passages."""
    to = {"model_id": model_id, "repository_id": repository_id}
    await session.execute(_COPY, {**to, "digests": sorted(set(digests))})


async def digests_of(session: AsyncSession, model_id: int, repository_id: int) -> list[str]:
    """List the digests that a repository has vectors of."""
    query = select(ChunkEmbeddingRow.content_digest).where(
        ChunkEmbeddingRow.model_id == model_id, ChunkEmbeddingRow.repository_id == repository_id
    )
    return list(await session.scalars(query))


async def forget_unused(session: AsyncSession, repository_id: int) -> None:
    """Remove the vectors of passages that no published page of the repository has any more."""
    await session.execute(_FORGET_UNUSED, {"repository_id": repository_id})


def to_text(vector: Sequence[float]) -> str:
    """Write a vector as PostgreSQL reads it."""
    return f"[{','.join(map(repr, map(float, vector)))}]"
