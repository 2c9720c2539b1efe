"""A version of one branch's documentation, as the database keeps it."""

from app.domain.value import Value
from app.domain.wiki.page import PageSpec


class WikiPage(Value):
    """A rendered page of a version."""

    spec: PageSpec
    markdown: str
    committed: bool
    """Whether the page belongs to the files of the documentation pull request; if not, it is only
    indexed and served."""


class WikiVersion(Value):
    """The pages that a run made of one commit."""

    repository_id: int
    branch: str
    scope: str = ""
    commit: str
    recipe: str
    title: str
    location: str = ""
    """What the path of a committed page is put behind to find it: an address of the provider at the
    commit, or a folder of this machine."""
    pages: tuple[WikiPage, ...]
