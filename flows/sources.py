"""What both zones read: one commit of a repository, and the facts about it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from app.analysis.facts import FactCache
from app.analysis.inventory import Limits
from app.analysis.repository import Analysis, read_repository
from app.analysis.scopes import read_divided
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.configuration.config import Config
from app.domain.wiki.configuration.scope import Scope
from app.domain.wiki.render import Origin
from app.domain.work.repository import Provider, Repository
from app.errors import InputError
from app.git.mirror import Mirrors
from app.git.snapshot import Snapshot

Credential = Callable[[Repository], Awaitable[str]]
Report = Callable[[int, int], None]


def ignore(_done: int, _total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Source:
    """One scope of one commit, read: what a writer works on, and what is published together."""

    snapshot: Snapshot
    analysis: Analysis
    """Of the scope's own files."""
    scope: Scope
    origin: Origin

    @property
    def facts(self) -> RepositoryFacts:
        """Return what is known of the scope."""
        return self.analysis.facts

    @property
    def config(self) -> Config:
        """Return what the scope asks for; the subjects of its pages are paths of the repository."""
        return self.scope.config.model_copy(update={"pages": self.scope.pages})

    def based(self, base: str) -> "Source":
        """Let links to sources begin somewhere else."""
        return replace(self, origin=Origin(commit=self.origin.commit, base=base))

    async def all_texts(self) -> dict[str, str]:
        """Read every text file of the scope; the caps of the analysis bound them."""
        return await self.texts(self.facts.line_counts.keys() & self.analysis.blob_ids.keys())

    async def texts(self, paths: Collection[str]) -> dict[str, str]:
        """Read files of the commit; bytes that are not UTF-8 are replaced."""
        blobs = {path: self.analysis.blob_ids[path] for path in paths}
        contents = await self.snapshot.read(sorted(set(blobs.values())))
        return await asyncio.to_thread(_decode, blobs, contents)


def _decode(blobs: Mapping[str, str], contents: Mapping[str, bytes]) -> dict[str, str]:
    return {
        path: contents[blob_id].decode("utf-8-sig", errors="replace")
        for path, blob_id in blobs.items()
    }


@dataclass(frozen=True)
class Commit:
    """One commit, read once for all of its scopes."""

    analysis: Analysis
    """Of the whole repository."""
    sources: tuple[Source, ...]
    """By the folder of the scope; those without a text file are left out."""
    warnings: tuple[str, ...] = ()
    """What is odd about the configuration."""

    @property
    def name(self) -> str:
        """Return the commit as pages name it."""
        return self.sources[0].origin.commit

    def source(self, folder: str) -> Source:
        """Return the scope of a folder."""
        for each in self.sources:
            if each.scope.folder == folder:
                return each
        raise InputError(f"{folder or 'the repository'} is no scope of this commit any more")

    def based(self, base: Callable[[Source], str]) -> "Commit":
        """Let the links of each scope begin somewhere else."""
        return replace(self, sources=tuple(each.based(base(each)) for each in self.sources))


@dataclass(frozen=True)
class Sources:
    """The repositories that runs read: mirrors of remote ones, checkouts where they are."""

    mirrors: Mirrors
    cache: FactCache
    limits: Limits
    credential: Credential | None = None
    """Mints a token to read one repository; only the orchestrator's zone has it."""
    defaults: str = ""
    """The organisation's configuration, which lies beneath the repository's own."""

    async def fetch(self, repository: Repository) -> Path:
        """Bring a repository up to date and say where git reads it."""
        if repository.provider is Provider.LOCAL and "://" not in repository.external_id:
            return Path(repository.external_id)
        token = await self.credential(repository) if self.credential else None
        address = repository.address
        protocol = frozenset({urlsplit(address).scheme})
        return await self.mirrors.update(repository.mirror, address, token=token, allow=protocol)

    def place(self, repository: Repository) -> Path:
        """Say where git reads a repository that was fetched before."""
        if repository.provider is Provider.LOCAL and "://" not in repository.external_id:
            return Path(repository.external_id)
        return self.mirrors.place(repository.mirror)

    async def read(
        self,
        snapshot: Snapshot,
        name: str,
        origin: Origin,
        exclude: Collection[str] = (),
        report: Report = ignore,
    ) -> Commit:
        """Read the facts of a commit, but for the documentation folders and `exclude`.

        Raises ConfigurationError when an `.autodoc.yaml` of the commit is wrong, and InputError
        when the commit has nothing that can be documented.
        """

        def read(left_out: Collection[str]) -> Awaitable[Analysis]:
            return read_repository(snapshot, name, self.cache, self.limits, report, left_out)

        divided = await read_divided(snapshot, name, read, exclude, self.defaults)
        sources = (Source(snapshot, each.analysis, each.scope, origin) for each in divided.parts)
        return Commit(divided.whole, tuple(sources), divided.warnings)


def permalink_base(repository: Repository, commit: str) -> str:
    """Name the address under which a provider shows the files of a commit."""
    return f"{repository.url}/blob/{commit}/"
