"""The way of one request or one run through the code: where it starts, and what calls what.

A call counts only when its target can be told: a definition of the same file or Go package, one
that the file imports by name, or a member of the caller's own class or of a base class of it.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.code.facts import RepositoryFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.value import Value
from app.domain.wiki.brief_facts import scripts_of, starts_in
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
_DEEPEST_BASE = 4
_OWN = ("self", "this", "cls", "super()", "super", "Self")
_RUNS = frozenset(
    ("run", "start", "serve", "execute", "main", "Run", "Start", "Serve", "Execute", "Main")
)
_MAINS = {"java": "main", "c_sharp": "Main", "kotlin": "main", "scala": "main", "swift": "main"}
"""What a class calls the method that starts it."""
_MAIN_OF_OBJECT = frozenset(("kotlin", "scala"))
"""Here it stands in an object, and is static without saying so."""
_CONSTRUCTORS = ("__init__", "constructor", "new", "__call__")
_SERVERS = (frozenset(("environ", "start_response")), frozenset(("scope", "receive", "send")))
_REQUESTS = frozenset(("request", "req"))
_BASES = re.compile(r"\(([^)]*)\)|extends\s+([\w.]+)")
_RECEIVER = re.compile(r"func\s*\(\s*(\w+)\s")
_CALLABLE = frozenset((SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.FIELD, SymbolKind.CLASS))


class Call(Value):
    """One call in a file, as written: `total`, `self.total`, `db.open`."""

    line: int
    target: str


class Place(Value):
    """A symbol and its file."""

    path: str
    symbol: Symbol

    @property
    def subject(self) -> str:
        """Return what a page's subject calls it."""
        return f"{self.path}:{self.symbol.name}"


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


def follow(start: Start, facts: RepositoryFacts, calls: CallsByPath) -> Way:
    """Follow calls whose targets can be told: the nearest to the start, in the order they run."""
    children: dict[str, list[Place]] = {start.place.subject: []}
    unread: set[str] = set()
    row = [start.place]
    for _ in range(_DEEPEST):
        following: list[Place] = []
        for place in row:
            if place.path not in calls:
                unread.add(place.path)
            for each in _called(place, facts, calls):
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


def may_mean(target: str, caller: Symbol | None, name: str, path: str) -> bool:
    """Say whether a call as written can be one of a planned step, a symbol `name` in `path`."""
    head, dot, called = target.rpartition(".")
    if called != name.rpartition(".")[2]:
        return False
    receiver = _RECEIVER.match(caller.signature) if caller else None
    is_own = head in _OWN or bool(receiver and receiver[1] == head)
    return is_own if "." in name and dot else not dot or _is_module(head, path)


def _called(place: Place, facts: RepositoryFacts, calls: CallsByPath) -> list[Place]:
    """List what a definition calls, in the order of the source; large definitions win the room."""
    body = _body(place, facts)
    found = (
        _target(call.target, place, facts)
        for call in calls.get(place.path, ())
        if body.first_line <= call.line <= body.last_line
    )
    unique = {each.subject: each for each in found if each and each.subject != place.subject}
    ordered = list(unique.values())
    heavy = sorted(ordered, key=lambda each: -_weight(each, place))[:_MOST_CALLS]
    return [each for each in ordered if each in heavy]


def _weight(each: Place, caller: Place) -> int:
    lines = each.symbol.last_line - each.symbol.first_line
    return min(lines, 40) + (20 if each.path != caller.path else 0)


def _body(place: Place, facts: RepositoryFacts) -> Symbol:
    """Return what runs when a symbol is called: of a class, its constructor."""
    if place.symbol.kind is not SymbolKind.CLASS:
        return place.symbol
    for name in _CONSTRUCTORS:
        found = _symbol(place.path, f"{place.symbol.name}.{name}", facts)
        if found:
            return found.symbol
    return place.symbol.model_copy(update={"last_line": place.symbol.first_line})


def _target(call: str, caller: Place, facts: RepositoryFacts) -> Place | None:
    head, dot, name = call.rpartition(".")
    if not dot:
        if any(each.name == name for each in caller.symbol.parameters):
            return None
        return _named(name, caller.path, facts)
    owner = caller.symbol.name.rpartition(".")[0]
    receiver = _RECEIVER.match(caller.symbol.signature)
    if head in _OWN or (receiver and receiver[1] == head):
        return _member(caller.path, owner, name, facts, _DEEPEST_BASE)
    return _of_module(head, name, caller.path, facts) if "." not in head else None


def _named(name: str, path: str, facts: RepositoryFacts) -> Place | None:
    own = _symbol(path, name, facts)
    if own or facts.files[path].language == "go":
        return own or _beside(path, name, facts)
    lines = {each.line for each in facts.files[path].imports if name in each.names}
    targets = [e.target for e in facts.edges if e.source == path and e.line in lines]
    return _first(targets, name, facts, _DEEPEST_BASE) if lines else None


def _beside(path: str, name: str, facts: RepositoryFacts) -> Place | None:
    """Look in the other files of a Go package."""
    folder = posixpath.dirname(path)
    siblings = [p for p in facts.files if posixpath.dirname(p) == folder and p.endswith(".go")]
    found = (_symbol(each, name, facts) for each in siblings if is_product(each))
    return next(filter(None, found), None)


def _of_module(head: str, name: str, path: str, facts: RepositoryFacts) -> Place | None:
    """Find `name` in a module that the file imports as `head`."""
    lines = {
        each.line
        for each in facts.files[path].imports
        if head in each.names or (not each.names and re.split(r"[./]", each.target)[-1] == head)
    }
    targets = [e.target for e in facts.edges if e.source == path and e.line in lines]
    fitting = [each for each in targets if _is_module(head, each)]
    return _first(fitting, name, facts, 1)


def _is_module(head: str, path: str) -> bool:
    stem = posixpath.splitext(path)[0]
    return head in (posixpath.basename(stem), posixpath.basename(posixpath.dirname(stem)))


def _first(targets: Iterable[str], name: str, facts: RepositoryFacts, depth: int) -> Place | None:
    """Find a name in the first of some files that define it, or that pass it on."""
    targets = list(dict.fromkeys(targets))
    for path in targets:
        found = _symbol(path, name, facts)
        if found:
            return found
    for path in targets if depth > 1 else ():
        lines = {each.line for each in facts.files[path].imports if name in each.names}
        further = [e.target for e in facts.edges if e.source == path and e.line in lines]
        found = _first(further, name, facts, depth - 1) if lines else None
        if found:
            return found
    return None


def _member(path: str, owner: str, name: str, facts: RepositoryFacts, depth: int) -> Place | None:
    """Find a member of a class or of its bases."""
    own = _symbol(path, f"{owner}.{name}", facts)
    if own is None and facts.files[path].language == "go":
        own = _beside(path, f"{owner}.{name}", facts)
    if own or not depth:
        return own
    holder = _symbol(path, owner, facts)
    for base in _bases(holder.symbol) if holder else ():
        place = _named(base, path, facts)
        found = _member(place.path, place.symbol.name, name, facts, depth - 1) if place else None
        if found:
            return found
    return None


def _bases(symbol: Symbol) -> Iterator[str]:
    found = _BASES.search(symbol.signature)
    for base in re.split(r"\s*,\s*", (found[1] or found[2] or "") if found else ""):
        name = re.split(r"[\[<]", base)[0].strip()
        if re.fullmatch(r"\w+", name):
            yield name


def _symbol(path: str, name: str, facts: RepositoryFacts) -> Place | None:
    file = facts.files.get(path)
    for each in file.symbols if file else ():
        if each.name == name and _is_code(each):
            return Place(path=path, symbol=each)
    return None


def _is_code(symbol: Symbol) -> bool:
    """Say whether a symbol can run: of fields, only those that hold a function."""
    is_field = symbol.kind is SymbolKind.FIELD
    return symbol.kind in _CALLABLE and (not is_field or "=>" in symbol.signature)


def _product_symbols(facts: RepositoryFacts) -> Iterator[Place]:
    for path, file in facts.files.items():
        if is_product(path):
            for each in file.symbols:
                if _is_code(each) and each.kind is not SymbolKind.CLASS:
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
    for path, file in facts.files.items():
        for route in file.routes if is_product(path) else ():
            place = _symbol(path, route.handler, facts) if route.handler else None
            if place:
                label = " ".join((*route.methods[:1], route.path))
                yield Start(label=label, is_request=True, place=place)


def _scripts(facts: RepositoryFacts) -> Iterator[Start]:
    for _, script in scripts_of(facts):
        name = script.target.partition(":")[2].strip() or "main"
        for path in facts.files if script.installed else ():
            is_ours = is_product(path) and starts_in(script, path)
            place = _symbol(path, name, facts) if is_ours else None
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
