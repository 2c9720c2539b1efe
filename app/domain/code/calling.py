"""How a definition is called, as one text a parameter, and what a change of it means to callers."""

import re
from collections.abc import Sequence

from app.domain.code.citation import UNKNOWN_CALL
from app.domain.code.symbol import Parameter, Symbol, SymbolKind
from app.domain.code.verdict import Cause
from app.domain.value import Value

_CALLABLE = frozenset({SymbolKind.FUNCTION, SymbolKind.METHOD})
_HINTED = (".py", ".pyi", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
"""Files in which a parameter's type is an annotation; elsewhere it is code."""
_NAMED = (".py", ".pyi", ".kt", ".kts", ".swift", ".cs", ".php", ".rb", ".scala")
"""Files whose parameters callers may name."""
_NAME = re.compile(r"[\w$#@&]+")
_PATTERN = "{}"
"""Stands for a parameter that is taken apart at once."""
_LAYOUT = re.compile(r"\s+|,(?=[)\]}])")
_OPTIONAL = "="
_REST = "*"


class Calling(Value):
    """What a new version means to those who call as before."""

    cause: Cause = Cause.NOTHING
    """NOTHING, ADDITION, or SIGNATURE for what breaks a caller or what is said of a call."""
    detail: str = ""
    """A clause: `lost the parameter tax`."""
    added: tuple[str, ...] = ()
    """The names of new parameters that may be left out."""


class _Taken(Value):
    """One parameter's text, read again."""

    name: str
    kind: str
    """Its type, where types are code."""
    default: str | None
    rest: bool


def is_hinted(path: str) -> bool:
    """Say whether types in a file are annotations, and no code."""
    return path.endswith(_HINTED)


def parameter_texts(symbol: Symbol, path: str) -> tuple[str, ...]:
    """Write how a symbol is called; after a mark, if it has forms that this does not tell."""
    if symbol.kind not in _CALLABLE:
        return ()
    several = (UNKNOWN_CALL,) if symbol.overloads else ()
    texts = (_text(each, typed=not is_hinted(path)) for each in symbol.parameters)
    return (*several, *texts)


def compare_calls(
    old: Sequence[str], new: Sequence[str], path: str, *, same_code: bool = False
) -> Calling:
    """Say what became of the parameters, in the order of what hurts callers most.

    With the same code, other texts of types and defaults are only laid out in another way.
    """
    if tuple(old) == tuple(new) or (UNKNOWN_CALL in old) != (UNKNOWN_CALL in new):
        return Calling()
    before, after = [_read(each) for each in old], [_read(each) for each in new]
    renamed = ""
    if not path.endswith(_NAMED) and len(before) == len(after):
        # No caller can name them, so that a new name concerns only who speaks of it.
        renamed = _renamed(before, after)
    if renamed:
        after = [
            new.model_copy(update={"name": old.name})
            for old, new in zip(before, after, strict=True)
        ]
    broken = _lost(before, after) or _demanded(before, after) or _disordered(before, after)
    broken = broken or ("" if same_code else _other(before, after))
    if broken:
        return Calling(cause=Cause.SIGNATURE, detail=broken)
    if renamed:
        return Calling(cause=Cause.ANNOTATION, detail=renamed)
    return _added(before, after)


def _text(parameter: Parameter, *, typed: bool) -> str:
    mark = _REST if parameter.variadic else ""
    kind = " ".join(parameter.annotation.split()) if typed else ""
    default = "" if parameter.default is None else f"={' '.join(parameter.default.split())}"
    name = parameter.name if _NAME.fullmatch(parameter.name) else _PATTERN
    return f"{mark}{name}{' ' if kind else ''}{kind}{default}"


def _read(text: str) -> _Taken:
    head, mark, default = text.partition(_OPTIONAL)
    name, _, kind = head.removeprefix(_REST).partition(" ")
    return _Taken(
        name=name, kind=kind, default=default if mark else None, rest=text.startswith(_REST)
    )


def _lost(before: Sequence[_Taken], after: Sequence[_Taken]) -> str:
    names = {each.name for each in after}
    known = {each.name for each in before}
    for place, each in enumerate(before):
        if each.name in names:
            continue
        successor = after[place] if len(before) == len(after) else None
        if successor is not None and successor.name not in known:
            return f"renamed the parameter {_shown(each)} to {_shown(successor)}"
        return f"lost the parameter {_shown(each)}"
    return ""


def _demanded(before: Sequence[_Taken], after: Sequence[_Taken]) -> str:
    known = {each.name: each for each in before}
    for each in after:
        old = known.get(each.name)
        if each.default is not None or each.rest:
            continue
        if old is None:
            return f"requires the new parameter {_shown(each)}"
        if old.default is not None:
            return f"requires the parameter {_shown(each)} now"
    return ""


def _renamed(before: Sequence[_Taken], after: Sequence[_Taken]) -> str:
    """Tell the parameters that only have another name now."""
    if {each.name for each in before} == {each.name for each in after}:
        return ""
    pairs = zip(before, after, strict=True)
    changed = [(old, new) for old, new in pairs if old.name != new.name]
    return "; ".join(
        f"renamed the parameter {_shown(old)} to {_shown(new)}" for old, new in changed
    )


def _disordered(before: Sequence[_Taken], after: Sequence[_Taken]) -> str:
    known = {each.name for each in before}
    kept = [each.name for each in after if each.name in known]
    same = kept == [each.name for each in before]
    return "" if same else "takes its parameters in another order"


def _other(before: Sequence[_Taken], after: Sequence[_Taken]) -> str:
    now = {each.name: each for each in after}
    for each in before:
        new = now[each.name]
        defaults = [_plain(one.default) for one in (each, new) if one.default]
        if len(defaults) > 1 and defaults[0] != defaults[1]:
            return f"changed the default of {_shown(each)} from `{each.default}` to `{new.default}`"
        if (_plain(each.kind), each.rest) != (_plain(new.kind), new.rest):
            return f"takes {_shown(new, typed=True)} where it took {_shown(each, typed=True)}"
    return ""


def _added(before: Sequence[_Taken], after: Sequence[_Taken]) -> Calling:
    known = {each.name for each in before}
    added = [each for each in after if each.name not in known]
    eased = [
        new
        for old, new in zip(before, (each for each in after if each.name in known), strict=True)
        if old.default is None and new.default is not None
    ]
    positional = [each.name for each in after if not each.rest]
    kept = [each.name for each in before if not each.rest and each.name in positional]
    last = max(map(positional.index, kept), default=-1)
    for each in added:
        if not each.rest and positional.index(each.name) < last:
            follower = positional[positional.index(each.name) + 1]
            detail = f"takes the new parameter {_shown(each)} before `{follower}`"
            return Calling(cause=Cause.SIGNATURE, detail=detail)
    clauses = [f"may be given the new parameter {_shown(each)}" for each in added]
    clauses += [f"no longer requires the parameter {_shown(each)}" for each in eased]
    return Calling(
        cause=Cause.ADDITION if clauses else Cause.NOTHING,
        detail="; ".join(clauses),
        added=tuple(each.name for each in (*added, *eased)),
    )


def _plain(text: str) -> str:
    return _LAYOUT.sub("", text).replace("'", '"')


def _shown(each: _Taken, *, typed: bool = False) -> str:
    kind = f" {each.kind}" if typed and each.kind else ""
    return f"`{_REST if each.rest else ''}{each.name}{kind}`"
