"""Where a benchmark works: a folder, and a PostgreSQL, of its own."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.db.embedded import EmbeddedPostgres


@contextmanager
def own_folder(name: str) -> Iterator[Path]:
    """Make a folder that is gone at the end."""
    with tempfile.TemporaryDirectory(
        prefix=f"autodoc-{name}-", ignore_cleanup_errors=True
    ) as place:
        Path(place).chmod(0o711)  # for root, whose database runs as another user
        yield Path(place)


@contextmanager
def own_postgres(
    folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[EmbeddedPostgres]:
    """Run a server, whose data nobody needs after it."""
    server = EmbeddedPostgres(folder, {"fsync": "off", **(settings or {})})
    server.join()
    try:
        yield server
    finally:
        server.leave()
