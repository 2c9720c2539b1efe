"""`autodoc impact [BASE..HEAD]`."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.exits import Exit

if TYPE_CHECKING:
    from app.impact.assessing import Question
    from app.impact.assessment import Impact

_RANGE = re.compile(r"(?P<base>[^\s]*?)\.{2,3}(?P<head>[^\s.][^\s]*)?")

EPILOG = """
Without a range each page is judged from the commit that it was made from, and the pages of people
from the earliest of these. With BASE..HEAD only what these commits make stale is told, counted from
their merge base; zeros for BASE, as git gives them for a new branch, are the same as no range.

Relocated: only lines moved. Reworded: only annotations or a doc comment changed, or a call may be
given more. Stale: what a sentence relies on changed or is gone. Retired: all files that a page is
about are gone. Sentences that quote signatures and doc comments do not rely on bodies, so a changed
body makes stale what a model wrote of it, and examples.

Exit status: 0 nothing is stale, 1 something is, 2 the question is wrong, 3 git failed.

As a hook that stops a push, .git/hooks/pre-push (executable), two lines after `#!/bin/sh`:

\b
  while read -r _ new _ old; do
    autodoc impact "$old..$new" </dev/null || exit 1; done

\b
--json prints one object, to which later versions only add:
base, head (commits; base is empty without a range),
stale (true or false),
scopes[]: scope, output, fresh (count), pages[], new[] (path, symbols[]),
people[]: pages that people wrote,
people_fresh (count), acknowledged[] (page, reason, by), loosened[], broken[], notes[] (sentences),
cost: pages, sections, calls, input_tokens, output_tokens, cost (US dollars, or null).
A page: page, title, id, verdict, commit, recipe, writer, sentences, uncited,
sections[]: anchor, heading, verdict,
reasons[]: verdict, cause, sentence, path, symbol, detail, now_path, first_line, last_line, code,
commit, hunk (path, old_first, old_lines, new_first, new_lines, or null), digest, acknowledged.
Verdicts: relocated, reworded, stale, new, retired; fresh pages are only counted.
"""


def impact(
    revisions: Annotated[
        str | None, typer.Argument(metavar="BASE..HEAD", help="The commits to judge.")
    ] = None,
    repo: Annotated[
        Path, typer.Option(help="The checkout, or a bare repository. Default: the one around.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    strict: Annotated[
        bool, typer.Option(help="Report on pages of people also what is only probably stale.")
    ] = False,
) -> None:
    """Tell which pages a change makes stale, sentence by sentence; no model, no database."""
    from app.cli.impact_text import show
    from app.telemetry import configure_telemetry

    configure_telemetry("WARNING", json_lines=False)
    found = asyncio.run(_run(repo, question(revisions, strict=strict)))
    typer.echo(dump(found) if as_json else show(found))
    if found.is_stale:
        raise typer.Exit(Exit.FINDINGS)


def question(revisions: str | None, *, strict: bool = False) -> "Question":
    """Read a range as git does; `...` means the same here as `..`."""
    from app.errors import InputError
    from app.impact.assessing import Question

    if revisions is None:
        return Question(strict=strict)
    match = _RANGE.fullmatch(revisions)
    if match is None:
        raise InputError(
            f"name a range BASE..HEAD, not {revisions!r}; a checkout is named with --repo"
        )
    return Question(base=match["base"] or "HEAD", head=match["head"] or "HEAD", strict=strict)


def dump(found: "Impact") -> str:
    """Print for programs."""
    import json

    return json.dumps({"stale": found.is_stale, **found.model_dump(mode="json")}, indent=2)


async def _run(repo: Path, asked: "Question") -> "Impact":
    from app.analysis.facts import MemoryFactCache
    from app.git.checkout import find_root
    from app.impact.assessing import assess
    from app.settings import load_settings
    from app.wiring import update_terms

    root = await find_root(repo)
    return await assess(root, asked, MemoryFactCache(), update_terms(load_settings()))
