"""What both zones read: one commit of a repository, and the facts about it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from app.analysis.facts import FactCache
from app.analysis.inventory import Limits
from app.analysis.repository import Analysis, read_repository
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.config import Config
from app.domain.wiki.config_reading import parse_config
from app.domain.wiki.render import Origin
from app.domain.work.repository import Provider, Repository
from app.errors import ConfigurationError
from app.git.mirror import Mirrors
from app.git.snapshot import Snapshot

CONFIG_PATH = ".autodoc.yaml"
MAX_CONFIG_BYTES = 64_000

Credential = Callable[[Repository], Awaitable[str]]
Report = Callable[[int, int], None]


def ignore(_done: int, _total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Source:
    """One commit, read: what a run of either zone works on."""

    snapshot: Snapshot
    analysis: Analysis
    config: Config
    origin: Origin

    @property
    def facts(self) -> RepositoryFacts:
        """Return what is known of the commit."""
        return self.analysis.facts

    def based(self, base: str) -> "Source":
        """Let links to sources begin somewhere else."""
        return replace(self, origin=Origin(commit=self.origin.commit, base=base))

    async def all_texts(self) -> dict[str, str]:
        """Read every text file that took part; the caps of the analysis bound them."""
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
class Sources:
    """The repositories that runs read: mirrors of remote ones, checkouts where they are."""

    mirrors: Mirrors
    cache: FactCache
    limits: Limits
    credential: Credential | None = None
    """Mints a token to read one repository; only the orchestrator's zone has it."""

    async def fetch(self, repository: Repository) -> Path:
        """Bring a repository up to date and say where git reads it."""
        if repository.provider is Provider.LOCAL and "://" not in repository.external_id:
            return Path(repository.external_id)
        token = await self.credential(repository) if self.credential else None
        address = clone_address(repository)
        protocol = frozenset({urlsplit(address).scheme})
        return await self.mirrors.update(
            mirror_name(repository), address, token=token, allow=protocol
        )

    def place(self, repository: Repository) -> Path:
        """Say where git reads a repository that was fetched before."""
        if repository.provider is Provider.LOCAL and "://" not in repository.external_id:
            return Path(repository.external_id)
        return self.mirrors.place(mirror_name(repository))

    async def read(
        self,
        snapshot: Snapshot,
        name: str,
        origin: Origin,
        exclude: Collection[str] = (),
        report: Report = ignore,
    ) -> Source:
        """Read the facts of a commit, but for the documentation folder and `exclude`.

        Raises ConfigurationError when the commit's `.autodoc.yaml` is wrong.
        """
        config = await read_config(snapshot)
        left_out = (config.output, *config.exclude, *exclude)
        analysis = await read_repository(snapshot, name, self.cache, self.limits, report, left_out)
        return Source(snapshot=snapshot, analysis=analysis, config=config, origin=origin)


async def read_config(snapshot: Snapshot) -> Config:
    """Read the configuration of the documented commit; without one the defaults hold."""
    entries = {entry.path: entry for entry in await snapshot.entries()}
    entry = entries.get(CONFIG_PATH)
    if entry is None or entry.kind not in ("file", "executable"):
        return Config()
    if entry.size > MAX_CONFIG_BYTES:
        raise ConfigurationError(f"{CONFIG_PATH} is larger than {MAX_CONFIG_BYTES} bytes")
    content = (await snapshot.read([entry.blob_id]))[entry.blob_id].decode(errors="replace")
    try:
        return await asyncio.to_thread(parse_config, content, CONFIG_PATH)
    except RecursionError:
        raise ConfigurationError(f"{CONFIG_PATH} is nested too deeply") from None


def clone_address(repository: Repository) -> str:
    """Name what git fetches from."""
    if repository.provider is Provider.LOCAL:
        return repository.external_id
    return f"{repository.url}.git"


def mirror_name(repository: Repository) -> str:
    """Name a mirror by what survives renames."""
    return f"{repository.provider}-{repository.id}"


def permalink_base(repository: Repository, commit: str) -> str:
    """Name the address under which a provider shows the files of a commit."""
    return f"{repository.url}/blob/{commit}/"
