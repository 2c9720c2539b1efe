"""What changed files offer in another way than they did: the news of a commit, by name."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from itertools import chain

from app.domain.code.calling import Calling, compare_calls, parameter_texts
from app.domain.code.facts import FileFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.code.verdict import Cause
from app.domain.value import Value

_Key = tuple[str, str, str]
_VALUES = frozenset({SymbolKind.CONSTANT, SymbolKind.FIELD})


class News(StrEnum):
    """What kind of difference it is."""

    INCOMPATIBLE = "incompatible"
    """It is called in another way: what worked before may not work now."""
    ADDITION = "addition"
    """It may be called in one more way."""
    VALUE = "value"
    """A constant, a field, a setting or a flag has another value or default."""
    RAISES = "raises"
    """It raises other errors."""
    MARKED = "marked"
    """It has other decorators."""
    BEHAVIOUR = "behaviour"
    """Its code does something else."""
    DOC = "doc"
    """Its own comment says something else."""
    NEW = "new"
    """It was not there."""
    GONE = "gone"
    """Its file, or what it belongs to, has it no more."""


class Difference(Value):
    """One named thing that is not as it was."""

    news: News
    name: str
    """Qualified within its file: `Cart.total`, `--tax`, `SHOP_TAX`."""
    path: str
    """At the base; of what is new, at the head."""
    kind: str
    owner: str = ""
    """What it is a part of: the class, the command; empty for what belongs to the file alone."""
    detail: str = ""
    """What changed, as a clause."""
    lost: tuple[str, ...] = ()
    """Parameters that callers can no longer name."""
    gained: tuple[str, ...] = ()
    """Parameters that callers may name now."""
    takes_any: bool = False
    """Whether it takes arguments of any name now."""
    defaults: tuple[tuple[str, str, str], ...] = ()
    """The names whose default or value is another, with what it was and what it is, as written."""
    public: bool = True
    first_line: int = 0
    """At the head, as far as it is there."""
    last_line: int = 0
    digest: str = ""
    """Of the version at the head."""

    @property
    def short_name(self) -> str:
        """Return the last part of the name."""
        return self.name if self.name.startswith("-") else self.name.rpartition(".")[2]


def differences(
    before: Mapping[str, FileFacts],
    now: Mapping[str, FileFacts],
    renames: Mapping[str, str] | None = None,
) -> tuple[Difference, ...]:
    """List what changed files offer in another way, both by path; `renames` gives new by old.

    What was moved from one changed file to another as it is, is no difference.
    """
    renamed = renames or {}
    old_names = {each.name for facts in before.values() for each in facts.symbols}
    new_names = {each.name for facts in now.values() for each in facts.symbols}
    offered = {each.key for facts in now.values() for each in _offers(facts)}
    found: list[Difference] = []
    for path, facts in before.items():
        there = now.get(renamed.get(path, path))
        found += _of_symbols(path, facts, there, new_names)
        found += _of_offers(path, facts, there, offered)
    came = set(now) - {renamed.get(path, path) for path in before}
    for path in came:
        found += _of_symbols(path, None, now[path], set())
    return tuple(each for each in found if each.news is not News.NEW or each.name not in old_names)


def _of_symbols(
    path: str, before: FileFacts | None, now: FileFacts | None, elsewhere: Iterable[str]
) -> Iterator[Difference]:
    old = _by_name(before)
    new = _by_name(now)
    for name, symbol in old.items():
        if name in new:
            yield from _changed(path, symbol, new[name])
        elif name not in elsewhere:
            yield _difference(News.GONE, path, symbol, None)
    for name, symbol in new.items():
        if name not in old:
            yield _difference(News.NEW, path, symbol, symbol)


def _by_name(facts: FileFacts | None) -> dict[str, Symbol]:
    return {each.name: each for each in facts.symbols} if facts else {}


def _changed(path: str, old: Symbol, new: Symbol) -> Iterator[Difference]:
    if old.code_digest == new.code_digest:
        if old.doc != new.doc:
            yield _difference(News.DOC, path, old, new)
        return
    calling = compare_calls(parameter_texts(old, path), parameter_texts(new, path), path)
    if calling.cause is Cause.SIGNATURE:
        yield _called(News.INCOMPATIBLE, path, old, new, calling)
    elif calling.cause is Cause.ADDITION:
        yield _called(News.ADDITION, path, old, new, calling)
    elif old.kind in _VALUES:
        values = (old.short_name, _value(old), _value(new))
        yield _difference(News.VALUE, path, old, new).model_copy(update={"defaults": (values,)})
    elif set(old.raises) != set(new.raises):
        yield _difference(News.RAISES, path, old, new)
    elif old.decorators != new.decorators:
        yield _difference(News.MARKED, path, old, new)
    else:
        yield _difference(News.BEHAVIOUR, path, old, new)


def _called(news: News, path: str, old: Symbol, new: Symbol, calling: Calling) -> Difference:
    before = {each.name for each in old.parameters}
    after = {each.name for each in new.parameters}
    return _difference(news, path, old, new).model_copy(
        update={
            "detail": calling.detail,
            "lost": tuple(sorted(before - after)),
            "gained": tuple(sorted(after - before)),
            "takes_any": "**" in new.signature,
            "defaults": tuple(_defaults(old, new)),
        }
    )


def _defaults(old: Symbol, new: Symbol) -> Iterator[tuple[str, str, str]]:
    now = {each.name: each.default for each in new.parameters}
    for each in old.parameters:
        default = now.get(each.name)
        if each.default is not None and default is not None and default != each.default:
            yield each.name, each.default, default


def _value(symbol: Symbol) -> str:
    """Return what a constant or a field is set to, as its definition writes it."""
    return symbol.signature.partition("=")[2].strip()


def _difference(news: News, path: str, symbol: Symbol, new: Symbol | None) -> Difference:
    return Difference(
        news=news,
        name=symbol.name,
        path=path,
        kind=symbol.kind.value,
        owner=symbol.name.rpartition(".")[0],
        public=symbol.public,
        first_line=new.first_line if new else 0,
        last_line=new.last_line if new else 0,
        digest=new.code_digest if new else "",
    )


class _Offer(Value):
    """A setting, a variable of the environment or a flag, and what is said of it."""

    name: str
    kind: str
    owner: str
    value: str
    line: int

    @property
    def key(self) -> _Key:
        """Name what it is to those who give it a value."""
        return self.kind, self.owner, self.name


def _of_offers(
    path: str, before: FileFacts, now: FileFacts | None, elsewhere: AbstractSet[_Key]
) -> Iterator[Difference]:
    old = {each.key: each for each in _offers(before)}
    new = {each.key: each for each in _offers(now)} if now else {}
    for key, each in old.items():
        if key not in new and key not in elsewhere:
            yield _offered(News.GONE, path, each)
        elif key in new and new[key].value != each.value:
            values = (each.name, each.value, new[key].value)
            changed = _offered(News.VALUE, path, new[key])
            yield changed.model_copy(update={"defaults": (values,)})
    for key in new.keys() - old.keys():
        yield _offered(News.NEW, path, new[key])


def _offered(news: News, path: str, offer: _Offer) -> Difference:
    return Difference(
        news=news,
        name=offer.name,
        path=path,
        kind=offer.kind,
        owner=offer.owner,
        first_line=offer.line,
        last_line=offer.line,
        digest=offer.value,
    )


def _offers(facts: FileFacts) -> Iterator[_Offer]:
    flags = (
        _Offer(
            name=name,
            kind="flag",
            owner=command.name,
            value=flag.default or "",
            line=flag.line,
        )
        for command in facts.commands
        for flag in command.flags
        for name in flag.names
        if name.startswith("--")
    )
    variables = (
        _Offer(
            name=each.name,
            kind="environment variable",
            owner="",
            value=each.default or "",
            line=each.line,
        )
        for each in facts.environment
    )
    settings = (
        _Offer(
            name=each.environment,
            kind="setting",
            owner=each.name.rpartition(".")[0],
            value=each.default or "",
            line=each.line,
        )
        for each in facts.settings
        if each.environment
    )
    return chain(flags, variables, settings)
