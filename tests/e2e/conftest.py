"""What the stories share: a folder that any user can reach, because PostgreSQL drops root."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder outside the home directory, removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="autodoc-story-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)
