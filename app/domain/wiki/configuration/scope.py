"""Scopes: the folders of a repository that are documented apart, each with its own configuration.

A folder with an `.autodoc.yaml` is a scope, and the scope around it leaves it out. A repository
without any is one scope. A file in a folder that the scope around it excludes is not looked at, so
that examples and test data make no scopes.
"""

import fnmatch
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from app.domain.code.facts import RepositoryFacts
from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME, BudgetCaps, Config, PinnedPage
from app.domain.wiki.configuration.layers import layered, read_defaults
from app.domain.wiki.configuration.reading import ConfigReading, first_of, read_bytes, too_large
from app.errors import ConfigurationError

MAX_SCOPES = 50
UNLIKELY = frozenset({"node_modules", "vendor", "third_party", "site-packages", ".git"})
"""Folders of other people's code, whose configurations are not ours."""

_GLOB = re.compile(r"[*?\[]")
_ITSELF = "."
"""The folder of the file itself, as people write it."""

T = TypeVar("T")


class Scope(Value):
    """A folder that is documented on its own."""

    folder: str = ""
    """Empty for the whole repository."""
    config: Config = Config()
    children: tuple[str, ...] = ()
    """The folders of the scopes directly below, which are left out."""
    generated: tuple[str, ...] = ()
    """The output folders of all scopes: what AutoDoc wrote is no source."""
    lines: Mapping[str, int] = {}
    """Where the keys of its file stand."""

    @property
    def output(self) -> str:
        """Return the folder of the pages, from the root of the repository."""
        return posixpath.join(self.folder, self.config.output)

    @property
    def file(self) -> str:
        """Return its configuration file, which the whole repository may lack."""
        return posixpath.join(self.folder, FILE_NAME)

    @property
    def name(self) -> str:
        """Return how people call it."""
        return self.folder or "the whole repository"

    @property
    def pages(self) -> tuple[PinnedPage, ...]:
        """Return the pages it must have, their subjects from the root of the repository."""
        return tuple(
            page.model_copy(update={"subjects": self._from_root(page.subjects)})
            for page in self.config.pages
        )

    def _from_root(self, subjects: Sequence[str]) -> tuple[str, ...]:
        """Write subjects from the root of the repository; of the whole of it there are none."""
        if not self.folder:
            return () if _ITSELF in subjects else tuple(subjects)
        return tuple(map(self._below, subjects))

    def _below(self, path: str) -> str:
        if path == _ITSELF:
            return self.folder
        start = _escaped(self.folder) if _GLOB.search(path) else self.folder
        return f"{start}/{path}"

    def matcher(self) -> Callable[[str], bool]:
        """Return what says whether a path of the repository belongs to the scope's sources."""
        start = posixpath.join(self.folder, "") if self.folder else ""
        apart = tuple(posixpath.join(each, "") for each in (*self.children, *self.generated))
        include, exclude = Globs(self.config.include), Globs(self.config.exclude)

        def documents(path: str) -> bool:
            if not path.startswith(start) or path.startswith(apart):
                return False
            below = path[len(start) :]
            wanted = not self.config.include or include.match(below)
            return wanted and not exclude.match(below)

        return documents


class Globs:
    """Paths, folders and globs, sorted out once for many paths; `*` matches across folders."""

    def __init__(self, globs: Iterable[str]) -> None:
        listed = [each.rstrip("/") for each in globs]
        self._is_all = _ITSELF in listed
        self._names = frozenset(listed)
        self._folders = tuple(f"{each}/" for each in listed)
        patterns = [fnmatch.translate(each) for each in listed if _GLOB.search(each)]
        self._patterns = re.compile("|".join(patterns) or r"(?!)")

    def match(self, path: str) -> bool:
        """Say whether a path is named, lies in a folder that is, or fits a glob."""
        return (
            self._is_all
            or path in self._names
            or path.startswith(self._folders)
            or self._patterns.match(path) is not None
        )


class ScopeReading(Value):
    """The scopes of a commit, and every problem of their files."""

    scopes: tuple[Scope, ...]
    """By folder; wrong values are left at their defaults."""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def is_config_file(path: str) -> bool:
    """Say whether a path may make its folder a scope."""
    *folders, name = path.split("/")
    return name == FILE_NAME and UNLIKELY.isdisjoint(folders)


def find_scopes(files: Mapping[str, bytes | None], defaults: str = "") -> ScopeReading:
    """Read the scopes of a commit from its configuration files, given by path.

    None stands for a file that is too large to be read. `defaults` is the organisation's file: it
    lies beneath that of each scope.
    """
    beneath = read_defaults(defaults)
    chosen: dict[str, ConfigReading] = {}
    for path in sorted(files, key=lambda each: (each.count("/"), each)):
        if len(chosen) > MAX_SCOPES:
            break
        if is_config_file(path) and not _is_left_out(posixpath.dirname(path), chosen):
            content = files[path]
            reading = too_large(path) if content is None else read_bytes(content, path)
            chosen[posixpath.dirname(path)] = layered(reading, beneath)
    errors = [error for reading in chosen.values() for error in reading.errors]
    if len(chosen) > MAX_SCOPES:
        errors.append(
            f"the repository has more than {MAX_SCOPES} scopes: remove some {FILE_NAME} files"
        )
        chosen = dict(list(chosen.items())[:MAX_SCOPES])
    whole = layered(ConfigReading(path=FILE_NAME, config=Config()), beneath)
    scopes = _connected(chosen or {"": whole})
    warnings = (text for each in scopes for text in each.config.warnings)
    return ScopeReading(
        scopes=scopes,
        errors=(*errors, *_overlaps(scopes)),
        warnings=(*beneath.config.warnings, *warnings),
    )


def accept_scopes(reading: ScopeReading) -> tuple[Scope, ...]:
    """Return the scopes, or raise ConfigurationError with the first error."""
    if reading.errors:
        raise ConfigurationError(first_of(reading.errors))
    return reading.scopes


def _is_left_out(folder: str, chosen: Mapping[str, ConfigReading]) -> bool:
    """Say whether the nearest scope above excludes a folder, or writes its pages there."""
    above = _above(folder, chosen)
    if above is None:
        return False
    config = chosen[above].config
    below = folder[len(above) :].lstrip("/")
    parts = [below.rsplit("/", cut)[0] for cut in range(below.count("/") + 1)]
    left_out = Globs((*config.exclude, config.output))
    return any(left_out.match(part) for part in parts)


def _above(folder: str, folders: Collection[str]) -> str | None:
    while folder:
        folder = posixpath.dirname(folder)
        if folder in folders:
            return folder
    return None


def _connected(readings: Mapping[str, ConfigReading]) -> tuple[Scope, ...]:
    """Tell each scope which ones lie below it, and where pages lie."""
    alone = [
        Scope(folder=folder, config=_bound(folder, readings), lines=readings[folder].lines)
        for folder in sorted(readings)
    ]
    generated = tuple(each.output for each in alone)
    children: dict[str, list[str]] = {}
    for folder in sorted(readings):
        if (above := _above(folder, readings)) is not None:
            children.setdefault(above, []).append(folder)
    return tuple(
        each.model_copy(
            update={"children": tuple(children.get(each.folder, ())), "generated": generated}
        )
        for each in alone
    )


def _bound(folder: str, readings: Mapping[str, ConfigReading]) -> Config:
    """Let a folder's caps be no higher than those around it, nor a month's than any scope's.

    The caps of a month are of the whole repository, whichever scope names them.
    """
    around: str | None = folder
    runs: list[Decimal | None] = []
    while around is not None:
        runs.append(readings[around].config.budget.run)
        around = _above(around, readings)
    months = [each.config.budget.month for each in readings.values()]
    caps = BudgetCaps(run=_lowest(runs), month=_lowest(months))
    return readings[folder].config.model_copy(update={"budget": caps})


def _lowest(caps: Iterable[Decimal | None]) -> Decimal | None:
    return min((each for each in caps if each is not None), default=None)


def _overlaps(scopes: Sequence[Scope]) -> Iterable[str]:
    """Name the scopes whose pages would lie in the folder of another one's."""
    taken: dict[str, Scope] = {}
    for scope in sorted(scopes, key=lambda each: (each.output.casefold(), each.folder)):
        output = scope.output.casefold()
        parts = [output.rsplit("/", cut)[0] for cut in range(output.count("/") + 1)]
        other = next((taken[part] for part in parts if part in taken), None)
        if other is None:
            taken[output] = scope
            continue
        line = scope.lines.get("output", 1)
        where = "is also" if other.output.casefold() == output else "lies inside"
        yield (
            f"{scope.file}:{line}: the output {scope.output} {where} the output of"
            f" {other.name}: choose another folder"
        )


def exclusions(scopes: Sequence[Scope]) -> tuple[str, ...]:
    """Name paths and globs that no scope documents, so that they need not be read.

    Not all of them: a scope's globs would leave out files of the scopes below it, too.
    """
    found = [output for scope in scopes[:1] for output in scope.generated]
    for scope in scopes:
        start = _escaped(scope.folder)
        found += [
            posixpath.join(start if _GLOB.search(each) else scope.folder, each)
            for each in scope.config.exclude
            if not (scope.children and _GLOB.search(each))
        ]
    return tuple(found)


def _escaped(folder: str) -> str:
    """Write a folder so that it stands for itself in a glob."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in folder)


def unmatched(scope: Scope, paths: Iterable[str]) -> list[str]:
    """Warn of globs of a scope that no path fits: they are often misspelt."""
    start = posixpath.join(scope.folder, "") if scope.folder else ""
    below = [path[len(start) :] for path in paths if path.startswith(start)]
    config = scope.config
    asked = [("include", each) for each in config.include]
    asked += [("pages.subjects", each) for page in config.pages for each in page.subjects]
    asked += [("exclude", each) for each in config.exclude]
    return [
        f"{scope.file}:{scope.lines.get(key, 1)}: `{each}` of `{key}` matches no file"
        for key, each in dict.fromkeys(asked)
        if not any(map(Globs((each,)).match, below))
    ]


def narrow(facts: RepositoryFacts, scope: Scope) -> RepositoryFacts:
    """Leave what belongs to a scope; paths and line counts stay whole, so links out of it hold."""
    documents = scope.matcher()

    def own(each: Sequence[T]) -> tuple[T, ...]:
        return tuple(one for one in each if documents(str(getattr(one, "path", ""))))

    listed = (
        "manifests", "make_targets", "ci_jobs", "docker_stages", "services", "licences",
        "documents", "left_out",
    )  # fmt: skip
    return facts.model_copy(
        update={
            "folder": scope.folder,
            "name": posixpath.basename(scope.folder) or facts.name,
            "files": {path: file for path, file in facts.files.items() if documents(path)},
            "edges": tuple(
                each for each in facts.edges if documents(each.source) and documents(each.target)
            ),
            **{name: own(getattr(facts, name)) for name in listed},
        }
    )
