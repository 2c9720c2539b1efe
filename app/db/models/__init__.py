"""The tables. Rows never leave `app.db`."""

from app.db.models.base import Base
from app.db.models.conversation import AckRow, PageNoteRow
from app.db.models.results import BlobFactRow, GenerationRow, SiteCheckRow, UsageRow
from app.db.models.upkeep import PageBaseRow, RevisionRow, SectionVerdictRow
from app.db.models.wiki import (
    ChunkEmbeddingRow,
    EmbeddingModelRow,
    PageChunkRow,
    WikiPageRow,
    WikiStructureRow,
)
from app.db.models.work import DeliveryRow, JobEventRow, JobRow, RepositoryRow, RunRow, ScopeRow

__all__ = [
    "AckRow",
    "Base",
    "BlobFactRow",
    "ChunkEmbeddingRow",
    "DeliveryRow",
    "EmbeddingModelRow",
    "GenerationRow",
    "JobEventRow",
    "JobRow",
    "PageBaseRow",
    "PageChunkRow",
    "PageNoteRow",
    "RepositoryRow",
    "RevisionRow",
    "RunRow",
    "ScopeRow",
    "SectionVerdictRow",
    "SiteCheckRow",
    "UsageRow",
    "WikiPageRow",
    "WikiStructureRow",
]
