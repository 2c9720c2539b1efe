"""Pages about what a person types, calls or sets: commands, routes, settings, variables."""

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from app.domain.code.artifacts import CliCommand, Flag, Route, Setting
from app.domain.code.facts import FileFacts, MakeTarget, RepositoryFacts
from app.domain.wiki.narrative.brief_facts import command_line, folder_of, scripts_of, starts_in
from app.domain.wiki.reference.programs import Told, is_bare, programs
from app.domain.wiki.reference.sheet import Sheet, filled_table
from app.domain.wiki.roles import is_product, is_test
from app.domain.wiki.told import (
    command_told,
    flag_told,
    route_told,
    script_told,
    setting_told,
    target_told,
    variable_told,
)
from app.domain.wiki.words.prose import code_span, command_in, escape

_MOST_PLACES = 4
_READERS = ("Read by the code", "Read by examples and scripts only", "Read by tests only")
_RUNNERS = {"make": "Make targets", "task": "Task targets", "just": "Recipes of just"}


class _Read(NamedTuple):
    """One place that reads or declares a variable."""

    path: str
    line: int
    default: str | None
    told: str


def has_commands(facts: RepositoryFacts) -> bool:
    """Say whether there is anything that a person types."""
    return bool(
        facts.make_targets
        or any(each.scripts for each in facts.manifests)
        or any(file.commands for _, file in _outside_tests(facts))
    )


def has_settings(facts: RepositoryFacts) -> bool:
    """Say whether anything is set from outside."""
    return any(file.environment or file.settings for file in facts.files.values())


def has_routes(facts: RepositoryFacts) -> bool:
    """Say whether a server answers anywhere but in tests."""
    return any(file.routes for _, file in _outside_tests(facts))


def write_commands(sheet: Sheet) -> None:
    """List installed commands, each program's commands and flags, scripts and targets."""
    _write_scripts(sheet, "Installed commands", installed=True)
    for path, commands in programs(sheet.facts):
        _write_program(sheet, path, commands)
    _write_scripts(sheet, "Package scripts", installed=False)
    targets: dict[str, list[MakeTarget]] = defaultdict(list)
    for target in sheet.facts.make_targets:
        targets[target.runner].append(target)
    for runner, found in targets.items():
        sheet.head(_RUNNERS.get(runner, f"Targets of {runner}"), 2, record=True, listed="More")
        rows = [
            (_target(each), sheet.words(each.doc), sheet.link(each.path, each.line, each.line))
            for each in found
        ]
        for each in found:
            sheet.cite_told(each.path, each.line, target_told(each))
        sheet.add(filled_table(("Command", "In its own words", "Where"), rows))


def write_routes(sheet: Sheet) -> None:
    """List every address at which a server answers, below the file that says so."""
    sheet.add(
        "Paths stand here as the code writes them; a router that includes them may put its own "
        "prefix before. Where no method stands, the code names none."
    )
    for path, file in _outside_tests(sheet.facts):
        if file.routes:
            sheet.head(path, 2, record=True, listed="Files")
            rows = [_route(sheet, path, each, file) for each in file.routes]
            sheet.add(
                filled_table(("Method", "Path", "Answered by", "In its own words", "Where"), rows)
            )


def write_settings(sheet: Sheet) -> None:
    """List the settings that classes declare, then every variable that code reads by its name."""
    for path, file in sheet.facts.files.items():
        owners: dict[str, list[Setting]] = defaultdict(list)
        for setting in file.settings:
            owners[setting.name.rpartition(".")[0]].append(setting)
        for owner, settings in owners.items():
            _write_settings(sheet, path, owner, settings)
    places = _reads(sheet.facts)
    groups: dict[str, list[str]] = defaultdict(list)
    for name, found in places.items():
        groups[_readers([each.path for each in found])].append(name)
    for title in _READERS:
        names = groups[title]
        if names:
            sheet.head(title, 2, record=True, listed="Environment variables")
            rows = [_variable(sheet, name, places[name]) for name in sorted(names)]
            sheet.add(filled_table(("Variable", "Default", "Read at"), rows))


def _outside_tests(facts: RepositoryFacts) -> list[tuple[str, FileFacts]]:
    """List the files that are no tests, the product's first."""
    found = [(path, file) for path, file in facts.files.items() if not is_test(path)]
    return sorted(found, key=lambda each: (not is_product(each[0]), each[0]))


def _write_scripts(sheet: Sheet, title: str, *, installed: bool) -> None:
    found = [
        (manifest, script)
        for manifest in sheet.facts.manifests
        for script in manifest.scripts
        if script.installed is installed and (is_product(manifest.path) or not installed)
    ]
    rows = [
        (
            command_in(command_line(manifest, script), folder_of(manifest, script)),
            sheet.code(script.target),
            sheet.link(script.path or manifest.path, script.line, script.line),
        )
        for manifest, script in found
    ]
    if rows:
        sheet.head(title, 2, record=True, listed="More")
        for manifest, script in found:
            if not script.path:
                sheet.cite_told(manifest.path, script.line, script_told(script))
        sheet.add(filled_table(("Command", "Runs", "Where"), rows))


def _write_program(sheet: Sheet, path: str, commands: Sequence[Told]) -> None:
    """Write the commands of one program, the program itself first."""
    program = _program(path, sheet.facts)
    sheet.head(f"{program} ({path})" if program else path, 2, record=True, listed="Programs")
    for path, command in sorted(commands, key=lambda each: bool(each.command.name)):
        name = " ".join(filter(None, (program, command.name)))
        if name and (command.name or len(commands) > 1):
            sheet.head(name, 3, listed="")
        for symbol in sheet.facts.files[path].symbols:
            if symbol.name == command.handler:
                sheet.cite(path, symbol)
        sheet.cite_told(path, command.line, command_told(command))
        sheet.add(_usage(name, command) if program else "")
        sheet.add(sheet.link(path, command.line, command.line))
        sheet.add(sheet.prose(command.help))
        rows = [_flag(sheet, path, each) for each in command.flags]
        sheet.add(filled_table(("Option", "Value", "Default", "What it does", "Where"), rows))


def _program(path: str, facts: RepositoryFacts) -> str:
    """Return the name under which a file is installed as a program."""
    for manifest, script in scripts_of(facts):
        if script.installed and starts_in(script, path):
            return command_line(manifest, script)
    return ""


def _usage(name: str, command: CliCommand) -> str:
    """Write how a command is called, as its own help would; of a bare name nobody can tell."""
    if is_bare(command):
        return ""
    options = [each for each in command.flags if each.names and each.names[0].startswith("-")]
    must = [f"{each.names[0]} {each.value}".strip() for each in options if each.required]
    values = [
        _placeholder(each) if each.required else f"[{_placeholder(each)}]"
        for each in command.flags
        if each.names and not each.names[0].startswith("-")
    ]
    some = ["[OPTIONS]"] if len(must) < len(options) else []
    return f"Usage: {code_span(' '.join([name, *must, *some, *values]))}"


def _placeholder(argument: Flag) -> str:
    """Return what a help shows for an argument: the word in capitals that stands for its value."""
    return argument.value if argument.value.isupper() else argument.names[0]


def _flag(sheet: Sheet, path: str, flag: Flag) -> tuple[str, ...]:
    names = ", ".join(sheet.code(name) for name in flag.names)
    default = (
        "required" if flag.required and flag.default is None else sheet.code(flag.default or "")
    )
    place = sheet.link(path, flag.line, flag.line)
    sheet.cite_told(path, flag.line, flag_told(flag))
    return names, sheet.code(flag.value), default, sheet.words(flag.help), place


def _route(sheet: Sheet, path: str, route: Route, file: FileFacts) -> tuple[str, ...]:
    methods = ", ".join(escape(method) for method in route.methods)
    handler = next((each for each in file.symbols if each.name == route.handler), None)
    words = ""
    answered = sheet.code(route.handler)
    if handler is not None:
        sheet.cite(path, handler)
        words = sheet.words(handler.doc)
        answered = sheet.named_link(handler.short_name, path, handler.first_line, handler.last_line)
    place = sheet.link(path, route.line, route.line)
    sheet.cite_told(path, route.line, route_told(route))
    return methods, sheet.code(route.path or "/"), answered, words, place


def _write_settings(sheet: Sheet, path: str, owner: str, settings: Sequence[Setting]) -> None:
    sheet.head(owner or path, 2, record=True, listed="Settings")
    symbols = {symbol.name: symbol for symbol in sheet.facts.files[path].symbols}
    if owner in symbols:
        symbol = symbols[owner]
        sheet.cite(path, symbol)
        place = sheet.link(path, symbol.first_line, symbol.last_line)
        sheet.add(" ".join(filter(None, (sheet.words(symbol.doc), f"({place})"))))
    rows = [
        (
            sheet.code(each.name.rpartition(".")[2]),
            sheet.code(each.environment),
            sheet.code(each.annotation),
            "required" if each.required else sheet.code(each.default or ""),
            sheet.words(each.doc),
            sheet.link(path, each.line, each.line),
        )
        for each in settings
    ]
    for each in settings:
        sheet.cite_told(path, each.line, setting_told(each))
    titles = ("Setting", "Variable", "Type", "Default", "What it is", "Where")
    sheet.add(filled_table(titles, rows))


def _reads(facts: RepositoryFacts) -> dict[str, list[_Read]]:
    """List by name where variables are read; where a setting declares one of them, that too."""
    places: dict[str, list[_Read]] = defaultdict(list)
    for path, file in facts.files.items():
        for each in file.environment:
            places[each.name].append(_Read(path, each.line, each.default, variable_told(each)))
    for path, file in facts.files.items():
        for setting in file.settings:
            if setting.environment in places:
                told = setting_told(setting)
                read = _Read(path, setting.line, setting.default, told)
                places[setting.environment].insert(0, read)
    return places


def _readers(paths: Sequence[str]) -> str:
    if any(is_product(path) for path in paths):
        return _READERS[0]
    return _READERS[2] if all(is_test(path) for path in paths) else _READERS[1]


def _variable(sheet: Sheet, name: str, places: Sequence[_Read]) -> tuple[str, str, str]:
    defaults = dict.fromkeys(each.default for each in places if each.default is not None)
    links = [sheet.link(each.path, each.line, each.line) for each in places[:_MOST_PLACES]]
    more = len(places) - len(links)
    tail = [f"and {more} more"] if more else []
    for each in places:
        sheet.cite_told(each.path, each.line, each.told)
    return (
        code_span(name),
        " or ".join(sheet.code(default) for default in defaults),
        ", ".join([*links, *tail]),
    )


def _target(target: MakeTarget) -> str:
    """Write what a person types at the root of the repository."""
    folder = posixpath.dirname(target.path)
    if target.runner == "make":
        return code_span(f"make -C {folder} {target.name}" if folder else f"make {target.name}")
    return command_in(f"{target.runner} {target.name}", f"{folder}/" if folder else "")
