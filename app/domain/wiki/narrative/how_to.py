"""Tests and example programs that show how to use the public API, chosen by their own names."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from app.domain.code.artifacts import NamedTest
from app.domain.code.facts import FileFacts, RepositoryFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.value import Value
from app.domain.wiki.narrative.brief_modules import main_symbols
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.roles import is_product, is_test, sample_of
from app.domain.wiki.words.quotations import first_paragraph

HOW_TO = "how-to"
"""The id of the page."""
FEWEST = 3
"""With fewer there is no page."""
_MOST = 12
_MOST_SAMPLES = 6
_SHORTEST, _LONGEST = 3, 26
LONGEST_SAMPLE = 60
_MOST_WORDS = 4
"""What a test's name says beside the symbol; a longer one tells of a corner case."""
_SHORTEST_NAME = 4
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PREFIX = re.compile(r"(?:test_|Test_?|Example_?)")
_CORNERS = """
bad broken bug cve deadlock error errors exception fail fails fuzz illegal invalid issue leak
cannot deprecated empty eq equality non repr str string
missing malformed no not panic panics race raises regression reject rejected rejects throw throws
unknown warning warnings without wrong
"""
_CORNER = frozenset(_CORNERS.split())
"""Words of tests that show what is refused rather than what is done."""
_FUNCTIONS = frozenset((SymbolKind.FUNCTION, SymbolKind.METHOD))
_TOLD = frozenset(("javascript", "typescript", "tsx"))
"""Where tests have sentences for names."""
_MOST_TOLD = 9
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
_FORM_OF_NAME = re.compile(r"[a-z][A-Z]|[A-Z].*[a-z]|_|\$")
_Public = dict[tuple[str, ...], tuple[str, Symbol]]
"""By the words of a name, where it is defined."""


class Case(Value):
    """One way to use something, as the project itself shows it."""

    path: str
    first_line: int
    last_line: int
    """What to show; a long program is only linked, and has 0 here."""
    name: str
    """The test's or the program's own name."""
    title: str
    doc: str = ""
    symbol: Symbol | None = None
    """The test itself; None for a program."""
    about: str = ""
    """`path:symbol` of the public symbol that the name speaks of."""


def cases(facts: RepositoryFacts, survey: Survey | None = None) -> tuple[Case, ...]:
    """List the best cases: example programs that explain themselves, then tests."""
    survey = survey or Survey(facts)
    samples = list(_samples(facts))[:_MOST_SAMPLES]
    tests = list(_tests(facts, survey))[: _MOST - len(samples)]
    found = [*samples, *tests]
    unique = {each.title.casefold(): each for each in reversed(found)}
    chosen = tuple(each for each in found if unique[each.title.casefold()] is each)
    return chosen if len(chosen) >= FEWEST else ()


def _samples(facts: RepositoryFacts) -> Iterator[Case]:
    seen: set[str] = set()
    for path, file in facts.files.items():
        folder = sample_of(path)
        doc = first_paragraph(file.doc)
        if not folder or folder in seen or is_test(path) or not doc:
            continue
        seen.add(folder)
        is_short = file.lines <= LONGEST_SAMPLE
        yield Case(
            path=path,
            first_line=1 if is_short else 0,
            last_line=file.lines if is_short else 0,
            name=folder,
            title=_capital(_spoken(folder.rpartition("/")[2])),
            doc=doc,
        )


def _tests(facts: RepositoryFacts, survey: Survey) -> Iterator[Case]:
    """Give for each public symbol, the most used first, the test that is about it and no more."""
    public = _public(facts, survey)
    single = _single(facts, public)
    best: dict[str, tuple[tuple[int, ...], Case]] = {}
    for path, file in facts.files.items():
        for case in _cases_of(path, file, public, single) if is_test(path) else ():
            lines = case.last_line - case.first_line + 1
            is_example = case.name.rpartition(".")[2].startswith("Example")
            rank = (not is_example, not case.doc, len(case.title.split()), lines)
            if case.about not in best or rank < best[case.about][0]:
                best[case.about] = (rank, case)
    places = {about: place for place, (about, _) in enumerate(public.values())}
    yield from (best[about][1] for about in sorted(best, key=lambda about: places[about]))


def _single(facts: RepositoryFacts, public: _Public) -> dict[str, str]:
    """Map the public names that only one file has to where that is."""
    counts = Counter(
        name
        for path, file in facts.files.items()
        if is_product(path)
        for name in {symbol.name for symbol in file.symbols if symbol.public}
    )
    return {symbol.name: about for about, symbol in public.values() if counts[symbol.name] == 1}


def _cases_of(
    path: str, file: FileFacts, public: _Public, single: Mapping[str, str]
) -> Iterator[Case]:
    """Give the short tests of a file that are about a public symbol which the file uses."""
    used = frozenset(file.names)
    for symbol in file.symbols:
        lines = symbol.last_line - symbol.first_line + 1
        case = None
        if symbol.kind in _FUNCTIONS and _SHORTEST <= lines <= _LONGEST:
            case = _case(path, symbol, used, public)
        if case is not None:
            yield case
    names = {name: about for name, about in single.items() if name in used}
    for test in file.tests if file.language in _TOLD else ():
        if _SHORTEST <= test.last_line - test.line + 1 <= _LONGEST:
            yield from _told_case(path, test, names)


def _told_case(path: str, test: NamedTest, names: Mapping[str, str]) -> Iterator[Case]:
    """Take a test whose name is a sentence, if it or the suite around it names a public symbol."""
    *suites, told = test.name.split(" > ")
    if len(told.split()) > _MOST_TOLD or not _CORNER.isdisjoint(_words(test.name)):
        return
    for text in (told, *suites[-1:]):
        name = next((each for each in _IDENTIFIER.findall(text) if _is_named(each, text)), "")
        if name in names:
            yield Case(
                path=path,
                first_line=test.line,
                last_line=test.last_line,
                name=test.name,
                title=told if text == told else f"{name}: {told}",
                about=names[name],
            )
            return


def _is_named(word: str, text: str) -> bool:
    """Say whether a word of a sentence is a name: by its form, or because nothing else is said."""
    return bool(_FORM_OF_NAME.search(word)) or text in (word, f"{word}()") or f"{word}(" in text


def _public(facts: RepositoryFacts, survey: Survey) -> _Public:
    """Map the words of public names to the symbols that have them, the most used first."""
    popularity = survey.importers
    offered = {each.name for path in facts.files for each in survey.surface.offers(path)}
    taken = _mentions(facts)
    found = [
        (path, symbol)
        for path in facts.files
        if is_product(path)
        for symbol in main_symbols(path, facts)
        if len(symbol.name) >= _SHORTEST_NAME
    ]
    found.sort(
        key=lambda pair: (
            pair[1].name not in offered,
            -taken.get(pair[1].name, 0).bit_length(),
            -popularity[pair[0]].bit_length(),
            pair[0],
            pair[1].first_line,
        )
    )
    public: _Public = {}
    for path, symbol in found:
        public.setdefault(_words(symbol.name), (f"{path}:{symbol.name}", symbol))
    return public


def _mentions(facts: RepositoryFacts) -> dict[str, int]:
    """Count the tests and programs that use a name."""
    counts: dict[str, int] = {}
    for path, file in facts.files.items():
        if not is_product(path):
            for name in file.names:
                counts[name] = counts.get(name, 0) + 1
    return counts


def _case(
    path: str,
    test: Symbol,
    used: frozenset[str],
    public: _Public,
) -> Case | None:
    prefix = _PREFIX.match(test.short_name)
    words = _words(test.short_name[prefix.end() :]) if prefix else ()
    if not words or not _CORNER.isdisjoint(words):
        return None
    for first, end in _stretches(words, path):
        about, symbol = public.get(words[first:end], ("", None))
        rest = words[end:]
        if symbol and symbol.name in used and len(rest) <= _MOST_WORDS:
            title = f"{symbol.name}: {' '.join(rest)}" if rest else symbol.name
            return Case(
                path=path,
                first_line=test.first_line,
                last_line=test.last_line,
                name=test.name,
                title=title,
                doc=first_paragraph(test.doc),
                symbol=test,
                about=about,
            )
    return None


def _stretches(words: tuple[str, ...], path: str) -> Iterator[tuple[int, int]]:
    """List where a symbol's name may stand in a test's: at the beginning, the longest first.

    Go names a test after its file too: `TestTeaQuit` in `tea_test.go` is about `Quit`.
    """
    yield from ((0, end) for end in range(len(words), 0, -1))
    if words[0] in _words(path.rpartition("/")[2]):
        yield from ((1, end) for end in range(len(words), 1, -1))


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name))


def _spoken(name: str) -> str:
    return " ".join(_WORD.findall(name.replace("-", " ").replace("_", " "))) or name


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
