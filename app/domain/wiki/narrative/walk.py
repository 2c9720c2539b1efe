"""The way of one request or one run through the code: where it starts, and what calls what.

A call counts only when its target can be told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.value import Value
from app.domain.wiki.narrative.brief_facts import scripts_of, starts_in
from app.domain.wiki.narrative.call_targets import Call, Definitions, Place, is_code
from app.domain.wiki.roles import is_product

WALK = "walk"
"""The id of the page."""
MOST_STEPS = 14
FEWEST_STEPS = 4
"""A shorter way says nothing that a list of definitions does not."""
_MOST_CALLS = 4
_DEEPEST = 5
_MOST_STARTS = 16
_OF_A_KIND = 6
_RUNS = frozenset(
    ("run", "start", "serve", "execute", "main", "Run", "Start", "Serve", "Execute", "Main")
)
_MAINS = {"java": "main", "c_sharp": "Main", "kotlin": "main", "scala": "main", "swift": "main"}
"""What a class calls the method that starts it."""
_MAIN_OF_OBJECT = frozenset(("kotlin", "scala"))
"""Here it stands in an object, and is static without saying so."""
_SERVERS = (frozenset(("environ", "start_response")), frozenset(("scope", "receive", "send")))
_REQUESTS = frozenset(("request", "req"))


class Start(Value):
    """Where a way begins."""

    label: str
    """What starts it: a command, an address, a server's call."""
    is_request: bool
    place: Place
    rank: int = 0
    """How telling its kind is; 0 is the most."""


class Way(Value):
    """The steps, each before those that it calls."""

    start: Start
    steps: tuple[Place, ...]
    unread: frozenset[str] = frozenset()
    """Files whose calls would have to be known to go on."""

    @property
    def files(self) -> int:
        """Count the files that the way touches."""
        return len({step.path for step in self.steps})


CallsByPath = Mapping[str, Sequence[Call]]


def starts(facts: RepositoryFacts) -> tuple[Start, ...]:
    """List where ways may begin, the most telling kinds first."""
    kinds = (_servers, _routes, _scripts, _mains, _runs)
    found: dict[str, Start] = {}
    for rank, kind in enumerate(kinds):
        # What stands near the top of the repository starts more than what lies deep in it.
        for each in sorted(kind(facts), key=lambda each: each.place.path.count("/"))[:_OF_A_KIND]:
            found.setdefault(each.place.subject, each.model_copy(update={"rank": rank}))
    return tuple(found.values())[:_MOST_STARTS]


def follow(start: Start, code: Definitions, calls: CallsByPath) -> Way:
    """Follow calls whose targets can be told: the nearest to the start, in the order they run."""
    children: dict[str, list[Place]] = {start.place.subject: []}
    unread: set[str] = set()
    row = [start.place]
    for _ in range(_DEEPEST):
        following: list[Place] = []
        for place in row:
            if place.path not in calls:
                unread.add(place.path)
            for each in _called(place, code, calls.get(place.path, ())):
                if each.subject not in children and len(children) < MOST_STEPS:
                    children[each.subject] = []
                    children[place.subject].append(each)
                    following.append(each)
        row = following
    steps = tuple(_in_order(start.place, children))
    return Way(start=start, steps=steps, unread=frozenset(unread))


def _in_order(place: Place, children: Mapping[str, Sequence[Place]]) -> Iterator[Place]:
    yield place
    for each in children[place.subject]:
        yield from _in_order(each, children)


def _called(place: Place, code: Definitions, calls: Sequence[Call]) -> list[Place]:
    """List what a definition calls, in the order of the source; large definitions win the room."""
    ordered = list({each.subject: each for _, each in code.called(place, calls)}.values())
    heavy = sorted(ordered, key=lambda each: -_weight(each, place))[:_MOST_CALLS]
    return [each for each in ordered if each in heavy]


def _weight(each: Place, caller: Place) -> int:
    lines = each.symbol.last_line - each.symbol.first_line
    return min(lines, 40) + (20 if each.path != caller.path else 0)


def _product_symbols(facts: RepositoryFacts) -> Iterator[Place]:
    for path, file in facts.files.items():
        if is_product(path):
            for each in file.symbols:
                if is_code(each) and each.kind is not SymbolKind.CLASS:
                    yield Place(path=path, symbol=each)


def _servers(facts: RepositoryFacts) -> Iterator[Start]:
    """Find what a web server calls for each request, by the customs of the languages."""
    for place in _product_symbols(facts):
        names = frozenset(each.name for each in place.symbol.parameters)
        short, is_public = place.symbol.short_name, place.symbol.public
        is_python = short == "__call__" and any(each <= names for each in _SERVERS)
        is_go = short == "ServeHTTP" and "." in place.symbol.name and is_public
        is_field = place.symbol.kind is SymbolKind.FIELD
        takes = names or frozenset(re.findall(r"\w+", place.symbol.signature) if is_field else ())
        is_web = short == "fetch" and "." in place.symbol.name and takes & _REQUESTS
        if is_python or is_go or is_web:
            yield Start(label=place.symbol.name, is_request=True, place=place)


def _routes(facts: RepositoryFacts) -> Iterator[Start]:
    code = Definitions(facts.files)
    for path, file in facts.files.items():
        for route in file.routes if is_product(path) else ():
            place = code.find(path, route.handler) if route.handler else None
            if place:
                label = " ".join((*route.methods[:1], route.path))
                yield Start(label=label, is_request=True, place=place)


def _scripts(facts: RepositoryFacts) -> Iterator[Start]:
    code = Definitions(facts.files)
    for _, script in scripts_of(facts):
        name = script.target.partition(":")[2].strip() or "main"
        for path in facts.files if script.installed else ():
            is_ours = is_product(path) and starts_in(script, path)
            place = code.find(path, name) if is_ours else None
            if place:
                yield Start(label=script.name, is_request=False, place=place)


def _mains(facts: RepositoryFacts) -> Iterator[Start]:
    for place in _product_symbols(facts):
        if _is_main(place.symbol, facts.files[place.path].language):
            yield Start(label=place.symbol.name, is_request=False, place=place)


def _is_main(symbol: Symbol, language: str) -> bool:
    """Say whether a program may start here, by the customs of its language."""
    if symbol.name in ("main", "Main.main", "App.main"):
        return True
    named = _MAINS.get(language)
    is_static = language in _MAIN_OF_OBJECT or "static" in symbol.signature.split()
    return symbol.short_name == named and is_static


def _runs(facts: RepositoryFacts) -> Iterator[Start]:
    for place in _product_symbols(facts):
        if place.symbol.short_name in _RUNS and place.symbol.public:
            yield Start(label=place.symbol.name, is_request=False, place=place)
