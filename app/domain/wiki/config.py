"""`.autodoc.yaml`: what a repository asks of its documentation."""

import difflib
import posixpath
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum

import yaml

from app.domain.value import Value
from app.errors import ConfigurationError

FILE_NAME = ".autodoc.yaml"


class Publish(StrEnum):
    """Which pages are committed; all are built, indexed and served."""

    README = "readme"
    NARRATIVE = "narrative"
    ALL = "all"


class SiteKind(StrEnum):
    """For which generator of sites the pages are laid out."""

    MKDOCS = "mkdocs"
    DOCUSAURUS = "docusaurus"
    NONE = "none"


class Readme(StrEnum):
    """Whether a README is distilled between markers."""

    NONE = "none"
    ROOT = "root"


class Detail(StrEnum):
    """How much a page tells."""

    BRIEF = "brief"
    NORMAL = "normal"
    DEEP = "deep"


class CheckMode(StrEnum):
    """What a finding in a pull request does."""

    OFF = "off"
    REPORT = "report"
    REQUIRE = "require"


class Style(Value):
    """How the narrative is written."""

    audience: str = ""
    """For whom, in a few words."""
    tone: str = ""
    detail: Detail = Detail.NORMAL
    language: str = ""
    """Of the prose, in English words (`German`); empty for English."""


class PinnedPage(Value):
    """A narrative page that the structure must have."""

    title: str
    purpose: str
    subjects: tuple[str, ...] = ()
    """Globs of paths, from the scope's own folder; empty for the whole scope."""


class BudgetCaps(Value):
    """Caps in US dollars; the operator's settings bind all the same."""

    run: Decimal | None = None
    month: Decimal | None = None


class Ignored(Value):
    """Findings that are known and accepted."""

    rule: str
    """`*` for every rule."""
    page: str = "*"
    """A glob of pages."""
    text: str = ""
    """What the finding's message must hold; empty for any."""
    reason: str


class Checks(Value):
    """How pages are checked."""

    mode: CheckMode = CheckMode.REPORT
    ignore: tuple[Ignored, ...] = ()


class Config(Value):
    """A scope's settings; what is not said has these defaults."""

    include: tuple[str, ...] = ()
    """Globs or folders that are documented; empty for everything."""
    exclude: tuple[str, ...] = ()
    """Globs or folders that are not documented."""
    output: str = "docs/autodoc"
    """The folder of the pages, from the scope's own folder."""
    publish: Publish = Publish.NARRATIVE
    site: SiteKind = SiteKind.NONE
    readme: Readme = Readme.NONE
    agents: bool = False
    """Whether `AGENTS.md` is written."""
    style: Style = Style()
    instructions: str = ""
    """What every writer is told, in the words of the repository's owners."""
    pages: tuple[PinnedPage, ...] = ()
    branches: tuple[str, ...] = ()
    """Globs of the branches that are documented; empty for the default branch alone."""
    labels: tuple[str, ...] = ()
    """Of the documentation pull request."""
    reviewers: tuple[str, ...] = ()
    budget: BudgetCaps = BudgetCaps()
    checks: Checks = Checks()
    warnings: tuple[str, ...] = ()
    """One sentence for each key that is not known."""


def parse_config(text: str, path: str = FILE_NAME) -> Config:
    """Read a configuration; a wrong value's error names its file, line and what is allowed."""
    values: dict[str, object] = {}
    warnings: list[str] = []
    for key, node in _entries(text, path):
        reader = _READERS.get(key)
        if reader is None:
            warnings.append(_unknown(key, node, path))
        else:
            values[key] = reader(key, node, path)
    return Config.model_validate({**values, "warnings": tuple(warnings)})


def _entries(text: str, path: str) -> Iterator[tuple[str, yaml.Node]]:
    root = _compose(text, path)
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise _wrong(path, root, "the file must hold `key: value` lines")
    seen: set[str] = set()
    for key, node in root.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(path, key, "a key must be a word")
        if key.value in seen:
            raise _wrong(path, key, f"`{key.value}` is set twice")
        seen.add(key.value)
        yield key.value, node


def _compose(text: str, path: str) -> yaml.Node | None:
    """Parse without building objects, so that every value keeps its line."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}:{line}: {error.problem or 'not YAML'}") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path} cannot be read as YAML: {error}") from error
    return node


def _unknown(key: str, node: yaml.Node, path: str) -> str:
    near = difflib.get_close_matches(key, _READERS, n=1, cutoff=0.6)
    hint = f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(_READERS)}"
    return f"{path}:{node.start_mark.line + 1}: unknown key `{key}`{hint}"


def _wrong(path: str, node: yaml.Node, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{path}:{node.start_mark.line + 1}: {problem}")


def _read_globs(key: str, node: yaml.Node, path: str) -> tuple[str, ...]:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return tuple(_read_text(key, item, path) for item in items)


def _read_text(key: str, node: yaml.Node, path: str) -> str:
    is_text = isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str"
    if not is_text or not node.value.strip():
        raise _wrong(path, node, f"`{key}` must be a path or glob, or a list of them, as text")
    return str(node.value).strip()


def _read_folder(key: str, node: yaml.Node, path: str) -> str:
    folder = posixpath.normpath(_read_text(key, node, path))
    parts = folder.split("/")
    if folder.startswith("/") or folder == "." or ".." in parts or ".git" in parts:
        raise _wrong(path, node, f"`{key}` must be a folder inside the repository, not `{folder}`")
    return folder


def _read_choice(choices: type[StrEnum]) -> Callable[[str, yaml.Node, str], object]:
    def read(key: str, node: yaml.Node, path: str) -> object:
        allowed = [str(each) for each in choices]
        if not isinstance(node, yaml.ScalarNode) or node.value not in allowed:
            found = f", not `{node.value}`" if isinstance(node, yaml.ScalarNode) else ""
            raise _wrong(path, node, f"`{key}` must be one of {', '.join(allowed)}{found}")
        return choices(node.value)

    return read


_READERS: dict[str, Callable[[str, yaml.Node, str], object]] = {
    "exclude": _read_globs,
    "output": _read_folder,
    "publish": _read_choice(Publish),
}
