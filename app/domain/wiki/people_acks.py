"""Acknowledgements of pages that people wrote, which have no record beside them."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from posixpath import basename

from pydantic import ValidationError

from app.domain.value import Value
from app.domain.wiki.record import Ack
from app.domain.wiki.site.publication import SIDECARS

_START = f"{SIDECARS}/acks-"


class PeopleAcks(Value):
    """What was said of one page."""

    page: str
    """From the repository's root."""
    acks: tuple[Ack, ...] = ()


def acks_path(page: str) -> str:
    """Return where the acknowledgements of a page lie within a documentation folder."""
    digest = hashlib.sha256(page.encode(errors="surrogateescape")).hexdigest()[:8]
    name = re.sub(r"[^a-z0-9]+", "-", basename(page).lower()).strip("-")[:60]
    return f"{_START}{name}-{digest}.json"


def write_acks(acks: PeopleAcks) -> bytes:
    """Write acknowledgements as they are committed."""
    listed = acks.model_dump(mode="json")
    return (json.dumps(listed, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_acks(files: Mapping[str, bytes]) -> dict[str, tuple[Ack, ...]]:
    """Read those of a documentation folder by page; damaged files count as none."""
    found: dict[str, tuple[Ack, ...]] = {}
    for path, data in files.items():
        if path.startswith(_START):
            read = _read(data)
            if read is not None and acks_path(read.page) == path:
                found[read.page] = read.acks
    return found


def _read(data: bytes) -> PeopleAcks | None:
    try:
        return PeopleAcks.model_validate_json(data)
    except (ValidationError, ValueError):
        return None


def living(acks: Iterable[Ack], new: Iterable[Ack]) -> tuple[Ack, ...]:
    """Add acknowledgements; an older one of the same thing is dead."""
    added = tuple(new)
    keys = {each.key for each in added}
    return (*(each for each in acks if each.key not in keys), *added)
