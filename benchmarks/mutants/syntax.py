"""Python, TypeScript and Go as this benchmark reads them: definitions, pieces, edits.

It imports nothing of the product, whose verdicts are measured with it.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import tree_sitter_go
import tree_sitter_python
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

PYTHON, TYPESCRIPT, GO = "Python", "TypeScript", "Go"
LANGUAGES = {".py": PYTHON, ".ts": TYPESCRIPT, ".tsx": TYPESCRIPT, ".go": GO}

_GRAMMARS: dict[str, Callable[[], object]] = {
    ".py": tree_sitter_python.language,
    ".ts": tree_sitter_typescript.language_typescript,
    ".tsx": tree_sitter_typescript.language_tsx,
    ".go": tree_sitter_go.language,
}
_FUNCTIONS = {
    "function_definition", "function_declaration", "generator_function_declaration",
    "method_definition", "method_declaration", "arrow_function", "function_expression",
}  # fmt: skip
_CLASSES = {"class_definition", "class_declaration", "abstract_class_declaration"}
_WRAPPERS = {
    "decorated_definition", "export_statement", "lexical_declaration", "variable_declarator",
    "block", "class_body", "if_statement", "else_clause", "try_statement", "except_clause",
    "module", "program", "source_file", "expression_statement",
}  # fmt: skip
_STATEMENTS = {"decorated_definition", "export_statement", "lexical_declaration"}
_DECLARATIONS = {"lexical_declaration", "const_declaration"}
_LISTS = {"argument_list", "arguments"}


@dataclass(frozen=True)
class Edit:
    """Bytes of a file that are replaced."""

    start: int
    end: int
    text: bytes


@dataclass(frozen=True)
class Definition:
    """A function, method or constant that a page can speak of."""

    name: str
    """With the class, by a dot."""
    kind: str
    """`function`, `method`, `constant`, or `place`: a call at the top of a file, without a name."""
    node: Node
    """The function itself; of a constant, its declaration."""
    statement: Node
    """With decorators and `export`."""

    @property
    def short(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def body(self) -> Node | None:
        return self.node.child_by_field_name("body")


@dataclass(frozen=True)
class Module:
    """A parsed file."""

    path: str
    data: bytes
    root: Node
    definitions: Sequence[Definition] = field(default=(), compare=False)

    @property
    def language(self) -> str:
        return LANGUAGES[ending(self.path)]

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode()

    def definition(self, name: str) -> Definition | None:
        return next((each for each in self.definitions if each.name == name), None)


def ending(path: str) -> str:
    """Return `.py` of `a/b.py`."""
    return path[path.rfind(".") :]


@cache
def _parser(suffix: str) -> Parser:
    return Parser(Language(_GRAMMARS[suffix]()))


def parse(path: str, data: bytes) -> Module | None:
    """Read a file; None when the grammar does not take all of it."""
    root = _parser(ending(path)).parse(data).root_node
    if root.has_error:
        return None
    if path.endswith(".py"):
        try:
            compile(data, path, "exec", ast.PyCF_ONLY_AST)
        except (SyntaxError, ValueError):
            return None
    return Module(path, data, root, tuple(_unique(_definitions(root, ""))))


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it, in the order of the text."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(each.children)


def tokens(node: Node) -> list[str]:
    """List the pieces of code below a node, without comments."""
    return [
        each.text.decode()
        for each in walk(node)
        if not each.children and each.text and each.type != "comment"
    ]


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Make edits that do not overlap."""
    for each in sorted(edits, key=lambda edit: -edit.start):
        data = data[: each.start] + each.text + data[each.end :]
    return data


def replace(node: Node, text: str) -> Edit:
    """Put a text into the place of a node."""
    return Edit(node.start_byte, node.end_byte, text.encode())


def parameters(definition: Definition) -> list[Node]:
    """List what callers may give by name or place; not the receiver, `*args` or a mark."""
    listed = definition.node.child_by_field_name("parameters")
    found = [each for each in (listed.named_children if listed else ()) if each.type != "comment"]
    if found and found[0].text in (b"self", b"cls"):
        del found[0]
    return [each for each in found if name_of(each) is not None]


def name_of(parameter: Node) -> Node | None:
    """Return the node of a parameter's name; None where it has none of its own."""
    if parameter.type == "identifier":
        return parameter
    if parameter.type == "typed_parameter":
        first = parameter.named_children[0]
        return first if first.type == "identifier" else None
    if parameter.type == "parameter_declaration":
        names = parameter.children_by_field_name("name")
        return names[0] if len(names) == 1 else None
    named = parameter.child_by_field_name("name") or parameter.child_by_field_name("pattern")
    return named if named is not None and named.type == "identifier" else None


def uses(node: Node, name: str) -> Iterator[Node]:
    """Give the identifiers below a node that may mean a variable of this name."""
    for each in walk(node):
        if each.type not in ("identifier", "shorthand_property_identifier"):
            continue
        parent = each.parent
        if each.text != name.encode() or parent is None:
            continue
        is_key = parent.type == "keyword_argument" and parent.child_by_field_name("name") == each
        is_member = parent.type == "attribute" and parent.child_by_field_name("attribute") == each
        if not is_key and not is_member:
            yield each


def rename(node: Node, name: str, new: str) -> list[Edit]:
    """Rename a variable below a node."""
    return [
        replace(each, f"{name}: {new}" if each.type.startswith("shorthand") else new)
        for each in uses(node, name)
    ]


def starts_line(data: bytes, node: Node) -> bool:
    """Say whether nothing but white space stands before a node on its line."""
    return not data[line_start(data, node.start_byte) : node.start_byte].strip()


def line_start(data: bytes, at: int) -> int:
    """Return where the line of a byte begins."""
    return data.rfind(b"\n", 0, at) + 1


def line_end(data: bytes, at: int) -> int:
    """Return where the line of a byte ends, after its newline."""
    found = data.find(b"\n", at)
    return len(data) if found < 0 else found + 1


def with_comments(module: Module, node: Node) -> int:
    """Return where a definition begins with the comments that stand right above it."""
    start, above = node.start_byte, node.prev_sibling
    row = node.start_point.row
    while above is not None and above.type == "comment" and above.end_point.row == row - 1:
        if not starts_line(module.data, above):
            break
        start, row, above = above.start_byte, above.start_point.row, above.prev_sibling
    return line_start(module.data, start)


def statements(definition: Definition) -> list[Node]:
    """List the statements of a body, nested ones too, that follow another in their block."""
    found = []
    for each in walk(definition.body) if definition.body else ():
        is_block = each.type in ("block", "statement_block", "statement_list")
        named = [child for child in each.named_children if child.type != "comment"]
        found += named[1:] if is_block else []
    return [each for each in found if each.type not in ("statement_list", "block")]


def calls(node: Node) -> Iterator[tuple[Node, Node]]:
    """Give each call's function and its arguments."""
    for each in walk(node):
        if each.type in ("call", "call_expression"):
            function = each.child_by_field_name("function")
            given = each.child_by_field_name("arguments")
            if function is not None and given is not None and given.type in _LISTS:
                yield function, given


def _definitions(node: Node, owner: str) -> Iterator[Definition]:
    for each in node.named_children:
        if each.type in _FUNCTIONS:
            yield from _function(each, owner)
        elif each.type in _CLASSES:
            name = each.child_by_field_name("name")
            body = each.child_by_field_name("body")
            if name is not None and body is not None and name.text:
                yield from _definitions(body, f"{owner}{name.text.decode()}.")
        elif (not owner or _is_setting(each)) and _constant(each):
            yield Definition(f"{owner}{_constant(each)}", "constant", each, _statement(each))
        elif not owner and _is_call(each):
            yield Definition(f"line {each.start_point.row + 1}", "place", each, each)
        elif each.type in _WRAPPERS:
            yield from _definitions(each, owner)


def _function(node: Node, owner: str) -> Iterator[Definition]:
    name = node.child_by_field_name("name")
    if node.type in ("arrow_function", "function_expression"):
        parent = node.parent
        is_bound = parent is not None and parent.type == "variable_declarator"
        name = parent.child_by_field_name("name") if parent is not None and is_bound else None
    if name is None or not name.text:
        return
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        types = [each for each in walk(receiver) if each.type == "type_identifier"]
        owner = f"{types[0].text.decode()}." if types and types[0].text else owner
    kind = "method" if owner else "function"
    yield Definition(f"{owner}{name.text.decode()}", kind, node, _statement(node))


def _is_call(node: Node) -> bool:
    return node.type == "expression_statement" and any(
        each.type in ("call", "call_expression") for each in node.named_children
    )


def _is_setting(node: Node) -> bool:
    """Say whether a statement stands in a class of settings."""
    around = node.parent.parent if node.parent is not None else None
    above = around.child_by_field_name("superclasses") if around is not None else None
    return above is not None and b"Settings" in (above.text or b"")


def _constant(node: Node) -> str:
    """Name what a statement at the top of a file binds, if it is one thing with a value."""
    bound: Node | None = None
    if node.type == "expression_statement" and node.named_child_count == 1:
        bound = node.named_children[0]
        bound = bound if bound.type == "assignment" else None
    elif node.type in _DECLARATIONS and node.named_child_count == 1:
        bound = node.named_children[0]
    if bound is None:
        return ""
    value = bound.child_by_field_name("right") or bound.child_by_field_name("value")
    name = bound.child_by_field_name("left") or bound.child_by_field_name("name")
    if value is None or name is None or value.type in _FUNCTIONS or name.type != "identifier":
        return ""
    return name.text.decode() if name.text else ""


def _statement(node: Node) -> Node:
    while node.parent is not None and (
        node.parent.type in _STATEMENTS or node.parent.type == "variable_declarator"
    ):
        node = node.parent
    return node


def _unique(definitions: Iterable[Definition]) -> list[Definition]:
    """Leave out what is defined twice: accessors, overloads, alternatives."""
    every = list(definitions)
    names = [each.name for each in every]
    return [each for each in every if names.count(each.name) == 1]
