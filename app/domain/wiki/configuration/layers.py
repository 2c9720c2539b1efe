"""An organisation's configuration beneath that of a repository: key by key, the own one wins."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import TypeVar

from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME, Config
from app.domain.wiki.configuration.forms import Group
from app.domain.wiki.configuration.reading import (
    MAX_BYTES,
    ConfigReading,
    first_of,
    read_bytes,
    read_text,
)
from app.domain.wiki.configuration.table import ROOT

V = TypeVar("V", bound=Value)

ORGANISATION_FILE = f".github/{FILE_NAME}"
"""How the file of the organisation's `.github` repository is called."""


def defaults_text(content: bytes | None) -> str:
    """Keep an organisation's file as text: what reading refuses is still refused."""
    # One byte too many is enough for that, and PostgreSQL keeps no NUL.
    head = (content or b"")[: MAX_BYTES + 1]
    return head.decode("utf-8-sig", errors="replace").replace("\0", "\ufffd")


def read_defaults(text: str) -> ConfigReading:
    """Read an organisation's file; a broken one counts as empty, and a warning tells of it."""
    reading = read_text(text, ORGANISATION_FILE)
    if not reading.errors:
        return reading
    told = f"the organisation's configuration is ignored: {first_of(reading.errors)}"
    return ConfigReading(path=ORGANISATION_FILE, config=Config(warnings=(told,)))


def layered(own: ConfigReading, defaults: ConfigReading) -> ConfigReading:
    """Let the keys that a file does not name have the organisation's values."""
    beneath = frozenset(inherited(own, defaults))
    config = _layer(ROOT, own.config, defaults.config, beneath)
    return own.model_copy(update={"config": config})


def read_above(defaults: str, content: bytes | None) -> ConfigReading:
    """Read the file of a repository's root, if there is one, above the organisation's."""
    return layered(read_bytes(content or b""), read_defaults(defaults))


def inherited(own: ConfigReading, defaults: ConfigReading) -> tuple[str, ...]:
    """Name the keys that have the organisation's values."""
    return tuple(
        each for each in _keys(ROOT, "") if each in defaults.lines and each not in own.lines
    )


def _keys(group: Group, start: str) -> Iterator[str]:
    for each in group.fields:
        if isinstance(each.form, Group):
            yield from _keys(each.form, f"{start}{each.name}.")
        else:
            yield f"{start}{each.name}"


def _layer(group: Group, own: V, defaults: Value, beneath: AbstractSet[str], start: str = "") -> V:
    changed: dict[str, object] = {}
    for each in group.fields:
        key, theirs = f"{start}{each.name}", getattr(defaults, each.name)
        if isinstance(each.form, Group):
            mine = getattr(own, each.name)
            changed[each.name] = _layer(each.form, mine, theirs, beneath, f"{key}.")
        elif key in beneath:
            changed[each.name] = theirs
    return own.model_copy(update=changed)
