"""clap's builder: commands and arguments that are chains of calls."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.draft import Draft, finished
from app.analysis.offers.view import Call, View, whole_chains
from app.domain.code.artifacts import CliCommand, Flag
from app.domain.code.facts import EnvironmentVariable

_USE = re.compile(rb"\buse\s+clap::[^;]*\b(?:Command|App)\b|\bclap::(?:Command|App)::new")
_COMMANDS = frozenset({"Command", "App", "clap::Command", "clap::App", "SubCommand"})
_ARGUMENTS = frozenset({"Arg", "clap::Arg"})
_SWITCH = re.compile(r"SetTrue|SetFalse|Count|Help|Version")
_OF_PROGRAMS = frozenset({"get_matches", "subcommand", "subcommands"})
_MAX_DEPTH = 12


class _Reader:
    """Reads one file."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._seen: set[int] = set()
        self._drafts: list[Draft] = []

    def commands(self) -> Iterator[CliCommand]:
        """Read all commands; one that stands in another belongs to it."""
        chains = [chain for chain in whole_chains(self._view) if _is_new(chain[0], _COMMANDS)]
        for chain in sorted(chains, key=lambda one: one[-1].node.start_byte):
            if chain[0].node.id not in self._seen:
                draft = self._read(chain, None, 0)
                if draft is not None and {call.name for call in chain} & _OF_PROGRAMS:
                    draft.name = ""
        outermost = [draft for draft in self._drafts if draft.parent is None]
        if len(outermost) == 1 and b"get_matches" in self._view.content:
            outermost[0].name = ""
        return finished(self._drafts)

    def _read(self, chain: list[Call], parent: Draft | None, depth: int) -> Draft | None:
        self._seen.add(chain[0].node.id)
        first = chain[0].argument(0)
        name = self._view.literal(first)
        if first is None or (name is None and parent is not None):
            return None
        draft = Draft(name or "", line_of(first), parent=parent)
        self._drafts.append(draft)
        for call in chain[1:]:
            self._tell(draft, call, depth)
        return draft

    def _tell(self, draft: Draft, call: Call, depth: int) -> None:
        if call.name == "about":
            draft.help = self._view.words(call.argument(0))
        elif call.name in ("arg", "args"):
            for node in _listed(call.argument(0)):
                flag = _flag(self._view, node)
                draft.flags += [flag] if flag is not None else []
        elif call.name in ("subcommand", "subcommands") and depth < _MAX_DEPTH:
            for node in _listed(call.argument(0)):
                inner = self._view.call(node)
                chain = list(inner.chain())[::-1] if inner is not None else []
                if chain and _is_new(chain[0], _COMMANDS):
                    self._read(chain, draft, depth + 1)


def _is_new(call: Call, types: frozenset[str]) -> bool:
    return call.name in ("new", "with_name") and call.on in types


def _listed(node: Node | None) -> list[Node]:
    """Return the elements of an array that is written out, or a node by itself."""
    if node is None:
        return []
    inner = node.child_by_field_name("value") if node.type == "reference_expression" else node
    if inner is not None and inner.type == "array_expression":
        return list(inner.named_children)
    return [node]


def _flag(view: View, node: Node) -> Flag | None:
    last = view.call(node)
    chain = list(last.chain())[::-1] if last is not None else []
    if not chain or not _is_new(chain[0], _ARGUMENTS):
        return None
    told = {call.name: call for call in chain[1:]}
    given = {name: view.literal(call.argument(0)) for name, call in told.items()}
    first = chain[0].argument(0)
    wanted = [name for name in ("short", "long", "visible_alias") if name in told]
    names = [f"{'--' if len(given[name] or '') > 1 else '-'}{given[name]}" for name in wanted]
    identifier = view.literal(first)
    if any(not given[name] for name in wanted) or first is None or not (names or identifier):
        return None
    action = view.text(told["action"].argument(0)) if "action" in told else ""
    default = told["default_value"].argument(0) if "default_value" in told else None
    required = view.text(told["required"].argument(0)) == "true" if "required" in told else False
    value = given.get("value_name") or ""
    return Flag(
        names=tuple(names) or (identifier or "",),
        line=line_of(told[wanted[-1]].called if wanted else first),
        value="" if _SWITCH.search(action) else value,
        default=view.default(default),
        required=required,
        help=view.words(told["help"].argument(0)) if "help" in told else "",
    )


def builder_commands(view: View) -> Iterator[CliCommand]:
    """Read the commands of a file, in which `Command` is surely clap's."""
    if _USE.search(view.content) is None or b"process::Command" in view.content:
        return iter(())
    return _Reader(view).commands()


def builder_variables(view: View) -> Iterator[EnvironmentVariable]:
    """Read the variables that fill an argument."""
    if b"clap" not in view.content or b".env(" not in view.content:
        return
    for chain in whole_chains(view):
        for call in chain if _is_new(chain[0], _ARGUMENTS) else ():
            text = view.literal(call.argument(0)) if call.name == "env" else None
            if text:
                yield EnvironmentVariable(name=text, line=call.line)
