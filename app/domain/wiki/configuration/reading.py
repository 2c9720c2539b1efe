"""Reading `.autodoc.yaml`: bytes in, a configuration and every problem of the file out.

The file is composed and never constructed, so every value keeps its line and no object is built.
"""

import re
from collections.abc import Mapping

import yaml

from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME, Config
from app.domain.wiki.configuration.forms import Notes
from app.domain.wiki.configuration.table import ROOT
from app.errors import ConfigurationError

MAX_BYTES = 64_000
MAX_DEPTH = 12
MAX_EVENTS = 20_000

_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00")
"""How a text in UTF-16 or UTF-32 begins."""
_TAG = "tag:yaml.org,2002:"
_PLAIN_WORDS = {
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "null": re.compile(r"~|null|Null|NULL|"),
    "int": re.compile(r"[-+]?[0-9]+"),
    "float": re.compile(
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    ),
}
"""What a word without quotes means in YAML 1.2: `off`, `no` and dates are words there."""


class ConfigReading(Value):
    """What one file says, and what is wrong with it."""

    path: str
    config: Config
    """Wrong values are left at their defaults."""
    errors: tuple[str, ...] = ()
    lines: Mapping[str, int] = {}
    """Where each known key stands; keys of a group behind its name and a dot."""


class _UnreadableError(ConfigurationError):
    """The file is no YAML that could be read further."""


class _Words:
    """Knows the words of YAML 1.2."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: object) -> str:
        """Name the tag of a node without one."""
        if kind is not yaml.ScalarNode:
            return f"{_TAG}{'seq' if kind is yaml.SequenceNode else 'map'}"
        is_plain = isinstance(implicit, tuple) and bool(implicit[0])
        if is_plain:
            for name, words in _PLAIN_WORDS.items():
                if words.fullmatch(value or ""):
                    return f"{_TAG}{name}"
        return f"{_TAG}str"


class _QuickComposer(_Words, yaml.CSafeLoader):
    """Composes the nodes of a file that is right."""


class _Composer(_Words, yaml.SafeLoader):
    """Composes nodes ten times slower, and says of a wrong file what people understand."""


_Loader = type[_QuickComposer] | type[_Composer]


def parse_config(text: str, path: str = FILE_NAME) -> Config:
    """Read a configuration; a wrong value's error names its file, line and what is allowed."""
    return accept(read_text(text, path))


def accept(reading: ConfigReading) -> Config:
    """Return the configuration, or raise ConfigurationError with the first of its errors."""
    if reading.errors:
        raise ConfigurationError(first_of(reading.errors))
    return reading.config


def first_of(errors: tuple[str, ...]) -> str:
    """Say the first error, and where to see the others."""
    more = len(errors) - 1
    rest = f" ({more} more: run `autodoc config check`)" if more else ""
    return f"{errors[0]}{rest}"


def too_large(path: str) -> ConfigReading:
    """Refuse a file that nobody needs to read."""
    problem = f"{path} is larger than {MAX_BYTES} bytes: shorten it"
    return ConfigReading(path=path, config=Config(), errors=(problem,))


def read_bytes(content: bytes, path: str = FILE_NAME) -> ConfigReading:
    """Read a file as it lies in a commit."""
    if len(content) > MAX_BYTES:
        return too_large(path)
    try:
        text = _decode(content, path)
    except _UnreadableError as error:
        return ConfigReading(path=path, config=Config(), errors=(str(error),))
    return read_text(text, path)


def read_text(text: str, path: str = FILE_NAME) -> ConfigReading:
    """Read a file's text."""
    if len(text) > MAX_BYTES:
        return too_large(path)
    notes = Notes(path)
    try:
        root = _compose(text.removeprefix("\ufeff"), path)
    except _UnreadableError as error:
        return ConfigReading(path=path, config=Config(), errors=(str(error),))
    config = ROOT.read("", root, notes) if root is not None else None
    if not isinstance(config, Config):
        config = Config()
    return ConfigReading(
        path=path,
        config=config.model_copy(update={"warnings": tuple(notes.warnings)}),
        errors=tuple(notes.errors),
        lines=notes.lines,
    )


def _decode(content: bytes, path: str) -> str:
    if content.startswith(_WIDE):
        raise _UnreadableError(f"{path} is not UTF-8 text: save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _UnreadableError(
            f"{path}:{line}: the file is not UTF-8 text: save it as UTF-8"
        ) from None


def _compose(text: str, path: str) -> yaml.Node | None:
    try:
        return _composed(text, path, _QuickComposer)
    except yaml.YAMLError:
        return _explained(text, path)


def _explained(text: str, path: str) -> yaml.Node | None:
    """Compose a file that is probably wrong, and say what is."""
    try:
        return _composed(text, path, _Composer)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"the character U+{error.character:04X} may not stand in YAML: remove it"
        raise _UnreadableError(f"{path}:{line}: {problem}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _UnreadableError(f"{path}:{line}: {_explain(error)}") from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise _UnreadableError(f"{path} cannot be read as YAML: write it anew") from None


def _composed(text: str, path: str, loader: _Loader) -> yaml.Node | None:
    """Compose a file, but refuse what would grow while it is read before it does."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=loader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            name = f"`*{str(event.anchor)[:40]}`"
            problem = f"{name} is an alias in YAML, which may not stand here: {_QUOTE}"
            raise _UnreadableError(f"{path}:{line}: {problem}, or write a repeated value out")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _UnreadableError(f"{path}:{line}: the file is nested too deeply")
        if number > MAX_EVENTS:
            raise _UnreadableError(f"{path}:{line}: the file holds too many values")
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


_QUOTE = "put a glob that begins with `*` in quotes"


def _explain(error: yaml.MarkedYAMLError) -> str:
    """Say what people usually did when YAML says that."""
    problem = str(error.problem or "this is not YAML")
    if "alias" in str(error.context):
        return f"`*` begins an alias in YAML: {_QUOTE}"
    if "'\\t'" in problem:
        return "a tab stands where YAML wants spaces: indent with spaces"
    if "expected a single document" in str(error.context):
        return "a second document begins: the file must hold one"
    return f"this is not YAML: {problem}"
