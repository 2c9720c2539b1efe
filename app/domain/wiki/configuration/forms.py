"""What a value of `.autodoc.yaml` may be: how each form is read, and how JSON Schema says it."""

import difflib
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Protocol

import yaml

from app.domain.value import Value

SHOWN = 60
"""So many characters of a wrong value are repeated."""
MAX_WARNINGS = 20
"""Of one file; more say nothing new."""
MAX_NUMBER = 1_000_000
MAX_DIGITS = 20

_STRING = "tag:yaml.org,2002:str"
_BOOLEAN = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

Schema = dict[str, object]


@dataclass(frozen=True)
class Notes:
    """What is found in one file while it is read."""

    path: str
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    """Where each known key stands; keys of a group behind its name and a dot."""

    def wrong(self, node: yaml.Node, problem: str) -> None:
        """Record an error at its line."""
        self.errors.append(f"{self.path}:{line_of(node)}: {printable(problem)}")

    def odd(self, node: yaml.Node, problem: str) -> None:
        """Record a warning at its line."""
        if not self.is_full:
            self.warnings.append(f"{self.path}:{line_of(node)}: {printable(problem)}")

    @property
    def is_full(self) -> bool:
        """Say whether no more warnings are recorded."""
        return len(self.warnings) >= MAX_WARNINGS


def printable(text: str) -> str:
    """Write a text so that it is one line anywhere."""
    return "".join(char if char.isprintable() else "?" for char in text)


def line_of(node: yaml.Node) -> int:
    """Return the 1-based line on which a node begins."""
    return int(node.start_mark.line) + 1


def shown(node: yaml.Node) -> str:
    """Repeat a wrong value, shortened."""
    if not isinstance(node, yaml.ScalarNode):
        return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
    if node.tag == _NULL:
        return "nothing"
    text = " ".join(str(node.value).split())
    return f"`{text if len(text) <= SHOWN else f'{text[:SHOWN]}…'}`"


class Form(Protocol):
    """One form of value."""

    def read(self, key: str, node: yaml.Node, notes: Notes) -> object:
        """Return the value; None after a wrong one was noted."""

    def schema(self) -> Schema:
        """Say in JSON Schema what is allowed."""


@dataclass(frozen=True)
class Text:
    """Words, within a length and a pattern that JSON Schema understands, too."""

    most: int
    allowed: str
    pattern: str = ""
    tidy: Callable[[str], str] = str.strip

    def read(self, key: str, node: yaml.Node, notes: Notes) -> str | None:
        """Refuse numbers and switches, too: text that looks like one stands in quotes."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != _STRING:
            quotes = ": put it in quotes" if isinstance(node, yaml.ScalarNode) else ""
            quotes = "" if node.tag == _NULL else quotes
            notes.wrong(node, f"`{key}` must be {self.allowed}, as text, not {shown(node)}{quotes}")
        elif len(node.value) > self.most:
            found = f"{self.most} characters, not {len(node.value)}"
            notes.wrong(node, f"`{key}` must be {self.allowed}, of at most {found}")
        elif _UNPRINTABLE.search(node.value):
            notes.wrong(node, f"`{key}` holds a character that cannot be printed: remove it")
        elif not re.search(self.pattern, node.value):
            notes.wrong(node, f"`{key}` must be {self.allowed}, not {shown(node)}")
        else:
            return self.tidy(node.value)
        return None

    def schema(self) -> Schema:
        """Say it by length and pattern."""
        pattern: Schema = {"pattern": self.pattern} if self.pattern else {}
        return {"type": "string", "maxLength": self.most, **pattern}


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, key: str, node: yaml.Node, notes: Notes) -> str | None:
        """Take exactly one of the words."""
        if isinstance(node, yaml.ScalarNode) and node.tag == _STRING and node.value in self.words:
            return str(node.value)
        notes.wrong(node, f"`{key}` must be one of {', '.join(self.words)}, not {shown(node)}")
        return None

    def schema(self) -> Schema:
        """List the words."""
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Switch:
    """True or false."""

    def read(self, key: str, node: yaml.Node, notes: Notes) -> bool | None:
        """Take the two words that every reader of YAML takes alike."""
        if isinstance(node, yaml.ScalarNode) and node.tag == _BOOLEAN:
            return bool(node.value.lower() == "true")
        notes.wrong(node, f"`{key}` must be true or false, not {shown(node)}")
        return None

    def schema(self) -> Schema:
        """Say that it is a boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Amount:
    """Money, in US dollars."""

    def read(self, key: str, node: yaml.Node, notes: Notes) -> Decimal | None:
        """Take a finite number from 0 on."""
        value = self._number(node)
        if value is None or not 0 <= value <= MAX_NUMBER:
            allowed = f"a number of US dollars from 0 to {MAX_NUMBER}, such as 2.50"
            notes.wrong(node, f"`{key}` must be {allowed}, not {shown(node)}")
            return None
        return value

    def _number(self, node: yaml.Node) -> Decimal | None:
        is_number = isinstance(node, yaml.ScalarNode) and node.tag in _NUMBERS
        if not is_number or len(node.value) > MAX_DIGITS:
            return None
        try:
            value = Decimal(node.value)
        except InvalidOperation:
            return None
        return value if value.is_finite() else None

    def schema(self) -> Schema:
        """Say it by its bounds."""
        return {"type": "number", "minimum": 0, "maximum": MAX_NUMBER}


@dataclass(frozen=True)
class Listing:
    """A list; words may stand alone where one is all there is."""

    item: Form
    most: int

    def read(self, key: str, node: yaml.Node, notes: Notes) -> tuple[object, ...] | None:
        """Read every item, so that all that is wrong is known at once."""
        if isinstance(node, yaml.SequenceNode):
            items = list(node.value)
        elif isinstance(self.item, Text):
            items = [node]
        else:
            notes.wrong(node, f"`{key}` must be a list, not {shown(node)}")
            return None
        if len(items) > self.most:
            notes.wrong(node, f"`{key}` must have at most {self.most} items, not {len(items)}")
            return None
        read = [self.item.read(key, item, notes) for item in items]
        return tuple(item for item in read if item is not None)

    def schema(self) -> Schema:
        """Say it by its items."""
        item = self.item.schema()
        listing: Schema = {"type": "array", "items": item, "maxItems": self.most}
        return {"anyOf": [item, listing]} if isinstance(self.item, Text) else listing


@dataclass(frozen=True)
class Field:
    """A key of a group."""

    name: str
    form: Form
    says: str
    """What it does, in a sentence; `autodoc config init` and the schema repeat it."""
    required: bool = False
    example: str = ""
    """For a key whose default says little."""


@dataclass(frozen=True)
class Group:
    """Keys with values."""

    builds: type[Value]
    fields: tuple[Field, ...]

    def read(self, key: str, node: yaml.Node, notes: Notes) -> Value | None:
        """Read every key; one that is not known is a warning that names the nearest."""
        if not isinstance(node, yaml.MappingNode):
            what = f"`{key}`" if key else "the file"
            notes.wrong(node, f"{what} must hold `key: value` lines, not {shown(node)}")
            return None
        known = {each.name: each for each in self.fields}
        before, values = len(notes.errors), dict[str, object]()
        for name, key_node, value in self._entries(key, node, notes):
            full = f"{key}.{name}" if key else name
            if name not in known:
                if not notes.is_full:
                    notes.odd(key_node, f"unknown key `{full}`{near_to(name, known)}")
                continue
            notes.lines[full] = line_of(key_node)
            values[name] = known[name].form.read(full, value, notes)
        for each in self.fields:
            if each.required and each.name not in values:
                notes.wrong(node, f"`{key}` lacks `{each.name}`: {each.says}")
        usable = {name: value for name, value in values.items() if value is not None}
        if key and len(notes.errors) > before:
            return None
        return self.builds.model_validate(usable)

    def _entries(
        self, key: str, node: yaml.MappingNode, notes: Notes
    ) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        seen: set[str] = set()
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                notes.wrong(name, "a key must be a word")
            elif name.value in seen:
                full = f"{key}.{name.value}" if key else name.value
                notes.wrong(name, f"`{full[:SHOWN]}` is set twice: remove one of them")
            else:
                seen.add(name.value)
                yield name.value[:SHOWN], name, value

    def schema(self) -> Schema:
        """Say it by its keys; an editor underlines any other."""
        required = [each.name for each in self.fields if each.required]
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                each.name: {"description": each.says, **each.form.schema()} for each in self.fields
            },
            **({"required": required} if required else {}),
        }


def near_to(name: str, known: Mapping[str, object]) -> str:
    """Guess what was meant by a key, or list what there is."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(known)}"


def tidy_path(text: str) -> str:
    """Write a path without the parts that say nothing."""
    return posixpath.normpath(text.strip())


def one_line(text: str) -> str:
    """Join words that a folded scalar has brought to several lines."""
    return " ".join(text.split())
