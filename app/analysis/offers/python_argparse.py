"""argparse: parsers followed by the plain names that they are assigned to."""

from collections import defaultdict
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.draft import Draft, finished
from app.analysis.offers.python_tree import (
    assigned_targets,
    functions,
    help_of,
    is_true,
    line_of_first,
    type_name,
)
from app.analysis.offers.view import Call, Enclosing, View
from app.domain.code.artifacts import CliCommand, Flag

_SWITCHES = frozenset(
    {"store_true", "store_false", "store_const", "append_const", "count", "version", "help"}
)
_GROUPS = ("add_argument_group", "add_mutually_exclusive_group")
_MAX_LENT = 200
_MAX_GROUPS = 5
_MODULE = 0
_Name = tuple[int, str]
"""The node id of the scope and the text in it."""


class _Reader:
    """Reads one file from its first statement to its last."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._by_name = functions(view)
        self._functions = {node.id: name for name, node in self._by_name.items()}
        self._targets = assigned_targets(view)
        self._around = {
            kind: Enclosing(view, [kind]) for kind in ("class_definition", "function_definition")
        }
        self._texts: set[str] = set()
        """What any parser is assigned to."""
        self._parameters: dict[int, list[str]] = {}
        self._parsers: dict[_Name, Draft | None] = {}
        self._choices: dict[_Name, Draft | None] = {}
        self._drafts: list[Draft] = []
        self._inline: dict[int, Draft] = {}
        """Parsers of subcommands by the node of the call that adds them."""
        self._lent: defaultdict[tuple[str, str], list[Flag]] = defaultdict(list)
        """Flags that a function adds to a parser which it is given."""
        self._helped: list[tuple[Draft, str, str]] = []
        self._takes: list[tuple[Draft, Draft]] = []

    def commands(self) -> Iterator[CliCommand]:
        """Read all commands."""
        wanted = {
            "add_argument": self._add_argument,
            "add_subparsers": self._add_subparsers,
            "add_parser": self._add_parser,
            "set_defaults": self._set_defaults,
            **dict.fromkeys(_GROUPS, self._add_group),
        }
        for step in self._steps():
            if isinstance(step, Node):
                self._forget(step)
            elif step.name.endswith("ArgumentParser"):
                self._open_parser(step)
            elif step.name in wanted and step.receiver is not None:
                wanted[step.name](step)
            elif step.receiver is None:
                self._lend(step)
        for draft, function, parameter in self._helped:
            draft.flags += self._lent[function, parameter][:_MAX_LENT]
        for draft, lender in self._takes:
            lender.hidden = True
            draft.flags += lender.flags[:_MAX_LENT]
        return finished(self._drafts)

    def _steps(self) -> list[Node | Call]:
        """Order assignments and calls as they run; what is assigned is forgotten first."""
        steps: list[tuple[tuple[int, int], Node | Call]] = [
            ((node.start_byte, -1), node) for node in self._view.nodes("assignment")
        ]
        steps += [((one.node.start_byte, one.node.end_byte), one) for one in self._view.calls]
        steps.sort(key=lambda step: step[0])
        return [step for _, step in steps]

    def _forget(self, assignment: Node) -> None:
        text = self._view.text(assignment.child_by_field_name("left"))
        if text in self._texts:
            name = (self._scopes(assignment, text)[0], text)
            self._parsers[name] = self._choices[name] = None

    def _scopes(self, node: Node, text: str) -> list[int]:
        """List the scopes in which a name may be looked up, the innermost first."""
        kind = "class_definition" if "." in text else "function_definition"
        return [each.id for each in self._around[kind].of(node)] + [_MODULE]

    def _functions_around(self, node: Node) -> list[Node]:
        return self._around["function_definition"].of(node)

    def _bind(self, call: Call, known: dict[_Name, Draft | None], draft: Draft) -> None:
        target = self._targets.get(call.node.id)
        if target:
            self._texts.add(target)
            known[self._scopes(call.node, target)[0], target] = draft

    def _find(self, node: Node | None, known: dict[_Name, Draft | None]) -> Draft | None:
        text = self._view.text(node)
        if node is None or node.type not in ("identifier", "attribute"):
            return None
        for scope in self._scopes(node, text):
            if (scope, text) in known:
                return known[scope, text]
            if text in self._parameters_of(scope, node):
                return None
        return None

    def _parameters_of(self, scope: int, node: Node) -> list[str]:
        if scope not in self._parameters:
            around = next((each for each in self._functions_around(node) if each.id == scope), None)
            listed = around.child_by_field_name("parameters") if around is not None else None
            self._parameters[scope] = [
                self._view.text(
                    each.child_by_field_name("name")
                    or (each.named_children[0] if each.type == "typed_parameter" else each)
                )
                for each in (listed.named_children if listed is not None else ())
            ]
        return self._parameters[scope]

    def _parser(self, node: Node | None) -> Draft | None:
        """Find the parser on which a method is called, through groups that have no name."""
        for _ in range(_MAX_GROUPS):
            call = self._view.call(node)
            if call is None:
                return self._find(node, self._parsers)
            if call.name == "add_parser":
                return self._inline.get(call.node.id)
            if call.name not in _GROUPS:
                return None
            node = call.receiver
        return None

    def _open_parser(self, call: Call) -> None:
        draft = Draft("", call.line, help_of(self._view, call.argument(9, "description")))
        self._bind(call, self._parsers, draft)
        if call.node.id in self._targets or self._is_returned(call):
            self._drafts.append(draft)
            self._take(draft, call)

    def _is_returned(self, call: Call) -> bool:
        return call.node.parent is not None and call.node.parent.type == "return_statement"

    def _take(self, draft: Draft, call: Call) -> None:
        given = call.keywords.get("parents")
        for each in given.named_children if given is not None else ():
            lender = self._find(each, self._parsers)
            if lender is not None:
                self._takes.append((draft, lender))

    def _add_subparsers(self, call: Call) -> None:
        parser = self._parser(call.receiver)
        if parser is not None:
            self._bind(call, self._choices, parser)

    def _add_parser(self, call: Call) -> None:
        name = self._view.literal(call.argument(0, "name"))
        receiver = self._view.call(call.receiver)
        inline = receiver is not None and receiver.name == "add_subparsers"
        parent = (
            self._parser(receiver.receiver)
            if receiver is not None and inline
            else self._find(call.receiver, self._choices)
        )
        if name is None or (parent is None and "sub" not in call.on):
            return
        text = help_of(self._view, call.keywords.get("description"))
        draft = Draft(name, line_of_first(call.positional, call), parent=parent)
        draft.help = text or self._view.words(call.keywords.get("help"))
        self._bind(call, self._parsers, draft)
        self._drafts.append(draft)
        self._inline[call.node.id] = draft
        self._take(draft, call)

    def _add_group(self, call: Call) -> None:
        parser = self._parser(call.receiver)
        if parser is not None:
            self._bind(call, self._parsers, parser)

    def _set_defaults(self, call: Call) -> None:
        parser = self._parser(call.receiver)
        for each in call.keywords.values():
            if parser is not None and each.type == "identifier" and not parser.handler:
                parser.handler = self._view.handler(self._view.text(each))

    def _add_argument(self, call: Call) -> None:
        flag = _flag(self._view, call)
        if flag is None:
            return
        parser = self._parser(call.receiver)
        if parser is not None:
            parser.flags.append(flag)
            return
        outer = self._functions_around(call.node)
        around = next((one for one in outer if one.id in self._functions), None)
        if around is not None and call.on in self._parameters_of(around.id, call.node):
            self._lent[self._functions[around.id], call.on].append(flag)

    def _lend(self, call: Call) -> None:
        """Note a function of the file that is given a parser."""
        node = self._by_name.get(call.name)
        body = node.child_by_field_name("body") if node is not None else None
        if node is None or body is None:
            return
        names = self._parameters_of(node.id, body)
        given = [*zip(names, call.positional, strict=False), *call.keywords.items()]
        for name, value in given:
            parser = self._find(value, self._parsers)
            if parser is not None:
                self._helped.append((parser, call.name, name))


def _flag(view: View, call: Call) -> Flag | None:
    names = [view.literal(each) for each in call.positional]
    plain = tuple(name for name in names if name)
    if not plain or len(plain) != len(names):
        return None
    is_option = plain[0].startswith("-")
    action = view.literal(call.keywords.get("action")) or ""
    default = view.default(call.keywords.get("default"))
    if view.text(call.keywords.get("action")).endswith("BooleanOptionalAction"):
        action = "store_true"
        plain += tuple(f"--no-{name[2:]}" for name in plain if name.startswith("--"))
    return Flag(
        names=plain,
        line=line_of(call.positional[0]),
        value="" if action in _SWITCHES else _value(view, call),
        default=default,
        required=is_true(view, call.keywords.get("required")) if is_option else _must(view, call),
        help=view.words(call.keywords.get("help")),
    )


def _value(view: View, call: Call) -> str:
    metavar = view.literal(call.keywords.get("metavar"))
    return metavar or type_name(view, call.keywords.get("type"))


def _must(view: View, call: Call) -> bool:
    return view.text(call.keywords.get("nargs")).strip("\"'") not in ("?", "*", "REMAINDER") and (
        "REMAINDER" not in view.text(call.keywords.get("nargs"))
    )


def argparse_commands(view: View) -> Iterator[CliCommand]:
    """Read the parsers of a file."""
    if b"argparse" not in view.content and b"ArgumentParser" not in view.content:
        return iter(())
    return _Reader(view).commands()
