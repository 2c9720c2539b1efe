"""What a repository offers beside its symbols: commands, routes, settings, tests, builds."""

import re
from collections.abc import Iterator
from itertools import chain, repeat

from app.domain.value import Value

_FORM = re.compile(r"\s|[#{}]|(?:if|then|elif|else|fi|for|while|until|do|done|case|esac)\b")
"""How lines of a script begin that mean nothing alone."""


class Flag(Value):
    """An option or an argument of a command."""

    names: tuple[str, ...]
    """As a person types them, `("--output", "-o")`; an argument has one name without dashes."""
    line: int
    value: str = ""
    """What it takes, as the source names it (`PATH`, `int`); empty for a switch and when unsaid."""
    default: str | None = None
    """The source text of the default."""
    required: bool = False
    help: str = ""


class CliCommand(Value):
    """A command that a program understands."""

    name: str
    """The words after the program's own name, `remote add`; empty for the program itself."""
    line: int
    help: str = ""
    flags: tuple[Flag, ...] = ()
    handler: str = ""
    """The symbol of the same file that it calls, when the source says so."""


class Route(Value):
    """An address at which an HTTP server answers."""

    path: str
    """As the source writes it, without what a router above adds."""
    methods: tuple[str, ...] = ()
    """In capitals, in the order of the source; empty for any."""
    line: int
    handler: str = ""
    """The symbol of the same file that answers, when the source says so."""


class Setting(Value):
    """A setting that a class of settings declares."""

    name: str
    """Qualified within the file, e.g. `Settings.port`."""
    line: int
    environment: str = ""
    """The variable of the environment that fills it, when the source says which."""
    annotation: str = ""
    default: str | None = None
    """The source text of the default; None when there is none, or none that can be told."""
    required: bool = False
    """Whether it surely must be given."""
    doc: str = ""


class NamedTest(Value):
    """One test."""

    name: str
    """As its runner shows it: a function's name, or the words given to `it`."""
    line: int
    last_line: int = 0
    """0 when that is not read."""


class CiJob(Value):
    """A job that runs on a forge."""

    path: str
    line: int
    name: str
    """Its key in the file."""
    workflow: str = ""
    """What the file calls itself."""
    triggers: tuple[str, ...] = ()
    """The events that start it, in the order of the source."""
    commands: tuple[str, ...] = ()
    """Each shell step; the last line of one that is not shown whole is a comment that says so."""

    command_lines: tuple[tuple[int, ...], ...] = ()
    """For each shell step, where each of its lines stands in the file; 0 when that is not known."""

    @property
    def typed(self) -> tuple[str, ...]:
        """List the lines that a person could type alone: no comment, no part of a longer form."""
        return tuple(line for line, _ in self.typed_places)

    @property
    def typed_places(self) -> tuple[tuple[str, int], ...]:
        """List those lines with where each stands in the file; 0 when that is not known."""
        return tuple(
            (line, number)
            for place, step in enumerate(self.commands)
            if "<<" not in step
            for line, number in zip(step.split("\n"), self._numbers(place), strict=False)
            if line and not _FORM.match(line) and "${{" not in line
        )

    def _numbers(self, step: int) -> Iterator[int]:
        return chain(*self.command_lines[step : step + 1], repeat(0))


class DockerStage(Value):
    """A stage of a Dockerfile."""

    path: str
    line: int
    base: str
    """What stands after FROM."""
    name: str = ""


class Service(Value):
    """A service of a compose file."""

    path: str
    line: int
    name: str
    image: str = ""
    build: str = ""
    """The folder it is built from."""
    ports: tuple[str, ...] = ()


class Licence(Value):
    """A licence text."""

    path: str
    name: str = ""
    """Its SPDX identifier; empty when the text is none that we know."""
