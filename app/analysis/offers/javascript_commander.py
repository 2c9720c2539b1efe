"""commander: programs that are chains of calls."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.draft import Draft, finished
from app.analysis.offers.javascript_tree import bound_names, made
from app.analysis.offers.view import Call, Enclosing, View, whole_chains
from app.domain.code.artifacts import CliCommand, Flag
from app.domain.code.facts import EnvironmentVariable

_MAX_DECLARED = 500
_WORD = re.compile(r"[\w$]+")
_FLAG = re.compile(r"-{1,2}[\w?@#.][\w.:-]*")
_VALUE = re.compile(r"[<\[]([^>\]]++)[>\]]")
_PARENTS = re.compile(r"program|cli|cmd|command|parent|root", re.I)
_SCOPES = frozenset(
    {"function_declaration", "function_expression", "arrow_function", "method_definition"}
)
_MODULE = 0
_ENDS = frozenset({"parse", "parseAsync", "opts", "help", "outputHelp", "helpInformation"})


class _Reader:
    """Reads one file from its first chain to its last."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._names = bound_names(view)
        self._around = Enclosing(view, _SCOPES)
        self._declared: dict[tuple[int, str], Node] = {}
        """Where `const name = new Command(...)` stands first in a scope."""
        for name, node in _declared(view, self._names):
            self._declared.setdefault((self._scopes(node)[0], name), node)
        self._parameters: dict[int, frozenset[str]] = {}
        self._known: dict[tuple[int, str], Draft | None] = {}
        self._drafts: list[Draft] = []
        self._roots: set[int] = set()
        """Drafts that are no command by name: the program itself."""

    def commands(self) -> Iterator[CliCommand]:
        """Read all commands."""
        for chain in whole_chains(self._view):
            draft = self._base(chain[0])
            for call in chain:
                draft = self._step(draft, call)
            name = self._names.get(chain[-1].node.id)
            if name:
                self._bind(chain[-1].node, name, draft)
        for node in self._view.nodes("new_expression"):
            self._bind_made(node)
        for draft in self._drafts:
            if draft.parent is None and id(draft) in self._roots:
                draft.name = ""
        wanted = (one for one in self._drafts if one.name or one.flags or one.help)
        return finished(wanted)

    def _bind_made(self, node: Node) -> None:
        name = self._names.get(node.id)
        if name and (self._scopes(node)[0], name) not in self._known:
            self._bind(node, name, self._made(node))

    def _bind(self, node: Node, name: str, draft: Draft | None) -> None:
        self._known[self._scopes(node)[0], name] = draft

    def _scopes(self, node: Node) -> list[int]:
        return [each.id for each in self._around.of(node)] + [_MODULE]

    def _base(self, first: Call) -> Draft | None:
        """Find or make the command on which a chain begins."""
        receiver = first.receiver
        if receiver is None:
            return (
                self._new(first.node, first.positional) if first.name == "createCommand" else None
            )
        if receiver.type == "new_expression":
            return self._made(receiver)
        text = first.on
        for scope in self._scopes(first.node):
            if (scope, text) in self._known:
                return self._known[scope, text]
            if self._is_parameter(first.node, scope, text):
                return None
        return self._unknown(first, text)

    def _unknown(self, first: Call, text: str) -> Draft | None:
        declared = self._declaration(first.node, text)
        if declared is not None:
            draft = self._made(declared)
            self._bind(declared, text, draft)
            return draft
        if text in ("program", "commander"):
            draft = Draft("", first.line)
            self._drafts.append(draft)
            self._known[_MODULE, text] = draft
            return draft
        return None

    def _declaration(self, node: Node, text: str) -> Node | None:
        """Find `const text = new Command(...)` above a node, in one of its scopes."""
        scopes = self._scopes(node)
        found = [
            declared
            for scope in scopes
            if (declared := self._declared.get((scope, text))) is not None
            and declared.start_byte < node.start_byte
        ]
        return min(found, key=lambda each: each.start_byte, default=None)

    def _is_parameter(self, node: Node, scope: int, text: str) -> bool:
        if scope not in self._parameters:
            around = next((each for each in self._around.of(node) if each.id == scope), None)
            self._parameters[scope] = self._words(around)
        return text in self._parameters[scope]

    def _words(self, around: Node | None) -> frozenset[str]:
        if around is None:
            return frozenset()
        listed = around.child_by_field_name("parameters") or around.child_by_field_name("parameter")
        return frozenset(_WORD.findall(self._view.text(listed)))

    def _made(self, node: Node) -> Draft | None:
        found = made(self._view, node)
        if found is None or not found[0].endswith("Command"):
            return None
        return self._new(node, found[1])

    def _new(self, node: Node, given: Sequence[Node]) -> Draft:
        name = self._view.literal(given[0]) if given else None
        draft = Draft((name or "").partition(" ")[0], line_of(node))
        if not name:
            self._roots.add(id(draft))
        self._drafts.append(draft)
        return draft

    def _step(self, draft: Draft | None, call: Call) -> Draft | None:
        if call.name == "command":
            return self._subcommand(draft, call)
        if draft is None:
            return None
        if call.name in _ENDS:
            self._roots.add(id(draft))
            return None
        self._tell(draft, call)
        return draft

    def _subcommand(self, draft: Draft | None, call: Call) -> Draft | None:
        text = self._view.literal(call.argument(0))
        if text is None or not text.strip() or (draft is None and not _PARENTS.search(call.on)):
            return None
        words = text.split()
        child = Draft(words[0], line_of(call.positional[0]), parent=draft)
        child.flags += [_argument(word, child.line) for word in words[1:] if _VALUE.fullmatch(word)]
        self._drafts.append(child)
        child.help = self._view.words(call.argument(1))
        return draft if child.help else child

    def _tell(self, draft: Draft, call: Call) -> None:
        first = self._view.literal(call.argument(0))
        if call.name in ("description", "summary"):
            draft.help = draft.help or self._view.words(call.argument(0))
        elif call.name == "name" and first and not draft.name:
            draft.name = first
            self._roots.add(id(draft))
        elif call.name == "action":
            draft.handler = self._view.handler(self._view.text(call.argument(0)))
        elif call.name == "addCommand":
            self._attach(draft, call)
        else:
            draft.flags += _flags(self._view, call)

    def _attach(self, draft: Draft, call: Call) -> None:
        given = call.argument(0)
        text = self._view.text(given)
        if given is None:
            return
        for scope in self._scopes(call.node):
            child = self._known.get((scope, text))
            if child is not None and child is not draft and child.parent is None:
                child.parent = draft
                self._roots.discard(id(child))


def _declared(view: View, names: Mapping[int, str]) -> Iterator[tuple[str, Node]]:
    """Find `const name = new Command(...)`, in the order of the source."""
    for node in view.nodes("new_expression"):
        base = made(view, node)
        if base is not None and base[0].endswith("Command") and node.id in names:
            yield names[node.id], node


def _flags(view: View, call: Call) -> Iterator[Flag]:
    first = view.literal(call.argument(0))
    if call.name in ("option", "requiredOption") and first:
        flag = _option(view, call.positional, is_required=call.name == "requiredOption")
        yield from () if flag is None else (flag,)
    elif call.name == "argument" and first:
        told = _argument(first, line_of(call.positional[0]))
        default = _plain_default(view, call.positional)
        yield told.model_copy(update={"help": view.words(call.argument(1)), "default": default})
    elif call.name == "arguments" and first:
        yield from (_argument(word, call.line) for word in first.split() if _VALUE.fullmatch(word))
    elif call.name == "version" and call.positional:
        given = view.literal(call.argument(1)) or "-V, --version"
        yield Flag(
            names=tuple(_FLAG.findall(given)), line=call.line, help=view.words(call.argument(2))
        )
    elif call.name == "addOption":
        yield from _added(view, call.argument(0))


def _option(view: View, given: Sequence[Node], *, is_required: bool) -> Flag | None:
    declared = (view.literal(given[0]) or "")[:_MAX_DECLARED]
    value = _VALUE.search(declared)
    names = _FLAG.findall(_VALUE.sub("", declared))
    if not names:
        return None
    return Flag(
        names=tuple(names),
        line=line_of(given[0]),
        value=value[1].strip() if value is not None else "",
        default=_plain_default(view, given),
        required=is_required,
        help=view.words(given[1]) if len(given) > 1 else "",
    )


def _plain_default(view: View, given: Sequence[Node]) -> str | None:
    """Return the default, which stands third or, after a parser function, fourth."""
    if len(given) == 4:
        return view.default(given[3])
    if len(given) != 3 or given[2].type not in (
        *("string", "number", "true", "false", "array", "object", "template_string", "null"),
        *("unary_expression", "undefined"),
    ):
        return None
    return view.default(given[2])


def _argument(declared: str, line: int) -> Flag:
    return Flag(
        names=(declared.strip("<>[] ").removesuffix("..."),),
        line=line,
        required=not declared.startswith("["),
    )


def _added(view: View, node: Node | None) -> Iterator[Flag]:
    """Read `new Option("-x <y>", "help").default(1).makeOptionMandatory()`."""
    told: dict[str, Call] = {}
    while (call := view.call(node)) is not None:
        told[call.name] = call
        node = call.receiver
    found = made(view, node)
    flag = (
        _option(view, found[1][:2], is_required="makeOptionMandatory" in told)
        if found is not None and found[0].endswith("Option") and found[1]
        else None
    )
    if flag is not None:
        default = view.default(told["default"].argument(0)) if "default" in told else None
        yield flag.model_copy(update={"default": default})


def commander_commands(view: View) -> Iterator[CliCommand]:
    """Read the commands of a file."""
    return _Reader(view).commands() if b"commander" in view.content else iter(())


def option_variables(view: View) -> Iterator[EnvironmentVariable]:
    """Read the variables that fill an option of commander."""
    if b"commander" not in view.content or b".env(" not in view.content:
        return
    for chain in whole_chains(view):
        base = made(view, chain[0].receiver)
        for call in chain if base is not None and base[0].endswith("Option") else ():
            text = view.literal(call.argument(0)) if call.name == "env" else None
            if text:
                yield EnvironmentVariable(name=text, line=line_of(call.positional[0]))
