"""The pages under test, made and judged by the product, which is only asked from outside."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.analysis.facts import MemoryFactCache
from app.analysis.inventory import Limits
from app.analysis.repository import Analysis, read_repository
from app.domain.code.digest import DIGEST_RECIPE
from app.domain.code.evidence import Evidence, evidence_of
from app.domain.code.symbol import Symbol
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import Draft, Page, PageKind, PageSpec, Section
from app.domain.wiki.record import PageRecord, read_record
from app.domain.wiki.render import Origin, render_page
from app.domain.wiki.site.publication import build_site, sidecar_path
from app.git.snapshot import Snapshot
from benchmarks.mutants.mutant import Mutant
from benchmarks.mutants.syntax import Module, name_of, parameters
from flows.writer.agents.files import Files, Register, split_lines

_GENERATE_TIMEOUT_S = 600
_GENERATE = (sys.executable, "-P", "-m", "app", "generate")
_OTHERS = 3
"""So many definitions stand on a page beside those that a mutant changes."""
_HEADING = re.compile(r"#{1,4} (.*)")
_PLACE = re.compile(r"/([^()#\s]+)#L(\d+)(?:-L(\d+))?\)")


@dataclass(frozen=True)
class Published:
    """A page as it lies in the repository, with its record."""

    record: PageRecord
    text: str
    claims: Mapping[str, tuple["Claim", ...]] = field(default_factory=dict)
    """Of pages that this benchmark wrote: what each section is about, by anchor."""

    @property
    def cited(self) -> frozenset[str]:
        return frozenset(one.path for each in self.record.sections for one in each.cited)


@dataclass(frozen=True)
class Claim:
    """What a section asserts something of."""

    path: str
    definition: str
    """Its name as this benchmark knows it."""
    first_line: int
    last_line: int
    is_place: bool = False


class Repository:
    """One commit as the product reads it."""

    def __init__(self, path: Path, commit: str) -> None:
        self.path = path
        self.commit = commit
        self.analysis: Analysis
        self.texts: dict[str, str] = {}
        self._files: Files

    async def read(self) -> None:
        """Find the facts out, once."""
        snapshot = await Snapshot.open(self.path, self.commit)
        self.analysis = await read_repository(
            snapshot, self.path.name, MemoryFactCache(), Limits(), lambda _done, _total: None
        )
        facts, blob_ids = self.analysis.facts, self.analysis.blob_ids
        self._files = Files(snapshot, blob_ids, facts.files)
        contents = await snapshot.read(sorted(set(blob_ids.values())))
        self.texts = {
            path: contents[blob_id].decode("utf-8-sig", errors="replace")
            for path, blob_id in blob_ids.items()
        }

    def symbol(self, path: str, line: int) -> Symbol | None:
        """Find the innermost symbol that holds a line."""
        facts = self.analysis.facts.files.get(path)
        around = [
            each
            for each in (facts.symbols if facts else ())
            if each.first_line <= line <= each.last_line
        ]
        return min(around, key=lambda each: each.last_line - each.first_line, default=None)

    def read_lines(self, register: Register, path: str, first: int, last: int) -> Evidence:
        """Cite lines as a model does that reads them."""
        lines = split_lines(self.texts[path].encode())[first - 1 : last]
        return register.add(self._files, path, first, lines)


def as_by_a_model(
    repository: Repository, modules: Mapping[str, Module], mutants: Sequence[Mutant]
) -> list[Published]:
    """Write a page of each changed file, with a section for each definition that is changed."""
    wanted: dict[str, dict[str, None]] = defaultdict(dict)
    places: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for mutant in mutants:
        wanted[mutant.path][mutant.symbol] = None
        if mutant.kind in ("flag", "route", "setting default"):
            places[mutant.path].update(_decorators(modules[mutant.path], mutant))
    paths = sorted(wanted)
    pages = []
    for number, path in enumerate(paths):
        names = [(path, name) for name in wanted[path]]
        others = [each.name for each in modules[path].definitions if each.name not in wanted[path]]
        names += [(path, name) for name in others[:_OTHERS]]
        neighbour = paths[number - 1]
        names += [(neighbour, next(iter(wanted[neighbour])))] if neighbour != path else []
        here = [(path, *each) for each in sorted(places[path])]
        pages.append(_page(repository, modules, number, names, here))
    return pages


def _decorators(module: Module, mutant: Mutant) -> Iterator[tuple[int, int]]:
    """Give the lines of the decorators that a mutant touches."""
    definition = module.definition(mutant.symbol)
    for each in definition.statement.named_children if definition is not None else ():
        lines = (each.start_point.row + 1, each.end_point.row + 1)
        touched = mutant.touched(mutant.path)
        is_hit = any(first <= lines[1] and last >= lines[0] for first, last in touched)
        if each.type == "decorator" and is_hit:
            yield lines


def _page(
    repository: Repository,
    modules: Mapping[str, Module],
    number: int,
    names: Sequence[tuple[str, str]],
    places: Sequence[tuple[str, int, int]],
) -> Published:
    spec = PageSpec(
        id=f"told-{number}", path=f"told/{number}.md", title=f"Part {number}",
        kind=PageKind.NARRATIVE, purpose="What is told of a file.",
    )  # fmt: skip
    register = Register(Briefing(spec=spec, facts=(), evidence=()))
    evidence: list[Evidence] = []
    sections: list[Section] = []
    claims: list[Claim] = []
    for path, name in names:
        found = _cite(repository, modules[path], name, len(names) + len(evidence), register)
        evidence.append(found)
        sections.append(_section(found, name, _parameters(modules[path], name)))
        is_place = not found.symbol
        claims.append(Claim(path, name, found.first_line, found.last_line, is_place))
    for path, first, last in places:
        found = repository.read_lines(register, path, first, last)
        evidence.append(found)
        sections.append(_section(found, f"Lines {first} to {last}", []))
        claims.append(Claim(path, "", first, last, is_place=True))
    draft = Draft(summary="This page tells of a few things.", sections=tuple(sections))
    page = Page(spec=spec, draft=draft, evidence=tuple(dict.fromkeys(evidence)), writer="model")
    origin = Origin(commit=repository.commit, base=f"https://example.org/{repository.commit}/")
    rendered = render_page(page, origin, repository.texts, "1")
    files = build_site("Told", [rendered])
    record = read_record(files[sidecar_path(spec.id)])
    if record is None:
        message = "the product does not read the record that it wrote"
        raise ValueError(message)
    anchors = [each.anchor for each in record.sections[1:]]
    told = {anchor: (claim,) for anchor, claim in zip(anchors, claims, strict=True)}
    return Published(record, files[spec.path].decode(), told)


def _cite(
    repository: Repository, module: Module, name: str, number: int, register: Register
) -> Evidence:
    definition = module.definition(name)
    if definition is None:
        raise LookupError(name)
    first = definition.node.start_point.row + 1
    symbol = repository.symbol(module.path, first)
    if symbol is not None:
        # Numbers of the register begin at 1, and a page has fewer than these many.
        return evidence_of(1_000 + number, module.path, symbol, DIGEST_RECIPE)
    last = definition.statement.end_point.row + 1
    start = definition.statement.start_point.row + 1
    return repository.read_lines(register, module.path, start, last)


def _parameters(module: Module, name: str) -> list[str]:
    definition = module.definition(name)
    if definition is None or definition.kind not in ("function", "method"):
        return []
    named = [name_of(each) for each in parameters(definition)]
    return [module.text(each) for each in named if each is not None]


def _section(evidence: Evidence, name: str, taken: Sequence[str]) -> Section:
    what = f"`{evidence.symbol}`" if evidence.symbol else "This part"
    text = f"{what} does what is told of it here, step by step [{evidence.id}]."
    if taken:
        text += f" It is given {', '.join(f'`{each}`' for each in taken)} [{evidence.id}]."
    return Section(heading=name, text=text)


def generated(repository: Repository, output: Path) -> list[Published]:
    """Let the product document the commit without a model, and read what it published."""
    if not output.exists():
        done = subprocess.run(
            [*_GENERATE, str(repository.path), "--output", str(output)],
            env={**os.environ, "AUTODOC_DATA_DIR": str(output.parent / "data")},
            check=False,
            capture_output=True,
            text=True,
            timeout=_GENERATE_TIMEOUT_S,
        )
        # It also ends with 1 when it withholds a page.
        if done.returncode > 1 or not output.exists():
            raise RuntimeError(done.stderr[-2_000:])
    pages = []
    for path in sorted((output / ".autodoc").glob("*.json")):
        record = read_record(path.read_bytes())
        if record is not None:
            pages.append(Published(record, (output / record.spec.path).read_text()))
    return pages


def stated(
    page: Published, path: str, lines: range, words: Iterable[str], *, rows: bool
) -> Iterator[str]:
    """Name the sections that link to lines of a file and say words beside the link.

    It reads the Markdown: a row with a link stands for itself, every other link of a reference
    page for the part under its heading. In rows, which alone are read if that is asked for, a
    word ends with its code span or with a space.
    """
    rows |= page.record.spec.kind is not PageKind.REFERENCE
    end = r"(?=[`\s\"'])" if rows else r"(?![\w-])"
    start = r"(?<=[`\"'\s-])" if rows else r"(?<![\w-])"
    for anchor, text in _sections(page):
        for unit in _units(text):
            if rows and not unit.startswith("|"):
                continue
            links = [
                int(first)
                for target, first, _ in _PLACE.findall(unit)
                if f"/{target}".endswith(f"/{path}")
            ]
            if any(first in lines for first in links) and all(
                re.search(f"{start}{re.escape(word)}{end}", unit) for word in words
            ):
                yield anchor
                break


def _sections(page: Published) -> Iterator[tuple[str, str]]:
    """Give the text from each recorded section's heading to the next one's."""
    lines = page.text.split("\n")
    found: list[tuple[str, int]] = []
    headings = list(_headings(lines))
    for section in page.record.sections:
        after = found[-1][1] if found else -1
        at = [
            number
            for number, words in headings
            if words == _plain(section.heading) and number > after
        ]
        if at:
            found.append((section.anchor, at[0]))
    ends = [first for _, first in found[1:]] + [len(lines)]
    for (anchor, first), end in zip(found, ends, strict=True):
        yield anchor, "\n".join(lines[first:end])


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    is_code = False
    for number, line in enumerate(lines):
        is_code ^= line.startswith("```")
        found = None if is_code else _HEADING.match(line)
        if found:
            yield number, _plain(found[1])


def _plain(heading: str) -> str:
    return "".join(re.findall(r"\w", heading.replace("_", "")))


def _units(text: str) -> Iterator[str]:
    block: list[str] = []
    for line in text.split("\n"):
        if line.startswith("|"):
            yield line
        elif line.startswith("### "):
            yield "\n".join(block)
            block = [line]
        else:
            block.append(line)
    yield "\n".join(block)
