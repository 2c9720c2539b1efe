"""Asking a repository's people for consent: with a few pages, and what all would cost."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from app.analysis.scopes import config_files
from app.domain.wiki.configuration.config import FILE_NAME, Config, Readme
from app.domain.wiki.configuration.layers import inherited, read_defaults
from app.domain.wiki.configuration.reading import ConfigReading, read_bytes
from app.domain.wiki.configuration.schema import explained
from app.domain.wiki.page import PageKind, RenderedPage
from app.domain.wiki.site.publication import SIDECARS, build_site, only, select
from app.domain.work.budget import Estimate
from app.domain.work.invitation import Cap, Findings, Invited, invite
from app.domain.work.job import Job, Progress
from app.errors import AutoDocError, Withheld
from flows.orchestrator.checked import assemble_site
from flows.orchestrator.fronts import Fronts
from flows.orchestrator.full_generation import (
    ASSEMBLY_LIMITS,
    PUBLISH_LIMITS,
    Look,
    OrchestratorDesk,
    Written,
    present,
    step_key,
    write_scope,
)
from flows.orchestrator.publisher import Published, Publisher
from flows.orchestrator.pull_request import Invitation
from flows.sources import Commit, Source
from flows.steps import Steps

SAMPLES = 2
"""Pages beside the home page."""


class Declined(AutoDocError):  # noqa: N818 - an answer, not a fault
    """People closed the first pull request while it was brought up to date."""


@dataclass(frozen=True)
class Host:
    """What whoever asks knows of himself and of the repository."""

    estimate: Callable[[Sequence[Source]], Awaitable[Estimate | None]]
    """Reckons what the configured models would be asked about scopes."""
    models: tuple[str, ...]
    caps: tuple[Cap, ...]
    proposed: Callable[[Sequence[str]], Awaitable[Mapping[str, bytes | None]]]
    """Reads files of our own branch."""
    publisher: Callable[[Invitation], Publisher]
    """Opens the pull request with an invitation."""


async def onboarding(
    job: Job, commit: Commit, desk: OrchestratorDesk, host: Host, steps: Steps
) -> Published:
    """Propose a few pages of one scope, with the configuration if there is none.

    Raises Withheld when none of its pages passed its checks.
    """
    await desk.keep_commit(commit.name)
    source = await asyncio.to_thread(telling_scope, commit.sources)
    written, is_all = await sample(job, source, desk, steps)
    is_all = is_all and len(commit.sources) == 1 and not _has_summaries(source.config)
    await steps.progress(Progress(stage="publish"))
    publisher = host.publisher(await make_invitation(job, commit, written, host, is_all=is_all))
    output = source.scope.output
    specs = [page.spec for page in written.site.pages]
    around = await publisher.around(source.scope.folder, output, specs)
    look = Look(desk.publish, Fronts([(source, written.site)]), around)
    publication = await asyncio.to_thread(present, source, written, look)
    # README and AGENTS.md come with the whole documentation.
    publication = publication.model_copy(update={"blocks": {}})
    return await steps.run(
        "publish", publisher.publish, [publication], desk.confirm,
        key=commit.name, limits=PUBLISH_LIMITS,
    )  # fmt: skip


async def sample(
    job: Job, source: Source, desk: OrchestratorDesk, steps: Steps
) -> tuple[Written, bool]:
    """Write a scope without a model, and keep the few pages that are shown.

    Says too whether these are all that would be published of it.
    """
    result = await write_scope(job, source.scope.folder, desk)
    await steps.progress(Progress(stage="checks"))
    site = await steps.run(
        "assemble", assemble_site, source, result, desk.checked, key=step_key(source),
        limits=ASSEMBLY_LIMITS,
    )  # fmt: skip
    published = select(site.pages, source.config.publish)
    chosen = only(site.pages, choose(published))
    if not chosen:
        raise Withheld(f"no page passed its checks: {'; '.join(site.withheld[:3])}")
    files = await asyncio.to_thread(build_site, site.title, chosen, source.config.site)
    few = site.model_copy(update={"pages": chosen, "files": files})
    written = Written(folder=source.scope.folder, result=result, site=few)
    return written, len(chosen) >= len(published)


def _has_summaries(config: Config) -> bool:
    """Say whether files beside the pages are asked for."""
    return config.agents or config.readme is not Readme.NONE


def telling_scope(sources: Sequence[Source]) -> Source:
    """Choose the scope that is shown: the one with most symbols."""
    return max(sources, key=lambda each: sum(len(f.symbols) for f in each.facts.files.values()))


def choose(pages: Sequence[RenderedPage]) -> list[RenderedPage]:
    """Choose the home page, and of the guide the pages that cite most places."""
    guide = [each for each in pages if each.spec.kind is PageKind.NARRATIVE]
    ranked = sorted(guide, key=lambda each: (-_cited(each), guide.index(each)))[:SAMPLES]
    return [each for each in pages if each.spec.kind is PageKind.HOME or each in ranked]


def _cited(page: RenderedPage) -> int:
    return len({(each.path, each.symbol) for part in page.sections for each in part.cited})


async def make_invitation(
    job: Job, commit: Commit, written: Written, host: Host, *, is_all: bool = False
) -> Invitation:
    """Put the words and the configuration together.

    One that a person changed in the pull request stays as it is.
    """
    snapshot = commit.sources[0].snapshot
    listed = config_files(await snapshot.entries())
    files: dict[str, bytes] = {}
    own = ConfigReading(path=FILE_NAME, config=commit.sources[0].config)
    if not listed:
        there = (await host.proposed([FILE_NAME])).get(FILE_NAME)
        files = {FILE_NAME: there or explained().encode()}
    elif FILE_NAME in listed:
        blob = listed[FILE_NAME].blob_id
        own = read_bytes((await snapshot.read([blob])).get(blob, b""))
    invited = Invited(
        found=findings(commit),
        pages=tuple(each.spec.title for each in written.site.pages),
        is_all=is_all,
        estimate=await host.estimate(commit.sources),
        models=host.models,
        caps=host.caps,
        begins_configuration=bool(files),
        inherited=inherited(own, read_defaults(job.repository.defaults)),
        notes=(*written.site.withheld, *commit.warnings),
    )
    return Invitation(words=invite(invited), files=files)


async def has_pages(commit: Commit) -> bool:
    """Say whether people merged pages of ours: their records lie in the documented branch."""
    entries = await commit.sources[0].snapshot.entries()
    folders = tuple(f"{each.scope.output}/{SIDECARS}/" for each in commit.sources)
    return any(each.path.startswith(folders) and each.path.endswith(".json") for each in entries)


def findings(commit: Commit) -> Findings:
    """Count the files that are documented, and name the scopes."""
    files = [file for each in commit.sources for file in each.facts.files.values()]
    return Findings(
        commit=commit.name,
        files=sum(len(each.analysis.blob_ids) for each in commit.sources),
        languages=Counter(each.language for each in files if each.language),
        scopes=tuple(each.scope.folder for each in commit.sources),
    )
