"""What the programs have in common that measure the one large repository."""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.generate import README, put_between
from benchmarks.places import own_folder


class Program(NamedTuple):
    """What is measured, and how it is shown."""

    name: str
    """Also of the results, and of their place in the README."""
    description: str | None
    examine: Callable[[Path, Path], dict[str, Any]]
    """Takes the folder of the copies, and one to work in."""
    table: Callable[[dict[str, Any]], str]


def run(program: Program, arguments: Sequence[str] | None) -> int:
    """Measure, record and print."""
    parser = argparse.ArgumentParser(prog=program.name, description=program.description)
    parser.add_argument("--mirrors", type=Path, required=True, help="the folder of the copies")
    parser.add_argument("--dry", action="store_true", help="print the figures and record nothing")
    options = parser.parse_args(arguments)
    with own_folder(program.name) as place:
        result = program.examine(options.mirrors, place)
    text = json.dumps(result, indent=1)
    print(text)
    if not options.dry:
        (README.parent / "results" / f"{program.name}.json").write_text(f"{text}\n")
        table = program.table(result)
        README.write_text(put_between(README.read_text(), program.name, table))
    return 0
