"""Whose a file of a documentation folder is: AutoDoc's, or a person's.

A page is AutoDoc's as long as its text has the digest that its record names. Whoever changes a
page makes it theirs; so does whoever writes a file that no record names.
"""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from posixpath import basename

from app.domain.wiki.record import is_page_path
from app.domain.wiki.site import docusaurus, llms, mkdocs
from app.domain.wiki.site.guide_block import RECORD
from app.domain.wiki.site.publication import SIDECARS
from app.domain.wiki.site.seal import is_as_written, is_generated

STAMP = b"<!-- autodoc page="
SEALED = frozenset({llms.INDEX, llms.FULL, docusaurus.CATEGORY})
"""Files without a record: they say themselves whose they are."""
_SITE = f"{SIDECARS}/{mkdocs.CONFIG}"
UNRECORDED = (_SITE, RECORD)
"""Files among the records that belong to no page."""


class Holder(StrEnum):
    """Who decides about a file."""

    NOBODY = "nobody"
    """It does not exist."""
    AUTODOC = "autodoc"
    EDITED = "edited"
    """AutoDoc wrote it, and a person changed it."""
    PERSON = "person"


class Ownership:
    """Reads the records of one folder, whose files are given by their paths in it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._digests: dict[str, str] = {}
        self._records: dict[str, str] = {}
        for path, data in files.items():
            if path.startswith(f"{SIDECARS}/") and (page := recorded_page(data)) is not None:
                self._digests[page[0]] = page[1]
                self._records[page[0]] = path

    def holder(self, path: str) -> Holder:
        """Say whose a file is."""
        data = self._files.get(path)
        if data is None:
            return Holder.NOBODY
        if basename(path) in SEALED or path == _SITE:
            return _sealed_holder(data)
        if path.startswith(f"{SIDECARS}/"):
            return Holder.AUTODOC
        if path not in self._digests and STAMP not in data:
            return Holder.PERSON
        is_as_written = self._digests.get(path) in digests_of(data)
        return Holder.AUTODOC if STAMP in data and is_as_written else Holder.EDITED

    @property
    def ours(self) -> frozenset[str]:
        """List the pages and other files that AutoDoc may change, with their records."""
        sealed = [path for path in self._files if basename(path) in SEALED]
        listed = (*self._digests, *sealed, *UNRECORDED)
        pages = {path for path in listed if self.holder(path) is Holder.AUTODOC}
        records = {self._records[path] for path in pages if path in self._records}
        return frozenset(pages | records)


def _sealed_holder(data: bytes) -> Holder:
    if not is_generated(data):
        return Holder.PERSON
    return Holder.AUTODOC if is_as_written(data) else Holder.EDITED


def digests_of(data: bytes) -> frozenset[str]:
    """Fingerprint a page as it is, and as it was before a checkout turned its line ends."""
    texts = (data, data.replace(b"\r\n", b"\n"))
    return frozenset(hashlib.sha256(text).hexdigest()[:16] for text in texts)


def digest_of(text: str) -> str:
    """Fingerprint a page as its record does."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:16]


def recorded_page(record: bytes) -> tuple[str, str] | None:
    """Read which page a record belongs to, and its digest; None when it is damaged.

    A record is a file that anybody can write, so a path that leads outside, or that no file can
    have, counts as damage.
    """
    try:
        read = json.loads(record)
        path, digest = read["path"], read["digest"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(path, str) or not isinstance(digest, str):
        return None
    return (path, digest) if is_page_path(path) else None
