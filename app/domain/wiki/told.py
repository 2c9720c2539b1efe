"""What fixed forms tell of places and files, to know later whether it can still be told.

Whoever cites such a place records the digest of what was told; a file tells all that its facts say.
So an import that moves to another line, or takes one name more, is the same import.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from app.domain.code.artifacts import CiJob, CliCommand, Flag, Route, Service, Setting
from app.domain.code.digest import told_digest
from app.domain.code.facts import (
    Document,
    EnvironmentVariable,
    FileFacts,
    MakeTarget,
    Manifest,
    Script,
)
from app.domain.value import Value
from app.domain.wiki.words.quotations import first_paragraph

_LOG = re.compile(r"change|history|news|release", re.IGNORECASE)


class Papers(Value):
    """What one file says that is no source code, or not only."""

    manifest: Manifest | None = None
    documents: tuple[Document, ...] = ()
    targets: tuple[MakeTarget, ...] = ()
    jobs: tuple[CiJob, ...] = ()
    services: tuple[Service, ...] = ()


def told_of(facts: FileFacts | None, papers: Papers) -> frozenset[str]:
    """Fingerprint everything that fixed forms can tell of a file and its lines."""
    texts = chain([""], _of_code(facts) if facts else (), _of_papers(papers))
    return frozenset(map(told_digest, texts))


def import_told(facts: FileFacts, line: int) -> str:
    """Write what an import statement takes from where."""
    return _imports(each.target for each in facts.imports if each.line == line)


def manifest_told(manifest: Manifest) -> str:
    """Write what a manifest says of its package."""
    return f"{manifest.name} {manifest.requires} {manifest.description}"


def script_told(script: Script) -> str:
    """Write what a script runs."""
    return f"{script.name} {script.target}"


def target_told(target: MakeTarget) -> str:
    """Write what a target of a Makefile is for."""
    return f"{target.name} {target.doc}"


def service_told(service: Service) -> str:
    """Write what a service is made of."""
    return f"{service.name} {service.image or service.build} {service.ports}"


def variable_told(variable: EnvironmentVariable) -> str:
    """Write which default a variable has."""
    return f"{variable.name} {variable.default}"


def route_told(route: Route) -> str:
    """Write who answers at an address."""
    return f"{route.methods} {route.path} {route.handler}"


def setting_told(setting: Setting) -> str:
    """Write what a setting is, and what it is without being set."""
    default = "required" if setting.required else setting.default
    return f"{setting.name} {setting.environment} {setting.annotation} {default} {setting.doc}"


def command_told(command: CliCommand) -> str:
    """Write what a command is for, by the last word of its name."""
    return f"{command.name.rpartition(' ')[2]} {command.help}"


def flag_told(flag: Flag) -> str:
    """Write what an option takes and does."""
    default = "required" if flag.required else flag.default
    return f"{flag.names} {flag.value} {default} {flag.help}"


def job_told(job: CiJob) -> str:
    """Write what a job runs."""
    return f"{job.name} {job.commands}"


def title_told(document: Document) -> str:
    """Return a document's title; a log's first heading may be that of its latest entry."""
    stem = document.path.rpartition("/")[2].partition(".")[0]
    is_told = document.title != document.path
    if is_told and (not _LOG.match(stem) or _LOG.match(document.title)):
        return document.title
    return re.sub(r"[-_]+", " ", stem).capitalize()


def _of_code(facts: FileFacts) -> Iterator[str]:
    yield first_paragraph(facts.doc)
    taken: dict[int, list[str]] = defaultdict(list)
    for each in facts.imports:
        taken[each.line].append(each.target)
    yield from map(_imports, taken.values())
    yield from map(variable_told, facts.environment)
    yield from map(route_told, facts.routes)
    yield from map(setting_told, facts.settings)
    yield from map(command_told, facts.commands)
    yield from (flag_told(flag) for command in facts.commands for flag in command.flags)


def _of_papers(papers: Papers) -> Iterator[str]:
    if papers.manifest is not None:
        yield manifest_told(papers.manifest)
        yield from map(script_told, papers.manifest.scripts)
    yield from map(title_told, papers.documents)
    yield from map(target_told, papers.targets)
    yield from map(service_told, papers.services)
    yield from map(job_told, papers.jobs)
    yield from _commands(papers.jobs)


def _imports(targets: Iterable[str]) -> str:
    return f"imports {' '.join(sorted(targets))}"


def _commands(jobs: Iterable[CiJob]) -> Iterator[str]:
    return (command for job in jobs for command in job.typed)
