"""Commands in Go that are declared in other ways: kingpin's chains, urfave/cli's values."""

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.draft import Draft, finished
from app.analysis.offers.go_tree import (
    FUNCTIONS,
    MODULE,
    bound_names,
    fields,
    handler_of,
    pointed,
    uncapitalized,
)
from app.analysis.offers.view import Call, Enclosing, View, whole_chains
from app.domain.code.artifacts import CliCommand, Flag
from app.domain.code.facts import EnvironmentVariable

_MAX_DEPTH = 20
_KINDS = frozenset(
    {"String", "Strings", "Int", "Int64", "Uint", "Uint64", "Float64", "Duration", "Bytes", "URL"}
    | {"ExistingFile", "ExistingFiles", "ExistingDir", "File", "IP", "TCP", "Enum", "Regexp"}
)


class _Kingpin:
    """Reads the kingpin commands of one file."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._around = Enclosing(view, FUNCTIONS)
        self._names = bound_names(view)
        self._known: dict[tuple[int, str], Draft] = {}
        self._drafts: list[Draft] = []
        self._program: Draft | None = None

    def commands(self) -> Iterator[CliCommand]:
        """Read all commands."""
        for chain in whole_chains(self._view):
            self._read(chain)
        return finished(one for one in self._drafts if one.name or one.flags)

    def _read(self, chain: list[Call]) -> None:
        draft = self._base(chain[0])
        for call in chain:
            first = self._view.literal(call.argument(0))
            if call.on == "kingpin" and call.name == "New":
                draft = self._add(Draft("", call.line, self._view.words(call.argument(1))))
            elif draft is not None and call.name == "Command":
                if first is None:
                    return
                line = line_of(call.positional[0])
                text = self._view.words(call.argument(1))
                draft = self._add(Draft(first, line, text, parent=draft))
            elif draft is not None and call.name in ("Flag", "Arg") and first:
                draft.flags.append(_kingpin_flag(self._view, call, chain))
                return
        name = self._names.get(chain[-1].node.id)
        if name and draft is not None:
            self._known[self._scopes(chain[-1].node)[0], name] = draft

    def _add(self, draft: Draft) -> Draft:
        self._drafts.append(draft)
        return draft

    def _scopes(self, node: Node) -> list[int]:
        return [each.id for each in self._around.of(node)] + [MODULE]

    def _base(self, first: Call) -> Draft | None:
        if first.on == "kingpin" and first.name in ("Flag", "Arg", "Command"):
            if self._program is None:
                self._program = self._add(Draft("", first.line))
            return self._program
        found = (self._known.get((scope, first.on)) for scope in self._scopes(first.node))
        return next((draft for draft in found if draft is not None), None)


def _kingpin_flag(view: View, call: Call, chain: list[Call]) -> Flag:
    told = {each.name: each for each in chain[chain.index(call) + 1 :]}
    name = view.literal(call.argument(0)) or ""
    names = [f"--{name}" if call.name == "Flag" else name]
    short = view.literal(told["Short"].argument(0)) if "Short" in told else None
    value = view.literal(told["PlaceHolder"].argument(0)) if "PlaceHolder" in told else None
    kind = chain[-1].name.removesuffix("Var")
    return Flag(
        names=(*names, f"-{short}") if short else tuple(names),
        line=line_of(call.positional[0]),
        value=(value or "").strip("<>") or (uncapitalized(kind) if kind in _KINDS else ""),
        default=_kingpin_default(view, told),
        required="Required" in told,
        help=view.words(call.argument(1)),
    )


def _kingpin_default(view: View, told: Mapping[str, Call]) -> str | None:
    given = told["Default"].positional if "Default" in told else ()
    return ", ".join(view.default(each) or "" for each in given) if given else None


def kingpin_commands(view: View) -> Iterator[CliCommand]:
    """Read the commands of a file."""
    return _Kingpin(view).commands() if b"kingpin" in view.content else iter(())


class _Urfave:
    """Reads the values of urfave/cli of one file, one in another."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._around = Enclosing(view, FUNCTIONS)
        self._seen: set[int] = set()
        self._drafts: list[Draft] = []

    def commands(self) -> Iterator[CliCommand]:
        """Read all commands."""
        nodes = self._view.nodes("composite_literal")
        for node in sorted(nodes, key=lambda one: (one.start_byte, -one.end_byte)):
            kind = self._view.text(node.child_by_field_name("type"))
            if kind in ("cli.App", "cli.Command") and node.id not in self._seen:
                self._open(node, None, 0, is_app=kind == "cli.App")
        return finished(self._drafts)

    def _open(self, node: Node, parent: Draft | None, depth: int, *, is_app: bool) -> None:
        self._seen.add(node.id)
        told = fields(self._view, node)
        name = self._view.literal(told.get("Name"))
        if (name is None and not is_app) or depth > _MAX_DEPTH:
            return
        draft = Draft("" if is_app or not name else name, line_of(told.get("Name", node)))
        draft.parent = parent
        usage, description = told.get("Usage"), told.get("Description")
        draft.help = self._view.words(usage) or self._view.words(description)
        if "Action" in told:
            draft.handler = handler_of(self._view, told["Action"], self._around)
        draft.flags = list(_urfave_flags(self._view, told.get("Flags")))
        self._drafts.append(draft)
        for key in ("Commands", "Subcommands"):
            for each in _elements(told.get(key)):
                self._open(each, draft, depth + 1, is_app=False)


def _elements(node: Node | None) -> Iterator[Node]:
    """Give the values of a list that is written out."""
    body = node.child_by_field_name("body") if node is not None else None
    for element in body.named_children if body is not None else ():
        each = pointed(element.named_children[0]) if element.named_children else element
        if each.type in ("composite_literal", "literal_value"):
            yield each


def urfave_commands(view: View) -> Iterator[CliCommand]:
    """Read the commands of a file."""
    return _Urfave(view).commands() if b"urfave/cli" in view.content else iter(())


def _urfave_flags(view: View, node: Node | None) -> Iterator[Flag]:
    for each in _elements(node):
        kind = view.text(each.child_by_field_name("type"))
        told = fields(view, each)
        name = view.literal(told.get("Name"))
        if name and kind.startswith("cli.") and kind.endswith("Flag"):
            short = kind.removeprefix("cli.").removesuffix("Flag")
            names = [name, *_strings(view, told.get("Aliases"))]
            yield Flag(
                names=tuple(f"{'--' if len(one) > 1 else '-'}{one.strip()}" for one in names),
                line=line_of(told["Name"]),
                value="" if short == "Bool" else uncapitalized(short),
                default=view.default(told.get("Value")),
                required=view.text(told.get("Required")) == "true",
                help=view.words(told.get("Usage")),
            )


def _strings(view: View, node: Node | None) -> list[str]:
    body = node.child_by_field_name("body") if node is not None else None
    found = []
    for each in body.named_children if body is not None else ():
        text = view.literal(each.named_children[0]) if each.named_children else None
        found += [text] if text else []
    return found


def chain_variables(view: View) -> Iterator[EnvironmentVariable]:
    """Read the variables that fill a flag of kingpin or urfave/cli."""
    if b"kingpin" in view.content:
        for call in view.calls:
            text = view.literal(call.argument(0)) if call.name == "Envar" else None
            if text:
                yield EnvironmentVariable(name=text, line=line_of(call.positional[0]))
    if b"urfave/cli" in view.content and b"EnvVars" in view.content:
        for node in view.nodes("keyed_element"):
            pair = node.named_children
            if len(pair) == 2 and view.text(pair[0]) == "EnvVars" and pair[1].named_children:
                for name in _strings(view, pair[1].named_children[0]):
                    yield EnvironmentVariable(name=name, line=line_of(node))
