"""picocli: classes are commands, their fields are options."""

from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.draft import Draft, finished
from app.analysis.offers.java_tree import (
    Annotation,
    Type,
    annotations,
    elements,
    literals,
    name_of,
)
from app.analysis.offers.view import MAX_HELP, View
from app.domain.code.artifacts import CliCommand, Flag

_RUNS = ("call", "run")


def picocli_commands(view: View, found: list[Type]) -> Iterator[CliCommand]:
    """Read the commands of a file."""
    if b"picocli" not in view.content:
        return iter(())
    drafts: dict[str, Draft] = {}
    inner: list[Draft] = []
    for one in found:
        annotation = one.annotations.get("Command")
        if annotation is not None:
            drafts[one.name] = _draft(view, one, annotation)
            inner += _methods(view, one, drafts[one.name])
    _nest(view, found, drafts)
    is_program = b"new CommandLine(" in view.content or b"CommandLine.run(" in view.content
    for draft in drafts.values():
        if draft.parent is None and is_program:
            draft.name = ""
        draft.hidden = not draft.name and (draft.parent is not None or not is_program)
    return finished([*drafts.values(), *inner])


def _nest(view: View, found: list[Type], drafts: dict[str, Draft]) -> None:
    short = {name.rpartition(".")[2]: draft for name, draft in drafts.items()}
    for one in found:
        annotation = one.annotations.get("Command")
        listed = annotation.given.get("subcommands") if annotation is not None else None
        for each in elements(listed):
            name = view.text(each).removesuffix(".class").rpartition(".")[2]
            child = short.get(name)
            if child is not None and child is not drafts[one.name] and child.parent is None:
                child.parent = drafts[one.name]


def _draft(view: View, one: Type, annotation: Annotation) -> Draft:
    draft = _command(view, annotation, "")
    names = (f"{one.name}.{name}" for name in _RUNS)
    draft.handler = next((name for name in names if name in view.names), "")
    for field in one.members("field_declaration"):
        draft.flags += _flags(view, field)
    return draft


def _methods(view: View, one: Type, parent: Draft) -> Iterator[Draft]:
    """Read methods that are subcommands themselves."""
    for method in one.members("method_declaration"):
        annotation = annotations(view, method).get("Command")
        if annotation is None:
            continue
        name = view.text(name_of(method))
        draft = _command(view, annotation, name)
        draft.parent, draft.handler = parent, view.handler(f"{one.name}.{name}")
        listed = method.child_by_field_name("parameters")
        for each in listed.named_children if listed is not None else ():
            draft.flags += _flags(view, each)
        yield draft


def _command(view: View, annotation: Annotation, default: str) -> Draft:
    given = annotation.given
    name = view.literal(given.get("name")) if "name" in given else default
    return Draft(name or "", line_of(annotation.node), _words(view, given.get("description")))


def _words(view: View, node: Node | None) -> str:
    return " ".join(" ".join(literals(view, node) or []).split())[:MAX_HELP]


def _flags(view: View, node: Node) -> Iterator[Flag]:
    given = annotations(view, node)
    option, parameters = given.get("Option"), given.get("Parameters")
    annotation = option or parameters
    if annotation is None:
        return
    told = annotation.given
    label = view.literal(told.get("paramLabel")) or ""
    kind = view.text(node.child_by_field_name("type"))
    names = literals(view, told.get("names", told.get("value"))) if option is not None else []
    if option is not None and not names:
        return
    is_switch = option is not None and kind in ("boolean", "Boolean", "boolean[]")
    yield Flag(
        names=tuple(names or [label.strip("<>") or view.text(name_of(node))]),
        line=line_of(annotation.node),
        value="" if is_switch else (names and label.strip("<>")) or kind,
        default=view.default(told.get("defaultValue")),
        required=view.text(told.get("required")) == "true" or _is_needed(view, annotation),
        help=_words(view, told.get("description")),
    )


def _is_needed(view: View, annotation: Annotation) -> bool:
    """Say whether an argument must be given: unless its arity or default says otherwise."""
    arity = view.literal(annotation.given.get("arity")) or "1"
    is_optional = arity.startswith("0") or "defaultValue" in annotation.given
    return annotation.name == "Parameters" and not is_optional
