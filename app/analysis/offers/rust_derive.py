"""clap's derive: structs are commands, their fields are flags, enums are subcommands."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.draft import Draft, finished
from app.analysis.offers.rust_tree import Item, Told, item_of, items, kebab, tokens, told
from app.analysis.offers.view import View
from app.domain.code.artifacts import CliCommand, Flag
from app.domain.code.facts import EnvironmentVariable

_COMMAND = ("command", "clap")
_ARGUMENT = ("arg", "clap", "command")
_WRAPPED = re.compile(r"(?:\w+::)*(?:Option|Vec|Box)\s*<(.*)>", re.DOTALL)
_DEFAULTS = (
    *("default_value", "default_value_t", "default_values", "default_values_t"),
    *("default_value_os", "default_values_os"),
)
_SWITCH = re.compile(r"SetTrue|SetFalse|Count|Help|Version")
_TRAITS = frozenset({"Parser", "Args", "Subcommand"})
_MAX_DEPTH = 12
_MAX_COMMANDS = 1_000
_MAX_VISITS = 20_000


class _Reader:
    """Reads one file."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._derived: dict[str, set[str]] = {}
        self._types: dict[str, Item] = {}
        """Those that derive something of clap."""
        for kind in ("struct_item", "enum_item"):
            for node in view.nodes(kind):
                item = item_of(view, node)
                name, derived = view.text(node.child_by_field_name("name")), _derives(view, item)
                if derived & _TRAITS:
                    self._types[name], self._derived[name] = item, derived
        self._used: set[str] = set()
        self._left = _MAX_VISITS
        """Types in types multiply."""
        self._drafts: list[Draft] = []

    def commands(self) -> Iterator[CliCommand]:
        """Read all commands: programs first, then the enums that nothing in the file uses."""
        mentioned = self._mentioned()
        for name, item in self._types.items():
            if "Parser" in self._derived[name] and name not in mentioned:
                self._struct(item, Draft("", line_of(item.node)))
        for name in self._types:
            if "Subcommand" in self._derived[name] and name not in self._used:
                self._enum(name, None, 0)
        return finished(self._drafts)

    def variables(self) -> Iterator[EnvironmentVariable]:
        """Read the variables that fill an argument."""
        for item in self._types.values():
            for each in self._fields_within(item.node):
                given = told(self._view, each.attributes, _ARGUMENT).get("env")
                if given is not None:
                    derived = kebab(_name(self._view, each.node)).replace("-", "_").upper()
                    text = derived if given.text is None else given.literal
                    if text:
                        yield EnvironmentVariable(name=text, line=line_of(given.node))

    def _mentioned(self) -> set[str]:
        """Name the types that are part of another of the file: payloads and flattened fields."""
        found = set()
        for item in self._types.values():
            for variant in self._variants(item):
                found |= {_inner(self._view.text(node)) for node in _payload(variant.node)}
            for each in self._fields_within(item.node):
                if "flatten" in told(self._view, each.attributes, _ARGUMENT):
                    found.add(_inner(self._view.text(each.node.child_by_field_name("type"))))
        return found

    def _fields_within(self, node: Node) -> Iterator[Item]:
        body = node.child_by_field_name("body")
        for each in items(self._view, body.children if body is not None else []):
            if each.node.type == "field_declaration":
                yield each
            elif each.node.type == "enum_variant":
                yield from self._fields_within(each.node)

    def _variants(self, item: Item) -> Iterator[Item]:
        if item.node.type != "enum_item":
            return
        body = item.node.child_by_field_name("body")
        for each in items(self._view, body.children if body is not None else []):
            if each.node.type == "enum_variant":
                yield each

    def _struct(self, item: Item, draft: Draft, depth: int = 0) -> None:
        if len(self._drafts) >= _MAX_COMMANDS:
            return
        given = told(self._view, item.attributes, _COMMAND)
        draft.help = draft.help or _about(given, item.doc)
        self._drafts.append(draft)
        self._take_fields(item, draft, depth)

    def _take_fields(self, item: Item, draft: Draft, depth: int) -> None:
        """Add the flags of a struct, or of a variant with fields, to a command."""
        rename = told(self._view, item.attributes, _COMMAND).get("rename_all")
        body = item.node.child_by_field_name("body")
        for each in items(self._view, body.children if body is not None else []):
            if each.node.type != "field_declaration" or not self._may_visit(depth):
                continue
            given = told(self._view, each.attributes, _ARGUMENT)
            kind = _inner(self._view.text(each.node.child_by_field_name("type")))
            if "subcommand" in given:
                self._enum(kind, draft, depth + 1)
            elif "flatten" in given:
                if kind in self._types and self._types[kind].node.id != item.node.id:
                    self._take_fields(self._types[kind], draft, depth + 4)
            elif "skip" not in given:
                flag = _flag(self._view, each, given, rename)
                draft.flags += [flag] if flag is not None else []

    def _may_visit(self, depth: int) -> bool:
        self._left -= 1
        return self._left >= 0 and depth <= _MAX_DEPTH

    def _enum(self, name: str, parent: Draft | None, depth: int) -> None:
        item = self._types.get(name)
        if item is None or item.node.type != "enum_item" or not self._may_visit(depth):
            return
        self._used.add(name)
        rename = told(self._view, item.attributes, _COMMAND).get("rename_all")
        for variant in self._variants(item):
            self._variant(variant, parent, rename, depth)

    def _variant(
        self, variant: Item, parent: Draft | None, rename: Told | None, depth: int
    ) -> None:
        given = told(self._view, variant.attributes, _COMMAND)
        payload = [self._view.text(node) for node in _payload(variant.node)]
        if "flatten" in given and payload:
            self._enum(_inner(payload[0]), parent, depth + 1)
            return
        name = _renamed(_name(self._view, variant.node), given.get("name"), rename)
        if name is None or "external_subcommand" in given or "skip" in given:
            return
        draft = Draft(name, line_of(variant.node), _about(given, variant.doc), parent=parent)
        inner = self._types.get(_inner(payload[0])) if payload else None
        if len(self._drafts) >= _MAX_COMMANDS or depth > _MAX_DEPTH:
            return
        if inner is not None and inner.node.type == "struct_item":
            self._struct(inner, draft, depth + 1)
            return
        self._drafts.append(draft)
        if inner is not None:
            self._enum(_inner(payload[0]), draft, depth + 1)
        self._take_fields(variant, draft, depth + 1)


def _derives(view: View, item: Item) -> set[str]:
    return {
        view.text(part[-1])
        for attribute in item.attributes
        if view.text(attribute).startswith("#[derive(")
        for part in tokens(attribute)
    }


def _payload(variant: Node) -> list[Node]:
    body = variant.child_by_field_name("body")
    if body is None or body.type != "ordered_field_declaration_list":
        return []
    return body.children_by_field_name("type")


def _name(view: View, node: Node) -> str:
    return view.text(node.child_by_field_name("name"))


def _inner(kind: str) -> str:
    """Return the type in `Option<T>`, `Vec<T>` or `Box<T>`."""
    for _ in range(3):
        match = _WRAPPED.fullmatch(kind)
        if match is None:
            break
        kind = match[1].strip()
    return kind


def _about(given: Mapping[str, Told], doc: str) -> str:
    about = given.get("about")
    return (about.literal if about is not None else None) or doc


def _renamed(name: str, given: Told | None, rename: Told | None) -> str | None:
    """Name a variant or a field; None when its name is computed or written in a rarer way."""
    if given is not None:
        return given.literal
    if rename is None or rename.literal in ("kebab-case", "kebab_case"):
        return kebab(name)
    return kebab(name).replace("-", "_") if rename.literal == "snake_case" else None


def _flag(view: View, each: Item, given: Mapping[str, Told], rename: Told | None) -> Flag | None:
    field = _name(view, each.node)
    kind = view.text(each.node.child_by_field_name("type"))
    names = _names(field, given, rename)
    if names is None:
        return None
    action = given["action"].text or "" if "action" in given else ""
    is_option = bool(names)
    is_switch = is_option and (kind == "bool" or _SWITCH.search(action) is not None)
    default = next((given[name] for name in _DEFAULTS if name in given), None)
    is_free = is_switch or default is not None or _WRAPPED.fullmatch(kind) is not None
    value = given["value_name"].literal if "value_name" in given else None
    return Flag(
        names=names or (field.removeprefix("r#"),),
        line=line_of(each.node),
        value="" if is_switch else value or _inner(kind),
        default=default.text if default is not None else None,
        required=not is_free or ("required" in given and given["required"].text == "true"),
        help=_help(given, each.doc),
    )


def _help(given: Mapping[str, Told], doc: str) -> str:
    text = given["help"].literal if "help" in given else None
    return " ".join((text or doc).split())


def _names(field: str, given: Mapping[str, Told], rename: Told | None) -> tuple[str, ...] | None:
    """List the flags of a field, none for an argument; None when one is computed."""
    names: list[str | None] = []
    derived = _renamed(field, None, rename)
    if "short" in given:
        short = given["short"]
        names.append(short.literal if short.text is not None else derived and derived[:1])
    if "long" in given:
        long = given["long"]
        names.append(long.literal if long.text is not None else derived)
        if "visible_alias" in given:
            names.append(given["visible_alias"].literal)
    plain = [name for name in names if name]
    if len(plain) != len(names):
        return None
    return tuple(f"{'--' if len(name) > 1 else '-'}{name}" for name in plain)


def derive_commands(view: View) -> Iterator[CliCommand]:
    """Read the commands of a file."""
    return _Reader(view).commands() if _is_derived(view) else iter(())


def derive_variables(view: View) -> Iterator[EnvironmentVariable]:
    """Read the variables that fill the arguments of a file."""
    return _Reader(view).variables() if _is_derived(view) and b"env" in view.content else iter(())


def _is_derived(view: View) -> bool:
    return b"clap" in view.content and b"derive(" in view.content
