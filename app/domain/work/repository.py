"""A documented repository, free of its provider's JSON."""

from enum import StrEnum

from app.domain.value import Value


class Provider(StrEnum):
    """Where a repository lives."""

    GITHUB = "github"
    LOCAL = "local"
    """A checkout on this machine, or a URL that a person named on the command line."""


MIRRORS_OF_GITHUB = f"{Provider.GITHUB}-"
"""How the names of their mirrors begin; the number of the repository's row follows."""


class Consent(StrEnum):
    """Whether a repository's people agreed to model calls."""

    UNASKED = "unasked"
    ASKED = "asked"
    """The first pull request is open."""
    GIVEN = "given"
    DECLINED = "declined"
    """The first pull request was closed: AutoDoc keeps silent."""


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

    @property
    def address(self) -> str:
        """Name what git fetches from."""
        return self.external_id if self.provider is Provider.LOCAL else f"{self.url}.git"


class Standing(Value):
    """How a repository stands with its provider."""

    ref: RepositoryRef
    """Under its present name, owner and installation."""
    private: bool = True
    archived: bool = False
    suspended: bool = False
    """Whether its installation is held; then nothing else is known anew."""


class Repository(RepositoryRef):
    """A repository that has a row."""

    id: int
    consent: Consent = Consent.UNASKED
    paused_by: str = ""
    """The login of whoever paused it; empty when it is not paused."""
    archived: bool = False
    private: bool = True
    suspended: bool = False
    """Whether its installation is suspended."""
    defaults: str = ""
    """The organisation's `.autodoc.yaml`, of its `.github` repository; empty when it has none."""

    @property
    def mirror(self) -> str:
        """Name its mirror by what survives renames."""
        return f"{self.provider}-{self.id}"

    @property
    def is_still(self) -> str:
        """Say in one sentence why nothing is done by itself; empty when it is."""
        if self.suspended:
            return "The installation of AutoDoc is suspended."
        if self.archived:
            return "The repository is archived."
        if self.paused_by:
            return f"{self.paused_by} paused AutoDoc; `/autodoc resume` lets it go on."
        return ""
