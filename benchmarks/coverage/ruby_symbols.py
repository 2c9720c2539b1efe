"""Public symbols of Ruby, by Ripper, the parser of Ruby itself."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.coverage.symbols import PublicSymbol

PROGRAM = Path(__file__).with_name("count_public.rb")
TIMEOUT = 300


def ruby_symbols(root: Path, paths: Iterable[str]) -> Iterator[PublicSymbol]:
    """List classes, modules, and methods that are neither private nor protected.

    Raises SystemExit when `ruby` is missing.
    """
    if shutil.which("ruby") is None:
        raise SystemExit("Install Ruby: its own parser counts what Ruby files define.")
    done = subprocess.run(
        ("ruby", str(PROGRAM)),
        input="\n".join(paths),
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
        timeout=TIMEOUT,
    )
    for line in done.stdout.splitlines():
        yield PublicSymbol(**json.loads(line))
