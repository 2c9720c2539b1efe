"""What stands within a block of Markdown: code spans, links, comments and raw HTML."""

import html
import re
from dataclasses import dataclass, field

_PUNCTUATION = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w.-]+)>")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<[!?][^<>]*>")
_BARE_ADDRESS = re.compile(r"https?://[^\s<>`\"]+")
_DESTINATION = re.compile(r"\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))")
_TITLE = re.compile(
    r"""(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)"""
)


@dataclass(frozen=True)
class Link:
    """A link or an image; `code` holds the code spans of its text."""

    offset: int
    text: str
    target: str
    image: bool = False
    code: tuple[str, ...] = ()


@dataclass
class Inline:
    """Everything found in one block; offsets count from the block's first character."""

    links: list[Link] = field(default_factory=list)
    codes: list[tuple[int, str]] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)
    tags: list[tuple[int, str]] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)
    """Where backticks stand that have no partner and are not escaped."""
    text: list[str] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """Give the text as a reader sees it, without its code spans."""
        return "".join(self.text)


@dataclass(frozen=True)
class _Bracket:
    offset: int
    image: bool
    text_from: int
    codes_from: int


class Scanner:
    """Reads a block from left to right; what binds tighter in CommonMark is tried first."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.found = Inline()
        self._brackets: list[_Bracket] = []

    def scan(self) -> Inline:
        """Read the whole block."""
        while self.at < len(self.source):
            self._step()
        return self.found

    def _step(self) -> None:
        character = self.source[self.at]
        read = {
            "\\": self._escape,
            "`": self._code,
            "<": self._angle,
            "[": self._open,
            "!": self._image,
            "]": self._close,
            "h": self._address,
        }.get(character)
        if read is None or not read():
            self._take(character)

    def _take(self, text: str) -> None:
        self.found.text.append(text)
        self.at += len(text)

    def _escape(self) -> bool:
        following = self.source[self.at + 1 : self.at + 2]
        if following not in _PUNCTUATION:
            return False
        self.found.text.append(following)
        self.at += 2
        return True

    def _code(self) -> bool:
        ticks = len(self.source) - self.at - len(self.source[self.at :].lstrip("`"))
        fence = re.compile(rf"(?<!`)`{{{ticks}}}(?!`)")
        end = fence.search(self.source, self.at + ticks)
        if end is None:
            self.found.strays.append(self.at)
            self._take("`" * ticks)
            return True
        code = self.source[self.at + ticks : end.start()].replace("\n", " ")
        if code.strip() and code[0] == code[-1] == " ":
            code = code[1:-1]
        self.found.codes.append((self.at, code))
        self.at = end.end()
        return True

    def _angle(self) -> bool:
        if self.source.startswith("<!--", self.at):
            end = self.source.find("-->", self.at)
            end = len(self.source) if end < 0 else end + 3
            self.found.comments.append((self.at, self.source[self.at : end]))
            self.at = end
            return True
        autolink = _AUTOLINK.match(self.source, self.at)
        if autolink:
            target = autolink.group(1)
            self.found.links.append(Link(self.at, target, target))
            self.found.text.append(target)
            self.at = autolink.end()
            return True
        tag = _TAG.match(self.source, self.at)
        if tag:
            self.found.tags.append((self.at, tag.group()))
            self.at = tag.end()
        return tag is not None

    def _address(self) -> bool:
        inside = any(not bracket.image for bracket in self._brackets)
        address = None if inside else _BARE_ADDRESS.match(self.source, self.at)
        if address is None:
            return False
        target = address.group().rstrip(".,;:!?*_'\")|")
        self.found.links.append(Link(self.at, target, target))
        self._take(target)
        return True

    def _open(self) -> bool:
        self._push(1, image=False)
        return True

    def _image(self) -> bool:
        if not self.source.startswith("![", self.at):
            return False
        self._push(2, image=True)
        return True

    def _push(self, width: int, *, image: bool) -> None:
        bracket = _Bracket(self.at, image, len(self.found.text), len(self.found.codes))
        self._brackets.append(bracket)
        self._take(self.source[self.at : self.at + width])

    def _close(self) -> bool:
        if not self._brackets:
            return False
        bracket = self._brackets.pop()
        destination = _DESTINATION.match(self.source, self.at + 1)
        end = _TITLE.match(self.source, destination.end()) if destination else None
        if destination is None or end is None:
            return False
        target = destination.group(1) if destination.group(1) is not None else destination.group(2)
        shown = "".join(self.found.text[bracket.text_from + 1 :])
        codes = tuple(code for _, code in self.found.codes[bracket.codes_from :])
        text = " ".join((shown, *codes)).strip()
        target = html.unescape(re.sub(r"\\([^\w\s])", r"\1", target))
        self.found.links.append(Link(bracket.offset, text, target, bracket.image, codes))
        self.found.text[bracket.text_from :] = [shown]
        self.at = end.end()
        return True


def read_inline(source: str) -> Inline:
    """Read the inside of one block."""
    return Scanner(source).scan()
