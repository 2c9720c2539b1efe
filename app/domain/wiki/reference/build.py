"""The page about building and delivering: CI jobs, containers, services, workspaces, licences."""

from collections import defaultdict
from collections.abc import Sequence

from app.domain.code.artifacts import CiJob, DockerStage
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.reference.sheet import Sheet, filled_table
from app.domain.wiki.told import job_told, service_told
from app.domain.wiki.words.prose import escape, fenced

_MOST_COMMANDS = 12


def has_build(facts: RepositoryFacts) -> bool:
    """Say whether the repository tells how it is built or delivered."""
    return bool(
        facts.ci_jobs
        or facts.docker_stages
        or facts.services
        or facts.licences
        or any(each.workspaces for each in facts.manifests)
    )


def write_build(sheet: Sheet) -> None:
    """List what runs on the forge, what images are built, and what belongs to the whole."""
    workflows: dict[str, list[CiJob]] = defaultdict(list)
    for job in sheet.facts.ci_jobs:
        workflows[job.path].append(job)
    for path, jobs in workflows.items():
        _write_workflow(sheet, path, jobs)
    files: dict[str, list[DockerStage]] = defaultdict(list)
    for stage in sheet.facts.docker_stages:
        files[stage.path].append(stage)
    for path, stages in files.items():
        _write_stages(sheet, path, stages)
    _write_services(sheet)
    _write_workspaces(sheet)
    _write_licences(sheet)


def _write_workflow(sheet: Sheet, path: str, jobs: Sequence[CiJob]) -> None:
    """Write the jobs of one file, each with the commands that it runs."""
    sheet.head(path, 2, record=True, listed="Continuous integration")
    name = next((each.workflow for each in jobs if each.workflow), "")
    triggers = dict.fromkeys(trigger for each in jobs for trigger in each.triggers)
    told = [
        escape(name),
        f"runs on {', '.join(escape(each) for each in triggers)}" if triggers else "",
        sheet.link(path),
    ]
    sheet.add(", ".join(filter(None, told)))
    for job in jobs:
        sheet.head(job.name, 3)
        sheet.add(sheet.link(path, job.line, job.line))
        sheet.cite_told(path, job.line, job_told(job))
        shown = list(job.commands[:_MOST_COMMANDS])
        if shown:
            sheet.add(fenced("\n".join(shown), "sh"))
        if len(job.commands) > len(shown):
            sheet.add(f"and {len(job.commands) - len(shown)} more steps")


def _write_stages(sheet: Sheet, path: str, stages: Sequence[DockerStage]) -> None:
    sheet.head(path, 2, record=True, listed="Images")
    rows = [
        (
            escape(each.name) or str(number),
            sheet.code(each.base),
            sheet.link(path, each.line, each.line),
        )
        for number, each in enumerate(stages, 1)
    ]
    sheet.add(filled_table(("Stage", "Based on", "Where"), rows))


def _write_services(sheet: Sheet) -> None:
    rows = [
        (
            escape(each.name),
            sheet.code(each.image),
            sheet.code(each.build),
            ", ".join(sheet.code(port) for port in each.ports),
            sheet.link(each.path, each.line, each.line),
        )
        for each in sheet.facts.services
    ]
    if rows:
        sheet.head("Services", 2, record=True, listed="More")
        for each in sheet.facts.services:
            sheet.cite_told(each.path, each.line, service_told(each))
        sheet.add(filled_table(("Service", "Image", "Built from", "Ports", "Where"), rows))


def _write_workspaces(sheet: Sheet) -> None:
    found = [each for each in sheet.facts.manifests if each.workspaces]
    if found:
        sheet.head("Workspaces", 2, record=True, listed="More")
    for manifest in found:
        sheet.add(f"Members of the workspace in {sheet.link(manifest.path)}:")
        sheet.add("\n".join(f"- {sheet.code(each)}" for each in manifest.workspaces))


def _write_licences(sheet: Sheet) -> None:
    rows = [
        (escape(each.name) or "not recognised", sheet.link(each.path))
        for each in sheet.facts.licences
    ]
    if rows:
        sheet.head("Licences", 2, record=True, listed="More")
        sheet.add(filled_table(("Licence", "Where"), rows))
