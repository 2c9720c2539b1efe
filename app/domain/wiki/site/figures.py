"""What a run comes to, in figures that a maintainer reads at a glance."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.page import RenderedPage, TokenUsage

_WORTH_TELLING = 1.0
"""US dollars."""


class Run(Value):
    """The run that made a proposal."""

    used: TokenUsage = TokenUsage()
    foretold: TokenUsage | None = None
    """What its models were to take; None where nobody reckoned."""
    page: str = ""
    """The address of the job's page."""


class News(Value):
    """Counts of pages beside the verdicts."""

    added: int = 0
    removed: int = 0
    again: int = 0
    """Of those that are still true, how many are proposed otherwise."""


class Evidence(Value):
    """What the pages rest on."""

    valid: int
    """Citations that hold at the documented commit."""
    citations: int
    cited_files: int
    source_files: int
    """0 where nobody counted."""


def evidence_of(
    pages: Iterable[RenderedPage], sources: Collection[str], false: Iterable[tuple[str, str, str]]
) -> Evidence:
    """Count citations and the files that they reach.

    `false` names those that do not hold, by page, path and symbol: of pages that stay as they are.
    """
    cited = {
        (page.spec.path, each.path, each.symbol)
        for page in pages
        for section in page.sections
        for each in section.cited
    }
    known = frozenset(sources)
    return Evidence(
        valid=len(cited - set(false)),
        citations=len(cited),
        cited_files=len({path for _, path, _ in cited} & known),
        source_files=len(known),
    )


def figures(
    evidence: Evidence, impacts: Sequence[PageImpact], news: News, run: Run
) -> tuple[str, ...]:
    """Write the figures, one line for each kind."""
    return (
        f"- **Citations** {_citations(evidence)}",
        f"- **Pages** {_verdicts(impacts, news)}",
        f"- **Models** {'; '.join(_spent(run))}",
    )


def in_short(evidence: Evidence, run: Run) -> tuple[str, ...]:
    """Write what is seen at once: whether the citations hold, and what cost more than foretold."""
    lines = [_standing(evidence)] if evidence.citations else []
    foretold, used = run.foretold, run.used
    if foretold is not None and used.cost - foretold.cost >= _WORTH_TELLING:
        lines.append(f"Models took ${used.cost:.2f}; estimated were ${foretold.cost:.2f}.")
    return tuple(lines)


def _standing(evidence: Evidence) -> str:
    if evidence.valid == evidence.citations:
        told = "Every citation is valid"
    else:
        told = f"{evidence.valid:,} of {evidence.citations:,} citations are valid"
    if evidence.cited_files == evidence.source_files:
        return f"{told}."
    return f"{told}; {_coverage(evidence)}."


def _citations(evidence: Evidence) -> str:
    valid = f"{evidence.valid:,} of {evidence.citations:,} valid"
    return f"{valid}; {_coverage(evidence)}" if evidence.source_files else valid


def _coverage(evidence: Evidence) -> str:
    share = evidence.cited_files / evidence.source_files
    files = f"{evidence.cited_files:,} of {evidence.source_files:,} source files cited"
    return f"coverage {share:.0%} ({files})"


def _verdicts(impacts: Sequence[PageImpact], news: News) -> str:
    counts = Counter(each.verdict for each in impacts)
    counts[Verdict.NEW] += news.added
    counts[Verdict.RETIRED] = max(news.removed, counts[Verdict.RETIRED])
    told = [f"{counts[each]} {each}" for each in Verdict if counts[each]]
    again = f"; {news.again:,} of the true ones brought up to date" if news.again else ""
    return (", ".join(told) or "none") + again


def _spent(run: Run) -> Iterator[str]:
    used = run.used
    if not used.calls:
        yield "no call, $0.00"
    else:
        tokens = used.input_tokens + used.output_tokens
        calls = f"{used.calls:,} call" if used.calls == 1 else f"{used.calls:,} calls"
        yield f"{calls}, {tokens:,} tokens, ${used.cost:.2f}"
    if run.foretold is not None:
        told = f"${run.foretold.cost:.2f} and {run.foretold.calls:,} calls"
        yield f"estimated were {told}, {_error(run.foretold.cost, used.cost)}"


def _error(guessed: float, true: float) -> str:
    """Say how far the estimate was off: a percentage of cents would alarm about nothing."""
    if true >= _WORTH_TELLING:
        return f"off by {(guessed - true) / true:+.0%}"
    off = f"{abs(guessed - true):.2f}"
    if not float(off):
        return "right to the cent"
    return f"${off} too {'high' if guessed > true else 'low'}"
