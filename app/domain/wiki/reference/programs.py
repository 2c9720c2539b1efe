"""Programs with all their commands, wherever these are defined.

A program often registers in one file what it imports from others. There stands no more than the
name, so the command is told from the file that defines it, and only once.
"""

import posixpath
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.domain.code.artifacts import CliCommand
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.roles import is_product, is_test


class Told(NamedTuple):
    """A command, and the file that tells of it."""

    path: str
    command: CliCommand


def programs(facts: RepositoryFacts) -> list[tuple[str, list[Told]]]:
    """List the files that make programs with their commands, the product's first."""
    own = {
        path: [Told(path, each) for each in file.commands]
        for path, file in facts.files.items()
        if file.commands and not is_test(path)
    }
    imported = _imported(facts, own)
    taken: set[Told] = set()
    made = {
        path: [one for each in told for one in _whole(each, told, own, imported.get(path, ()))]
        for path, told in own.items()
    }
    for path, told in made.items():
        taken.update(_as_defined(each, own) for each in told if each.path != path)
    found = [
        (path, [one for one in told if one.path != path or one not in taken])
        for path, told in made.items()
    ]
    listed = [(path, told) for path, told in found if told]
    return sorted(listed, key=lambda each: (not is_product(each[0]), each[0]))


def _imported(facts: RepositoryFacts, own: Mapping[str, object]) -> dict[str, list[str]]:
    """List, by file, the files with commands that it imports."""
    found: dict[str, list[str]] = {}
    for edge in facts.edges:
        if edge.source in own and edge.target in own and edge.source != edge.target:
            found.setdefault(edge.source, []).append(edge.target)
    return found


def _whole(
    told: Told, beside: Sequence[Told], own: Mapping[str, Sequence[Told]], imported: Sequence[str]
) -> list[Told]:
    """Return what is told elsewhere of a command, or of the commands of a group."""
    name = told.command.name
    if not name or not is_bare(told.command):
        return [told]
    alike = [one for path in imported for one in own[path] if one.command.name == name]
    files = [path for path in dict.fromkeys(imported) if _stem(path) == name.split()[-1]]
    near = [one for one in alike if one.path in files]
    if len(near or alike) == 1 and not is_bare((near or alike)[0].command):
        return near or alike
    if alike or len(files) != 1 or any(each.command.name.startswith(f"{name} ") for each in beside):
        return [told]
    return [told, *(_within(name, each) for each in own[files[0]] if each.command.name)]


def _within(group: str, told: Told) -> Told:
    name = f"{group} {told.command.name}"
    return Told(told.path, told.command.model_copy(update={"name": name}))


def _as_defined(told: Told, own: Mapping[str, Sequence[Told]]) -> Told:
    """Find what a file itself tells of a command that another one names."""
    lines = {each.command.line: each for each in own[told.path]}
    return lines[told.command.line]


def is_bare(command: CliCommand) -> bool:
    """Say whether a command is only named."""
    return not (command.flags or command.help or command.handler)


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0].replace("_", "-")
