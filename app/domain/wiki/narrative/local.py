"""What the local writer says: fixed forms for facts, and the repository's own words, cited.

It invents no purpose. Where the repository says nothing about itself, the page shows names instead.
"""

import posixpath
import re
from collections.abc import Iterable, Sequence

from app.domain.wiki.listing import CUT
from app.domain.wiki.names import is_known
from app.domain.wiki.narrative.brief_modules import MORE
from app.domain.wiki.narrative.briefing import LONGEST_HEAD, Briefing, Fact, FactForm
from app.domain.wiki.narrative.how_to import HOW_TO
from app.domain.wiki.narrative.local_ways import compose_how_tos, compose_way
from app.domain.wiki.narrative.subsystems import FRONT_FILES, OTHERS, TOP, WHOLE
from app.domain.wiki.narrative.walk import WALK
from app.domain.wiki.page import Draft, PageKind, Section
from app.domain.wiki.planning import covers
from app.domain.wiki.words.doc_comment import doc_sentence
from app.domain.wiki.words.prose import code_span, command_in, escape, quote, quote_inline, table

_Facts = Sequence[Fact]
_WAYS = {WALK: compose_way, HOW_TO: compose_how_tos}
_NOTHING = (
    "There is no README here, no package manifest, and no source file in a language that "
    "AutoDoc reads."
)


def compose(briefing: Briefing) -> Draft:
    """Write a page without a model; equal briefings give equal drafts."""
    if briefing.spec.id in _WAYS:
        return _WAYS[briefing.spec.id](briefing)
    writer = _Writer(briefing)
    if briefing.spec.kind is PageKind.HOME:
        return writer.home()
    if any(fact.form is FactForm.SYMBOL for fact in briefing.facts) or not _folders(briefing):
        return writer.subsystem()
    return writer.architecture()


def _folders(briefing: Briefing) -> list[Fact]:
    """List the facts about parts: they name a folder, and cite a file of it."""
    paths = {each.id: each.path for each in briefing.evidence}
    modules = [fact for fact in briefing.facts if fact.form is FactForm.MODULE]
    return [fact for fact in modules if paths[fact.evidence] != fact.name]


class _Writer:
    """Knows the briefing; each method writes one page or one section."""

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing

    def home(self) -> Draft:
        quotations = self._facts(FactForm.QUOTATION)
        manifests = self._facts(FactForm.MANIFEST)
        about = self._quotations(quotations)
        summary = about or self._described(manifests)
        if not self._briefing.facts:
            return _draft(_NOTHING)
        return _draft(
            summary,
            self._packages(manifests),
            *self._examples(),
            self._commands("Commands", self._facts(FactForm.COMMAND)),
            self._targets(),
            self._checks(),
            self._services(),
            self._parts("Where the code is"),
            self._samples(),
            self._documents(),
        )

    def architecture(self) -> Draft:
        summary = self._quotations(self._facts(FactForm.QUOTATION))
        return _draft(
            summary,
            self._parts("Parts"),
            self._who_imports_whom(),
            self._commands("Entry points", self._entry_points()),
        )

    def subsystem(self) -> Draft:
        quotations = self._quotations(self._facts(FactForm.QUOTATION))
        front = self._front()
        summary = quotations or front
        return _draft(
            summary,
            self._modules(),
            self._main_names(),
            self._neighbours(),
            self._used(),
            self._commands("Entry points", self._entry_points()),
            self._routes(),
            self._environment(),
            self._tests(),
        )

    def _facts(self, form: FactForm) -> list[Fact]:
        return [fact for fact in self._briefing.facts if fact.form is form]

    def _known(self, span: str) -> bool:
        return is_known(span, self._briefing.names)

    def _words(self, text: str) -> str:
        """Quote one sentence in a table's cell."""
        return doc_sentence(text, self._known)

    def _quotations(self, facts: _Facts) -> str:
        """Quote passages as one block, each with its place."""
        parts = [f"{quote(fact.text, self._known)} [{fact.evidence}]" for fact in facts]
        return "\n".join("> " + line for line in "\n\n".join(parts).split("\n")) if parts else ""

    def _described(self, manifests: _Facts) -> str:
        for fact in manifests:
            if fact.text:
                return f"> {quote_inline(fact.text, self._known)} [{fact.evidence}]"
        return ""

    def _packages(self, manifests: _Facts) -> Section | None:
        rows = [
            (
                escape(fact.name),
                code_span(fact.detail) if fact.detail else "",
                self._words(fact.text),
                f"[{fact.evidence}]",
            )
            for fact in manifests
        ]
        text = _table(("Package", "Requires", "In its own words", "Where"), rows)
        return _section("Packages", self._whole(text, FactForm.MANIFEST))

    def _examples(self) -> list[Section]:
        """Show the README's code first, then the contributors' guide's."""
        documents: dict[str, list[Fact]] = {}
        for fact in self._facts(FactForm.EXAMPLE):
            documents.setdefault(fact.name, []).append(fact)
        return [
            _quoted_code("Getting started" if place == 0 else "Working on it", path, facts)
            for place, (path, facts) in enumerate(documents.items())
        ]

    def _commands(self, heading: str, facts: _Facts) -> Section | None:
        rows = [
            (command_in(fact.name, fact.text), code_span(fact.detail), f"[{fact.evidence}]")
            for fact in facts
        ]
        text = table(("Command", "Runs", "Where"), rows)
        return _section(heading, self._whole(text, FactForm.COMMAND))

    def _entry_points(self) -> _Facts:
        """List the commands that start the product; npm's scripts are for those who work on it."""
        commands = self._facts(FactForm.COMMAND)
        return [fact for fact in commands if not fact.name.startswith("npm run ")]

    def _targets(self) -> Section | None:
        rows = [
            (code_span(f"make {fact.name}"), self._words(fact.text), f"[{fact.evidence}]")
            for fact in self._facts(FactForm.TARGET)
        ]
        text = table(("Command", "What it does", "Where"), rows)
        return _section("Make targets", self._whole(text, FactForm.TARGET))

    def _checks(self) -> Section | None:
        rows = [
            (code_span(fact.name), escape(fact.text), f"[{fact.evidence}]")
            for fact in self._facts(FactForm.CI)
        ]
        text = table(("Command", "Job", "Where"), rows)
        return _section("What CI runs", self._whole(text, FactForm.CI))

    def _services(self) -> Section | None:
        rows = [
            (
                f"{code_span(fact.name)} [{fact.evidence}]",
                code_span(fact.detail) if fact.detail else "",
                code_span(fact.text) if fact.text else "",
            )
            for fact in self._facts(FactForm.SERVICE)
        ]
        text = _table(("Service", "Image or folder", "Ports"), rows)
        return _section("Services", self._whole(text, FactForm.SERVICE))

    def _parts(self, heading: str) -> Section | None:
        rows = [
            (_folder(fact.name), self._words(fact.text), _names(fact), f"[{fact.evidence}]")
            for fact in self._facts(FactForm.MODULE)
        ]
        head = ("Part", "In its own words", "Main names", "Start reading at")
        return _section(heading, self._whole(_table(head, rows), FactForm.MODULE))

    def _samples(self) -> Section | None:
        rows = [
            (f"{_folder(fact.name)} [{fact.evidence}]", self._words(fact.text))
            for fact in self._facts(FactForm.SAMPLE)
        ]
        text = _table(("Program", "In its own words"), rows)
        return _section("Example programs", self._whole(text, FactForm.SAMPLE))

    def _documents(self) -> Section | None:
        rows = [
            (f"{code_span(fact.name)} [{fact.evidence}]", self._words(fact.text))
            for fact in self._facts(FactForm.DOCUMENT)
        ]
        text = _table(("Document", "Title"), rows)
        return _section("The project's own documents", self._whole(text, FactForm.DOCUMENT))

    def _whole(self, text: str, form: FactForm) -> str:
        """Say so where a list is not the whole one."""
        is_cut = text and form in self._briefing.cut
        return f"{text}\n\n{CUT}" if is_cut else text

    def _who_imports_whom(self) -> Section | None:
        imports = self._facts(FactForm.IMPORT)
        diagram = self._briefing.diagram
        if not imports and diagram is None:
            return None
        targets: dict[str, list[Fact]] = {}
        for fact in imports:
            targets.setdefault(fact.name, []).append(fact)
        rows = [
            (_folder(name), ", ".join(_folder(fact.detail) for fact in facts), _first(facts))
            for name, facts in sorted(targets.items())
        ]
        text = table(("Part", "Imports", "For example"), rows)
        return Section(heading="Who imports whom", text=text, diagram=diagram)

    def _front(self) -> str:
        """Quote the folder's own doc comment, where a front module has one."""
        for fact in self._facts(FactForm.MODULE):
            is_front = posixpath.basename(fact.name) in FRONT_FILES
            if is_front and fact.text and posixpath.dirname(fact.name) == self._own_folder():
                return f"> {quote_inline(fact.text)} [{fact.evidence}]"
        return ""

    def _own_folder(self) -> str:
        """Return the folder that the page is about; a module below it speaks for itself alone."""
        subjects = self._briefing.spec.subjects
        names = {fact.name for fact in self._facts(FactForm.MODULE)}
        folders = [posixpath.dirname(each) if each in names else each for each in subjects]
        return posixpath.commonpath(folders) if folders else ""

    def _modules(self) -> Section | None:
        rows = [
            (
                f"{code_span(fact.name)} [{fact.evidence}]",
                self._words(fact.text),
                _names(fact),
            )
            for fact in sorted(self._facts(FactForm.MODULE), key=lambda fact: fact.name)
        ]
        text = _table(("Module", "In its own words", "Main names"), rows)
        return _section("Modules", self._whole(text, FactForm.MODULE))

    def _main_names(self) -> Section | None:
        rows = [
            (_head(fact), self._words(fact.text), f"[{fact.evidence}]")
            for fact in self._facts(FactForm.SYMBOL)
        ]
        text = _table(("Definition", "In its own words", "Where"), rows)
        return _section("Main types and functions", self._whole(text, FactForm.SYMBOL))

    def _neighbours(self) -> Section | None:
        """Show both directions of the imports that cross the border, a row for each neighbour."""
        paths = {each.id: each.path for each in self._briefing.evidence}
        rows: dict[str, list[str]] = {}
        for fact in self._facts(FactForm.IMPORT):
            outward = covers(self._briefing.spec.subjects, paths[fact.evidence])
            row = rows.setdefault(fact.detail if outward else fact.name, ["", ""])
            row[0 if outward else 1] = f"[{fact.evidence}]"
        text = _table(
            ("Neighbour", "Imported here, for example", "Imports this, for example"),
            [(_folder(name), *row) for name, row in sorted(rows.items())],
        )
        text = self._whole(text, FactForm.IMPORT)
        diagram = self._briefing.diagram
        if not text and diagram is None:
            return None
        return Section(heading="Dependencies", text=text, diagram=diagram)

    def _used(self) -> Section | None:
        rows = [
            (_head(fact), self._words(fact.text), f"[{fact.evidence}]")
            for fact in self._facts(FactForm.USED)
        ]
        text = _table(("Definition", "In its own words", "Where"), rows)
        return _section("What it takes from other parts", self._whole(text, FactForm.USED))

    def _routes(self) -> Section | None:
        rows = [
            (
                code_span(fact.name),
                code_span(fact.detail) if fact.detail else "",
                f"[{fact.evidence}]",
            )
            for fact in self._facts(FactForm.ROUTE)
        ]
        text = _table(("Route", "Answered by", "Where"), rows)
        return _section("Routes", self._whole(text, FactForm.ROUTE))

    def _environment(self) -> Section | None:
        rows = [
            (
                code_span(fact.name),
                code_span(fact.detail) if fact.detail else "",
                f"[{fact.evidence}]",
            )
            for fact in self._facts(FactForm.VARIABLE)
        ]
        text = _table(("Variable", "Default", "Read at"), rows)
        return _section("Environment variables", self._whole(text, FactForm.VARIABLE))

    def _tests(self) -> Section | None:
        rows = [
            (f"{code_span(fact.name)} [{fact.evidence}]", self._words(fact.text), _names(fact))
            for fact in self._facts(FactForm.TEST)
        ]
        text = _table(("Test file", "In its own words", "Imports"), rows)
        return _section("Tests to run after a change", self._whole(text, FactForm.TEST))


def _draft(summary: str, *sections: Section | None) -> Draft:
    return Draft(summary=summary, sections=tuple(each for each in sections if each))


def _section(heading: str, text: str) -> Section | None:
    return Section(heading=heading, text=text) if text else None


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Write a table without the columns that are empty in every row."""
    full = [place for place in range(len(head)) if place == 0 or any(row[place] for row in rows)]
    if len(full) == 1:
        return "\n".join(f"- {row[0]}" for row in rows)
    return table(
        tuple(head[place] for place in full), [tuple(row[place] for place in full) for row in rows]
    )


def _quoted_code(heading: str, path: str, facts: _Facts) -> Section:
    under = dict.fromkeys(f"“{escape(fact.detail)}”" for fact in facts if fact.detail)
    place = f", under {', '.join(under)}" if under else ""
    return Section(
        heading=heading,
        text=f"From {code_span(path)}{place}:",
        snippets=tuple(fact.evidence for fact in facts),
    )


def _head(fact: Fact) -> str:
    """Show a definition's signature, or only its name when the signature would fill the page."""
    if len(fact.detail) <= LONGEST_HEAD:
        return code_span(fact.detail)
    is_called = re.search(r"\b(?:def|func|function)\b", fact.detail)
    return code_span(f"{fact.name}(…)" if is_called else fact.name)


def _names(fact: Fact) -> str:
    names = [name for name in fact.detail.split(", ") if name]
    return ", ".join(name if name == MORE else code_span(name) for name in names)


def _folder(name: str) -> str:
    """Write a part's name so that nobody takes a folder for a package or command."""
    if name == TOP:
        return "(top level)"
    if name in (OTHERS, WHOLE):
        return name
    is_file = "." in name.rpartition("/")[2].lstrip(".")
    return code_span(name if is_file else f"{name}/")


def _first(facts: Iterable[Fact]) -> str:
    return next(f"[{fact.evidence}]" for fact in facts)
