"""What pages of people speak of: the names in their prose and code, and the sentence of each.

Markdown and reStructuredText are read alike, line by line: headings, paragraphs, code blocks, code
spans, roles and directives. That is less than a parser knows, and enough to find names.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from enum import StrEnum

from app.domain.value import Value
from app.domain.wiki.markdown import unique_slugs

MAX_TEXT = 400_000
MAX_SENTENCE = 600


class Form(StrEnum):
    """How a page writes a name."""

    SPAN = "span"
    """As inline code, or as the argument of a role."""
    WORD = "word"
    """In plain prose; only dotted names and paths are read so."""
    LINK = "link"
    """As the target of a link into the repository."""
    DIRECTIVE = "directive"
    """As what a generator is asked to document, `.. autoclass:: Cart`, `::: shop.Cart`."""
    CODE = "code"
    """In a code block."""


class Mention(Value):
    """One name on a page."""

    text: str
    """As the page writes it; of a code block, one line."""
    form: Form
    line: int
    sentence: str
    anchor: str = ""
    heading: str = ""


class PageText(Value):
    """A page taken apart."""

    title: str = ""
    mentions: tuple[Mention, ...] = ()
    blocks: tuple[str, ...] = ()
    """The code blocks."""
    headings: tuple[tuple[str, str], ...] = ()
    """Each heading's anchor and text, in the order of the page."""
    sentences: int = 0


_FENCE = re.compile(r"^\s*(?:>\s*)?(`{3,}|~{3,})")
_ATX = re.compile(r"^#{1,6}\s+(\S.*)$")
_RULE = re.compile(r"^([=\-~^\"'`#*+.:_])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"^(\s*)\.\.\s+(?:([\w:.-]+)::|_)\s*(.*)$")
_MKDOCSTRINGS = re.compile(r"^(\s*):::\s+([\w.]+)\s*$")
_AUTODOC = re.compile(
    r"auto(?:class|function|method|module|exception|attribute|data|property)$|"
    r"(?:py:)?(?:class|function|method|exception|attribute|data|module|currentmodule)$|"
    r"setting$|reqmeta$|signal$|command$"
)
_CODE_DIRECTIVE = re.compile(
    r"(?:code|code-block|sourcecode|literalinclude|click:\w+|doctest|highlight)$"
)
_PAST_DIRECTIVE = re.compile(r"(?:version(?:added|changed|removed)|deprecated(?:-removed)?)$")
_HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ROLE = re.compile(r":(?P<role>[\w:+-]{1,80}):`(?P<body>[^`]+)`")
_CODE_ROLE = re.compile(
    r"(?:\w+:)?(?:class|func|function|meth|method|attr|exc|mod|data|const|obj|var|deco|decorator|any|"
    r"type|option|envvar|program|command|setting|signal|reqmeta|code|literal|file|struct|macro|member)"
)
"""Roles whose argument is a name of code; `:ref:` and others lead to labels and pages."""
_SPAN = re.compile(r"(?P<ticks>`+)(?P<code>[^`].{0,1000}?)(?P=ticks)(?!`)(?P<link>__?)?")
_TARGET = re.compile(r"\]\((?P<target>[^()\s]+)(?:\s+\"[^\"]*\")?\)")
_WORD = re.compile(
    r"(?<![\w`/.:@])(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?:\(\))?|(?:[\w.-]{1,80}/){1,20}[\w-]{1,80}\.[a-z]{1,4})(?![\w`/@])"
)
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\|)\s")
_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?][\"')*_`]*(?=\s|$)")


def read_page_text(path: str, text: str) -> PageText:
    """Take a page apart; what it quotes of versions gone by is left out."""
    is_rst = path.lower().endswith((".rst", ".txt"))
    reader = _Reader(is_rst=is_rst)
    reader.read(_without_comments(text[:MAX_TEXT]).splitlines())
    return reader.result()


def _without_comments(text: str) -> str:
    """Leave comments out, and their lines empty; one that begins after the last end is none."""
    last = text.rfind("-->") + len("-->")
    if last < len("-->"):
        return text
    bare = _HTML_COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text[:last])
    return bare + text[last:]


class _Reader:
    """Goes through the lines of a page once."""

    def __init__(self, *, is_rst: bool) -> None:
        self._is_rst = is_rst
        self._headings: list[str] = []
        self._mentions: list[tuple[int, Mention]] = []
        self._blocks: list[str] = []
        self._paragraph: list[tuple[int, str]] = []
        self._sentences = 0

    def read(self, lines: list[str]) -> None:
        place = 0
        while place < len(lines):
            place = self._step(lines, place)
        self._flush()

    def result(self) -> PageText:
        anchors = unique_slugs(self._headings)
        return PageText(
            title=self._headings[0] if self._headings else "",
            mentions=tuple(
                each.model_copy(
                    update={"anchor": anchors[at - 1], "heading": self._headings[at - 1]}
                )
                if at
                else each
                for at, each in self._mentions
            ),
            blocks=tuple(self._blocks),
            headings=tuple(zip(anchors, self._headings, strict=True)),
            sentences=self._sentences,
        )

    def _step(self, lines: list[str], place: int) -> int:
        """Read what begins on a line, and return where it ends."""
        line = lines[place]
        if fence := _FENCE.match(line):
            self._flush()
            return self._fence(lines, place, fence[1])
        if self._is_rst and (found := _DIRECTIVE.match(line)):
            self._flush()
            return self._directive(lines, place, found)
        if found := _MKDOCSTRINGS.match(line):
            self._add(found[2], Form.DIRECTIVE, place + 1, line.strip())
        elif heading := _heading(lines, place, is_rst=self._is_rst):
            self._flush()
            self._headings.append(re.sub(r"[`*]", "", heading))
            self._prose([(place + 1, heading)])
            return place + 1 if line.startswith("#") else place + 2
        elif not line.strip():
            return self._blank(lines, place)
        else:
            if _BULLET.match(line):
                self._flush()
            self._paragraph.append((place + 1, line))
        return place + 1

    def _blank(self, lines: list[str], place: int) -> int:
        """End a paragraph; in reStructuredText two colons announce a block of code."""
        last = self._paragraph[-1][1] if self._paragraph else ""
        self._flush()
        if self._is_rst and last.rstrip().endswith("::"):
            return self._indented(lines, place + 1, _indent(last))
        return place + 1

    def _fence(self, lines: list[str], place: int, mark: str) -> int:
        end = place + 1
        while end < len(lines) and not lines[end].strip().lstrip("> ").startswith(mark):
            end += 1
        self._code(lines[place + 1 : end], place + 2)
        return end + 1

    def _directive(self, lines: list[str], place: int, found: re.Match[str]) -> int:
        name, argument = found[2] or "", found[3].strip()
        if _AUTODOC.match(name) and argument:
            self._add(argument, Form.DIRECTIVE, place + 1, lines[place].strip())
        if _CODE_DIRECTIVE.match(name):
            return self._indented(lines, place + 1, len(found[1]))
        if _PAST_DIRECTIVE.match(name):
            return _end_of_indented(lines, place + 1, len(found[1]))
        if argument and not _AUTODOC.match(name):
            self._prose([(place + 1, argument)])
        return place + 1

    def _indented(self, lines: list[str], place: int, indent: int) -> int:
        end = _end_of_indented(lines, place, indent)
        self._code(lines[place:end], place + 1)
        return end

    def _code(self, lines: list[str], first: int) -> None:
        self._blocks.append("\n".join(lines))
        for number, line in enumerate(lines, first):
            if line.strip():
                self._add(line.strip(), Form.CODE, number, line.strip())

    def _flush(self) -> None:
        if self._paragraph:
            self._prose(self._paragraph)
            self._paragraph = []

    def _prose(self, lines: list[tuple[int, str]]) -> None:
        text = "\n".join(line for _, line in lines)
        breaks = [found.start() for found in re.finditer("\n", text)]
        start = 0
        for end in (*(found.end() for found in _END.finditer(text)), len(text)):
            sentence = " ".join(text[start:end].split())
            if sentence:
                self._sentences += 1
                for form, name, at in _named(text[start:end]):
                    line, _ = lines[bisect_left(breaks, start + at)]
                    self._add(name, form, line, sentence)
            start = end

    def _add(self, text: str, form: Form, line: int, sentence: str) -> None:
        mention = Mention(text=text, form=form, line=line, sentence=sentence[:MAX_SENTENCE])
        self._mentions.append((len(self._headings), mention))


def _named(text: str) -> Iterator[tuple[Form, str, int]]:
    """Find the names in prose, with where each begins."""
    roles = list(_ROLE.finditer(text))
    for found in roles:
        if _CODE_ROLE.fullmatch(found["role"]):
            yield Form.SPAN, _role_target(found["body"]), found.start()
    in_roles = _Spans(each.span() for each in roles)
    spans = [each for each in _SPAN.finditer(text) if each.start() not in in_roles]
    targets = list(_TARGET.finditer(text))
    in_spans = _Spans(each.span() for each in spans)
    in_targets = _Spans(each.span("target") for each in targets)
    words = [
        each
        for each in _WORD.finditer(text)
        if not any(each.start() in covered for covered in (in_roles, in_spans, in_targets))
    ]
    yield from (
        (Form.SPAN, each["code"].strip(), each.start()) for each in spans if not each["link"]
    )
    yield from ((Form.LINK, each["target"], each.start("target")) for each in targets)
    yield from ((Form.WORD, each[0], each.start()) for each in words)


class _Spans:
    """Places in a text that are taken: spans one after the other."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = tuple(spans)
        self._firsts = [first for first, _ in self._spans]

    def __contains__(self, place: int) -> bool:
        number = bisect_right(self._firsts, place)
        return number > 0 and place < self._spans[number - 1][1]


def _role_target(body: str) -> str:
    """Return what a role refers to: `~shop.Cart`, `the cart <shop.Cart>`."""
    target = re.search(r"<([^<>]+)>$", body)
    return (target[1] if target else body).strip().lstrip("~!.")


def _heading(lines: list[str], place: int, *, is_rst: bool) -> str:
    line = lines[place]
    found = None if is_rst else _ATX.match(line)
    if found:
        return found[1].rstrip().rstrip("#").rstrip() or "#"
    below = lines[place + 1] if place + 1 < len(lines) else ""
    is_setext = bool(_RULE.match(below)) and (is_rst or below[0] in "=-")
    is_title = (
        line.strip() and not line.startswith((" ", "|", "-", "*", ">")) and not _RULE.match(line)
    )
    before = lines[place - 1].strip() if place else ""
    is_free = not before or bool(_RULE.match(before))
    is_long = len(below.rstrip()) >= min(len(line.rstrip()), 3)
    return line.strip() if is_setext and is_title and is_free and is_long else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end_of_indented(lines: list[str], place: int, indent: int) -> int:
    end = last = place
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
        end += 1
        if lines[end - 1].strip():
            last = end
    return max(last, place)
