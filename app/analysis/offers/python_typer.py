"""typer: commands whose options are the parameters of functions."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.draft import ROOTS, Draft, finished
from app.analysis.offers.python_click import split_names
from app.analysis.offers.python_tree import (
    assigned_targets,
    decorated,
    docstring,
    functions,
    help_of,
    is_true,
    symbol_of,
)
from app.analysis.offers.view import Call, View
from app.domain.code.artifacts import CliCommand, Flag

_TYPER = re.compile(rb"^[ \t]*+(?:import|from)[ \t]++typer\b", re.MULTILINE)
_MARKS = ("Option", "Argument")
_PLAIN_TYPE = re.compile(r"(?:str|int|float|bool|bytes|Path|pathlib\.Path|UUID|datetime|None)")
_WORD = re.compile(r"[\w.]+")
_WRAPPERS = frozenset({"list", "List", "Optional", "Union", "tuple", "Tuple", "Literal"})
_BOOL = re.compile(r"bool|bool \| None|None \| bool|(?:typing\.)?Optional\[bool\]")


@dataclass
class _App:
    """A `typer.Typer()` of the file, or the name of one that it imports."""

    draft: Draft
    made_here: bool = False
    named: Node | None = None
    """What it is called where it is made."""
    has_more: bool = False
    """Whether a callback or a group makes even a single command a named one."""


class _Reader:
    """Reads one file."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._functions = functions(view)
        self._apps: dict[str, _App] = {}
        self._drafts: dict[int, Draft] = {}
        self._aliases = _aliases(view)

    def commands(self) -> Iterator[CliCommand]:
        """Read all commands."""
        targets = assigned_targets(self._view)
        for call in self._view.calls:
            if call.name == "Typer" and call.node.id in targets:
                self._open(call, targets[call.node.id])
        for call in self._view.calls:
            if call.name == "add_typer":
                self._nest(call)
        for one in decorated(self._view):
            for call in one.calls:
                self._register(call, one.node)
        for call in self._view.calls:
            self._register_call(call)
        self._add_unregistered()
        self._name_single()
        return finished(self._drafts.values())

    def _open(self, call: Call, target: str) -> None:
        draft = Draft("", call.line, hidden=True)
        self._apps[target] = _App(draft, made_here=True, named=call.keywords.get("name"))
        self._apps[target].has_more = "callback" in call.keywords

    def _nest(self, call: Call) -> None:
        inner = self._apps.get(self._view.text(call.argument(0, "typer_instance")))
        outer = self._app(call.on)
        outer.has_more = True
        name = self._view.literal(call.keywords.get("name"))
        if inner is None and name:
            help_text = help_of(self._view, call.keywords.get("help"))
            self._drafts[call.node.id] = Draft(name, call.line, help_text, parent=outer.draft)
        if inner is None or inner is outer:
            return
        inner.draft.name = name or self._view.literal(inner.named) or ""
        inner.draft.parent = outer.draft
        inner.has_more = True

    def _app(self, text: str) -> _App:
        return self._apps.setdefault(text, _App(Draft("", 0, hidden=True)))

    def _register_call(self, call: Call) -> None:
        """Read `app.command()(function)` and `typer.run(function)`."""
        if call.name == "run" and call.on == "typer" and call.positional:
            node = self._functions.get(self._view.text(call.positional[0]))
            if node is not None:
                self._draft(node, "", line_of(node))
            return
        outer = call.node.parent
        if call.name in ("command", "callback") and outer is not None and outer.type == "call":
            listed = outer.child_by_field_name("arguments")
            given = listed.named_children if listed is not None else []
            if not given or outer.child_by_field_name("function") != call.node:
                return
            node = self._functions.get(self._view.text(given[0]))
            if node is not None:
                self._register(call, node)
            elif given[0].type == "attribute" and call.name == "command":
                self._register_import(call, given[0])

    def _register_import(self, call: Call, function: Node) -> None:
        """Read `app.command()(module.function)`: what it takes is said where it is defined."""
        given = call.argument(0, "name")
        name = self._view.literal(given)
        if given is None:
            name = _derived(self._view.text(function.child_by_field_name("attribute")))
        if name is not None and call.on in self._apps:
            draft = Draft(name, call.line, help_of(self._view, call.keywords.get("help")))
            draft.parent = self._apps[call.on].draft
            draft.hidden = is_true(self._view, call.keywords.get("hidden"))
            self._drafts[call.node.id] = draft

    def _register(self, call: Call, node: Node) -> None:
        if call.name not in ("command", "callback") or not call.on:
            return
        app = self._app(call.on)
        if call.name == "callback":
            app.has_more = True
            draft = self._draft(node, "", call.line)
        else:
            given = call.argument(0, "name")
            name = self._view.literal(given)
            if given is not None and name is None:
                return
            draft = self._draft(
                node, name or _derived(self._view.text(node.child_by_field_name("name"))), call.line
            )
        draft.parent = app.draft
        draft.help = help_of(self._view, call.keywords.get("help")) or draft.help

    def _draft(self, node: Node, name: str, line: int) -> Draft:
        draft = Draft(name, line, docstring(self._view, node), symbol_of(self._view, node))
        draft.flags = list(_flags(self._view, node, self._aliases))
        self._drafts[node.id] = draft
        return draft

    def _add_unregistered(self) -> None:
        """Take functions with marked parameters, which another file registers."""
        for name, node in self._functions.items():
            if node.id not in self._drafts and _is_marked(self._view, node):
                self._draft(
                    node,
                    ""
                    if name in ROOTS
                    else _derived(self._view.text(node.child_by_field_name("name"))),
                    line_of(node),
                )

    def _name_single(self) -> None:
        """The only command of an app that is run needs no name."""
        counts = Counter(id(draft.parent) for draft in self._drafts.values())
        run = {self._view.text(call.node.child_by_field_name("function"))
               for call in self._view.calls if _is_statement(call.node)}  # fmt: skip
        singles = {
            id(app.draft)
            for text, app in self._apps.items()
            if app.made_here and not app.has_more and text in run and counts[id(app.draft)] == 1
        }
        for draft in self._drafts.values():
            if id(draft.parent) in singles:
                draft.name = ""


def _is_statement(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "expression_statement"


def _derived(function: str) -> str:
    return function.lower().replace("_", "-")


def _aliases(view: View) -> Mapping[str, Node]:
    """Find the names that stand for an `Annotated[...]` of the file."""
    found = {}
    for node in view.nodes("assignment"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        head = right.child_by_field_name("value") if right is not None else None
        if left is not None and right is not None and view.text(head).endswith("Annotated"):
            found[view.text(left)] = right
    return found


def _is_marked(view: View, node: Node) -> bool:
    listed = node.child_by_field_name("parameters")
    return any(
        _mark(view, each.child_by_field_name("type")) is not None
        or _mark_call(view, each.child_by_field_name("value")) is not None
        for each in (listed.named_children if listed is not None else ())
    )


def _flags(view: View, node: Node, aliases: Mapping[str, Node]) -> Iterator[Flag]:
    listed = node.child_by_field_name("parameters")
    for each in listed.named_children if listed is not None else ():
        flag = _flag(view, each, aliases)
        if flag is not None:
            yield flag


def _flag(view: View, parameter: Node, aliases: Mapping[str, Node]) -> Flag | None:
    if parameter.type not in ("typed_parameter", "typed_default_parameter", "default_parameter"):
        return None
    named = parameter.child_by_field_name("name") or parameter.named_children[0]
    given, value = parameter.child_by_field_name("type"), parameter.child_by_field_name("value")
    annotation = aliases.get(view.text(given), given)
    if named.type != "identifier":
        return None
    old = _mark_call(view, value)
    mark = old or _mark(view, annotation)
    base = _base(view, annotation)
    if old is not None:
        value = old.argument(0, "default")
    if mark is not None:
        value = mark.keywords.get("default", mark.keywords.get("default_factory", value))
    if value is not None and view.text(value) == "...":
        value = None
    if mark is None:
        return _plain(view, named, base, value)
    return _marked(view, named, base, value, mark)


def _plain(view: View, named: Node, base: str, value: Node | None) -> Flag | None:
    """Read a parameter without a mark: without a default it is an argument, else an option."""
    name = view.text(named)
    if not _is_plain(view, base):
        return None
    return Flag(
        names=(name,) if value is None else _derived_names(name, base),
        line=line_of(named),
        value="" if _BOOL.fullmatch(base) else base,
        default=view.default(value),
        required=value is None,
    )


def _is_plain(view: View, base: str) -> bool:
    """Say whether a type is surely no alias of an annotated one."""
    return bool(base) and all(
        word in _WRAPPERS or _PLAIN_TYPE.fullmatch(word) or word in view.names
        for word in _WORD.findall(base)
    )


def _derived_names(name: str, base: str) -> tuple[str, ...]:
    flag = name.replace("_", "-")
    return (f"--{flag}", f"--no-{flag}") if _BOOL.fullmatch(base) else (f"--{flag}",)


def _marked(view: View, named: Node, base: str, value: Node | None, mark: Call) -> Flag | None:
    declared = mark.positional[1:] if _is_old(mark) else mark.positional
    given = [view.literal(each) for each in declared]
    plain = [name for name in given if name]
    if len(plain) != len(given):
        return None
    is_option = mark.name == "Option"
    names = (split_names(plain) or _derived_names(view.text(named), base)) if is_option else ()
    is_switch = is_option and (
        _BOOL.fullmatch(base) is not None or is_true(view, mark.keywords.get("count"))
    )
    return Flag(
        names=names or (view.text(named),),
        line=line_of(named),
        value="" if is_switch else view.literal(mark.keywords.get("metavar")) or base,
        default=f"{view.text(value)}()"
        if "default_factory" in mark.keywords
        else view.default(value),
        required=value is None,
        help=view.words(mark.keywords.get("help")),
    )


def _is_old(mark: Call) -> bool:
    """Say whether a mark stands as the default itself, whose first argument is the default."""
    around = mark.node.parent
    return around is not None and around.type in ("typed_default_parameter", "default_parameter")


def _mark_call(view: View, node: Node | None) -> Call | None:
    call = view.call(node)
    return call if call is not None and call.name in _MARKS else None


def _inside(view: View, annotation: Node | None) -> list[Node]:
    """List what stands between the brackets of `Annotated[...]`."""
    node = annotation
    if node is not None and node.type == "type" and node.named_children:
        node = node.named_children[0]
    if node is None or node.type not in ("generic_type", "subscript"):
        return []
    head = node.named_children[0]
    if not view.text(head).endswith("Annotated"):
        return []
    if node.type == "subscript":
        return list(node.named_children[1:])
    inner = [each for each in node.named_children[1].named_children if each.type != "comment"]
    return [each.named_children[0] if each.type == "type" else each for each in inner]


def _mark(view: View, annotation: Node | None) -> Call | None:
    calls = (_mark_call(view, each) for each in _inside(view, annotation)[1:])
    return next((call for call in calls if call is not None), None)


def _base(view: View, annotation: Node | None) -> str:
    inside = _inside(view, annotation)
    node = inside[0] if inside else annotation
    return view.source.head(node.start_byte, node.end_byte) if node is not None else ""


def typer_commands(view: View) -> Iterator[CliCommand]:
    """Read the commands of a file."""
    return _Reader(view).commands() if _TYPER.search(view.content) else iter(())
