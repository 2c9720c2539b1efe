"""What the stories share: a folder that any user can reach, because PostgreSQL drops root."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.embedded import EmbeddedPostgres
from tests.e2e.laptop import Laptop


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder outside the home directory, removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="autodoc-story-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def laptop() -> Iterator[Laptop]:
    """A machine whose database keeps running, so that no command has to start it."""
    machine = Laptop(Path(tempfile.mkdtemp(prefix="autodoc-laptop-")))
    machine.folder.chmod(0o755)
    server = EmbeddedPostgres(machine.data / "postgres", {"fsync": "off"})
    server.join()
    try:
        yield machine
    finally:
        server.leave()
        shutil.rmtree(machine.folder, ignore_errors=True)
