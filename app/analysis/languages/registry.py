"""Which language a file is written in, and who reads it."""

from functools import cache

from app.analysis.languages.go import GoReader
from app.analysis.languages.javascript import JavaScriptReader, TsxReader, TypeScriptReader
from app.analysis.languages.python import PythonReader
from app.analysis.languages.reader import Reader

_READERS: dict[str, type[Reader]] = {
    "python": PythonReader,
    "javascript": JavaScriptReader,
    "typescript": TypeScriptReader,
    "tsx": TsxReader,
    "go": GoReader,
}

_LANGUAGES = {
    ".py": "python",
    ".pyi": "python",
    ".js": "javascript",
    ".jsx": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".go": "go",
}


def language_of(path: str) -> str | None:
    """Name the language of a source file by its path; None for every other file."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return _LANGUAGES.get(name[dot:].lower()) if dot > 0 else None


@cache
def reader_of(language: str) -> Reader:
    """Return the reader of a language, compiled once for each process."""
    return _READERS[language]()
