"""What is known about the files of one commit, free of any language's parser."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.code.artifacts import (
    CiJob,
    CliCommand,
    DockerStage,
    Licence,
    NamedTest,
    Route,
    Service,
    Setting,
)
from app.domain.code.symbol import Symbol
from app.domain.value import Value

EVERY_NAME = "*"
"""What a module offers that offers all public names of another."""


class Import(Value):
    """One import as written, before anybody knows which file it means."""

    target: str
    """The module as the source names it: `app.db`, `./cart`, `example.org/shop/cart`."""
    names: tuple[str, ...] = ()
    """What is taken from it; empty when the whole module is."""
    line: int
    offered: tuple[str, ...] = ()
    """Which of the names the module offers to others as its own; of a star import, those that the
    module lists, or `EVERY_NAME`."""
    typing: bool = False
    """Whether it is for the type checker alone, so that nothing is imported at run time."""


class EnvironmentVariable(Value):
    """A variable of the environment that code reads."""

    name: str
    line: int
    default: str | None = None
    """The source text of the default, if the reading expression gives one."""


class Depth(StrEnum):
    """How much is read of a language."""

    FULL = "full"
    NAMES = "names"
    """Names and ranges alone: imports, parameters and visibility are not known."""


class FileFacts(Value):
    """What one blob says, whatever its path is."""

    language: str
    """As the parser's registry names it: `python`, `typescript`, `tsx`, `go`, `c` …"""
    depth: Depth = Depth.FULL
    module: str = ""
    """What the file says it belongs to: the package of Go and Java; empty where nothing says it."""
    doc: str = ""
    """The module's or package's own doc comment."""
    doc_line: int = 0
    """1-based line on which the doc comment begins; 0 without one."""
    symbols: tuple[Symbol, ...] = ()
    """In the order of their lines."""
    imports: tuple[Import, ...] = ()
    environment: tuple[EnvironmentVariable, ...] = ()
    settings: tuple[Setting, ...] = ()
    commands: tuple[CliCommand, ...] = ()
    routes: tuple[Route, ...] = ()
    tests: tuple[NamedTest, ...] = ()
    names: tuple[str, ...] = ()
    """Sorted, without repetition: every identifier of the code and every string literal that looks
    like a name, a flag or a key, so that a code span in prose can be looked up."""
    lines: int
    """How many lines the blob has."""
    fault: str = ""
    """Why the file could not be parsed in full; empty when it could."""


class Dependency(Value):
    """A package that a manifest asks for."""

    name: str
    constraint: str = ""
    group: str = ""
    """Empty for what is needed to run; otherwise `dev`, an extra's or a group's name."""


class Script(Value):
    """A command that a manifest gives a name: a console script, an npm script, a Go command."""

    name: str
    target: str
    line: int
    installed: bool = False
    """Whether installing the package puts the name on the user's path."""
    path: str = ""
    """The file in which the line is, when that is not the manifest."""


class Manifest(Value):
    """A package manifest: `pyproject.toml`, `setup.cfg`, `package.json`, `go.mod` …"""

    path: str
    ecosystem: str
    """`python`, `npm`, `go`, `cargo`, `maven`, `gradle`, `rubygems`, `composer`, `nuget` …"""
    name: str = ""
    version: str = ""
    description: str = ""
    license: str = ""
    requires: str = ""
    """The language's version as the manifest demands it."""
    dependencies: tuple[Dependency, ...] = ()
    scripts: tuple[Script, ...] = ()
    workspaces: tuple[str, ...] = ()
    """The members of the workspace that it declares, as it writes them: folders or globs."""
    lines: int = 0


class MakeTarget(Value):
    """A target that a person may call: of a Makefile, a Taskfile or a justfile."""

    runner: str = "make"
    """`make`, `task` or `just`."""
    name: str
    path: str
    line: int
    doc: str = ""
    """The `##` comment on its line, or the comment above it."""


class Document(Value):
    """A page of prose that people wrote, such as the README."""

    path: str
    title: str
    text: str
    """The whole file, capped by the reader."""


class LeftOutReason(StrEnum):
    """Why a file of the commit took no part."""

    TOO_LARGE = "larger than the cap of one file"
    TOO_MANY = "beyond the cap of files"
    REPOSITORY_SIZE = "beyond the cap of the whole repository"
    BINARY = "binary"
    GENERATED = "marked as generated or vendored"
    USUALLY_GENERATED = "lies in a folder that usually holds generated or vendored files"
    NAMED_AS_GENERATED = "has a name that generated files usually have"
    UNREADABLE = "its name or text cannot be read"
    SYMLINK = "a symbolic link"
    SUBMODULE = "a submodule"


class LeftOut(Value):
    """A file that took no part."""

    path: str
    reason: LeftOutReason


class ImportEdge(Value):
    """One file of the repository imports another."""

    source: str
    target: str
    line: int


class RepositoryFacts(Value):
    """Everything that is known about one commit without a model."""

    commit: str
    name: str
    """The repository's own short name, or that of the folder, for titles."""
    folder: str = ""
    """The folder that is documented on its own; empty for the whole repository."""
    files: Mapping[str, FileFacts]
    """Source files by path, sorted."""
    line_counts: Mapping[str, int]
    """Lines of every text file that was read, source or not, by path."""
    paths: frozenset[str]
    """Every path of the commit: files, and folders without a trailing slash."""
    manifests: tuple[Manifest, ...] = ()
    make_targets: tuple[MakeTarget, ...] = ()
    ci_jobs: tuple[CiJob, ...] = ()
    docker_stages: tuple[DockerStage, ...] = ()
    services: tuple[Service, ...] = ()
    licences: tuple[Licence, ...] = ()
    documents: tuple[Document, ...] = ()
    edges: tuple[ImportEdge, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def is_top(self, path: str) -> bool:
        """Say whether a file lies directly in the folder that is documented."""
        return path.rpartition("/")[0] == self.folder
