"""Using a finished page again as long as the code that it was written from is the same.

Stored answers to single calls are found by all that was sent, places and source text as well. Here
a question is told by what it is about, so that lines that moved, comments and layout ask nothing.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from app.domain.code.digest import DIGEST_RECIPE, text_digest
from app.domain.code.evidence import Evidence
from app.domain.code.symbol import Digests, Symbol
from app.domain.value import Value
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import Page, TokenUsage
from flows.writer.agents.files import NAME, Files
from flows.writer.agents.remembering import Generations

FORM = "page-1"
"""Part of every key: raise it when stored pages can no longer be read."""
MOST_WINDOWS = 20_000
"""At so many places of a file some lines are looked for."""


class Finished(Value):
    """A page as its writer left it, or why there is none."""

    page: Page | None = None
    fault: str = ""
    """Why no attempt was usable; the same answers would not be better."""
    warnings: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    """Names in the lines that it cites; they are read anew each time."""


class FinishedPages:
    """Remembers finished pages."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations

    async def find(self, key: str, briefing: Briefing, files: Files) -> Finished | None:
        """Return what was made of a question, with its evidence where that stands now.

        None when some of it changed, which may be so of what was read besides the briefing.
        """
        stored = await self._generations.find(key)
        try:
            known = Finished.model_validate_json(stored) if stored else None
        except ValidationError:
            return None
        if known is None or known.page is None:
            return known
        lines = await files.lines(sorted({each.path for each in known.page.evidence}))
        now = await asyncio.to_thread(_all_found, known.page.evidence, briefing, files, lines)
        evidence = tuple(each for each in now if each is not None)
        if len(evidence) < len(now):
            return None
        page = known.page.model_copy(update={"evidence": evidence, "spec": briefing.spec})
        return known.model_copy(update={"page": page, "names": _names(evidence, lines)})

    async def store(self, key: str, writer: str, made: Finished) -> None:
        """Remember what became of a question; its calls' costs are stored with their answers."""
        text = made.model_dump_json(exclude={"names"})
        await self._generations.store(key, writer, text, TokenUsage())


def question(briefing: Briefing, told: Sequence[str]) -> str:
    """Hash all that decides a page: what its writers are told, and the digests of its evidence."""
    said = briefing.model_dump(
        mode="json",
        exclude={
            "names": True,
            "order": True,
            "parts": True,
            "evidence": {
                "__all__": {"first_line": True, "last_line": True, "digests": {"place": True}}
            },
        },
    )
    said["cut"].sort()
    if not briefing.wishes:
        # Most pages have none, and are remembered from when nobody could have any.
        del said["wishes"]
    asked = json.dumps([FORM, said, *told], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def _all_found(
    cited: Sequence[Evidence],
    briefing: Briefing,
    files: Files,
    lines: Mapping[str, Sequence[str]],
) -> list[Evidence | None]:
    return [_found(each, briefing, files, lines.get(each.path, ())) for each in cited]


def _found(
    cited: Evidence, briefing: Briefing, files: Files, lines: Sequence[str]
) -> Evidence | None:
    if cited.symbol:
        file = files.facts(cited.path)
        same = (each for each in (file.symbols if file else ()) if _is_same(cited, each))
        return next((_moved(cited, each) for each in same), None)
    for each in briefing.evidence:
        if not each.symbol and each.path == cited.path and _code(each) == _code(cited):
            return each.model_copy(update={"id": cited.id})
    return _searched(cited, lines)


def _is_same(cited: Evidence, symbol: Symbol) -> bool:
    digests = cited.digests
    return (
        symbol.name == cited.symbol
        and digests is not None
        and digests.recipe == DIGEST_RECIPE
        and (digests.code, digests.wording) == (symbol.code_digest, symbol.wording_digest)
    )


def _moved(cited: Evidence, symbol: Symbol) -> Evidence:
    """Cite the same lines of a symbol where it is now; all of it when its layout changed."""
    place = cited.digests.place if cited.digests else ""
    first, _, last = place.rpartition(":")[2].partition("-")
    shift = symbol.first_line - int(first)
    inside = (cited.first_line + shift, cited.last_line + shift)
    is_laid_out_alike = int(last) - int(first) == symbol.last_line - symbol.first_line
    lines = inside if is_laid_out_alike else (symbol.first_line, symbol.last_line)
    digests = Digests(
        recipe=DIGEST_RECIPE,
        code=symbol.code_digest,
        wording=symbol.wording_digest,
        place=f"{cited.path}:{symbol.first_line}-{symbol.last_line}",
    )
    return cited.model_copy(
        update={"first_line": lines[0], "last_line": lines[1], "digests": digests}
    )


def _searched(cited: Evidence, lines: Sequence[str]) -> Evidence | None:
    """Look for lines outside all symbols, first where they were."""
    length = cited.last_line - cited.first_line + 1
    starts = range(min(len(lines) - length + 1, MOST_WINDOWS))
    for start in sorted(starts, key=lambda each: abs(each + 1 - cited.first_line)):
        if text_digest("\n".join(lines[start : start + length])) == _code(cited):
            place = {"first_line": start + 1, "last_line": start + length}
            return cited.model_copy(update=place)
    return None


def _names(evidence: Sequence[Evidence], lines: Mapping[str, Sequence[str]]) -> frozenset[str]:
    shown = (lines.get(each.path, ())[each.first_line - 1 : each.last_line] for each in evidence)
    return frozenset(name for part in shown for name in NAME.findall("\n".join(part)))


def _code(each: Evidence) -> str:
    return each.digests.code if each.digests else ""
