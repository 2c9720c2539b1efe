"""`.autodoc.yaml`: what a repository asks of its documentation."""

from decimal import Decimal
from enum import StrEnum

from app.domain.value import Value

FILE_NAME = ".autodoc.yaml"


class Publish(StrEnum):
    """Which pages are committed; all are built, indexed and served."""

    README = "readme"
    NARRATIVE = "narrative"
    ALL = "all"


class SiteKind(StrEnum):
    """For which generator of sites the pages are laid out."""

    MKDOCS = "mkdocs"
    DOCUSAURUS = "docusaurus"
    NONE = "none"


class Readme(StrEnum):
    """Whether a README is distilled between markers."""

    NONE = "none"
    ROOT = "root"


class Detail(StrEnum):
    """How much a page tells."""

    BRIEF = "brief"
    NORMAL = "normal"
    DEEP = "deep"


class CheckMode(StrEnum):
    """What a finding in a pull request does."""

    OFF = "off"
    REPORT = "report"
    REQUIRE = "require"


class CommitStyle(StrEnum):
    """How the subjects of commits and the title of the pull request are written."""

    PLAIN = "plain"
    CONVENTIONAL = "conventional"
    """`docs: …`"""


class Style(Value):
    """How the narrative is written."""

    audience: str = ""
    """For whom, in a few words."""
    tone: str = ""
    detail: Detail = Detail.NORMAL
    language: str = ""
    """Of the prose, in English words (`German`); empty for English."""


class PinnedPage(Value):
    """A narrative page that the structure must have."""

    title: str
    purpose: str
    subjects: tuple[str, ...] = ()
    """Globs of paths, from the scope's own folder; empty for the whole scope."""


class BudgetCaps(Value):
    """Caps in US dollars; the operator's settings bind all the same."""

    run: Decimal | None = None
    month: Decimal | None = None


class Commits(Value):
    """How commits of documentation are written."""

    style: CommitStyle = CommitStyle.PLAIN
    sign_off: bool = False
    """Whether each ends with a `Signed-off-by` line of the App."""


class Ignored(Value):
    """Findings that are known and accepted."""

    rule: str
    """`*` for every rule."""
    page: str = "*"
    """A glob of pages."""
    text: str = ""
    """What the finding's message must hold; empty for any."""
    reason: str


class Checks(Value):
    """How pages are checked."""

    mode: CheckMode = CheckMode.REPORT
    ignore: tuple[Ignored, ...] = ()


class Config(Value):
    """A scope's settings; what is not said has these defaults."""

    include: tuple[str, ...] = ()
    """Globs or folders that are documented; empty for everything."""
    exclude: tuple[str, ...] = ()
    """Globs or folders that are not documented."""
    output: str = "docs/autodoc"
    """The folder of the pages, from the scope's own folder."""
    publish: Publish = Publish.NARRATIVE
    site: SiteKind = SiteKind.NONE
    readme: Readme = Readme.NONE
    agents: bool = False
    """Whether `AGENTS.md` is written."""
    style: Style = Style()
    instructions: str = ""
    """What every writer is told, in the words of the repository's owners."""
    pages: tuple[PinnedPage, ...] = ()
    branches: tuple[str, ...] = ()
    """Globs of the branches that are documented; empty for the default branch alone."""
    labels: tuple[str, ...] = ()
    """Of the documentation pull request."""
    reviewers: tuple[str, ...] = ()
    """Who is asked to review it; empty: the owners that CODEOWNERS names of the cited code."""
    draft: bool = False
    """Whether it is opened as a draft."""
    commit: Commits = Commits()
    budget: BudgetCaps = BudgetCaps()
    checks: Checks = Checks()
    warnings: tuple[str, ...] = ()
    """One sentence for each key that is not known."""
