"""The desk on which a briefing is gathered, and what the project's own papers say."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TypeVar

from app.domain.code.citation import Reliance
from app.domain.code.digest import DIGEST_RECIPE, text_digest, told_digest
from app.domain.code.evidence import Evidence, evidence_of
from app.domain.code.facts import Document, Manifest, RepositoryFacts, Script
from app.domain.code.symbol import Digests, Symbol
from app.domain.wiki.narrative.briefing import Fact, FactForm
from app.domain.wiki.narrative.example_commands import can_run
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.roles import is_product, sample_of
from app.domain.wiki.told import (
    manifest_told,
    script_told,
    service_told,
    target_told,
    title_told,
    variable_told,
)
from app.domain.wiki.words.quotations import (
    Passage,
    contributing,
    first_paragraph,
    instructions,
    introduction,
    main_document,
    readme_of,
)

_Item = TypeVar("_Item")
_MOST_MANIFESTS = 4
_MOST_SAMPLES = 12
_MOST_DOCUMENTS = 12
_MOST_TARGETS = 20
_MOST_SCRIPTS = 20
_MOST_VARIABLES = 30
_MOST_CHECKS = 8
_MOST_SERVICES = 12
_LONGEST_COMMAND = 100
_CHECKING = re.compile(
    r"^(?!(?:!|\[|cat|cd|cp|echo|export|git|mkdir|mv|rm|test)(?:\s|$)).*"
    r"\b(?:tests?|pytest|tox|nox|lint|ruff|mypy|build|check|clippy|vet|typecheck|vitest|jest)\b"
)
_DOCS = frozenset(("docs", "doc", "documentation", ".github", "docs/src", "website/docs"))
_DOC_FOLDERS = frozenset(("docs", "doc", "documentation", "guide", "guides", "site", "website"))
_FIRST = re.compile(r"(?:readme|contributing|index)\b", re.IGNORECASE)
_ENTRY = re.compile(r"(?:index|readme|contributing|migration|architecture|design)\b", re.IGNORECASE)
_CUSTOMARY = frozenset(
    ("build", "check", "dev", "docs", "format", "lint", "serve", "start", "test", "typecheck")
)
_ARCHITECTURE_NAMES = ("architecture", "design", "overview")


class Desk:
    """Facts told so far; places are numbered in the order in which they are first cited."""

    def __init__(self, facts: RepositoryFacts, survey: Survey | None = None) -> None:
        self.repository = facts
        self.survey = survey or Survey(facts)
        self.facts: list[Fact] = []
        self.cut: set[FactForm] = set()
        self._evidence: dict[tuple[str, int, int, str], Evidence] = {}

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Return all cited places."""
        return tuple(self._evidence.values())

    def tell(
        self, evidence: str, form: FactForm, name: str, text: str = "", detail: str = ""
    ) -> None:
        """Add a fact."""
        self.facts.append(Fact(evidence=evidence, form=form, name=name, text=text, detail=detail))

    def most(self, items: Sequence[_Item], most: int, form: FactForm) -> Sequence[_Item]:
        """Take the first ones, and remember when these are not all."""
        if len(items) > most:
            self.cut.add(form)
        return items[:most]

    def cite(self, path: str, first: int, last: int, text: str, *, told: bool = False) -> str:
        """Number a place outside all symbols; `text` is what a page would rely on.

        With `told` it is one of the texts that the file's facts tell in a fixed form.
        """
        key = (path, first, last, "")
        if key not in self._evidence:
            digest = text_digest(text)
            self._evidence[key] = Evidence(
                id=f"E{len(self._evidence) + 1}",
                path=path,
                first_line=first,
                last_line=last,
                digests=Digests(
                    recipe=DIGEST_RECIPE,
                    code=digest,
                    wording=told_digest(text) if told else digest,
                    place=f"{path}:{first}-{last}",
                ),
            )
        return self._evidence[key].id

    def cite_file(self, path: str, text: str) -> str:
        """Number a whole file; an empty one has no lines to point at."""
        lines = self._lines(path)
        return self.cite(path, min(1, lines), lines, text, told=True)

    def cite_line(self, path: str, line: int, text: str) -> str:
        """Number a line of a file; without one, the file."""
        return self.cite(path, line, line, text, told=True) if line else self.cite_file(path, text)

    def cite_doc(self, path: str, text: str) -> str:
        """Number the lines of a file's own doc comment; without one, the file."""
        first = self.repository.files[path].doc_line
        if not first or not text:
            return self.cite_file(path, text)
        doc = self.repository.files[path].doc
        last = min(first + doc.count("\n"), self._lines(path))
        return self.cite(path, first, last, text, told=True)

    def _lines(self, path: str) -> int:
        return self.repository.line_counts.get(path, 0)

    def cite_symbol(self, path: str, symbol: Symbol, quoted: Reliance = Reliance.WORDING) -> str:
        """Number a symbol, and note the most that facts tell of it."""
        key = (path, symbol.first_line, symbol.last_line, symbol.name)
        known = self._evidence.get(key)
        if known is None:
            known = evidence_of(len(self._evidence) + 1, path, symbol, DIGEST_RECIPE)
            self._evidence[key] = known.model_copy(update={"quoted": quoted})
        elif known.quoted.rank < quoted.rank:
            self._evidence[key] = known.model_copy(update={"quoted": quoted})
        return known.id


def quotations(desk: Desk, spec: PageSpec) -> None:
    """Quote the README of the page's subject; of the whole repository, also its instructions."""
    documents = desk.repository.documents
    if spec.kind is PageKind.HOME:
        readme = main_document(documents)
        _quote(desk, introduction(readme) if readme else ())
        judge = partial(can_run, facts=desk.repository)
        _quote(desk, instructions(readme, judge) if readme else ())
        _quote(desk, contributing(documents, judge))
        return
    for document in _documents_about(spec, documents):
        _quote(desk, introduction(document, most=2))


def manifests(desk: Desk) -> None:
    """Tell what the package manifests nearest to the root say about the packages."""
    own = [each for each in desk.repository.manifests if is_product(each.path)]
    nearest = sorted(own, key=lambda each: (each.path.count("/"), each.path))
    named = [each for each in nearest if each.name]
    for each in desk.most(named, _MOST_MANIFESTS, FactForm.MANIFEST):
        evidence = desk.cite_file(each.path, manifest_told(each))
        desk.tell(evidence, FactForm.MANIFEST, each.name, each.description, each.requires)


def project(desk: Desk) -> None:
    """Tell how a person runs and builds the project: commands, targets, environment."""
    commands(desk, scripts_of(desk.repository))
    targets = [each for each in desk.repository.make_targets if desk.repository.is_top(each.path)]
    for target in desk.most(targets, _MOST_TARGETS, FactForm.TARGET):
        evidence = desk.cite_line(target.path, target.line, target_told(target))
        desk.tell(evidence, FactForm.TARGET, target.name, target.doc)


def checks(desk: Desk) -> None:
    """Tell the commands by which the forge builds and tests the project."""
    told: set[str] = set()
    for job in desk.repository.ci_jobs:
        for command, line in job.typed_places:
            if command in told or not _CHECKING.search(command) or len(command) > _LONGEST_COMMAND:
                continue
            if len(told) == _MOST_CHECKS:
                desk.cut.add(FactForm.CI)
                return
            told.add(command)
            evidence = desk.cite_line(job.path, line, command)
            desk.tell(evidence, FactForm.CI, command, job.name, job.workflow)


def services(desk: Desk) -> None:
    """Tell which services a compose file starts."""
    near = [each for each in desk.repository.services if is_product(each.path)]
    for each in desk.most(near, _MOST_SERVICES, FactForm.SERVICE):
        detail = each.image or each.build
        evidence = desk.cite_line(each.path, each.line, service_told(each))
        desk.tell(evidence, FactForm.SERVICE, each.name, ", ".join(each.ports), detail)


def samples(desk: Desk) -> None:
    """Tell the example programs, each by the file that says most of it."""
    folders: dict[str, list[str]] = {}
    for path in desk.repository.files:
        if sample_of(path):
            folders.setdefault(sample_of(path), []).append(path)
    for folder in desk.most(sorted(folders), _MOST_SAMPLES, FactForm.SAMPLE):
        files = folders[folder]
        told = next((path for path in files if desk.repository.files[path].doc), files[0])
        doc = first_paragraph(desk.repository.files[told].doc)
        desk.tell(desk.cite_doc(told, doc), FactForm.SAMPLE, folder, doc)


def documents(desk: Desk) -> None:
    """Tell where the project's own documentation is: first where people begin to read."""
    main = main_document(desk.repository.documents)
    found = [
        (rank, each.path.count("/"), each.path, title_told(each))
        for each in desk.repository.documents
        if each != main and (rank := _rank(each)) is not None
    ]
    for _, _, path, title in desk.most(sorted(found), _MOST_DOCUMENTS, FactForm.DOCUMENT):
        desk.tell(desk.cite_file(path, title), FactForm.DOCUMENT, path, title)


def _rank(document: Document) -> int | None:
    """Say how early a document is read; None for what belongs to a part, or has no title."""
    folder, _, name = document.path.rpartition("/")
    if folder in ("", *_DOCS) and _FIRST.match(name):
        return 0
    if not folder:
        return 1
    if folder in _DOCS and _ENTRY.match(name):
        return 2
    parts = document.path.split("/")
    is_page = parts[0].lower() in _DOC_FOLDERS and not any(each[0] in "._" for each in parts)
    return 3 if is_page and document.title != document.path else None


def scripts_of(facts: RepositoryFacts) -> tuple[tuple[Manifest, Script], ...]:
    """List the scripts that people look for: what is installed, and those of customary names."""
    scripts = [
        (each, script)
        for each in facts.manifests
        for script in each.scripts
        if is_product(each.path) and (script.installed or script.name in _CUSTOMARY)
    ]
    scripts.sort(key=lambda pair: (not pair[1].installed, pair[0].path.count("/")))
    return tuple(scripts)


def commands(desk: Desk, scripts: Iterable[tuple[Manifest, Script]]) -> None:
    """Tell the commands to which manifests give a name."""
    for manifest, script in desk.most(tuple(scripts), _MOST_SCRIPTS, FactForm.COMMAND):
        path = script.path or manifest.path
        evidence = desk.cite(
            path, script.line, script.line, script_told(script), told=not script.path
        )
        typed = command_line(manifest, script)
        desk.tell(evidence, FactForm.COMMAND, typed, folder_of(manifest, script), script.target)


def starts_in(script: Script, path: str) -> bool:
    """Say whether a script's target (`app.cli.main:run`, `./cmd/shop`) means a file."""
    module = script.target.split(":")[0]
    if re.fullmatch(r"[A-Za-z_][\w.]*", module):
        stem = module.replace(".", "/")
        return f"/{path}".endswith((f"/{stem}.py", f"/{stem}/__init__.py"))
    words = [word.removeprefix("./") for word in script.target.split()]
    return any(word and (path == word or path.rpartition("/")[0] == word) for word in words)


def variables(desk: Desk, files: Iterable[str]) -> None:
    """Tell which environment variables files read."""
    told: set[str] = set()
    for path in files:
        for each in desk.repository.files[path].environment:
            if each.name in told:
                continue
            if len(told) == _MOST_VARIABLES:
                desk.cut.add(FactForm.VARIABLE)
                return
            told.add(each.name)
            evidence = desk.cite_line(path, each.line, variable_told(each))
            desk.tell(evidence, FactForm.VARIABLE, each.name, detail=each.default or "")


def command_line(manifest: Manifest, script: Script) -> str:
    """Return what a person types to run a script."""
    if script.installed or manifest.ecosystem == "python":
        return script.name
    if manifest.ecosystem == "go":
        return f"go run {script.target}"
    return f"npm run {script.name}"


def folder_of(manifest: Manifest, script: Script) -> str:
    """Return the folder in which a script has to be run; empty for the top of the repository."""
    folder = "" if script.installed else manifest.path.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _documents_about(spec: PageSpec, documents: Iterable[Document]) -> list[Document]:
    documents = tuple(documents)
    about = [readme_of(subject, documents) for subject in spec.subjects if subject]
    if spec.id == "architecture":
        about = [each for each in documents if _is_architecture(each)]
    return [each for each in about if each is not None]


def _is_architecture(document: Document) -> bool:
    stem = document.path.rpartition("/")[2].rpartition(".")[0].lower()
    return stem in _ARCHITECTURE_NAMES


def _quote(desk: Desk, passages: Iterable[Passage]) -> None:
    for each in passages:
        evidence = desk.cite(each.path, each.first_line, each.last_line, each.text)
        form = FactForm.EXAMPLE if each.code else FactForm.QUOTATION
        desk.tell(evidence, form, each.path, each.text, each.heading)
