"""What a commit makes of pages: for each the verdict, and the sentences that are not true."""

from app.domain.code.change import Hunk, Place
from app.domain.code.verdict import CHANGED_WORDS, Cause, Verdict
from app.domain.value import Value


class Reason(Value):
    """Why one sentence is not as fresh as it was."""

    verdict: Verdict
    cause: Cause
    sentence: str
    """As the page has it; empty when the section only lists too little."""
    path: str
    """What it cites; of a name that is gone, where that was defined."""
    symbol: str = ""
    detail: str = ""
    """What changed, as a clause."""
    now_path: str = ""
    """Where it is now; empty when it is gone."""
    first_line: int = 0
    last_line: int = 0
    code: str = ""
    """The current code, at most 30 lines."""
    commit: str = ""
    """Which commit changed it; empty when that is not known."""
    hunk: Hunk | None = None
    digest: str = ""
    """Digest of the symbol's version now; an acknowledgement names it."""
    acknowledged: str = ""
    """Why a person finds the sentence true all the same; then the verdict counts as fresh."""

    @property
    def place(self) -> Place:
        """Say of what a commit is to be named."""
        symbol = "" if self.symbol == self.path else self.symbol
        is_renamed = self.cause in (Cause.NAME, Cause.RENAMED)
        if is_renamed or not self.now_path:
            return Place(path=self.path, symbol=symbol, is_gone=True)
        if symbol or not self.first_line or self.detail == CHANGED_WORDS:
            return Place(path=self.now_path, symbol=symbol)
        return Place(
            path=self.now_path,
            first_line=self.first_line,
            last_line=self.last_line,
            digest=self.digest,
        )


class SectionImpact(Value):
    """A section of a page."""

    anchor: str
    heading: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    """Also those of relocated and reworded sentences."""


class PageImpact(Value):
    """A page; its verdict is the worst of its sections'."""

    page: str
    """Within the documentation folder; of a page that people wrote, from the root."""
    title: str = ""
    id: str = ""
    """Empty for a page that people wrote."""
    verdict: Verdict
    sections: tuple[SectionImpact, ...] = ()
    commit: str = ""
    """Of its stamp."""
    recipe: str = ""
    writer: str = ""
    """`local` or the model's name; empty for reference pages and those that people wrote."""
    sentences: int = 0
    uncited: int = 0
    """Sentences that nothing cites: they cannot go stale."""


class Version(Value):
    """What an acknowledgement names: a cited symbol, and how it is now."""

    key: str
    """See `judging.ack_key`."""
    digest: str


class StalePage(Value):
    """A page that a change makes stale, as far as a person can answer for it."""

    path: str
    """From the root of the repository."""
    title: str = ""
    id: str = ""
    """Empty for a page that people wrote."""
    versions: tuple[Version, ...] = ()
    """To be acknowledged; none when all that the page is about is gone."""
