"""What lies at the places that a page cites: lines, their words, and what is defined there."""

import html
import re
from collections.abc import Iterator
from functools import cached_property

from app.domain.checks.site import Place, Site
from app.domain.code.facts import FileFacts
from app.domain.code.secrets import redact
from app.domain.code.symbol import Symbol
from app.domain.wiki.markdown import clean

_TOKEN = re.compile(r"[^\W\d][\w$]*|\d+(?:\.\d+)*")
_LAYOUT = re.compile(r"[\s;,]+")
_QUOTES = re.compile(r"[\"'`]")


def tokens(text: str) -> frozenset[str]:
    """Take the names and figures out of a text."""
    return frozenset(_TOKEN.findall(text))


def squeeze(text: str) -> str:
    """Leave out what formatters change: white space, commas, semicolons, the kind of quotes."""
    return _QUOTES.sub('"', _LAYOUT.sub("", text))


class Ground:
    """The sources of a site, read once for all statements."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lines: dict[tuple[str, str], list[str]] = {}
        self._tokens: dict[tuple[str, str], frozenset[str]] = {}
        self._squeezed: dict[tuple[str, str], str] = {}
        self._symbols: dict[str, dict[int, list[Symbol]]] = {}

    def lines(self, place: Place) -> list[str] | None:
        """Return all lines of a place's file; None when they are not at hand."""
        key = (place.commit, place.path)
        if key not in self._lines:
            sources = self._site.sources(place)
            if sources is None or place.path not in sources.texts:
                return None
            # Pages are made from what is left when secrets are put out.
            self._lines[key] = clean(redact(sources.texts[place.path])).split("\n")
        return self._lines[key]

    def cited(self, place: Place) -> str:
        """Return the lines of a place, or its whole file."""
        lines = self.lines(place) or []
        return "\n".join(lines[place.first - 1 : place.last] if place.first else lines)

    def file_tokens(self, place: Place) -> frozenset[str]:
        """Return every name and figure of a place's file."""
        key = (place.commit, place.path)
        if key not in self._tokens:
            self._tokens[key] = tokens("\n".join(self.lines(place) or []))
        return self._tokens[key]

    def squeezed_file(self, place: Place) -> str:
        """Return a place's file without layout, and again as its doc comments read when shown."""
        key = (place.commit, place.path)
        if key not in self._squeezed:
            text = "\n".join(self.lines(place) or [])
            # Javadoc writes examples with the entities of HTML.
            shown = html.unescape(text)
            both = text if shown == text else f"{text}\n{shown}"
            self._squeezed[key] = squeeze(both)
        return self._squeezed[key]

    def file(self, place: Place) -> FileFacts | None:
        """Return the facts of a place's file, if they are those of the place's commit."""
        facts = self._site.facts.files.get(place.path)
        return facts if facts is not None and self._is_now(place) else None

    def symbols_at(self, place: Place) -> list[Symbol]:
        """List what is defined from a place's first line on."""
        file = self.file(place)
        if file is None or place.first is None:
            return []
        if place.path not in self._symbols:
            self._symbols[place.path] = _by_first_line(file)
        return self._symbols[place.path].get(place.first, [])

    def artifact_names(self, place: Place) -> frozenset[str]:
        """Collect the words of what is declared at a line, other than symbols."""
        names = self._artifacts.get((place.path, place.first or 0), ())
        return frozenset(names) if self._is_now(place) else frozenset()

    def defaults_at(self, place: Place, name: str) -> list[str] | None:
        """List the defaults of what a line declares under a name; None when nobody knows."""
        found = self._defaults.get((place.path, place.first or 0, name))
        return found if self._is_now(place) else None

    def targets_at(self, place: Place) -> tuple[str, ...]:
        """Return what the scripts run that a manifest declares at a line."""
        found = self._targets.get((place.path, place.first or 0), ())
        return tuple(found) if self._is_now(place) else ()

    def imports_at(self, place: Place) -> bool | None:
        """Say whether a line imports another file of the repository."""
        return (place.path, place.first) in self._edges if self._is_now(place) else None

    def _is_now(self, place: Place) -> bool:
        if place.commit == self._site.origin.commit:
            return True
        return self.lines(place) == self.lines(
            Place(path=place.path, commit=self._site.origin.commit)
        )

    @cached_property
    def _targets(self) -> dict[tuple[str, int], list[str]]:
        found: dict[tuple[str, int], list[str]] = {}
        for manifest in self._site.facts.manifests:
            for script in manifest.scripts:
                place = (script.path or manifest.path, script.line)
                found.setdefault(place, []).append(script.target)
        return found

    @cached_property
    def _edges(self) -> frozenset[tuple[str, int]]:
        return frozenset((edge.source, edge.line) for edge in self._site.facts.edges)

    @cached_property
    def _artifacts(self) -> dict[tuple[str, int], set[str]]:
        found: dict[tuple[str, int], set[str]] = {}
        for path, line, words in self._declared():
            found.setdefault((path, line), set()).update(words.split(), tokens(words))
        return found

    def _declared(self) -> Iterator[tuple[str, int, str]]:
        for path, file in self._site.facts.files.items():
            yield from ((path, each.line, each.name) for each in file.environment)
            for command in file.commands:
                yield path, command.line, f"{command.name} {command.handler}"
                yield from ((path, flag.line, " ".join(flag.names)) for flag in command.flags)
            for route in file.routes:
                yield path, route.line, f"{route.path} {' '.join(route.methods)} {route.handler}"
            for setting in file.settings:
                yield path, setting.line, f"{setting.name} {setting.environment}"
            yield from ((path, each.line, each.name) for each in file.tests)
        facts = self._site.facts
        yield from ((each.path, each.line, each.name) for each in facts.make_targets)
        yield from ((each.path, each.line, each.name) for each in facts.ci_jobs)
        yield from ((each.path, each.line, each.name) for each in facts.services)
        yield from (
            (each.path, each.line, f"{each.name} {each.base}") for each in facts.docker_stages
        )
        for manifest in facts.manifests:
            yield from (
                (each.path or manifest.path, each.line, each.name) for each in manifest.scripts
            )

    @cached_property
    def _defaults(self) -> dict[tuple[str, int, str], list[str]]:
        found: dict[tuple[str, int, str], list[str]] = {}
        for path, file in self._site.facts.files.items():
            for line, names, default in _defaults_of(file):
                for name in names:
                    found.setdefault((path, line, name), []).append(default or "")
        return found


def _defaults_of(file: FileFacts) -> Iterator[tuple[int, tuple[str, ...], str | None]]:
    for variable in file.environment:
        yield variable.line, (variable.name,), variable.default
    for setting in file.settings:
        names = (setting.name, setting.name.rpartition(".")[2], setting.environment)
        yield setting.line, names, setting.default
    for command in file.commands:
        yield from ((flag.line, flag.names, flag.default) for flag in command.flags)


def _by_first_line(file: FileFacts) -> dict[int, list[Symbol]]:
    found: dict[int, list[Symbol]] = {}
    for symbol in file.symbols:
        for line in {symbol.first_line, *(each.first_line for each in symbol.overloads)}:
            found.setdefault(line, []).append(symbol)
    return found
