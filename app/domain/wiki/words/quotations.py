"""Passages of the repository's own documents that are worth quoting, with their lines."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile

from markdown_it.tree import SyntaxTreeNode

from app.domain.code.facts import Document
from app.domain.value import Value
from app.domain.wiki.markdown import parse_page, plain_text
from app.domain.wiki.words.doc_words import FIELD, TAG, TAGS, plain_references, without_about

Judge = Callable[[str], bool]
"""Says whether what an example's commands start exists."""

_LONGEST = 700
_SHORTEST_WORDS = 5
_LONGEST_CODE = 40
_CODE = re.compile(r">>>|```|@\w|[\w.]+\s*=\s|[\w.]+\(.*\)$|[:.]\w* ?\w+::?\s|<\w+")
_OTHER_FORM = re.compile(r"\s*(?:```|~~~|>>> |\.\. [\w_-]+:|(?:Args|Returns|Raises|Yields):\s*$)")
_DRAWN = frozenset({"mermaid", "html", "svg", "math", "geojson", "topojson", "stl"})
"""Languages that a forge draws or runs instead of showing."""
_FETCHED = re.compile(
    r"(?:curl|wget|iwr|Invoke-WebRequest)\b[^\n]*\|\s*(?:sudo\s+)?(?:\w*sh|python\d?|iex)\b"
)
"""What a reader who copies it would run without having seen it."""
_SHELL = frozenset({"sh", "bash", "shell", "console", "zsh", "text", "txt", ""})
_MARKED = re.compile(r"<https?:|\|\w+\||`_|::$|\w_(?:\s|$)", re.MULTILINE)
"""Marks of reStructuredText that a quotation would have to explain."""
_LABEL = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]: ", re.MULTILINE)
_BY_LABEL = re.compile(r"(?<![\w\]!])\[([^\[\]\n]+)\](?:\[\])?(?![(\[:])")
_INSTALL = re.compile(r"install|get(?:ting)? started|quick ?start|set ?up", re.IGNORECASE)
_USE = re.compile(
    r"^(?:basic |simple )?(?:usage|examples?|quick ?start|tutorial)|getting started|how to use",
    re.IGNORECASE,
)
_INSTALLING = re.compile(
    r"\b(?:pip3? install|uv add|poetry add|npm i(?:nstall)? |yarn add|pnpm add|go get|go install|"
    r"cargo (?:add|install)|brew install|docker (?:run|pull))\b"
)
_SAYS_WHAT = re.compile(r"^\W*[A-Z][\w-]*\W* (?:is|are) (?:an?|the)\b")
"""How a sentence that ends in a colon still says what the project is."""
_BUILD = re.compile(r"\btests?\b|\bbuild|\blint|\binstall|set ?up", re.IGNORECASE)
_DEVELOP = re.compile(r"develop|contribut|test|build|hacking", re.IGNORECASE)


class Passage(Value):
    """A paragraph or a code block of a document."""

    path: str
    heading: str
    text: str
    """The source of a paragraph; the content of a code block."""
    first_line: int
    last_line: int
    code: bool = False
    language: str = ""
    """What a code block's fence names."""


def main_document(documents: Iterable[Document]) -> Document | None:
    """Find the README that introduces the repository."""
    found = [each for each in documents if _is_readme(each.path)]
    return min(found, key=lambda each: (each.path.count("/"), len(each.path)), default=None)


def readme_of(folder: str, documents: Iterable[Document]) -> Document | None:
    """Find the README that stands in a folder."""
    for each in documents:
        if _is_readme(each.path) and each.path.rpartition("/")[0] == folder:
            return each
    return None


def passages(document: Document) -> tuple[Passage, ...]:
    """List a document's prose and code blocks in order; of reStructuredText, only the prose."""
    path = document.path.lower()
    if path.endswith((".md", ".markdown")):
        return tuple(_passages(document))
    return tuple(_plain_passages(document)) if path.endswith((".rst", ".txt")) else ()


def introduction(document: Document, most: int = 3) -> tuple[Passage, ...]:
    """Return the paragraphs that say what the project is: the first ones that are prose."""
    found: list[Passage] = []
    first_heading = None
    for each in passages(document):
        is_opener = not found and each.text.rstrip().endswith(":") and ". " not in each.text
        is_opener = is_opener and not _SAYS_WHAT.search(each.text)
        if each.code or is_opener or (found and each.heading != first_heading):
            if found:
                break
            continue
        first_heading = each.heading
        found.append(each)
    return tuple(found[:most])


def instructions(document: Document, can_run: Judge) -> tuple[Passage, ...]:
    """Return code blocks that show how to install, use and develop; the first of each kind."""
    chosen: list[Passage] = []
    blocks = _blocks(document, can_run)
    for kind in (_INSTALL, _USE, _DEVELOP):
        fitting = [each for each in blocks if kind.search(each.heading) and each not in chosen]
        if kind is _INSTALL:
            fitting = [each for each in blocks if _INSTALLING.search(each.text)] or fitting
        elif kind is _USE:
            fitting = fitting or [each for each in blocks if each.language not in _SHELL]
        chosen += fitting[:1]
    return tuple(sorted(chosen, key=lambda each: each.first_line))


def contributing(documents: Iterable[Document], can_run: Judge) -> tuple[Passage, ...]:
    """Return the code blocks of the contributors' guide that show how to build and test."""
    for document in documents:
        if document.path.rpartition("/")[2].lower().startswith(("contributing", "development")):
            blocks = _blocks(document, can_run)
            fitting = [each for each in blocks if _BUILD.search(each.heading + each.text)]
            return tuple(fitting[:3])
    return ()


def first_paragraph(doc: str) -> str:
    """Return a doc comment's first paragraph on one line; of one that begins with code, nothing."""
    lines: list[str] = []
    for line in without_about(doc).strip().splitlines():
        if not line.strip() or _is_rule(line) or _ends_prose(line):
            break
        lines.append(line.strip())
    paragraph = " ".join(lines)
    return "" if _CODE.match(paragraph) else " ".join(plain_references(paragraph).split())


def first_sentence(doc: str) -> str:
    """Return a doc comment's first sentence; a long one is not cut."""
    paragraph = first_paragraph(doc)
    found = re.search(
        r"(?<![.\s](?:e\.g|i\.e))(?<!e\.g)(?<!i\.e)(?<!etc)[.!?](?=\s+[A-Z`*\[(])", paragraph
    )
    return paragraph[: found.end()] if found else paragraph


def _blocks(document: Document, can_run: Judge) -> list[Passage]:
    return [
        each
        for each in passages(document)
        if each.code
        and each.text.strip()
        and each.language not in _DRAWN
        and each.last_line - each.first_line < _LONGEST_CODE
        and can_run(each.text)
        and not _FETCHED.search(each.text)
    ]


def _passages(document: Document) -> Iterator[Passage]:
    heading = ""
    root = parse_page(document.text)
    lines = document.text.splitlines()
    labels = frozenset(label.lower() for label in _LABEL.findall(document.text))
    for node in root.children:
        if node.type == "heading":
            heading = " ".join(plain_text(node).split())
        elif node.type == "fence" and node.map:
            yield Passage(
                path=document.path,
                heading=heading,
                text=node.content,
                first_line=node.map[0] + 2,
                last_line=max(node.map[0] + 2, node.map[1] - 1),
                code=True,
                language=node.info.strip().split(" ")[0].lower(),
            )
        elif node.type == "paragraph" and node.map and _is_prose(node):
            first, last = node.map
            text = _without_labels("\n".join(lines[first:last]), labels)
            if len(text) <= _LONGEST:
                yield Passage(
                    path=document.path,
                    heading=heading,
                    text=text,
                    first_line=first + 1,
                    last_line=last,
                )


def _without_labels(text: str, labels: frozenset[str]) -> str:
    """Write links by a label, which is defined elsewhere in the document, as their words."""
    return _BY_LABEL.sub(lambda link: link[1] if link[1].lower() in labels else link[0], text)


def _plain_passages(document: Document) -> Iterator[Passage]:
    heading = ""
    lines = document.text.splitlines()
    starts = [
        place
        for place, line in enumerate(lines)
        if line.strip() and (place == 0 or not lines[place - 1].strip())
    ]
    for first in starts:
        block = list(takewhile(str.strip, lines[first:]))
        if any(_is_rule(line) for line in block):
            heading = next((line.strip() for line in block if not _is_rule(line)), heading)
            continue
        text = "\n".join(block)
        is_marked = block[0][0] in " \t.|*-+:>=" or _MARKED.search(text)
        if not is_marked and len(text) <= _LONGEST and _reads_as_prose(text):
            yield Passage(
                path=document.path,
                heading=heading,
                text=text,
                first_line=first + 1,
                last_line=first + len(block),
            )


def _reads_as_prose(text: str) -> bool:
    is_long_enough = len(text.split()) >= _SHORTEST_WORDS
    return is_long_enough and bool(re.search(r"[.!?:]['\")*_]*$", text.strip()))


def _is_prose(paragraph: SyntaxTreeNode) -> bool:
    """Say whether a paragraph is sentences: no badges, no HTML, no list of links."""
    nodes = tuple(paragraph.walk())
    if any(node.type in ("image", "html_inline") for node in nodes):
        return False
    text = plain_text(paragraph)
    linked = sum(len(plain_text(node)) for node in nodes if node.type == "link")
    return linked * 4 <= len(text) and _reads_as_prose(text)


def _is_readme(path: str) -> bool:
    return bool(re.fullmatch(r"readme(?:\.\w+)?", path.rpartition("/")[2].lower()))


def _ends_prose(line: str) -> bool:
    """Say whether a line of a doc comment begins something else than sentences."""
    tag = TAG.match(line)
    return bool((tag and tag[1] in TAGS) or _OTHER_FORM.match(line) or FIELD.match(line))


def _is_rule(line: str) -> bool:
    return len(set(line.strip())) == 1 and line.strip()[0] in "-=~^*#" and len(line.strip()) > 2
