"""A laptop's update: pages of a checkout are brought up to date from the commit they carry."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join
from typing import ClassVar

from typing_extensions import override

from app.analysis.facts import MemoryFactCache
from app.analysis.scopes import read_scopes
from app.domain.value import Value
from app.domain.wiki.configuration.scope import Scope, accept_scopes
from app.domain.wiki.page_updates import ComparedFolder, PageUpdate, PageUpdates, compare_pages
from app.domain.wiki.revision import Revision
from app.domain.work.budget import Estimate
from app.domain.work.job import FlowName, Progress
from app.errors import InputError
from app.git.snapshot import Snapshot
from app.settings import Settings
from flows.keeping import Folders, comparer, local_recipe, upkeep_desk
from flows.local import LocalRun, Outcome, Request, begun, describe
from flows.orchestrator.full_generation import Generation, OrchestratorDesk
from flows.orchestrator.incremental_update import Updated, incremental_update
from flows.orchestrator.publisher import Published
from flows.orchestrator.settled import is_settled
from flows.orchestrator.upkeep import Foretell
from flows.places import Place, find_place, read_pages
from flows.runs.desk import Report, foreteller
from flows.sources import Commit, Source
from flows.writer.forecast import STAGE, Forecast, Foreteller

BARE = (
    "{} is a bare repository: update needs a checkout with pages in it, or -o with the folder of"
    " the pages"
)
DAMAGED = (
    "`{0}` is damaged or gone, so its page is not kept up to date: restore it with"
    " `git checkout COMMIT -- {0}` from a commit in which it was whole"
)
NO_PAGES = "there are no pages to update in {}: run `autodoc generate` first"


class UpdateOutcome(Value):
    """What became of an update."""

    repository: str
    commit: str
    output: str
    settled: bool = False
    """Whether nothing had to be done, which was found out without reading the repository."""
    parsed: int = 0
    """Versions of files that were parsed to find that out."""
    updates: tuple[PageUpdate, ...] = ()
    """Of the pages that are not fresh, and of those that are others now."""
    moved: int = 0
    """Pages that stay as they are, as only lines moved that they point at."""
    outcome: Outcome | None = None
    """What `autodoc generate` tells of a run; None when nothing had to be done."""
    elapsed: float
    """Seconds."""
    dry_run: bool = False


async def update_locally(request: Request, settings: Settings, report: Report) -> UpdateOutcome:
    """Bring the pages of a checkout up to date with a commit.

    Raises InputError when there are none.
    """
    started = time.monotonic()
    place = await find_place(request.target, request.ref, request.output)
    if place.files is None and request.output is None and not place.is_remote:
        raise InputError(BARE.format(request.target))
    settled = await _settled(request, place, settings)
    if settled is not None:
        return settled.model_copy(update={"elapsed": round(time.monotonic() - started, 2)})
    made, outcome = await _update(request, place, settings, report, started)
    damaged = (DAMAGED.format(record) for each in made for record in each.damaged)
    outcome = outcome.model_copy(update={"warnings": (*outcome.warnings, *damaged)})
    return UpdateOutcome(
        repository=outcome.repository,
        commit=outcome.commit,
        output=outcome.output,
        updates=tuple(page for each in made for page in each.pages),
        moved=sum(each.moved for each in made),
        outcome=outcome,
        elapsed=outcome.elapsed,
        dry_run=request.dry_run,
    )


async def _update(
    request: Request, place: Place, settings: Settings, report: Report, started: float
) -> tuple[Sequence[PageUpdates], Outcome]:
    """Run the job; returns what became of the pages, scope by scope, and of the whole."""
    async with begun(LocalUpdate, request, place, settings, report) as run:
        made = await run.generate()
    elapsed = time.monotonic() - started
    return run.updates, describe(made, request, run.job.repository, elapsed)


@dataclass(frozen=True)
class LocalUpdate(LocalRun):
    """An update of one checkout."""

    flow: ClassVar[FlowName] = FlowName.INCREMENTAL_UPDATE
    updates: list[PageUpdates] = field(default_factory=list)
    """What became of the pages of each scope, at the end."""
    guessed: list[Estimate] = field(default_factory=list)
    """What models were to take; the last is of all scopes."""

    @override
    async def foretold(
        self,
        teller: Foreteller,
        sources: Sequence[Source],
        work: Callable[[], Awaitable[Generation]],
    ) -> tuple[Generation, Forecast | None, Estimate | None]:
        """Do the work; what models are to write is known only on the way."""
        del sources
        made, seen = await teller.measured(work, lambda: self._guess(dry_run=False))
        return made, seen, self._guess(dry_run=True)

    def _guess(self, *, dry_run: bool) -> Estimate | None:
        return self.guessed[-1] if self.guessed and dry_run == self.request.dry_run else None

    @override
    async def document(
        self, commit: Commit, outputs: Mapping[str, Path], desk: OrchestratorDesk
    ) -> Generation:
        """Write anew what is stale in the pages that lie there."""
        there = {
            folder: await asyncio.to_thread(read_pages, directory)
            for folder, directory in outputs.items()
        }
        if not any(any(path.endswith(".md") for path in files) for files in there.values()):
            raise InputError(NO_PAGES.format(", ".join(map(str, outputs.values()))))

        async def committed(scope: Scope) -> Mapping[str, bytes]:
            return there[scope.folder]

        upkeep = upkeep_desk(
            self.desk.settings,
            self.desk.stores,
            self.job.repository,
            Path(self.job.repository.external_id),
            Folders(committed, at_once=not self.request.dry_run, foretell=self._foretelling()),
        )
        made = await incremental_update(self.job, commit, desk, upkeep, self.steps)
        for source in commit.sources:
            folder = source.scope.folder
            after = None if self.request.dry_run else outputs[folder]
            told = await asyncio.to_thread(_told, source.scope, made, there[folder], after)
            where = source.scope.output if self.place.output is None else str(outputs[folder])
            damaged = tuple(join(where, each) for each in told.damaged)
            self.updates.append(told.model_copy(update={"damaged": damaged}))
        return made.generation

    def _foretelling(self) -> Foretell:
        teller = foreteller(self.desk, self.job, self._report)
        sources: list[Source] = []
        revisions: list[Revision] = []

        async def foretell(source: Source, revision: Revision) -> None:
            """Reckon with what is known to be stale so far, scope by scope."""
            sources.append(source)
            revisions.append(revision)
            guess = await teller.estimate(*sources, revisions=revisions)
            if guess is None:
                return
            self.guessed.append(guess)
            if not self.request.dry_run:
                await self._report(Progress(stage=STAGE, detail=str(guess)))

        return foretell


async def _settled(request: Request, place: Place, settings: Settings) -> UpdateOutcome | None:
    """Find out quickly that nothing has to be done; None when that cannot be said."""
    if place.files is None or place.output is not None or place.is_remote or not place.web:
        return None
    root = Path(place.ref.external_id)
    snapshot = await Snapshot.open(root, request.ref)
    scopes = accept_scopes(await read_scopes(snapshot))
    outputs = [root / each.output for each in scopes]
    cache = MemoryFactCache()
    compare = comparer(settings, root, cache)
    for scope, directory in zip(scopes, outputs, strict=True):
        files = await asyncio.to_thread(read_pages, directory)
        if not await is_settled(files, snapshot.commit, compare, scope.generated, local_recipe()):
            return None
    return UpdateOutcome(
        repository=place.ref.full_name,
        commit=snapshot.commit,
        output=", ".join(map(str, outputs)),
        settled=True,
        parsed=len(cache),
        elapsed=0,
        dry_run=request.dry_run,
    )


def _told(
    scope: Scope, made: Updated, before: Mapping[str, bytes], directory: Path | None
) -> PageUpdates:
    """Compare the pages with those that lie there by now; without a directory, that would."""
    published = made.generation.published
    sites = {each.folder: each.site for each in made.generation.scopes if each.site.files}
    name = f"{scope.output}/" if len(sites) > 1 else ""
    if directory is None:
        files = sites[scope.folder].files if scope.folder in sites else {}
        after = _foreseen(before, files, published, scope.output, name)
    else:
        after = read_pages(directory)
    return compare_pages(
        ComparedFolder(
            before=before,
            after=after,
            impacts={each.page: each for each in made.impacts.get(scope.folder, ())},
            kept=frozenset(
                each.removeprefix(name) for each in published.kept if each.startswith(name)
            ),
            name=name,
        )
    )


def _foreseen(
    before: Mapping[str, bytes],
    files: Mapping[str, bytes],
    published: Published,
    output: str,
    name: str,
) -> dict[str, bytes]:
    """Make of the files of a folder what a run that writes would make of them."""
    merged = {path: published.texts.get(join(output, path), data) for path, data in files.items()}
    kept = {path: data for path, data in before.items() if name + path not in published.removed}
    return kept | {path: data for path, data in merged.items() if name + path in published.written}
