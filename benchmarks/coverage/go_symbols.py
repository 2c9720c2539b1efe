"""Public symbols of Go, by the parser of Go's own standard library."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.coverage.symbols import PublicSymbol

PROGRAM = Path(__file__).with_name("count_public.go")
TIMEOUT = 300


def go_symbols(root: Path, paths: Iterable[str]) -> Iterator[PublicSymbol]:
    """List what importable packages export: neither commands, nor `internal` packages.

    Raises SystemExit when `go` is missing.
    """
    if shutil.which("go") is None:
        raise SystemExit("Install Go: its parser counts what Go packages export.")
    importable = [path for path in paths if "internal" not in path.split("/")]
    done = subprocess.run(
        ("go", "run", str(PROGRAM)),
        input="\n".join(importable),
        cwd=root,
        env=_environment(),
        capture_output=True,
        check=True,
        text=True,
        timeout=TIMEOUT,
    )
    for line in done.stdout.splitlines():
        yield PublicSymbol(**json.loads(line))


def _environment() -> dict[str, str]:
    """Keep Go from the go.mod of what is counted, which may ask for a newer Go."""
    return {**os.environ, "GO111MODULE": "off", "GOFLAGS": ""}
