"""The record beside a published page: what each sentence relies on, and what people said of it."""

import json
import re
from collections.abc import Iterable
from posixpath import isabs

from pydantic import ValidationError

from app.domain.value import Value
from app.domain.wiki.page import PageSpec, RenderedPage, RenderedSection

_ID = re.compile(r"[\w.-]+")
_LONGEST_NAME = 255
"""Of a file or folder, in bytes."""
_OWN_FIELDS = (
    "digest",
    "sections",
    "writer",
    "acks",
    "notes",
    "withdrawn",
    "stand_in",
    "published",
    "heard",
)


class Ack(Value):
    """A person says that a page is true although a cited symbol changed."""

    key: str
    """`path:symbol` as it is now, or the name that is gone; see `judging.ack_key`."""
    digest: str
    """Of the symbol's version; with another one the acknowledgement is void."""
    reason: str
    by: str = ""
    """Who says so, as git names them."""


class Note(Value):
    """A correction that a person made, which later versions of the page must satisfy."""

    section: str
    """The anchor of the section."""
    before: str
    """What the page said; empty when something was added."""
    after: str
    """What it says now; empty when it was taken away."""


class PageRecord(Value):
    """What `.autodoc/PAGE-ID.json` holds."""

    spec: PageSpec
    digest: str
    """SHA-256 (first 16 hex digits) of the page as generated."""
    sections: tuple[RenderedSection, ...] = ()
    writer: str = ""
    """`local` or the model's name; empty for reference pages and old records."""
    acks: tuple[Ack, ...] = ()
    notes: tuple[Note, ...] = ()
    withdrawn: bool = False
    """Whether a person deleted the page: it is not written again."""
    stand_in: bool = False
    """Whether the local writer only took a model's place: a later run writes it by the model."""
    published: str = ""
    """Digest of the page with what people wrote on the documented branch, where they did. What a
    page of our own branch holds beside it was written there."""
    heard: tuple[str, ...] = ()
    """Digests of the instructions that a proposal of the page told of: they are merged with it."""


def write_record(record: PageRecord) -> bytes:
    """Write a record as it lies beside the page: flat, and without what is as usual."""
    kept = record.model_dump(mode="json", exclude_defaults=True)
    spec = kept.pop("spec")
    return (_laid_out(spec | kept) + "\n").encode()


def read_record(data: bytes) -> PageRecord | None:
    """Read a record; None when it is damaged or is something else.

    A record is a file that anybody can write, so a path or an id that leads outside, or that no
    file can have, counts as damage, and so does text that cannot be written.
    """
    try:
        read = json.loads(data)
        if b"\\u" in data:
            _dumped(read).encode()
        own = {key: read.pop(key) for key in _OWN_FIELDS if key in read}
        record = PageRecord.model_validate({"spec": read, **own})
    except (ValueError, TypeError, AttributeError, RecursionError, ValidationError):
        return None
    is_sound = _ID.fullmatch(record.spec.id) and is_page_path(record.spec.path)
    return record if is_sound else None


def _laid_out(value: object, indent: str = "") -> str:
    """Write JSON with a line for each citation and sentence, so that a diff shows what changed."""
    inner = f"{indent} "
    if isinstance(value, dict) and not all(map(_is_flat, value.values())):
        items = [f"{_dumped(key)}: {_laid_out(each, inner)}" for key, each in sorted(value.items())]
    elif isinstance(value, list) and not _is_flat(value):
        items = [_laid_out(each, inner) for each in value]
    else:
        return _dumped(value)
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{inner}" + f",\n{inner}".join(items) + f"\n{indent}{last}"


def _is_flat(value: object) -> bool:
    if isinstance(value, list):
        return not any(isinstance(each, dict | list) for each in value)
    return not isinstance(value, dict)


def _dumped(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def is_page_path(path: str) -> bool:
    """Say whether a page can lie at a path within the documentation folder."""
    parts = path.split("/")
    try:
        is_odd = any(len(part.encode()) > _LONGEST_NAME for part in parts)
    except UnicodeEncodeError:
        return False
    is_inside = path.isprintable() and ".." not in parts and not isabs(path)
    return path.endswith(".md") and is_inside and not is_odd


def uncited_share(pages: Iterable[PageRecord | RenderedPage]) -> float:
    """Return which share of the sentences of pages cites nothing, and so cannot go stale."""
    sections = [section for page in pages for section in page.sections]
    uncited = sum(section.uncited for section in sections)
    every = uncited + sum(len(section.sentences) for section in sections)
    return uncited / every if every else 0.0
