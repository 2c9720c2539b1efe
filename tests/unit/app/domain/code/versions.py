"""Versions of files, and what lies between two commits that hold them."""

from collections.abc import Mapping, Sequence

from app.analysis.extract import extract
from app.domain.code.change import Changes, FileNow, Hunk
from app.domain.code.digest import told_digest
from app.domain.code.verdict import Cause, Judgement, Verdict

LANGUAGES = {"py": "python", "go": "go", "ts": "typescript"}


def at(path: str, text: str, told: Sequence[str] = ()) -> FileNow:
    language = LANGUAGES[path.rpartition(".")[2]]
    found = extract(language, text.encode()).symbols
    return FileNow(
        path=path,
        symbols={each.name: each for each in found},
        text=text,
        told=frozenset(map(told_digest, told)),
    )


def changed(
    files: Mapping[str, FileNow | None],
    added: Sequence[FileNow] = (),
    hunks: Sequence[Hunk] = (),
) -> Changes:
    places = {each.path: (each,) for each in hunks}
    return Changes(
        base="a", head="b", files=files, added={each.path: each for each in added}, hunks=places
    )


def told(found: Judgement) -> tuple[Verdict, Cause]:
    return found.verdict, found.cause
