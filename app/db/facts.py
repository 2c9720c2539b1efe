"""Facts by blob, which outlive the run that found them."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from pydantic_core import PydanticSerializationError
from sqlalchemy import Text, bindparam, cast, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.db.engine import Sessions, transaction
from app.db.models import BlobFactRow
from app.db.types import CleanText, clean_tree
from app.domain.code.facts import FileFacts

_BATCH = 500

_ADD = text(
    "INSERT INTO blob_facts (recipe, blob_id, facts)"
    " SELECT :recipe, blob_id, cast(facts AS jsonb)"
    " FROM unnest(:blob_ids, :facts) AS new (blob_id, facts)"
    " ON CONFLICT DO NOTHING"
).bindparams(
    bindparam("recipe", type_=CleanText()),
    bindparam("blob_ids", type_=ARRAY(Text)),
    bindparam("facts", type_=ARRAY(Text)),
)


class BlobFactRepo:
    """Implements the fact cache of `app.analysis`."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def find(self, recipe: str, blob_ids: Collection[str]) -> Mapping[str, FileFacts]:
        """Return what is known of these blobs by this recipe."""
        found: dict[str, FileFacts] = {}
        for batch in _batches(sorted(set(blob_ids))):
            # As text: the JSON goes straight into pydantic, without a tree in between.
            query = select(BlobFactRow.blob_id, cast(BlobFactRow.facts, Text)).where(
                BlobFactRow.recipe == recipe, BlobFactRow.blob_id.in_(batch)
            )
            async with transaction(self._sessions) as session:
                rows = (await session.execute(query)).all()
            found |= {blob_id: FileFacts.model_validate_json(facts) for blob_id, facts in rows}
        return found

    async def add(self, recipe: str, facts: Mapping[str, FileFacts]) -> None:
        """Remember facts; adding them twice is harmless."""
        # Sorted: two runs that add the same blobs in different orders would lock each other out.
        for batch in _batches(sorted(facts)):
            values = {
                "recipe": recipe,
                "blob_ids": batch,
                "facts": [_to_json(facts[blob_id]) for blob_id in batch],
            }
            async with transaction(self._sessions) as session:
                await session.execute(_ADD, values)


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _to_json(facts: FileFacts) -> str:
    try:
        made = facts.model_dump_json()
    except PydanticSerializationError:
        made = ""
    if made and "\\u0000" not in made:
        return made
    return json.dumps(clean_tree(facts.model_dump()), ensure_ascii=False)
