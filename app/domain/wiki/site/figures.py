"""What a run comes to, in figures that a maintainer reads at a glance."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.page import RenderedPage, TokenUsage


class Run(Value):
    """The run that made a proposal."""

    used: TokenUsage = TokenUsage()
    foretold: TokenUsage | None = None
    """What its models were to take; None where nobody reckoned."""
    page: str = ""
    """The address of the job's page."""


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
    evidence: Evidence, impacts: Sequence[PageImpact], news: tuple[int, int], run: Run
) -> str:
    """Write the figures, one line for each kind; `news` counts the new and the retired pages."""
    return "\n".join(
        (
            f"- **Citations** {_citations(evidence)}",
            f"- **Pages** {_verdicts(impacts, news)}",
            f"- **Models** {_models(run)}",
        )
    )


def _citations(evidence: Evidence) -> str:
    valid = f"{evidence.valid:,} of {evidence.citations:,} valid"
    if not evidence.source_files:
        return valid
    share = evidence.cited_files / evidence.source_files
    files = f"{evidence.cited_files:,} of {evidence.source_files:,} source files cited"
    return f"{valid}; coverage {share:.0%} ({files})"


def _verdicts(impacts: Sequence[PageImpact], news: tuple[int, int]) -> str:
    added, removed = news
    counts = Counter(each.verdict for each in impacts)
    counts[Verdict.NEW] += added
    counts[Verdict.RETIRED] = max(removed, counts[Verdict.RETIRED])
    told = [f"{counts[each]} {each}" for each in Verdict if counts[each]]
    return ", ".join(told) or "none"


def _models(run: Run) -> str:
    told = "; ".join(_spent(run))
    return f"{told} ([the run]({run.page}))" if run.page else told


def _spent(run: Run) -> Iterator[str]:
    used = run.used
    if not used.calls:
        yield "no call, $0.00"
    else:
        tokens = used.input_tokens + used.output_tokens
        calls = f"{used.calls:,} call" if used.calls == 1 else f"{used.calls:,} calls"
        yield f"{calls}, {tokens:,} tokens, ${used.cost:.2f}"
    if run.foretold is None:
        return
    error = _error(run.foretold, used)
    off = "" if error is None else f", off by {error:+.0%}"
    yield f"estimated were ${run.foretold.cost:.2f} and {run.foretold.calls:,} calls{off}"


def _error(foretold: TokenUsage, used: TokenUsage) -> float | None:
    """Say by what part of the truth the estimate was too high: of money, or of tokens if free."""
    guessed, true = foretold.cost, used.cost
    if not true:
        guessed = foretold.input_tokens + foretold.output_tokens
        true = used.input_tokens + used.output_tokens
    return (guessed - true) / true if true else None
