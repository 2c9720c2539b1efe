"""The record beside a published page: what each sentence relies on, and what people said of it."""

from app.domain.value import Value
from app.domain.wiki.page import PageSpec, RenderedSection


class Ack(Value):
    """A person says that a page is true although a cited symbol changed."""

    key: str
    """`path:symbol` as it is now, or the name that is gone."""
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
