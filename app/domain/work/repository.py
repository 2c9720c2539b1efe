"""A documented repository, free of its provider's JSON."""

from enum import StrEnum

from app.domain.value import Value


class Provider(StrEnum):
    """Where a repository lives."""

    GITHUB = "github"
    LOCAL = "local"
    """A checkout on this machine, or a URL that a person named on the command line."""


class RepositoryRef(Value):
    """A repository as its provider names it."""

    provider: Provider
    external_id: str
    """GitHub's numeric id, which survives renames; of a local one its path or URL."""
    full_name: str
    """`owner/name`; of a local one the folder's name."""
    url: str
    """The address a person opens, or the path of a checkout."""
    default_branch: str = ""
    installation_id: int | None = None


class Repository(RepositoryRef):
    """A repository that has a row."""

    id: int
