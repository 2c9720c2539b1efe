"""Checking a site once: the same pages beside the same facts need no second check."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from pydantic_core import PydanticSerializationError

from app.domain.checks.finding import Finding
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.page import ScopeResult
from app.domain.wiki.render import Origin
from flows.orchestrator.installed import code_digest
from flows.orchestrator.site import Site, hold_back, render
from flows.sources import Source

_END = b"\xff" * 8


class CheckedSites(Protocol):
    """Whatever remembers what was found in sites."""

    async def find(self, key: str) -> tuple[Finding, ...] | None:
        """Return what a check of the very same site found; None when there was none."""

    async def store(self, key: str, findings: Sequence[Finding]) -> None:
        """Remember what a check found; remembering it twice is harmless."""


async def assemble_site(
    source: Source, result: ScopeResult, checked: CheckedSites | None = None
) -> Site:
    """Render and check in a thread: a large repository takes seconds."""
    texts, kind = await source.all_texts(), source.config.site
    facts, origin = source.facts, source.origin
    site = await asyncio.to_thread(render, result, facts, origin, texts, kind)
    if checked is None:
        return await asyncio.to_thread(hold_back, site, facts, origin, texts, kind)
    return await check_once(site, facts, origin, texts, kind, checked)


async def check_once(
    site: Site,
    facts: RepositoryFacts,
    origin: Origin,
    texts: Mapping[str, str],
    kind: SiteKind,
    checked: CheckedSites,
) -> Site:
    """Hold back the pages with errors, unless the very same site is known to have none."""
    key = await asyncio.to_thread(check_key, site.files, facts, origin, texts, kind)
    known = await checked.find(key)
    if known is not None:
        return site.model_copy(update={"findings": known})
    judged = await asyncio.to_thread(hold_back, site, facts, origin, texts, kind)
    if judged.withheld == site.withheld:
        # Where a page was withheld, these are not the findings of the site that was given.
        await checked.store(key, judged.findings)
    return judged


def check_key(
    files: Mapping[str, bytes],
    facts: RepositoryFacts,
    origin: Origin,
    texts: Mapping[str, str],
    kind: SiteKind = SiteKind.NONE,
) -> str:
    """Hash all that a check looks at, and the code that looks."""
    digest = hashlib.sha256(code_digest().encode())
    groups: tuple[Iterable[str | bytes], ...] = (
        (kind, origin.commit, origin.base, _said(facts)),
        sorted(facts.paths),
        (part for path in sorted(texts) for part in (path, texts[path])),
        (part for path in sorted(files) for part in (path, files[path])),
    )
    for group in groups:
        for part in group:
            data = part.encode(errors="surrogatepass") if isinstance(part, str) else part
            # With its length, so that no two lists of parts are the same bytes.
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
        digest.update(_END)
    return digest.hexdigest()


def _said(facts: RepositoryFacts) -> str:
    """Write facts down but for the set of paths, which has no order."""
    try:
        return facts.model_dump_json(exclude={"paths"})
    except PydanticSerializationError:
        # JSON holds no lone surrogates, which a file may have.
        return repr(facts.model_copy(update={"paths": frozenset()}))
