"""What an update of pages is given, wherever it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.analysis.facts import FactCache
from app.analysis.scopes import read_scopes
from app.domain.wiki.configuration.config import BudgetCaps
from app.domain.wiki.configuration.scope import Scope, accept_scopes
from app.domain.work.invitation import Cap
from app.domain.work.job import Job
from app.domain.work.repository import Repository
from app.git.history import History
from app.git.snapshot import Snapshot
from app.settings import ModelSettings, Settings
from app.wiring import Stores, analysis_limits, kinds_by_model
from flows.orchestrator.branches import read_folder
from flows.orchestrator.comparing import Comparer
from flows.orchestrator.settled import is_settled
from flows.orchestrator.upkeep import Foretell, ReadPages, UpkeepDesk, newest_pages
from flows.writer.recipe import recipe_of


async def no_pages(_scope: Scope) -> Mapping[str, bytes]:
    """Read a branch that is not there."""
    return {}


@dataclass(frozen=True)
class RepositoryBases:
    """The generated pages of one repository, as the database remembers them."""

    stores: Stores
    repository_id: int

    async def find(self, digest: str) -> str | None:
        """Return the page with a digest."""
        return await self.stores.bases.find(self.repository_id, digest)

    async def keep(self, texts: Mapping[str, str]) -> None:
        """Remember pages by their digests."""
        await self.stores.bases.keep(self.repository_id, texts)


@dataclass(frozen=True)
class Folders:
    """How the pages that there are can be read."""

    committed: ReadPages
    proposed: ReadPages = no_pages
    at_once: bool = False
    """Whether readers see what is published at once, and not when a person merges it."""
    foretell: Foretell | None = None


def upkeep_desk(
    settings: Settings, stores: Stores, repository: Repository, place: Path, folders: Folders
) -> UpkeepDesk:
    """Lay out what an update of one repository works with; git reads it at `place`."""
    return UpkeepDesk(
        committed=folders.committed,
        proposed=folders.proposed,
        comparer=comparer(settings, place, stores.facts),
        bases=RepositoryBases(stores, repository.id),
        revisions=stores.revisions,
        verdicts=stores.verdicts,
        local_recipe=local_recipe(),
        by_model=kinds_by_model(settings),
        model_recipe=model_recipe(settings),
        at_once=folders.at_once,
        foretell=folders.foretell,
        acks=partial(stores.acks.find, repository.id),
    )


def comparer(settings: Settings, place: Path, cache: FactCache) -> Comparer:
    """Lay out what compares commits of one repository."""
    return Comparer(place, History(place), cache, analysis_limits(settings))


def local_recipe() -> str:
    """Name what the local writer's pages are made by."""
    return recipe_of(None for _ in ModelSettings.model_fields)


def model_recipe(settings: Settings) -> str:
    """Name what the models' pages are made by; nothing when no model is set."""
    chosen = {
        role: getattr(settings.models, role) or settings.model
        for role in ModelSettings.model_fields
    }
    return recipe_of(chosen[role] for role in sorted(chosen)) if any(chosen.values()) else ""


@dataclass(frozen=True)
class Branches:
    """The documented branch, and our own, if there is one."""

    base: Snapshot
    ours: Snapshot | None

    async def committed(self, scope: Scope) -> Mapping[str, bytes]:
        """Read the pages that are merged."""
        return await read_folder(self.base, scope.output)

    async def proposed(self, scope: Scope) -> Mapping[str, bytes]:
        """Read the pages that wait for a merge."""
        return await read_folder(self.ours, scope.output) if self.ours else {}


def configured_models(settings: Settings) -> tuple[str, ...]:
    """Name the models that the settings choose."""
    chosen = (settings.model, *settings.models.model_dump().values())
    return tuple(dict.fromkeys(each for each in chosen if each))


def caps_of(settings: Settings, own: Sequence[BudgetCaps]) -> tuple[Cap, ...]:
    """Tell what binds before a model is asked, the repository's own caps included."""
    budget = settings.budget
    run = min([budget.job, *(each.run for each in own if each.run is not None)])
    month = min([budget.repository_month, *(each.month for each in own if each.month is not None)])
    return (
        Cap(what="a job", amount=run),
        Cap(what="this repository in a month", amount=month),
        Cap(what="this account in a month", amount=budget.installation_month),
        Cap(what="all in a month", amount=budget.month),
    )


async def nothing_to_do(job: Job, base: Snapshot, upkeep: UpkeepDesk, stores: Stores) -> bool:
    """Say whether the pages of every scope are certainly true of a commit, and all published."""
    for scope in accept_scopes(await read_scopes(base, job.repository.defaults)):
        published = await stores.wiki.published(job.repository.id, job.branch, scope.folder)
        if published is None or not await _is_published(
            published.commit, base.commit, scope, upkeep
        ):
            return False
        files = await newest_pages(scope, upkeep)
        recipe = upkeep.local_recipe
        if not await is_settled(files, base.commit, upkeep.comparer, scope.generated, recipe):
            return False
    return True


async def _is_published(before: str, head: str, scope: Scope, upkeep: UpkeepDesk) -> bool:
    """Say whether no page was merged after those that readers see."""
    if not await upkeep.comparer.history.has(before):
        return False
    diff = await upkeep.comparer.history.diff(before, head)
    paths = {path for each in diff.files for path in (each.old, each.new)}
    return not any(path.startswith(f"{scope.output}/") for path in paths)
