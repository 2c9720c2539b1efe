"""How the walk over a syntax tree reads one language: a profile is data, not code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Reach(Enum):
    """Which scope a name is bound in."""

    HERE = auto()
    FUNCTION = auto()
    OUTER = auto()
    """The scope around the definition whose name it is."""
    PARAMETER = auto()
    """A parameter that callers may name: local only in a function that nobody outside can call."""
    GLOBAL = auto()
    NONLOCAL = auto()


class Opens(Enum):
    """What kind of scope a node opens."""

    FUNCTION = auto()
    BLOCK = auto()
    CLASS = auto()


Place = tuple[str, str]
"""A node's kind, and the field of the child in it; empty for a child without a field."""

DROPPED = frozenset("()[]{},;:")
"""Punctuation that the tree's shape already says, so that reformatting changes nothing."""


@dataclass(frozen=True)
class Profile:
    """The node kinds of one grammar, by what the walk does with them."""

    comments: frozenset[str] = frozenset({"comment"})
    annotations: frozenset[str] = frozenset()
    """Not code, except inside a `verbatim` node."""
    verbatim: frozenset[str] = frozenset()
    """Definitions of types: there annotations are the code."""
    transparent: frozenset[str] = frozenset()
    """Wrappers that leave no trace of their own."""
    first_only: frozenset[str] = frozenset()
    """Transparent wrappers whose first child is the code and the rest an annotation."""
    atoms: frozenset[str] = frozenset()
    """Nodes that are taken as one piece of text."""
    strings: frozenset[str] = frozenset()
    """Atoms that are literals which may hold a name."""
    dropped: frozenset[str] = DROPPED
    kept: frozenset[Place] = frozenset()
    """Punctuation, by the node around it, that counts although it is dropped elsewhere."""
    silent: frozenset[Place] = frozenset()
    """Anonymous tokens, by the node around them, that are part of an annotation."""
    alike: Mapping[str, str] = field(default_factory=dict)
    """Kinds that differ in their brackets alone, by the kind that stands for both."""
    normal: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    """How an atom or leaf is written before it counts."""
    scopes: Mapping[str, Opens] = field(default_factory=dict)
    binders: Mapping[Place, Reach] = field(default_factory=dict)
    hoisted: frozenset[str] = frozenset()
    """Declarations that bind in the function around all blocks."""
    patterns: frozenset[Place] = frozenset()
    """Where a binding goes through to the names inside."""
    capitals_are_fixed: bool = False
    """Whether a capitalised name in a pattern is a constant or a variant, and binds nothing."""
    members: frozenset[Place] = frozenset()
    """Where an identifier is a member's name."""
    shorthands: frozenset[str] = frozenset()
    """Identifiers, or what stands around one, that are a member's name and a local name at once."""
    long_forms: Mapping[str, str] = field(default_factory=dict)
    """What stands for such an identifier when the two names differ: `{ a: b }` for `{ a }`."""
    positional: str = ""
    """The mark after which no earlier parameter can be named by a caller."""
    holes: frozenset[str] = frozenset()
    """Lists in which a comma after a comma stands for a missing element."""
