"""click: commands, groups and options that are decorators."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.draft import ROOTS, Draft, finished
from app.analysis.offers.python_tree import (
    Decorated,
    decorated,
    docstring,
    help_of,
    is_true,
    literals,
    type_name,
)
from app.analysis.offers.view import Call, View
from app.domain.code.artifacts import CliCommand, Flag
from app.domain.code.facts import EnvironmentVariable

_CLICK = re.compile(rb"^[ \t]*+(?:import|from)[ \t]++\w*click\b", re.MULTILINE)
_SUFFIXES = frozenset({"command", "cmd", "group", "grp"})
_MAKERS = ("command", "group")


def uses_click(view: View) -> bool:
    """Say whether a file imports click, or one of its drop-in relatives."""
    return _CLICK.search(view.content) is not None


def click_commands(view: View) -> Iterator[CliCommand]:
    """Read the commands of a file."""
    if not uses_click(view):
        return iter(())
    drafts: dict[str, Draft] = {}
    makers: dict[str, Call | None] = {}
    for one in decorated(view):
        maker = next((call for call in one.calls if call.name in _MAKERS), None)
        if maker is not None or any(_is_maker(view, node) for node in one.bare):
            drafts[one.name] = _draft(view, one, maker)
            makers[one.name] = maker
            drafts[one.name].parent = drafts.get(_group(view, one, maker))
    for call in view.calls:
        if call.name == "add_command":
            _attach(view, call, drafts)
    for name, draft in drafts.items():
        if draft.parent is None and not _is_named(view, makers[name]) and _is_root(view, name):
            draft.name = ""
    return finished(drafts.values())


def _is_maker(view: View, node: Node) -> bool:
    return view.text(node).rpartition(".")[2] in _MAKERS


def _group(view: View, one: Decorated, maker: Call | None) -> str:
    if maker is not None:
        return maker.on
    return next(view.text(node).rpartition(".")[0] for node in one.bare if _is_maker(view, node))


def _is_named(view: View, maker: Call | None) -> bool:
    return maker is not None and view.literal(maker.argument(0, "name")) is not None


def _is_root(view: View, name: str) -> bool:
    called = rf"^\s+(?:sys\.exit\()?{re.escape(name)}\(".encode()
    return name in ROOTS or (
        b"__main__" in view.content and re.search(called, view.content, re.MULTILINE) is not None
    )


def _draft(view: View, one: Decorated, maker: Call | None) -> Draft:
    given = maker.argument(0, "name") if maker is not None else None
    name = view.literal(given) or derived_name(one.name)
    line = maker.line if maker is not None else line_of(one.node)
    text = help_of(view, maker.keywords.get("help")) if maker is not None else ""
    draft = Draft(name, line, text or docstring(view, one.node), one.symbol)
    for call in one.calls:
        flag = _parameter(view, call)
        if flag is not None:
            draft.flags.append(flag)
    return draft


def derived_name(function: str) -> str:
    """Name a command after its function, as click does since 8.2."""
    name = function.lower().replace("_", "-")
    stem, dash, suffix = name.rpartition("-")
    return stem if dash and suffix in _SUFFIXES else name


def _attach(view: View, call: Call, drafts: dict[str, Draft]) -> None:
    child = drafts.get(view.text(call.argument(0, "cmd")))
    parent = drafts.get(call.on)
    if child is None or child.parent is not None:
        return
    child.parent = parent if parent is not child else None
    child.name = view.literal(call.argument(1, "name")) or child.name


def _parameter(view: View, call: Call) -> Flag | None:
    if call.name in ("option", "argument"):
        names = [view.literal(each) for each in call.positional]
        if names and None not in names:
            plain = [name for name in names if name]
            return _option(view, call, plain) if call.name == "option" else _argument(view, call)
    if call.name == "version_option" and len(call.positional) <= 1:
        return Flag(
            names=("--version",), line=call.line, help=view.words(call.keywords.get("help"))
        )
    return None


def _option(view: View, call: Call, given: list[str]) -> Flag | None:
    names = split_names(given)
    if not names:
        return None
    is_switch = is_true(view, call.keywords.get("is_flag")) or is_true(
        view, call.keywords.get("count")
    )
    is_switch = is_switch or "flag_value" in call.keywords or any("/" in name for name in given)
    return Flag(
        names=names,
        line=line_of(call.positional[0]),
        value="" if is_switch else _value(view, call),
        default=view.default(call.keywords.get("default")),
        required=is_true(view, call.keywords.get("required")),
        help=view.words(call.keywords.get("help")),
    )


def split_names(given: list[str]) -> tuple[str, ...]:
    """List the flags of declarations: `--on/--off` are two, and a name without dashes is none."""
    parts = [part.strip() for name in given for part in re.split(r"(?<!\s)\s*+/\s*+(?=-)", name)]
    return tuple(part for part in parts if part.startswith("-"))


def _argument(view: View, call: Call) -> Flag | None:
    name = view.literal(call.positional[0])
    required = call.keywords.get("required")
    is_free = "default" in call.keywords or view.text(call.keywords.get("nargs")) == "-1"
    if not name:
        return None
    return Flag(
        names=(name,),
        line=line_of(call.positional[0]),
        value=_value(view, call),
        default=view.default(call.keywords.get("default")),
        required=is_true(view, required) if required is not None else not is_free,
        help=view.words(call.keywords.get("help")),
    )


def _value(view: View, call: Call) -> str:
    metavar = view.literal(call.keywords.get("metavar"))
    return metavar or type_name(view, call.keywords.get("type"))


def flag_variables(view: View) -> Iterator[EnvironmentVariable]:
    """Read the variables that fill an option: `envvar=` of click and of typer."""
    if b"envvar" not in view.content:
        return
    for call in view.calls:
        if call.name in ("option", "argument", "Option", "Argument"):
            for name in literals(view, call.keywords.get("envvar")):
                yield EnvironmentVariable(name=name, line=line_of(call.keywords["envvar"]))
