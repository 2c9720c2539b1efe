"""Commands in Go: cobra, and the flags of the standard library."""

import re
from collections import Counter
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import dedent, line_of
from app.analysis.offers.draft import Draft, finished
from app.analysis.offers.go_tree import (
    FUNCTIONS,
    MODULE,
    PFLAG,
    STANDARD,
    bound_names,
    fields,
    flag,
    handler_of,
)
from app.analysis.offers.view import MAX_HELP, Call, Enclosing, View
from app.domain.code.artifacts import CliCommand

_MAIN = re.compile(rb"^package main\b", re.MULTILINE)
_STANDARD = re.compile(rb'^[ \t]*+(?:import[ \t]++)?"flag"', re.MULTILINE)
_PFLAG = re.compile(
    rb'^[ \t]*+(?:import[ \t]++)?(?:(\w++)[ \t]++)?"github\.com/spf13/pflag"', re.MULTILINE
)
_FLAG_SETS = ("Flags", "PersistentFlags", "LocalFlags")
_REQUIRED = ("MarkFlagRequired", "MarkPersistentFlagRequired")
_RUNS = ("RunE", "Run")


class _Cobra:
    """Reads the cobra commands of one file."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._around = Enclosing(view, FUNCTIONS)
        self._names = bound_names(view)
        self._known: dict[tuple[int, str], Draft] = {}
        self._sets: dict[tuple[int, str], Draft] = {}
        self._drafts: list[Draft] = []
        self._made_by: dict[str, list[Draft]] = {}
        self._roots: list[Draft] = []
        """Those that a function makes which speaks of a root."""

    def commands(self) -> Iterator[CliCommand]:
        """Read all commands."""
        for node in self._view.nodes("composite_literal"):
            if self._view.text(node.child_by_field_name("type")) == "cobra.Command":
                self._open(node)
        for call in self._view.calls:
            self._read(call)
        for (_, name), draft in self._known.items():
            if name.lower().rpartition(".")[2].startswith("root"):
                self._roots.append(draft)
        for draft in self._roots:
            draft.name = draft.name if draft.parent is not None else ""
        return finished(self._drafts)

    def _scopes(self, node: Node) -> list[int]:
        return [each.id for each in self._around.of(node)] + [MODULE]

    def _open(self, node: Node) -> None:
        told = fields(self._view, node)
        use = self._view.literal(told.get("Use"))
        name = self._names.get(node.id, "")
        if not (use or "").strip() and not name.lower().startswith("root"):
            return
        draft = Draft((use or "").strip().partition(" ")[0], line_of(told.get("Use", node)))
        draft.help = self._help(told.get("Short")) or self._help(told.get("Long"))
        runs = next((told[key] for key in _RUNS if key in told), None)
        draft.handler = handler_of(self._view, runs, self._around) if runs is not None else ""
        self._drafts.append(draft)
        if name:
            scope = self._scopes(node)[0]
            self._known[scope, name] = draft
        for each in self._around.of(node):
            if each.type != "func_literal":
                function = self._view.text(each.child_by_field_name("name"))
                self._made_by.setdefault(function, []).append(draft)
                if "root" in function.lower() and len(self._made_by[function]) == 1:
                    self._roots.append(draft)

    def _help(self, node: Node | None) -> str:
        return dedent(self._view.literal(node) or "")[:MAX_HELP]

    def _find(self, node: Node | None, known: dict[tuple[int, str], Draft]) -> Draft | None:
        if node is None:
            return None
        text = self._view.text(node)
        for each in self._around.of(node):
            if (each.id, text) in known:
                return known[each.id, text]
            listed = self._view.text(each.child_by_field_name("parameters"))
            if re.search(rf"\b{re.escape(text)}\b", listed):
                return None
        return known.get((MODULE, text))

    def _read(self, call: Call) -> None:
        if call.name == "AddCommand":
            self._attach(call)
        elif call.name == "Execute" or call.name == "ExecuteContext":
            draft = self._find(call.receiver, self._known)
            if draft is not None and draft.parent is None:
                draft.name = ""
        elif call.name in _REQUIRED:
            self._require(call)
        elif call.name in _FLAG_SETS:
            draft, name = self._find(call.receiver, self._known), self._names.get(call.node.id)
            if draft is not None and name:
                self._sets[self._scopes(call.node)[0], name] = draft
        elif call.receiver is not None:
            self._flag(call)

    def _flag(self, call: Call) -> None:
        found = flag(self._view, call, PFLAG)
        if found is None:
            return
        made = self._view.call(call.receiver)
        if made is not None and made.name in _FLAG_SETS:
            draft = self._find(made.receiver, self._known)
        else:
            draft = self._find(call.receiver, self._sets)
        if draft is not None:
            draft.flags.append(found)

    def _require(self, call: Call) -> None:
        draft, name = self._find(call.receiver, self._known), self._view.literal(call.argument(0))
        for number, each in enumerate(draft.flags if draft is not None else ()):
            if draft is not None and f"--{name}" in each.names:
                draft.flags[number] = each.model_copy(update={"required": True})

    def _attach(self, call: Call) -> None:
        parent = self._find(call.receiver, self._known)
        for each in call.positional:
            child = self._find(each, self._known)
            made = self._view.call(each)
            if made is not None and made.receiver is None:
                returned = self._made_by.get(made.name, [])
                child = returned[0] if len(returned) == 1 else None
            if child is not None and child is not parent and child.parent is None:
                child.parent = parent


def cobra_commands(view: View) -> Iterator[CliCommand]:
    """Read the commands of a file."""
    return _Cobra(view).commands() if b"cobra.Command{" in view.content else iter(())


def plain_flags(view: View) -> Iterator[CliCommand]:
    """Read the flags that a main package declares for the whole program, and its flag sets."""
    if _MAIN.search(view.content) is None:
        return iter(())
    shapes = {"flag": STANDARD} if _STANDARD.search(view.content) else {}
    other = _PFLAG.search(view.content)
    if other is not None:
        shapes[other[1].decode() if other[1] else "pflag"] = PFLAG
    if not shapes:
        return iter(())
    program = Draft("", 0)
    sets = _flag_sets(view)
    for call in view.calls:
        shape = shapes.get(call.on)
        draft = program if shape is not None else sets.get(call.on)
        found = flag(view, call, shape or STANDARD) if draft is not None else None
        if draft is not None and found is not None:
            draft.flags.append(found)
            draft.line = draft.line or found.line
    return finished(one for one in (program, *sets.values()) if one.flags)


def _flag_sets(view: View) -> dict[str, Draft]:
    """Find the flag sets of subcommands: several with literal names, each in a name of its own."""
    names = bound_names(view)
    made = [call for call in view.calls if call.name == "NewFlagSet" and call.on == "flag"]
    counts = Counter(names.get(call.node.id, "") for call in made)
    found = {}
    for call in made:
        word, name = view.literal(call.argument(0)), names.get(call.node.id, "")
        if len(made) > 1 and word and name and counts[name] == 1:
            found[name] = Draft(word, call.line)
    return found
