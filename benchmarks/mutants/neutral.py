"""Changes after which every sentence about a definition is as true as before."""

import re
import textwrap
from collections.abc import Iterator

from tree_sitter import Node

from benchmarks.mutants.mutant import Site
from benchmarks.mutants.syntax import (
    GO,
    PYTHON,
    TYPESCRIPT,
    Definition,
    Edit,
    Module,
    line_end,
    line_start,
    replace,
    starts_line,
    statements,
    walk,
    with_comments,
)

_MARK = {PYTHON: "#", TYPESCRIPT: "//", GO: "//"}
_DIRECTIVE = re.compile(
    r"\s*(?:type:|noqa|pragma|fmt:|isort|pylint|mypy|pyright|go:|nolint|\+build|export |"
    r"eslint|@ts-|prettier|istanbul|c8|v8|biome|/ |#|!|line )"
)
_LISTED = {"argument_list", "arguments", "list", "array", "object", "dictionary", "parameters"}
_MULTI = {"string", "template_string", "raw_string_literal", "concatenated_string"}
_PROSE = re.compile(r"[A-Z`(]?[\w`][\w \t,;'`()/-]*[.\w`),:;]?(?: .*)?")
_WIDTH = 58


def neutral_changes(module: Module, definition: Definition) -> Iterator[Site]:
    """Give what changes neither what a definition does nor how it is called."""
    if definition.kind == "place":
        return
    yield from _comments(module, definition)
    yield from _layout(module, definition)
    yield from _lists(module, definition)
    yield from _above(module, definition)
    yield from _swaps(module, definition)
    yield from _docs(module, definition)
    if module.language != GO:
        yield from _quotes(definition)
        yield from _annotations(module, definition)


def _comments(module: Module, definition: Definition) -> Iterator[Site]:
    data, mark = module.data, _MARK[module.language]
    for each in _line_starts(module, definition):
        start = line_start(data, each.start_byte)
        indent = data[start : each.start_byte]
        text = indent + f"{mark} A remark that changes nothing.\n".encode()
        yield Site("comment added", definition, (Edit(start, start, text),))
        end = line_end(data, each.end_byte) - 1
        if not data[each.end_byte : end].strip() and b"\n" not in (each.text or b"\n"):
            text = f"  {mark} said twice".encode()
            yield Site("comment added", definition, (Edit(each.end_byte, each.end_byte, text),))
    for each in walk(definition.body) if definition.body else ():
        text_ = module.text(each) if each.type == "comment" else ""
        if not text_.startswith(mark) or _DIRECTIVE.match(text_[len(mark) :]):
            continue
        yield Site("comment changed", definition, (replace(each, f"{mark} Told in other words."),))
        start, end = each.start_byte, each.end_byte
        if starts_line(data, each):
            start, end = line_start(data, start), line_end(data, end)
        else:
            start = len(data[:start].rstrip(b" \t"))
        yield Site("comment removed", definition, (Edit(start, end, b""),))


def _line_starts(module: Module, definition: Definition) -> list[Node]:
    """List statements before which a whole line can be put."""
    return [each for each in statements(definition) if starts_line(module.data, each)]


def _layout(module: Module, definition: Definition) -> Iterator[Site]:
    data = module.data
    for each in _line_starts(module, definition):
        start = line_start(data, each.start_byte)
        if data[:start].endswith(b"\n\n"):
            yield Site("blank lines", definition, (Edit(start - 1, start, b""),))
        else:
            yield Site("blank lines", definition, (Edit(start, start, b"\n"),))
    yield from _indentation(module, definition)


def _indentation(module: Module, definition: Definition) -> Iterator[Site]:
    body = definition.body
    if body is None or any(
        each.type in _MULTI and b"\n" in (each.text or b"") for each in walk(definition.node)
    ):
        return
    start = line_start(module.data, definition.node.start_byte)
    own = re.match(rb"[ \t]*", module.data[start:])
    margin = own[0] if own else b""
    edits = []
    at = line_end(module.data, definition.node.start_byte)
    while at < body.end_byte:
        found = re.match(rb"[ \t]*", module.data[at:])
        indent = found[0] if found else b""
        deeper = indent.removeprefix(margin)
        if deeper and indent.startswith(margin):
            edits.append(Edit(at, at + len(indent), margin + deeper * 2))
        at = line_end(module.data, at)
    if edits:
        yield Site("indentation", definition, tuple(edits))


def _lists(module: Module, definition: Definition) -> Iterator[Site]:
    """Break lists over lines, and write a last comma or take it away."""
    for each in walk(definition.body) if definition.body else ():
        items = [child for child in each.named_children if child.type != "comment"]
        if each.type not in _LISTED or not items or len(items) != each.named_child_count:
            continue
        if each.children[0].type not in ("(", "[", "{") or each.has_error:
            continue
        if any(item.type in ("list_splat", "for_in_clause", "spread_element") for item in items):
            continue
        indent = b"\t" * 3 if module.language == GO else b" " * 12
        broken = b"\n" + indent
        yield Site("line breaks", definition, _breaks(items, broken))
        yield from _last_comma(module, definition, each, items[-1])


def _breaks(items: list[Node], broken: bytes) -> tuple[Edit, ...]:
    """Put every item on a line of its own, as far as no last comma is asked for."""
    return tuple(
        Edit(before.end_byte, each.start_byte, broken)
        for each in items
        if (before := each.prev_sibling) is not None and before.type in ("(", "[", "{", ",")
    )


def _last_comma(module: Module, definition: Definition, listed: Node, last: Node) -> Iterator[Site]:
    after = last.next_sibling
    if after is None:
        return
    if module.language == GO:
        if after.type == ")" and b"\n" not in (listed.text or b""):
            edit = Edit(last.end_byte, after.start_byte, b",\n\t")
            yield Site("trailing comma", definition, (edit,))
    elif after.type == ",":
        yield Site("trailing comma", definition, (replace(after, ""),))
    elif after.type in (")", "]", "}"):
        yield Site("trailing comma", definition, (Edit(last.end_byte, last.end_byte, b","),))


def _quotes(definition: Definition) -> Iterator[Site]:
    for each in walk(definition.body) if definition.body else ():
        text = each.text.decode() if each.type == "string" and each.text else ""
        found = re.fullmatch(r"""(['"])([^'"\\\n]*)\1""", text)
        if found:
            quote = "'" if found[1] == '"' else '"'
            yield Site("quotes", definition, (replace(each, f"{quote}{found[2]}{quote}"),))


def _above(module: Module, definition: Definition) -> Iterator[Site]:
    """Put lines above a definition, away from it: it only moves down."""
    imports = [
        each
        for each in module.root.named_children
        if each.type.startswith("import") or each.type == "package_clause"
    ]
    before = [each for each in imports if each.end_byte < definition.statement.start_byte]
    if not before:
        return
    at = line_end(module.data, before[-1].end_byte)
    mark = _MARK[module.language]
    remark = f"\n{mark} Lines that came later.\n{mark} They belong to nothing.\n\n".encode()
    helper = {
        PYTHON: "\n\ndef _came_later_9(number):\n    return number + 9\n\n\n",
        TYPESCRIPT: "\nfunction cameLater9(number: number) {\n  return number + 9\n}\n\n",
        GO: "\nfunc cameLater9(number int) int {\n\treturn number + 9\n}\n\n",
    }[module.language].encode()
    for text in (remark, helper):
        yield Site("lines inserted above", definition, (Edit(at, at, text),))


def _swaps(module: Module, definition: Definition) -> Iterator[Site]:
    """Let a definition and the next one change places."""
    statement = definition.statement
    following = statement.next_named_sibling
    while following is not None and following.type == "comment":
        following = following.next_named_sibling
    other = next((each for each in module.definitions if each.statement == following), None)
    if other is None or not _is_free(definition) or not _is_free(other):
        return
    data = module.data
    first, second = with_comments(module, statement), with_comments(module, other.statement)
    ends = (line_end(data, statement.end_byte), line_end(data, other.statement.end_byte))
    if second < ends[0] or data[ends[0] : second].strip():
        return
    swap = (
        Edit(first, ends[0], data[second : ends[1]]),
        Edit(second, ends[1], data[first : ends[0]]),
    )
    yield Site("moved within the file", definition, swap)


def _is_free(definition: Definition) -> bool:
    """Say whether nothing of a definition is run where it stands."""
    if definition.kind not in ("function", "method"):
        return False
    if definition.node.type in ("arrow_function", "function_expression"):
        return False
    if definition.statement.type == "decorated_definition":
        return False
    marks = {each.type for each in definition.node.children} & {"get", "set", "decorator"}
    listed = definition.node.child_by_field_name("parameters")
    defaults = [
        value
        for each in (listed.named_children if listed else ())
        if (value := each.child_by_field_name("value")) is not None
    ]
    return not marks and not any(
        each.type in ("identifier", "call", "attribute", "lambda")
        for value in defaults
        for each in walk(value)
    )


def _docs(module: Module, definition: Definition) -> Iterator[Site]:
    """Re-wrap a paragraph of the doc comment, or say it otherwise."""
    node, text = _doc(module, definition)
    lines = text.split(b"\n")
    before = re.compile(r"[ \t]*(?://|\* ?|# ?)?[ \t]*" if module.language != PYTHON else r"[ \t]*")
    for first, last, prefix, words in _paragraphs([each.decode() for each in lines], before):
        width = max(_WIDTH, max(map(len, words.split())) + len(prefix))
        new = textwrap.wrap(
            words, width - len(prefix) if first != last else 30,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        start = node + sum(len(each) + 1 for each in lines[:first])
        end = start + len(b"\n".join(lines[first : last + 1]))
        wrapped = "\n".join(prefix + each for each in new).encode()
        if wrapped != module.data[start:end]:
            edit = Edit(start, end, wrapped)
            yield Site("doc comment re-wrapped", definition, (edit,))
        other = (prefix + words + " And so it stays.").encode()
        yield Site("doc comment changed", definition, (Edit(start, end, other),))


def _doc(module: Module, definition: Definition) -> tuple[int, bytes]:
    """Return where the doc comment begins, and its lines without the marks at both ends."""
    if module.language == PYTHON:
        body = definition.body
        first = body.named_children[0] if body is not None and body.named_children else None
        if first is None or first.type != "expression_statement":
            return 0, b""
        content = [each for each in first.named_children[0].children if "content" in each.type]
        is_plain = first.named_children[0].type == "string" and len(content) == 1
        if not is_plain or b"\\" in (content[0].text or b""):
            return 0, b""
        start = line_end(module.data, content[0].start_byte)
        end = content[0].end_byte
        return (start, module.data[start:end]) if start < end else (0, b"")
    start = with_comments(module, definition.statement)
    text = module.data[start : line_start(module.data, definition.statement.start_byte)]
    if module.language == TYPESCRIPT and not text.lstrip().startswith(b"/**"):
        return 0, b""
    return start, text.rstrip(b"\n")


def _paragraphs(lines: list[str], margin: re.Pattern[str]) -> Iterator[tuple[int, int, str, str]]:
    """Give the paragraphs of plain prose: first and last line, what begins each, the words."""
    first = 0
    while first < len(lines):
        last, words = first, []
        prefix = _margin(margin, lines[first])
        while last < len(lines) and _is_prose(lines[last], prefix, margin):
            words.append(lines[last][len(prefix) :].strip())
            last += 1
        ended = last >= len(lines) or not lines[last].strip(" \t*/#")
        if words and ended and len(" ".join(words)) > _WIDTH:
            yield first, last - 1, prefix, " ".join(words)
        first = max(last, first + 1)
        while first < len(lines) and lines[first - 1].strip(" \t*/#"):
            first += 1


def _margin(margin: re.Pattern[str], line: str) -> str:
    found = margin.match(line)
    return found[0] if found else ""


def _is_prose(line: str, prefix: str, margin: re.Pattern[str]) -> bool:
    rest = line[len(prefix) :]
    is_same = _margin(margin, line) == prefix
    return is_same and bool(_PROSE.fullmatch(rest)) and not rest.endswith((":", "::"))


def _annotations(module: Module, definition: Definition) -> Iterator[Site]:
    """Change the types that run no code."""
    kinds = {PYTHON: "type", TYPESCRIPT: "type_annotation"}
    other = {PYTHON: "object", TYPESCRIPT: ": unknown"}[module.language]
    listed = definition.node.child_by_field_name("parameters")
    result = definition.node.child_by_field_name("return_type")
    for each in [*(listed.named_children if listed else ()), result]:
        type_ = each.child_by_field_name("type") if each is not None and each != result else each
        is_type = type_ is not None and type_.type == kinds[module.language]
        if type_ is not None and is_type and module.text(type_) != other:
            yield Site("annotation", definition, (replace(type_, other),))
