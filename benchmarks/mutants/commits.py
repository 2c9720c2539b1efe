"""The commit that is changed, and one commit for each mutant, in a clone of its own."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.mutants.mutant import Mutant
from benchmarks.mutants.syntax import LANGUAGES, Module, ending, parse
from benchmarks.repository import git, read_blobs

_LARGEST = 200_000
_TESTS = ("test", "spec", "mock", "bench", "vendor", "node_modules", "fixture", "deno_dist")
_GENERATED = re.compile(rb"generated .*DO NOT EDIT|@generated")
_HEAD = 1_000
_WHO = "Mutants <mutants@example.org> 1790000000 +0000"


def clone(mirror: Path, target: Path, commit: str) -> None:
    """Make a checkout of a commit that borrows the mirror's objects and leaves it alone."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        git(mirror, "clone", "--quiet", "--shared", "--no-checkout", str(mirror), str(target))
        git(target, "checkout", "--quiet", "--detach", commit)


def read_modules(repository: Path, commit: str, language: str) -> dict[str, Module]:
    """Parse the source files of a language; tests and files that are no source are left out."""
    listing = git(repository, "ls-tree", "-r", "-z", "--format=%(objecttype) %(path)", commit)
    paths = [each[5:] for each in listing.decode().split("\0") if each.startswith("blob ")]
    wanted = [path for path in paths if is_source(path, language)]
    blobs = read_blobs(repository, [f"{commit}:{path}" for path in wanted])
    modules = {}
    for path, blob in zip(wanted, blobs, strict=True):
        is_written = len(blob) <= _LARGEST and not _GENERATED.search(blob[:_HEAD])
        module = parse(path, blob) if is_written else None
        if module is not None and module.definitions:
            modules[path] = module
    return modules


def is_source(path: str, language: str) -> bool:
    """Say whether a path is of the language, and of no test."""
    is_language = "." in path and LANGUAGES.get(ending(path)) == language
    return is_language and not any(each in path.lower() for each in _TESTS)


def write_commits(repository: Path, base: str, mutants: Iterable[Mutant]) -> list[str]:
    """Write a commit on top of the base for each mutant, and give their ids."""
    stream = bytearray()
    count = 0
    for count, mutant in enumerate(mutants, 1):
        stream += f"commit refs/mutants/{count}\nmark :{count}\ncommitter {_WHO}\n".encode()
        stream += f"data 6\nMutant\nfrom {base}\n".encode()
        for path, data in mutant.files.items():
            stream += f'M 100644 inline "{path}"\ndata {len(data)}\n'.encode() + data + b"\n"
    marks = repository / ".git" / "mutants.marks"
    git(
        repository,
        "fast-import", "--quiet", "--force", f"--export-marks={marks}",
        stdin=bytes(stream),
    )  # fmt: skip
    ids = dict(line.split() for line in marks.read_text().splitlines())
    return [ids[f":{number}"] for number in range(1, count + 1)]


def lines(texts: Mapping[str, str], path: str) -> list[str]:
    """Split a file of the commit into lines."""
    return texts.get(path, "").split("\n")
