"""Public symbols of TypeScript and JavaScript, by the TypeScript compiler."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.coverage.symbols import PublicSymbol

COMPILER = "typescript@5.9.3"
PROGRAM = Path(__file__).with_name("count_public.js")
TIMEOUT = 300


def typescript_symbols(root: Path, paths: Iterable[str]) -> Iterator[PublicSymbol]:
    """List what modules export and define themselves, with the open methods of classes.

    Raises SystemExit when `npm` is missing.
    """
    if shutil.which("npm") is None:
        raise SystemExit(
            "Install Node.js with npm: the TypeScript compiler counts what is exported."
        )
    with tempfile.TemporaryDirectory(prefix="autodoc-coverage-") as place:
        install = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", place)
        subprocess.run((*install, COMPILER), check=True, capture_output=True, timeout=TIMEOUT)
        done = subprocess.run(
            ("node", str(PROGRAM)),
            input="\n".join(paths),
            cwd=root,
            env={**os.environ, "NODE_PATH": f"{place}/node_modules"},
            capture_output=True,
            check=True,
            text=True,
            timeout=TIMEOUT,
        )
    for line in done.stdout.splitlines():
        yield PublicSymbol(**json.loads(line))
