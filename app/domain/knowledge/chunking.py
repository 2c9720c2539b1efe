"""Cutting a page into passages that answer on their own.

A passage is about a target of tokens, ends where a section ends, and never begins or ends inside a
code block or table that fits the maximum. Passages of the same section overlap a little.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from app.domain.knowledge.chunk import PageChunk
from app.domain.value import Value

_PARSER = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).disable("inline")
"""Only blocks are of interest: without inline rules it is three times as fast."""

_NEWLINE = re.compile(r"\r\n?|\n")
_SEPARATORS = tuple(map(re.compile, (r"\n[ \t]*\n+", r"\n+", r"(?<=[.!?:;])\s+", r"\s+")))
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WHOLE = frozenset({"fence", "code_block", "table_open"})
_HEADING_MARKS = str.maketrans("", "", "`*")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A backslash before punctuation: https://spec.commonmark.org/0.31.2/#backslash-escapes"""


class ChunkOptions(Value):
    """Sizes in tokens of the embedder."""

    target: int = 256
    maximum: int = 384
    overlap: int = 30
    minimum: int = 50


@dataclass(frozen=True)
class _Block:
    start: int
    end: int
    level: int = 0
    """Of a heading; 0 for everything else."""
    heading: str = ""
    is_code: bool = False
    is_prose: bool = False


@dataclass
class _Passage:
    start: int
    end: int
    path: tuple[str, ...]
    has_code: bool = False
    only_headings: bool = True
    prose_start: int | None = None
    """Where the prose begins that the passage ends with."""


def cut_page(
    title: str,
    text: str,
    count_tokens: Callable[[str], int],
    options: ChunkOptions | None = None,
) -> list[PageChunk]:
    """Cut a page's Markdown; `text[start_char:end_char]` is a passage's content."""
    options = options or ChunkOptions()
    tokens = _PARSER.parse(text)
    blocks = list(_blocks(text, tokens))
    cutter = _Cutter(title, text, count_tokens, options, _whole_spans(text, tokens))
    passages = cutter.merge_small(cutter.cut(blocks))
    return [_to_chunk(cutter, passage, index) for index, passage in passages]


def embedding_text(chunk: PageChunk) -> str:
    """Say what is embedded for a passage: where it stands, and what it says."""
    return _embedding_text(chunk.title, chunk.heading_path, chunk.content)


def _embedding_text(title: str, path: Sequence[str], content: str) -> str:
    return f"{' > '.join((title, *path))}\n{content}"


def _to_chunk(cutter: "_Cutter", passage: _Passage, index: int) -> PageChunk:
    content = cutter.text[passage.start : passage.end]
    embedded = _embedding_text(cutter.title, passage.path, content)
    return PageChunk(
        index=index,
        title=cutter.title,
        heading_path=passage.path,
        content=content,
        start_char=passage.start,
        end_char=passage.end,
        tokens=cutter.count(passage.start, passage.end),
        has_code=passage.has_code,
        # Of what is embedded: a passage under another heading has another vector.
        content_digest=hashlib.sha256(embedded.encode("utf-8", "replace")).hexdigest()[:32],
    )


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _NEWLINE.finditer(text)), len(text)]


def _blocks(text: str, tokens: Sequence[Token]) -> Iterator[_Block]:
    """Yield the top-level blocks without comments, each reaching to the next one."""
    starts = _line_starts(text)
    top = [
        (starts[token.map[0]], index, token)
        for index, token in enumerate(tokens)
        if token.level == 0 and token.nesting != -1 and token.map
    ]
    ends = [*(start for start, _, _ in top[1:]), len(text)] if top else []
    for (start, index, token), end in zip(top, ends, strict=True):
        if token.type == "front_matter" or _is_comment(token):
            continue
        heading = token.type == "heading_open"
        yield _Block(
            start=start,
            end=end,
            level=int(token.tag[1]) if heading else 0,
            heading=_plain(tokens[index + 1].content) if heading else "",
            is_code=token.type in {"fence", "code_block"},
            is_prose=not heading and token.type not in _WHOLE,
        )


def _plain(heading: str) -> str:
    """Read a heading's Markdown as a person does: without marks and escapes."""
    return _ESCAPE.sub(r"\1", heading.translate(_HEADING_MARKS)).strip()


def _is_comment(token: Token) -> bool:
    content = token.content.strip()
    whole = content.startswith("<!--") and content.find("-->") == len(content) - 3
    return token.type == "html_block" and whole


def _whole_spans(text: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """List the code blocks and tables, also those within lists and quotations."""
    starts = _line_starts(text)
    return [
        (starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)])
        for token in tokens
        if token.type in _WHOLE and token.map
    ]


@dataclass
class _Cutter:
    title: str
    text: str
    count_tokens: Callable[[str], int]
    options: ChunkOptions
    spans: list[tuple[int, int]]
    counted: dict[tuple[int, int], int] = field(default_factory=dict)
    """Sizes of parts; that of two parts which fit together may be their sum."""
    exact: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        maximum = self.options.maximum
        self.spans = [(start, end) for start, end in self.spans if self.size(start, end) <= maximum]

    def size(self, start: int, end: int) -> int:
        """Return about how many tokens a part of the page has."""
        if (start, end) not in self.counted:
            self.counted[start, end] = self.count(start, end)
        return self.counted[start, end]

    def count(self, start: int, end: int) -> int:
        """Count the tokens of a part of the page, once."""
        if (start, end) not in self.exact:
            self.exact[start, end] = self.count_tokens(self.text[start:end])
        return self.exact[start, end]

    def join_fits(self, start: int, middle: int, end: int, limit: int) -> bool:
        """Say whether two neighbouring parts fit together, counting them as one only near it."""
        size = self.size(start, middle) + self.size(middle, end)
        if size > limit:
            size = self.size(start, end)
        return self.counted.setdefault((start, end), size) <= limit

    def cut(self, blocks: Sequence[_Block]) -> list[_Passage]:
        """Fill passages section by section."""
        made: list[_Passage] = []
        headings: list[tuple[int, str]] = []
        for block in blocks:
            if block.level:
                headings = [*takewhile(lambda each: each[0] < block.level, headings)]  # noqa: B023 - used at once
                headings.append((block.level, block.heading))
                self._begin_section(made, block, self._path(headings))
            else:
                if not made or made[-1].end != block.start:
                    made.append(_Passage(block.start, block.start, self._path(headings)))
                self._add_block(made, block)
        return made

    def _path(self, headings: Sequence[tuple[int, str]]) -> tuple[str, ...]:
        path = tuple(heading for _, heading in headings)
        return path[1:] if path and path[0].casefold() == self.title.casefold() else path

    def _begin_section(self, made: list[_Passage], block: _Block, path: tuple[str, ...]) -> None:
        last = made[-1] if made else None
        # A heading right below a heading belongs to the same passage.
        if last and last.only_headings and last.end == block.start:
            last.end, last.path = block.end, path
        else:
            made.append(_Passage(block.start, block.end, path))

    def _add_block(self, made: list[_Passage], block: _Block) -> None:
        for start, end in self._pieces(block):
            last = made[-1]
            if not self._has_room(last, end):
                begin = self._overlap(last, start)
                if self.size(begin, end) > self.options.maximum:
                    begin = start
                last = _Passage(begin, end, last.path)
                made.append(last)
            last.end = end
            last.only_headings = False
            last.has_code = last.has_code or block.is_code
            last.prose_start = max(start, last.start) if block.is_prose else None

    def _has_room(self, passage: _Passage, end: int) -> bool:
        options = self.options
        small = self.size(passage.start, passage.end) < options.minimum
        limit = options.maximum if passage.only_headings or small else options.target
        return self.join_fits(passage.start, passage.end, end, limit)

    def _overlap(self, passage: _Passage, start: int) -> int:
        """Find where the next passage begins so that it repeats the end of this one's prose."""
        if passage.prose_start is None or not self.options.overlap:
            return start
        best = start
        found = [match.end() for match in _SENTENCE.finditer(self.text, passage.prose_start, start)]
        for place in reversed([each for each in found if each < start]):
            if self._inside_whole(place) or self.size(place, start) > self.options.overlap:
                break
            best = place
        return best

    def _inside_whole(self, place: int) -> bool:
        return any(start < place < end for start, end in self.spans)

    def _pieces(self, block: _Block) -> list[tuple[int, int]]:
        if not block.is_prose and self.size(block.start, block.end) <= self.options.maximum:
            return [(block.start, block.end)]
        return self._split(block.start, block.end, 0)

    def _split(self, start: int, end: int, level: int) -> list[tuple[int, int]]:
        """Split at the coarsest separators that make the parts fit the target."""
        if self.size(start, end) <= self.options.target:
            return [(start, end)]
        if level == len(_SEPARATORS):
            return self._cut_hard(start, end)
        found = (match.end() for match in _SEPARATORS[level].finditer(self.text, start, end))
        places = [place for place in found if start < place < end and not self._inside_whole(place)]
        packed: list[tuple[int, int]] = []
        for first, last in pairwise((start, *places, end)):
            if packed and self.join_fits(packed[-1][0], first, last, self.options.target):
                packed[-1] = (packed[-1][0], last)
            else:
                packed.append((first, last))
        return [part for each in packed for part in self._split(*each, level + 1)]

    def _cut_hard(self, start: int, end: int) -> list[tuple[int, int]]:
        """Cut what has no separator; a whole code block or table stays."""
        if any(first < end and start < last for first, last in self.spans):
            return [(start, end)]
        step = max(1, (end - start) * self.options.target // self.size(start, end))
        places = [*range(start, end, step), end]
        return list(pairwise(places))

    def merge_small(self, passages: Sequence[_Passage]) -> Iterator[tuple[int, _Passage]]:
        """Join passages that are too small to answer, and number those that say something."""
        kept: list[_Passage] = []
        for passage in filter(None, map(self._trimmed, passages)):
            last = kept[-1] if kept else None
            if last and self._belong_together(last, passage):
                shared = zip(last.path, passage.path, strict=False)
                path = tuple(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], shared))
                kept[-1] = _Passage(
                    last.start, passage.end, path, last.has_code or passage.has_code
                )
            else:
                kept.append(passage)
        return iter(enumerate(kept))

    def _belong_together(self, first: _Passage, second: _Passage) -> bool:
        if self.text[first.end : second.start].strip():
            return False
        sizes = (self.size(each.start, each.end) for each in (first, second))
        if min(sizes) >= self.options.minimum:
            return False
        return self.join_fits(first.start, second.start, second.end, self.options.maximum)

    def _trimmed(self, passage: _Passage) -> _Passage | None:
        content = self.text[passage.start : passage.end]
        end = passage.start + len(content.rstrip())
        start = passage.end - len(content.lstrip("\r\n"))
        if start >= end:
            return None
        return _Passage(start, end, passage.path, passage.has_code)
