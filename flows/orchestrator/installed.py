"""Which code runs: what is remembered of one must not be taken for what another would say."""

import hashlib
import sys
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

_ROOMS = ("app.domain", "app.embedding", "flows.orchestrator")
_LIBRARIES = ("markdown-it-py", "mdit-py-plugins", "pydantic", "tokenizers")


def code_digest() -> str:
    """Hash the code by which pages are read, checked and cut, and the libraries that it uses."""
    digest = hashlib.sha256(sys.version.encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for room in _ROOMS:
        for source in _sources(files(room)):
            digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            yield from _sources(each)
        elif each.name.endswith(".py"):
            yield each
