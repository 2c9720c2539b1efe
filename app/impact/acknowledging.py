"""Remembering that a person finds a page true although the code that it cites changed."""

import asyncio
import difflib
import os
import posixpath
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.analysis.facts import FactCache
from app.domain.value import Value
from app.domain.wiki.impact import PageImpact, Reason
from app.domain.wiki.judging import ack_key
from app.domain.wiki.people_acks import PeopleAcks, acks_path, living, read_acks, write_acks
from app.domain.wiki.record import Ack, read_record, write_record
from app.domain.wiki.site.publication import sidecar_path
from app.domain.work.update_cost import Terms
from app.errors import InputError, OutsideError
from app.impact.assessing import Question, assess
from app.impact.assessment import Impact, stale_reasons
from app.impact.folders import read_file

MAX_REASON = 500


class Acknowledged(Value):
    """What was remembered, and where."""

    page: str
    """From the root."""
    record: str
    """The file that was written, from the root."""
    acks: tuple[Ack, ...]


class Statement(Value):
    """What a person says."""

    page: str
    """From the root, or within the folder of the pages."""
    reason: str
    by: str = ""
    symbol: str = ""
    """Only sentences that rely on it; empty for all of the page."""
    base: str | None = None
    """Judge from this revision on, as pages of people are in a pull request."""


async def acknowledge(root: Path, said: Statement, cache: FactCache) -> Acknowledged:
    """Write acknowledgements for what is stale in a page into the checkout.

    They name the version of each symbol, so they are void with its next change. Raises InputError
    for a page that is not known or not stale, and for a statement without a reason.
    """
    reason = " ".join(said.reason.split())
    if not reason or len(reason) > MAX_REASON:
        raise InputError(f"give a reason of at most {MAX_REASON} characters why the page is true")
    impact = await assess(root, Question(base=said.base), cache, Terms())
    output, page = await asyncio.to_thread(_find, root, impact, said.page)
    chosen = _chosen(page, said)
    acks = {
        ack_key(each): Ack(key=ack_key(each), digest=each.digest, reason=reason, by=said.by)
        for each in chosen
    }
    new = tuple(acks.values())
    record = await asyncio.to_thread(_write, root, output, page, new)
    path = f"{output}/{page.page}" if page.id else page.page
    return Acknowledged(page=path, record=record, acks=new)


def _find(root: Path, impact: Impact, named: str) -> tuple[str, PageImpact]:
    """Find a stale page by the name that a person gives it, with the folder of its record."""
    stale = {
        name: (scope.output, page)
        for scope in impact.scopes
        for page in scope.pages
        for name in (page.page, f"{scope.output}/{page.page}")
        if stale_reasons(page)
    }
    stale |= {
        page.page: (_output_for(page.page, impact), page)
        for page in impact.people
        if stale_reasons(page)
    }
    named = _tidy(root, named)
    if named in stale:
        return stale[named]
    places = (root, *(root / scope.output for scope in impact.scopes))
    is_page = named.endswith((".md", ".mdx", ".markdown", ".rst"))
    if is_page and any(_lies_in(place, named) for place in places):
        raise InputError(f"{named} is not stale: there is nothing to acknowledge")
    raise InputError(f"there is no page {named}{_near(named, stale)}")


def _tidy(root: Path, named: str) -> str:
    """Write a path as the judgement does."""
    path = Path(named)
    if path.is_absolute() and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return posixpath.normpath(named.strip())


def _lies_in(folder: Path, name: str) -> bool:
    file = (folder / name).resolve()
    return file.is_relative_to(folder.resolve()) and file.is_file()


def _near(named: str, known: Iterable[str]) -> str:
    listed = sorted(known)
    near = difflib.get_close_matches(named, listed, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]}?"
    shown = ", ".join(name for name in listed if "/" in name or len(listed) == 1)
    return f"; stale are: {shown}" if shown else ", and no page is stale"


def _output_for(page: str, impact: Impact) -> str:
    """Name the documentation folder of the scope in which a page lies."""
    around = [
        each for each in impact.scopes if not each.scope or page.startswith(f"{each.scope}/")
    ] or list(impact.scopes)
    return max(around, key=lambda each: len(each.scope)).output


def _chosen(page: PageImpact, said: Statement) -> Sequence[Reason]:
    reasons = stale_reasons(page)
    if not said.symbol:
        return reasons
    chosen = [
        each
        for each in reasons
        if said.symbol in (each.symbol, each.symbol.rpartition(".")[2], ack_key(each), each.path)
    ]
    if not chosen:
        names = sorted({each.symbol or each.path for each in reasons})
        raise InputError(
            f"{said.page} is not stale because of {said.symbol}; it is because of"
            f" {', '.join(names)}"
        )
    return chosen


def _write(root: Path, output: str, page: PageImpact, new: tuple[Ack, ...]) -> str:
    folder = root / output
    if not folder.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{output} leads out of the checkout by a symbolic link")
    name = sidecar_path(page.id) if page.id else acks_path(page.page)
    if not (folder / name).parent.resolve().is_relative_to(folder.resolve()):
        raise InputError(
            f"the folder of {output}/{name} is a symbolic link that leads out of {output}: put a"
            " folder in its place"
        )
    old = read_file(folder / name)
    if page.id:
        record = read_record(old) if old is not None else None
        if record is None:
            raise InputError(f"{output}/{name} is not in the checkout: check the pages out first")
        update = {"acks": living(record.acks, new)}
        content = write_record(record.model_copy(update=update))
    else:
        before = read_acks({name: old} if old is not None else {}).get(page.page, ())
        content = write_acks(PeopleAcks(page=page.page, acks=living(before, new)))
    _replace(folder / name, content)
    return f"{output}/{name}"


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
            Path(scratch).chmod(mode)
            Path(scratch).replace(path)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutsideError(f"cannot write {path}: {error.strerror}") from None
