"""Folders of pages, held against a commit; it needs no database."""

import asyncio
import os
from collections.abc import Awaitable, Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from app.analysis.extract import count_lines
from app.analysis.facts import MemoryFactCache
from app.analysis.inventory import Limits
from app.analysis.repository import Analysis, read_repository
from app.analysis.scopes import Division, read_divided
from app.cli.check_stale import judge_pages, stale_findings
from app.cli.page_files import MAX_PAGE_BYTES, Pages, find_sets, read_pages, require_pages
from app.domain.checks.finding import Finding
from app.domain.checks.ignoring import apply_waivers
from app.domain.checks.pages import check_site
from app.domain.checks.site import Sources, cited_earlier
from app.domain.checks.surroundings import Surroundings
from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME
from app.domain.wiki.configuration.scope import Scope
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.render import Origin
from app.errors import GitError, InputError
from app.git.checkout import find_root, head_branch, web_address
from app.git.command import run_git
from app.git.snapshot import Snapshot


class Question(Value):
    """What somebody wants to know."""

    directory: Path | None = None
    repo: Path | None = None
    ref: str = "HEAD"
    changed_since: str | None = None
    strict: bool = False


class _Task(NamedTuple):
    """Pages to judge, and what they are held against."""

    place: Path
    """What is asked about: the folder, or a part of it."""
    folder: Path
    scope: Scope
    analysis: Analysis
    others: tuple[Path, ...] = ()
    """The folders of other sets of pages."""
    is_alone: bool = True
    """Whether all that its configuration speaks of is among its pages."""


class _Commit(NamedTuple):
    """What all sets of pages are held against."""

    root: Path
    snapshot: Snapshot
    impacts: Mapping[str, PageImpact]
    """Pages of ours that are not fresh, by path from the root."""


async def judge(asked: Question) -> tuple[Pages, list[Finding]]:
    """Read the pages, the commit and the configuration, and list what is wrong.

    Without a folder the pages of every scope are read; those of several are named from the root.
    What AutoDoc wrote into a folder below is judged apart, and named from the folder asked about.
    """
    around = await asyncio.to_thread((asked.repo or _around(asked.directory)).resolve)
    root = (await find_root(around)).resolve()
    snapshot = await Snapshot.open(root, asked.ref)

    def read(exclude: Collection[str]) -> Awaitable[Analysis]:
        cache, limits = MemoryFactCache(), Limits()
        return read_repository(snapshot, root.name, cache, limits, _say_nothing, exclude)

    divided = await read_divided(snapshot, root.name, read)
    tasks = await asyncio.to_thread(_tasks, asked.directory, root, divided)
    commit = _Commit(root, snapshot, await judge_pages(root, asked.ref))
    judged = [await _judge(asked, task, commit) for task in tasks]
    require_pages(asked.directory or tasks[0].place, [pages for pages, _ in judged])
    if len(judged) == 1:
        return judged[0]
    above = Pages(folder=judged[0][0].folder if asked.directory else root, root=root)
    findings = [
        each.model_copy(
            update={
                "page": task.scope.file
                if each.page == FILE_NAME
                else above.name_of(each.page, pages)
            }
        )
        for task, (pages, found) in zip(tasks, judged, strict=True)
        for each in found
    ]
    return above, findings


def _tasks(directory: Path | None, root: Path, divided: Division) -> list[_Task]:
    """Choose what to judge: a folder that was named, or the pages that the scopes have."""
    outputs = tuple(root / each.scope.output for each in divided.parts)
    own = [
        _Task(output, output, each.scope, each.analysis, outputs)
        for each, output in zip(divided.parts, outputs, strict=True)
    ]
    if directory is None:
        return [each for each in own if each.place.is_dir()] or own[:1]
    folders = find_sets(directory, root)
    tasks = [_task(each, root, divided, own) for each in folders]
    # What is asked about may be a part of the first set, and never of those below it.
    tasks[0] = tasks[0]._replace(place=directory)
    others, is_alone = (*outputs, *folders), len(tasks) == 1
    return [each._replace(others=others, is_alone=is_alone) for each in tasks]


def _task(folder: Path, root: Path, divided: Division, own: Sequence[_Task]) -> _Task:
    """Choose what a set of pages is held against."""
    for task in own:
        if folder.is_relative_to(task.place.resolve()):
            return task._replace(place=folder, folder=folder)
    # What people write may speak of the whole repository, wherever it lies.
    above = [each.scope for each in own if folder.is_relative_to(root / each.scope.folder)]
    nearest = max(above, key=lambda scope: len(scope.folder), default=Scope())
    return _Task(folder, folder, nearest, divided.whole)


def _say_nothing(_done: int, _total: int) -> None:
    """Show no progress."""


async def _judge(asked: Question, task: _Task, commit: _Commit) -> tuple[Pages, list[Finding]]:
    pages = await asyncio.to_thread(read_pages, task.folder, commit.root, task.place)
    if asked.changed_since is not None:
        pages = await _only_changed(pages, asked.changed_since)
    beside = await asyncio.to_thread(_beside, pages.folder, task.others)
    findings = [
        *await _findings(asked, pages, commit.snapshot, task.analysis, beside),
        *stale_findings(pages, commit.impacts, strict=asked.strict),
    ]
    judged = {
        page: text
        for page, text in pages.texts.items()
        if pages.chosen is None or page in pages.chosen
    }
    left = apply_waivers(
        [each for each in findings if each.page in judged], judged,
        task.scope.config.checks.ignore, complete=task.is_alone and pages.chosen is None,
    )  # fmt: skip
    return pages, left


async def _findings(
    asked: Question,
    pages: Pages,
    snapshot: Snapshot,
    analysis: Analysis,
    beside: frozenset[str],
) -> list[Finding]:
    address = await web_address(pages.root)
    base = f"{address}/blob/{snapshot.commit}/" if address else _way_back(pages.folder, pages.root)
    contents = await snapshot.read(sorted(set(analysis.blob_ids.values())))
    texts = {
        path: contents[blob_id].decode("utf-8-sig", errors="replace")
        for path, blob_id in analysis.blob_ids.items()
    }
    origin = Origin(commit=snapshot.commit, base=base)
    here = Surroundings(
        home=_home(pages),
        assets=pages.assets,
        beside=beside,
        branches=frozenset({"HEAD", "main", "master", await head_branch(pages.root)}),
        strict=asked.strict,
    )
    cited = await asyncio.to_thread(cited_earlier, pages.texts, analysis.facts, origin, here)
    earlier = await _read_earlier(pages.root, cited)
    return await asyncio.to_thread(
        check_site, pages.texts, analysis.facts, origin, texts, earlier, here
    )


def _beside(folder: Path, others: Sequence[Path]) -> frozenset[str]:
    """Name the pages of other scopes that are there, as links lead to them from a folder."""
    pages = (page for other in others if other != folder for page in other.glob("*.md"))
    return frozenset(Path(os.path.relpath(page, folder)).as_posix() for page in pages)


async def _read_earlier(root: Path, cited: Mapping[str, frozenset[str]]) -> dict[str, Sources]:
    """Read the cited files of other commits; a commit that is not at hand is left out."""
    earlier = {}
    for commit, paths in cited.items():
        try:
            earlier[commit] = await _read_sources(await Snapshot.open(root, commit), paths)
        except (GitError, InputError):
            continue
    return earlier


async def _read_sources(snapshot: Snapshot, paths: frozenset[str]) -> Sources:
    """List a commit's paths, and read the files among them that pages point at."""
    entries = await snapshot.entries()
    blobs = {
        entry.path: entry.blob_id
        for entry in entries
        if entry.path in paths and 0 <= entry.size <= MAX_PAGE_BYTES
    }
    contents = await snapshot.read(sorted(set(blobs.values())))
    found = {path: contents[blob_id] for path, blob_id in blobs.items() if blob_id in contents}
    return Sources(
        paths=frozenset(
            entry.path.rsplit("/", cut)[0]
            for entry in entries
            for cut in range(entry.path.count("/") + 1)
        ),
        line_counts={path: count_lines(content) for path, content in found.items()},
        texts={
            path: content.decode("utf-8-sig", errors="replace") for path, content in found.items()
        },
    )


async def _only_changed(pages: Pages, ref: str) -> Pages:
    """Choose the pages that differ from a commit, in the checkout as it stands."""
    if not pages.folder.is_relative_to(pages.root):
        raise InputError(f"{pages.folder} is outside the checkout: leave out --changed-since")
    commit = (await Snapshot.open(pages.root, ref)).commit
    changed = await run_git(pages.root, "diff", "--name-only", "-z", "--no-renames", commit, "--")
    added = await run_git(pages.root, "ls-files", "--others", "--exclude-standard", "-z")
    names = frozenset((changed + added).decode(errors="replace").split("\0"))
    chosen = frozenset(each for each in pages.texts if pages.name_in_repository(each) in names)
    before = chosen if pages.chosen is None else chosen & pages.chosen
    return pages.model_copy(update={"chosen": before})


def _around(directory: Path | None) -> Path:
    """Choose where to look for the checkout: here, or where the pages are if here is none."""
    here = Path.cwd()
    if directory is None or any((each / ".git").exists() for each in (here, *here.parents)):
        return here
    return directory if directory.is_dir() else directory.parent


def _home(pages: Pages) -> str | None:
    if not pages.folder.is_relative_to(pages.root):
        return None
    home = pages.folder.relative_to(pages.root).as_posix()
    return "" if home == "." else home


def _way_back(folder: Path, root: Path) -> str:
    """Name the way from the pages to the sources, for pages with relative links."""
    return f"./{Path(os.path.relpath(root, folder)).as_posix()}/"
