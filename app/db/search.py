"""The ranking, in one statement: BM25 over passages and over pages, and nearness of vectors.

`ts_rank_cd(weights, fts, one lexeme or phrase)` is exactly the weighted term frequency, so BM25
with document frequencies of the searched documentation is plain SQL over a GIN index. The lists are
fused by reciprocal rank; each page appears once, with its best passage.
"""
# ruff: noqa: S608 - only names and numbers of ours become part of a statement, the rest is bound

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import BindParameter, Float, Integer, Row, Text, bindparam
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.embeddings import to_text
from app.db.engine import Sessions, transaction
from app.domain.knowledge.embedding import EmbeddingModel
from app.domain.knowledge.query import query_terms
from app.domain.knowledge.search import SearchHit, SearchType
from app.errors import InputError

_MAX_HITS = 50
_POOL = 50
"""Pages of one list that take part in the fusion."""
_POOL_PASSAGES = 400
_NO_RANK = 1000
"""The rank of a page that a list does not hold."""
_K1, _B = 1.2, 0.75
_EXCERPT_CHARACTERS = 800
"""Of a page that is found as a whole but by no passage."""

_MODEL = sql("""
SELECT m.id, m.dimensions,
  (SELECT count(*) FROM chunk_embeddings e
    WHERE e.model_id = m.id AND e.repository_id = :repository_id) AS passages
FROM embedding_models m
WHERE m.dimensions = :dimensions AND (cast(:name AS text) IS NULL OR m.name = :name)
ORDER BY passages DESC, m.id DESC LIMIT 1
""")

_SEARCHED = """
WITH searched AS MATERIALIZED (
  SELECT s.id FROM wiki_structures s JOIN repositories r ON r.id = s.repository_id
  WHERE r.id = :repository_id AND s.state = 'published' AND s.branch = (
    SELECT p.branch FROM wiki_structures p
    WHERE p.repository_id = r.id AND p.state = 'published'
    ORDER BY p.branch = r.default_branch DESC, p.published_at DESC, p.id DESC LIMIT 1)),
"""
_LEXEMES = """
lexemes AS MATERIALIZED (
  SELECT quote_literal(lexeme)::tsquery AS term, 1.0::float8 AS weight
    FROM unnest(to_tsvector('english', :words))
  UNION ALL
  SELECT phrase, new.weight FROM unnest(:phrases, :weights) AS new (words, weight),
    LATERAL phraseto_tsquery('english', new.words) AS phrase WHERE numnode(phrase) > 1),
"""


_PARAMETERS: dict[str, BindParameter[Any]] = {
    "repository_id": bindparam("repository_id", type_=Integer),
    "words": bindparam("words", type_=Text),
    "phrases": bindparam("phrases", type_=ARRAY(Text)),
    "weights": bindparam("weights", type_=ARRAY(Float)),
    "vector": bindparam("vector", type_=Text),
}


class Ranking(Protocol):
    """How the lists are fused: weight / (k + rank)."""

    @property
    def k(self) -> int:
        """Damp the first ranks."""

    @property
    def chunk_weight(self) -> float:
        """Weigh the list of passages by words."""

    @property
    def page_weight(self) -> float:
        """Weigh the list of pages by words."""

    @property
    def semantic_weight(self) -> float:
        """Weigh the list of passages by nearness."""

    @property
    def exact_rows(self) -> int:
        """Say how many vectors are compared one by one, without the HNSW index."""


class SearchRepo:
    """Searches one repository's published documentation."""

    def __init__(self, sessions: Sessions, model: EmbeddingModel | None = None) -> None:
        """Take the model that questions are embedded with; without one its dimension must do."""
        self._sessions = sessions
        self._model = model

    async def query(
        self,
        repository_id: int,
        text: str,
        vector: Sequence[float] | None,
        search_type: SearchType,
        limit: int,
        ranking: Ranking,
    ) -> list[SearchHit]:
        """Return the best pages, best first, of the default branch if it is documented.

        Without a vector a hybrid search is one by words; a semantic one raises InputError.
        """
        if vector is None and search_type is SearchType.SEMANTIC:
            raise InputError("a semantic search needs an embedding model: search by text instead")
        terms = query_terms(text)
        values = {
            "repository_id": repository_id,
            "words": terms.words,
            "phrases": list(terms.phrases),
            "weights": list(terms.weights),
        }
        async with transaction(self._sessions) as session:
            nearness = ""
            if vector is not None and search_type is not SearchType.TEXT and any(vector):
                nearness = await self._nearness(session, repository_id, len(vector), ranking)
                values["vector"] = to_text(vector)
            by_words = search_type is not SearchType.SEMANTIC and bool(terms.words)
            lists = dict(_lists(ranking, nearness, by_words=by_words))
            if not lists:
                return []
            statement = _statement(lists, ranking, min(max(limit, 1), _MAX_HITS))
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            prepared = sql(statement).bindparams(*(_PARAMETERS[name] for name in used))
            return [_hit(row) for row in await session.execute(prepared, used)]

    async def _nearness(
        self, session: AsyncSession, repository_id: int, dimensions: int, ranking: Ranking
    ) -> str:
        """Write the list of near passages, or nothing when none was embedded with the model."""
        name = self._model.name if self._model else None
        wanted = {"repository_id": repository_id, "dimensions": dimensions, "name": name}
        found = (await session.execute(_MODEL, wanted)).one_or_none()
        if found is None or not found.passages:
            return ""
        exact = found.passages <= ranking.exact_rows
        return _near_passages(int(found.id), int(found.dimensions), exact=exact)


def _lists(ranking: Ranking, nearness: str, *, by_words: bool) -> Iterator[tuple[str, str]]:
    """Yield each ranked list by its name, as `WITH` parts that end with `NAME_ranked`."""
    if by_words and ranking.chunk_weight:
        yield "chunk", _LEXEMES + _by_words("chunk", "page_chunks", "t.page_id", "0.5,0.5,0.5,1", 2)
    if by_words and ranking.page_weight:
        words = _by_words("page", "wiki_pages", "t.id", "0.333,0.333,0.333,1", 3)
        yield "page", words if ranking.chunk_weight else _LEXEMES + words
    if nearness and ranking.semantic_weight:
        yield "near", nearness


def _by_words(name: str, table: str, page: str, weights: str, scale: int) -> str:
    """Rank by BM25; `weights` may not exceed 1, so the title's weight is scaled back."""
    return f"""
{name}_size AS MATERIALIZED (
  SELECT greatest(count(*), 1)::float8 AS documents,
    greatest(avg(length(t.fts)), 1)::float8 AS mean_length
  FROM {table} t WHERE t.version_id = ANY (ARRAY(SELECT id FROM searched))),
{name}_term AS MATERIALIZED (
  SELECT t.id, {page} AS page_id, length(t.fts) AS length, l.term, l.weight,
    {scale} * ts_rank_cd('{{{weights}}}', t.fts, l.term)::float8 AS frequency
  FROM lexemes l JOIN {table} t
    ON t.version_id = ANY (ARRAY(SELECT id FROM searched)) AND t.fts @@ l.term),
{name}_document AS (
  SELECT term, count(*)::float8 AS containing FROM {name}_term GROUP BY 1),
{name}_score AS (
  SELECT id, page_id, sum(weight
    * ln(1 + (documents - containing + 0.5) / (containing + 0.5))
    * frequency * {_K1 + 1} / (frequency + {_K1} * ({1 - _B} + {_B} * length / mean_length))
  ) AS score
  FROM {name}_term JOIN {name}_document USING (term) CROSS JOIN {name}_size GROUP BY 1, 2),
{name}_best AS (
  SELECT page_id, (array_agg(id ORDER BY score DESC, id))[1] AS best, max(score) AS score
  FROM {name}_score GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT {_POOL}),
{name}_ranked AS (
  SELECT page_id, best, row_number() OVER (ORDER BY score DESC, page_id) AS rank
  FROM {name}_best),
"""


def _near_passages(model_id: int, dimensions: int, *, exact: bool) -> str:
    """Rank by cosine; model and dimension are literals, or the index would not be used."""
    distance = (
        f"(e.embedding::halfvec({dimensions}))"
        f" <=> cast(cast(:vector AS text) AS halfvec({dimensions}))"
    )
    vectors = f"""
  SELECT e.content_digest, {distance} AS distance FROM chunk_embeddings e
  WHERE e.model_id = {model_id} AND e.repository_id = :repository_id"""
    # An exact search sorts later, or the planner could choose the index and lose rows.
    nearest = vectors if exact else f"{vectors} ORDER BY {distance} LIMIT {_POOL_PASSAGES}"
    return f"""
near_all AS MATERIALIZED ({nearest}),
near_passage AS (
  SELECT c.id, c.page_id, n.distance FROM near_all n JOIN page_chunks c USING (content_digest)
  WHERE c.version_id = ANY (ARRAY(SELECT id FROM searched))
  ORDER BY n.distance, c.id LIMIT {_POOL_PASSAGES}),
near_best AS (
  SELECT page_id, (array_agg(id ORDER BY distance, id))[1] AS best, min(distance) AS distance
  FROM near_passage GROUP BY 1 ORDER BY 3, 1 LIMIT {_POOL}),
near_ranked AS (
  SELECT page_id, best, row_number() OVER (ORDER BY distance, page_id) AS rank FROM near_best),
"""


def _statement(lists: dict[str, str], ranking: Ranking, limit: int) -> str:
    weights = {
        "chunk": ranking.chunk_weight,
        "page": ranking.page_weight,
        "near": ranking.semantic_weight,
    }
    ranked = " UNION ALL ".join(
        f"SELECT page_id, {'NULL::bigint' if name == 'page' else 'best'} AS best, rank,"
        f" {float(weights[name])!r}::float8 AS weight, '{name}' AS list FROM {name}_ranked"
        for name in lists
    )
    absent = sum(weights[name] for name in lists) / (ranking.k + _NO_RANK)
    return f"""{_SEARCHED}{"".join(lists.values())}
fused AS (
  SELECT page_id, {absent!r}::float8
      + sum(weight / ({ranking.k} + rank) - weight / ({ranking.k} + {_NO_RANK})) AS score,
    (array_agg(best ORDER BY rank, list) FILTER (WHERE best IS NOT NULL))[1] AS best
  FROM ({ranked}) AS each GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {limit})
SELECT p.path, w.title, s.commit, f.score, coalesce(c.heading_path, '{{}}') AS heading_path,
  CASE WHEN w.committed THEN s.location || w.path ELSE p.path END AS source,
  coalesce(c.content, "left"(w.markdown, {_EXCERPT_CHARACTERS})) AS excerpt
FROM fused f JOIN wiki_pages w ON w.id = f.page_id JOIN wiki_structures s ON s.id = w.version_id
CROSS JOIN LATERAL (SELECT concat(nullif(s.scope, '') || '/', w.path) AS path) AS p
LEFT JOIN page_chunks c ON c.id = f.best
ORDER BY f.score DESC, f.page_id"""


def _hit(row: Row[Any]) -> SearchHit:
    return SearchHit(
        page=row.path,
        title=row.title,
        heading_path=tuple(row.heading_path),
        excerpt=row.excerpt,
        score=row.score,
        source=row.source,
        commit=row.commit,
    )
