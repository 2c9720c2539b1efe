"""How much a page of people says of a name: the ground on which its verdicts stand."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property

from app.domain.wiki.people_text import Form, Mention, PageText, read_page_text

WORD = re.compile(r"[\w$]+")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
_PARTS = re.compile(r"--[\w-]+|[\w$]+")
_DOTTED = re.compile(r"[A-Za-z_$.][\w$.:#]*")
_FLAG = re.compile(r"--[A-Za-z][\w-]+")
_SEPARATOR = re.compile(r"\.|::|#")
_ODD = re.compile(r"_|[a-z\d][A-Z]|^[A-Z\d_]{3,}$")
"""The shape of a name that no English word has."""

_HEADING = 5.0
_DIRECTIVE = 3.0
_SPAN = 1.0
_PLAIN = 0.5
_CODE = 0.3
_MOST_CODE = 5
MAX_BLOCK = 20_000
MAX_ARGUMENTS = 600


class PeoplePage:
    """A page that people wrote; it is taken apart only when somebody asks what it names."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._text = text
        self._counts: dict[Form, Counter[str]] = {form: Counter() for form in Form}
        self._owners: dict[str, set[str]] = defaultdict(set)
        self._first: dict[str, Mention] = {}
        self._flags: dict[str, Mention] = {}
        self._headings: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the page, wherever they stand."""
        return frozenset(WORD.findall(self._text))

    @cached_property
    def page(self) -> PageText:
        """The page taken apart."""
        page = read_page_text(self.path, self._text)
        for mention in page.mentions:
            self._take(mention)
        self._headings = frozenset(_heading_names(page))
        return page

    def says(self, name: str) -> float:
        """Weigh what the page says of a bare name or a flag; 0 when it does not name it."""
        if not self._may_name(name):
            return 0.0
        if name.startswith("-"):
            return _SPAN if name in self._flags else 0.0
        counts = self._counts
        return (
            _HEADING * (name in self._headings)
            + _DIRECTIVE * (name in counts[Form.DIRECTIVE])
            + _SPAN * counts[Form.SPAN][name]
            + _PLAIN * counts[Form.WORD][name]
            + _CODE * min(counts[Form.CODE][name], _MOST_CODE)
        )

    def names(self, name: str) -> bool:
        """Say whether the page speaks of a name in its prose, not only in examples."""
        if not self._may_name(name):
            return False
        if name.startswith("-"):
            return name in self._flags
        forms = (Form.SPAN, Form.DIRECTIVE)
        return name in self._headings or any(name in self._counts[form] for form in forms)

    def belongs(self, name: str, owner: str) -> bool:
        """Say whether the page writes a member behind its owner, or speaks of the owner too."""
        return not owner or owner in self._owners.get(name, ()) or self.names(owner)

    def speaks_of_kin(self, owner: str) -> bool:
        """Say whether the page names a class, or has a heading with its name in any spelling."""
        low = owner.lower()
        return self.names(owner) or any(
            low in map(str.lower, _IDENTIFIER.findall(text)) for _, text in self.page.headings
        )

    def where(self, name: str) -> Mention | None:
        """Return the first sentence that names it, prose before examples."""
        if not self._may_name(name):
            return None
        return self._flags.get(name) or self._first.get(name)

    def section_of(self, names: Collection[str]) -> Mention | None:
        """Return a mention in the section that names the most of some names."""
        found = [mention for name in sorted(names) if (mention := self.where(name))]
        sections = Counter(mention.anchor for mention in found)
        most = max(sections.values(), default=0)
        return next((each for each in found if sections[each.anchor] == most), None)

    def calls(self, name: str, owner: str = "") -> Iterator[tuple[str, Mention | None]]:
        """Give the arguments of each call of a name, in code and in code spans.

        A member is called behind something that is named like its owner: `Client.get(` and
        `client.get(` are calls of `AsyncClient.get`, `requests.get(` is none.
        """
        pattern = re.compile(rf"(?:(?P<receiver>[\w$]+)(?:\(\))?\.)?(?<![\w$]){re.escape(name)}\(")
        mentions = self.page.mentions
        spans = [(mention.text, mention) for mention in mentions if mention.form is Form.SPAN]
        blocks = [(block[:MAX_BLOCK], None) for block in self.page.blocks]
        for text, mention in (*spans, *blocks):
            for found in pattern.finditer(text):
                if not owner or (found["receiver"] or "?").lower() in owner.lower():
                    yield _arguments(text[found.end() :][:MAX_ARGUMENTS]), mention

    def states_default(self, name: str, value: str, of: str = "") -> Mention | None:
        """Return where the page says that a value is the default of a name.

        The name stands in the same sentence or in the heading; of a parameter, so does the name of
        what it belongs to.
        """
        if not self._may_name(name) or not value:
            return None
        bare = _bare(value)
        for mention in self.page.mentions:
            if mention.form is Form.SPAN and _bare(mention.text) == bare:
                around = frozenset(_PARTS.findall(f"{mention.heading} {mention.sentence}"))
                is_stated = "default" in mention.sentence.lower()
                if is_stated and around.issuperset(filter(None, (name, of))):
                    return mention
        return None

    def _may_name(self, name: str) -> bool:
        """Say whether the words of a name stand on the page, and take it apart if they do."""
        return self.words.issuperset(WORD.findall(name)) and bool(self.page)

    def _take(self, mention: Mention) -> None:
        for flag in _FLAG.findall(mention.text):
            self._flags.setdefault(flag, mention)
        if mention.form is Form.CODE:
            for name in _IDENTIFIER.findall(mention.text):
                self._counts[Form.CODE][name] += 1
                self._first.setdefault(name, mention)
            return
        found = _DOTTED.match(mention.text)
        parts = [part for part in _SEPARATOR.split(found[0]) if part] if found else []
        if not parts:
            return
        name = parts[-1]
        self._counts[mention.form][name] += 1
        if name not in self._first or self._first[name].form is Form.CODE:
            self._first[name] = mention
        if len(parts) > 1:
            self._owners[name].add(parts[-2])


def _heading_names(page: PageText) -> Iterator[str]:
    """Give the names in headings: what is no word of prose, or all that a heading says."""
    for _, text in page.headings:
        words = _IDENTIFIER.findall(text)
        for word in words:
            if len(words) == 1 or _ODD.search(word) or f".{word}" in text or f"{word}(" in text:
                yield word


def _bare(value: str) -> str:
    return value.strip().strip("\"'").lower()


def _arguments(text: str) -> str:
    """Return the text up to the bracket that ends a call, without what stands in inner brackets."""
    depth = 0
    kept = []
    for char in text:
        if char in ")]}":
            if depth == 0:
                break
            depth -= 1
        elif char in "([{":
            depth += 1
        elif depth == 0:
            kept.append(char)
    return "".join(kept)
