"""What a replay has made so far, on disk, so that it can be ended and taken up again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Store:
    """The versions of pages by commit, and what was told of each update."""

    folder: Path
    rows: list[Row] = field(default_factory=list)
    """One for each commit that was replayed, in order."""

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Read what is there."""
        (folder / "objects").mkdir(parents=True, exist_ok=True)
        log = folder / "commits.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return cls(folder, [json.loads(line) for line in lines])

    def add(self, row: Row, files: Files, anew: Files | None) -> None:
        """Keep the pages of one more commit, and those that were made from nothing."""
        kept = row | {"files": self._put(files), "anew": None if anew is None else self._put(anew)}
        with (self.folder / "commits.jsonl").open("a") as log:
            log.write(json.dumps(kept) + "\n")
        self.rows.append(kept)

    def files(self, row: Row, kind: str = "files") -> dict[str, bytes]:
        """Read the pages of a commit: those that were kept up to date, or `anew`."""
        objects = self.folder / "objects"
        return {path: (objects / name).read_bytes() for path, name in row[kind].items()}

    def _put(self, files: Files) -> dict[str, str]:
        names = {}
        for path, data in sorted(files.items()):
            names[path] = hashlib.sha256(data).hexdigest()[:32]
            target = self.folder / "objects" / names[path]
            if not target.exists():
                target.write_bytes(data)
        return names
