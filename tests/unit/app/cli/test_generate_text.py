import pytest

from app.cli.generate import describe
from app.domain.wiki.page import TokenUsage
from flows.local import Outcome


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, False), (0.14, True)],
)
def test_the_share_of_sentences_that_cite_nothing_is_published(*, share: float, told: bool) -> None:
    outcome = Outcome(
        repository="shop", commit="c" * 40, output="docs", pages=1, withheld=(), findings=(),
        warnings=(), written=(), removed=(), files=1, symbols=1, parsed=0, cached=1, left_out=(),
        usage=TokenUsage(), elapsed=1.0, dry_run=False, uncited=share,
    )  # fmt: skip

    line = (
        "14% of the sentences that were written cite nothing, so no change of the code can make"
        " them stale."
    )
    assert (line in describe(outcome)) is told
