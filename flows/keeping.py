"""What an update of pages is given, wherever it runs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.analysis.facts import FactCache
from app.git.history import History
from app.settings import ModelSettings, Settings
from app.wiring import Stores, analysis_limits
from flows.orchestrator.comparing import Comparer
from flows.orchestrator.upkeep import UpkeepDesk
from flows.sources import Source
from flows.writer.recipe import recipe_of

ReadPages = Callable[[Source], Awaitable[Mapping[str, bytes]]]
"""Reads the documentation folder of a scope."""


async def no_pages(_source: Source) -> Mapping[str, bytes]:
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


@dataclass(frozen=True)
class Folders:
    """How the pages that there are can be read."""

    committed: ReadPages
    proposed: ReadPages = no_pages
    at_once: bool = False
    """Whether readers see what is published at once, and not when a person merges it."""


def upkeep_desk(
    settings: Settings, stores: Stores, repository_id: int, place: Path, folders: Folders
) -> UpkeepDesk:
    """Lay out what an update of one repository works with; git reads it at `place`."""
    return UpkeepDesk(
        committed=folders.committed,
        proposed=folders.proposed,
        comparer=comparer(settings, place, stores.facts),
        bases=RepositoryBases(stores, repository_id),
        revisions=stores.revisions,
        verdicts=stores.verdicts,
        local_recipe=local_recipe(),
        model_recipe=model_recipe(settings),
        at_once=folders.at_once,
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
