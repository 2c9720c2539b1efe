"""Definitions of Python, TypeScript and Go files, by parsers that the product does not use so.

Python is read by its own `ast`, the others from syntax trees. Nothing of the product is imported.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter_go
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

SOURCES = (".py", ".ts", ".tsx", ".go")
_TS = {
    "function_declaration", "generator_function_declaration", "class_declaration",
    "abstract_class_declaration", "interface_declaration", "type_alias_declaration",
    "enum_declaration", "method_definition", "variable_declarator", "method_signature",
    "public_field_definition", "property_signature", "function_signature",
    "abstract_method_signature",
}  # fmt: skip
_GO = {
    "function_declaration", "method_declaration", "type_spec", "type_alias", "const_spec",
    "var_spec", "method_elem", "field_declaration",
}  # fmt: skip
_WRAPPERS = {"export_statement", "lexical_declaration", "variable_declaration", "type_declaration",
             "const_declaration", "var_declaration"}  # fmt: skip
_OWNERS = {"class_declaration", "abstract_class_declaration", "interface_declaration", "type_spec"}
_HEADERS = {"class_declaration", "abstract_class_declaration", "interface_declaration",
            "function_declaration", "generator_function_declaration", "method_definition",
            "method_declaration", "enum_declaration"}  # fmt: skip
_COMMENT_MARKS = re.compile(r"^\s*(?:///?|/\*+|\*+/|\*)?\s?|\s*\*+/\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Definition:
    """What stands under one name, as it was at one commit."""

    name: str
    """With its owner, by a dot."""
    first: int
    last: int
    """Its lines, with decorators and without the comment above."""
    signature: str
    """Without white space."""
    doc: str
    """Words with single spaces between them."""
    code: str
    """Whatever it is, without comments, documentation and layout."""

    @property
    def short(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class Source:
    """A file as its parser reads it."""

    definitions: tuple[Definition, ...]
    doc: str
    """Of the file."""
    code: str
    """The whole without comments, documentation and layout; empty when it cannot be parsed."""

    def at(self, first: int, last: int) -> Definition | None:
        """Find the definition with just these lines, or the innermost one around them."""
        exact = [each for each in self.definitions if (each.first, each.last) == (first, last)]
        around = [each for each in self.definitions if each.first <= first and last <= each.last]
        found = exact or around
        return min(found, key=lambda each: each.last - each.first) if found else None

    def named(self, name: str) -> list[Definition]:
        """List what has a name; overloads have the same."""
        return [each for each in self.definitions if each.name == name]


def read(path: str, text: str) -> Source | None:
    """Read a file of a known language."""
    if path.endswith(".py"):
        return _read_python(text)
    if path.endswith(SOURCES):
        return _read_tree(path[path.rfind(".") :], text)
    return None


def squeezed(text: str) -> str:
    """Leave white space out."""
    return re.sub(r"\s+", "", text)


def spaced(text: str) -> str:
    """Make all white space single spaces."""
    return " ".join(text.split())


def _read_python(text: str) -> Source:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return Source((), "", "")
    doc = spaced(ast.get_docstring(tree) or "")
    return Source(tuple(_python(tree, "")), doc, _dumped(tree))


def _python(node: ast.AST, owner: str) -> Iterator[Definition]:
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{owner}{each.name}"
            first = min([each.lineno, *(one.lineno for one in each.decorator_list)])
            yield Definition(
                name=name,
                first=first,
                last=each.end_lineno or first,
                signature=squeezed(_python_signature(each)),
                doc=spaced(ast.get_docstring(each) or ""),
                code=_dumped(each),
            )
            yield from _python(each, f"{name}.")
        elif isinstance(each, ast.Assign | ast.AnnAssign):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    yield Definition(
                        name=f"{owner}{target.id}",
                        first=each.lineno,
                        last=each.end_lineno or each.lineno,
                        signature=squeezed(ast.unparse(each)),
                        doc="",
                        code=ast.dump(each),
                    )
        elif isinstance(each, ast.If | ast.Try | ast.With):
            yield from _python(each, owner)


def _python_signature(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        bases = [ast.unparse(each) for each in (*node.bases, *node.keywords)]
        return f"class {node.name}({', '.join(bases)})" if bases else f"class {node.name}"
    mark = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{mark} {node.name}({ast.unparse(node.args)}){returns}"


def _dumped(node: ast.AST) -> str:
    """Write a tree down without its documentation."""
    copy = ast.parse(ast.unparse(node))
    for each in ast.walk(copy):
        body = getattr(each, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                del body[0]
    return ast.dump(copy)


@cache
def _parser(suffix: str) -> Parser:
    grammars = {
        ".go": tree_sitter_go.language,
        ".ts": tree_sitter_typescript.language_typescript,
        ".tsx": tree_sitter_typescript.language_tsx,
    }
    return Parser(Language(grammars[suffix]()))


def _read_tree(suffix: str, text: str) -> Source:
    root = _parser(suffix).parse(text.encode()).root_node
    kinds = _GO if suffix == ".go" else _TS
    return Source(tuple(_definitions(root, "", kinds)), "", _tokens(root))


def _definitions(node: Node, owner: str, kinds: set[str]) -> Iterator[Definition]:
    for each in node.named_children:
        if each.type in kinds:
            names = [one.text.decode() for one in each.children_by_field_name("name") if one.text]
            inner = _owner(each) or owner
            for name in names:
                yield _definition(each, f"{inner}{name}")
            if each.type in _OWNERS and names:
                yield from _definitions(each, f"{inner}{names[0]}.", kinds)
            elif each.type == "variable_declarator":
                yield from _definitions(each, f"{inner}{names[0]}." if names else inner, kinds)
        elif each.type not in ("statement_block", "block", "arguments"):
            yield from _definitions(each, owner, kinds)


def _owner(node: Node) -> str:
    """Name the type to which a Go method belongs."""
    receiver = node.child_by_field_name("receiver")
    found = re.search(rb"(\w+)(?:\[.*\])?\s*\)$", receiver.text or b"") if receiver else None
    return f"{found[1].decode()}." if found else ""


def _definition(node: Node, name: str) -> Definition:
    outer = node
    while outer.parent is not None and outer.parent.type in _WRAPPERS:
        is_only = len([one for one in outer.parent.named_children if one.type == outer.type]) == 1
        if not is_only:
            break
        outer = outer.parent
    body = node.child_by_field_name("body")
    if node.type == "type_spec":
        body = node.child_by_field_name("type")
        body = body if body and body.type in ("struct_type", "interface_type") else None
    text = (node.text or b"").decode()
    if body is not None and (node.type in _HEADERS or node.type == "type_spec"):
        text = (node.text or b"")[: body.start_byte - node.start_byte].decode()
        text += body.type.partition("_")[0] if node.type == "type_spec" else ""
    return Definition(
        name=name,
        first=outer.start_point.row + 1,
        last=outer.end_point.row + 1,
        signature=squeezed(_bound(node) or text),
        doc=_doc_above(outer),
        code=_tokens(node),
    )


def _bound(node: Node) -> str:
    """Return how a function is called that stands in a variable; nothing for all else."""
    value = node.child_by_field_name("value")
    body = value.child_by_field_name("body") if value is not None else None
    around = node.parent
    if value is None or body is None or around is None or not value.type.endswith("function"):
        return ""
    text = (node.text or b"")[: body.start_byte - node.start_byte].decode()
    word = around.children[0].text or b""
    return f"{word.decode()} {text.rstrip().removesuffix('=>')}"


def _doc_above(node: Node) -> str:
    lines: list[str] = []
    row, above = node.start_point.row, node.prev_sibling
    while above is not None and above.type == "comment" and above.end_point.row >= row - 1:
        lines.insert(0, _COMMENT_MARKS.sub("", (above.text or b"").decode()))
        row, above = above.start_point.row, above.prev_sibling
    return spaced("\n".join(lines))


def _tokens(node: Node) -> str:
    found: list[str] = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.type == "comment":
            continue
        is_leaf = not each.children or "string" in each.type
        if is_leaf and each.text and each.text.strip():
            found.append(each.text.decode())
        elif not is_leaf:
            waiting += reversed(each.children)
    return "\0".join(found)
