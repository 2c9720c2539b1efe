"""From what a writer cites to what the record says that each sentence relies on."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.code.calling import parameter_texts
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.code.digest import DIGEST_RECIPE, TOLD, told_digest
from app.domain.code.evidence import Evidence
from app.domain.code.facts import RepositoryFacts
from app.domain.code.places import lines_digest, source_lines
from app.domain.code.secrets import redact
from app.domain.code.symbol import Digests, Symbol
from app.domain.wiki.mentions import CODE_SPAN
from app.domain.wiki.names import name_parts
from app.domain.wiki.page import RenderedSection, Sentence
from app.domain.wiki.words.plain import plain_text
from app.domain.wiki.words.prose import cited_ids
from app.domain.wiki.words.sentences import units

_RULE = re.compile(r"\s*\|[\s|:-]+\|?\s*$")
_NO_SENTENCE = re.compile(r"\s*(?:`{3,}|~{3,}|#|<!--)")
_LEAST_WORDS = 3
_Symbols = Mapping[str, Mapping[str, Symbol]]


def symbols_of(
    evidence: Iterable[Evidence], facts: RepositoryFacts
) -> dict[str, dict[str, Symbol]]:
    """Give the symbols of the files that are cited, by path and name."""
    cited = {each.path for each in evidence}
    return {
        path: {symbol.name: symbol for symbol in facts.files[path].symbols}
        for path in sorted(cited & facts.files.keys())
    }


def symbol_citation(
    path: str, symbol: Symbol, relies: Reliance, recipe: str = DIGEST_RECIPE
) -> CitedSymbol:
    """Record that something is said of a symbol."""
    return CitedSymbol(
        path=path,
        symbol=symbol.name,
        recipe=recipe,
        code=symbol.code_digest,
        wording=symbol.wording_digest,
        first_line=symbol.first_line,
        last_line=symbol.last_line,
        kind=symbol.kind.value,
        parameters=parameter_texts(symbol, path),
        relies=relies,
    )


def told_citation(path: str, line: int, told: str) -> CitedSymbol:
    """Record that a fixed form tells of a line outside all symbols."""
    return CitedSymbol(
        path=path,
        symbol="",
        recipe=DIGEST_RECIPE,
        code="",
        wording=told_digest(told),
        first_line=line,
        last_line=line,
        relies=Reliance.WORDING,
    )


class Citing:
    """Knows the evidence of one page and the sources that it stands in.

    `quoting` is for a writer who only says what facts tell in fixed forms. With `symbols`, those of
    files by path and name, the code spans of a sentence that name symbols of a file which it cites
    count as citations, too.
    """

    def __init__(
        self,
        evidence: Iterable[Evidence],
        texts: Mapping[str, str],
        *,
        quoting: bool,
        symbols: _Symbols | None = None,
    ) -> None:
        self._evidence = {each.id: each for each in evidence}
        self._texts = texts
        self._line_lists: dict[str, list[str]] = {}
        self._quoting = quoting
        self._symbols = symbols or {}

    def section(self, text: str, snippets: Sequence[str]) -> RenderedSection:
        """Record what a section's sentences and snippets rely on; its heading is left open."""
        cited: dict[tuple[str, int, int], CitedSymbol] = {}
        sentences: list[Sentence] = []
        uncited = 0
        for unit in _sentences(text):
            found, named = self._of_sentence(unit)
            if not found:
                uncited += _says_something(unit)
                continue
            relies = max((each.relies for each in found), key=lambda relies: relies.rank)
            sentences.append(
                Sentence(
                    text=plain_text(unit), cites=_keys(found), relies=relies, names=_keys(named)
                )
            )
            _keep(cited, (*found, *named))
        _keep(cited, (self._citation(*each, shown=True) for each in self._known(snippets)))
        return RenderedSection(
            anchor="",
            heading="",
            digest="",
            cited=tuple(cited.values()),
            sentences=tuple(sentences),
            uncited=uncited,
        )

    def _lines(self, path: str) -> list[str]:
        """Read the lines of a file as verdicts will: without secrets."""
        if path not in self._line_lists:
            self._line_lists[path] = source_lines(redact(self._texts.get(path, "")))
        return self._line_lists[path]

    def _known(self, ids: Iterable[str]) -> Iterator[tuple[Evidence, Digests]]:
        for each in ids:
            found = self._evidence.get(each)
            if found is not None and found.digests is not None:
                yield found, found.digests

    def _of_sentence(self, unit: str) -> tuple[list[CitedSymbol], list[CitedSymbol]]:
        """Return what a sentence describes, and what it only names.

        Who cites a file as a whole describes what of it the sentence names, unless it is a quote.
        """
        found = [self._citation(*each) for each in self._known(cited_ids(unit))]
        named = list(self._named(unit, found))
        if self._quoting:
            return found, named
        whole = {each.path for each in found if each.whole}
        whole -= {each.path for each in found if not each.whole}
        described = [
            each.model_copy(update={"relies": Reliance.BEHAVIOUR})
            for each in named
            if each.path in whole
        ]
        return [*found, *described], [each for each in named if each.path not in whole]

    def _named(self, unit: str, cited: Sequence[CitedSymbol]) -> Iterator[CitedSymbol]:
        """Find the symbols of the cited files that a sentence names in code besides."""
        known = {each.symbol for each in cited}
        for path in dict.fromkeys(each.path for each in cited):
            symbols = self._symbols.get(path, {})
            for _, span in CODE_SPAN.findall(unit) if symbols else ():
                symbol = symbols.get(".".join(name_parts(span)))
                if symbol is not None and symbol.name not in known:
                    yield symbol_citation(path, symbol, Reliance.EXISTENCE)

    def _citation(
        self, evidence: Evidence, digests: Digests, *, shown: bool = False
    ) -> CitedSymbol:
        """Record one place; of what is shown in full, every line counts."""
        relies = evidence.quoted if self._quoting and not shown else Reliance.BEHAVIOUR
        cited = CitedSymbol(
            path=evidence.path,
            symbol=evidence.symbol,
            recipe=digests.recipe,
            code=digests.code,
            wording=digests.wording,
            first_line=evidence.first_line,
            last_line=evidence.last_line,
            offset=_offset(evidence) if evidence.symbol else None,
            kind=evidence.kind,
            parameters=evidence.parameters,
            relies=relies,
        )
        return cited if evidence.symbol else self._of_place(cited, shown=shown)

    def _of_place(self, cited: CitedSymbol, *, shown: bool) -> CitedSymbol:
        """Record by what a place outside all symbols is found again."""
        lines = self._lines(cited.path)
        told = "" if shown or not cited.wording.startswith(TOLD) else cited.wording
        if told and is_whole_file(cited.first_line, cited.last_line, len(lines)):
            return cited.model_copy(update={"code": "", "wording": told, "whole": True})
        code = lines_digest(lines, cited.first_line, cited.last_line) if lines else cited.code
        return cited.model_copy(update={"code": code, "wording": told})


def is_whole_file(first: int, last: int, count: int) -> bool:
    """Say whether lines are those of a file as such, by how many it has."""
    return first <= 1 and last >= max(count, 2)


def _offset(evidence: Evidence) -> int | None:
    """Say how far below the beginning of its symbol a place begins; None for all of the symbol."""
    place = evidence.digests.place if evidence.digests else ""
    found = re.search(r":(\d+)-(\d+)$", place)
    if found is None or (int(found[1]), int(found[2])) == (evidence.first_line, evidence.last_line):
        return None
    return max(evidence.first_line - int(found[1]), 0)


def _keys(cited: Iterable[CitedSymbol]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.key for each in cited))


def _keep(cited: dict[tuple[str, int, int], CitedSymbol], found: Iterable[CitedSymbol]) -> None:
    """Add citations, each place once with the most that is stated of it."""
    for each in found:
        key = (each.key, each.first_line, each.last_line)
        known = cited.get(key)
        if known is None or known.relies.rank < each.relies.rank:
            cited[key] = each


def _sentences(text: str) -> Iterator[str]:
    """Cut a text into what says something: no code, no heads of tables."""
    parts = [each for each in units(text) if each.strip() and not _NO_SENTENCE.match(each)]
    for place, each in enumerate(parts):
        is_head = place + 1 < len(parts) and _RULE.match(parts[place + 1]) and "|" in each
        if not is_head and not _RULE.match(each):
            yield each


def _says_something(unit: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", unit)) >= _LEAST_WORDS
