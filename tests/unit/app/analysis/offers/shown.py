"""Facts as short lines, so that a test shows source beside what is said of it."""

from app.domain.code.artifacts import CliCommand
from tests.unit.app.analysis.helpers import read


def commands(language: str, source: str) -> list[str]:
    """Show each command as `line words -> handler: help`, and its flags below it."""
    return [line for one in read(language, source).commands for line in _command(one)]


def _command(one: CliCommand) -> list[str]:
    head = f"{one.line} {one.name or '(program)'}"
    head += f" -> {one.handler}" if one.handler else ""
    shown = [f"{head}: {one.help}" if one.help else head]
    for flag in one.flags:
        text = f"  {flag.line} {' '.join(flag.names)}"
        text += f" {flag.value}" if flag.value else ""
        text += f" = {flag.default}" if flag.default is not None else ""
        text += " required" if flag.required else ""
        shown.append(f"{text}: {flag.help}" if flag.help else text)
    return shown


def routes(language: str, source: str) -> list[str]:
    """Show each route as `line METHODS path -> handler`."""
    return [
        f"{one.line} {','.join(one.methods) or '*'} {one.path}"
        + (f" -> {one.handler}" if one.handler else "")
        for one in read(language, source).routes
    ]


def settings(language: str, source: str) -> list[str]:
    """Show each setting as `line name [VARIABLE] annotation = default: doc`."""
    return [
        f"{one.line} {one.name} [{one.environment}] {one.annotation}"
        + (f" = {one.default}" if one.default is not None else "")
        + (" required" if one.required else "")
        + (f": {one.doc}" if one.doc else "")
        for one in read(language, source).settings
    ]


def found_tests(language: str, source: str) -> list[str]:
    """Show each test as `line name`."""
    return [f"{one.line} {one.name}" for one in read(language, source).tests]


def variables(language: str, source: str) -> list[str]:
    """Show each variable of the environment as `line NAME = default`."""
    return [
        f"{one.line} {one.name}" + (f" = {one.default}" if one.default is not None else "")
        for one in read(language, source).environment
    ]
