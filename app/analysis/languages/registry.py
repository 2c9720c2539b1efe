"""Which language a file is written in, and who reads it."""

from functools import cache

from app.analysis.languages.go import GoReader
from app.analysis.languages.java import JavaReader
from app.analysis.languages.javascript import JavaScriptReader, TsxReader, TypeScriptReader
from app.analysis.languages.names.c import CppReader, CReader, is_cpp
from app.analysis.languages.names.c_sharp import CSharpReader
from app.analysis.languages.names.others import (
    KotlinReader,
    PhpReader,
    ScalaReader,
    ShellReader,
    SwiftReader,
)
from app.analysis.languages.names.ruby import RubyReader
from app.analysis.languages.python import PythonReader
from app.analysis.languages.reader import Reader
from app.analysis.languages.rust import RustReader

_READERS: dict[str, type[Reader]] = {
    "python": PythonReader,
    "javascript": JavaScriptReader,
    "typescript": TypeScriptReader,
    "tsx": TsxReader,
    "go": GoReader,
    "rust": RustReader,
    "java": JavaReader,
    "c": CReader,
    "cpp": CppReader,
    "c_sharp": CSharpReader,
    "ruby": RubyReader,
    "php": PhpReader,
    "kotlin": KotlinReader,
    "swift": SwiftReader,
    "scala": ScalaReader,
    "bash": ShellReader,
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
    ".rs": "rust",
    ".java": "java",
    ".c": "c",
    ".h": "c",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".cxx": "cpp",
    ".hh": "cpp",
    ".hpp": "cpp",
    ".hxx": "cpp",
    ".cs": "c_sharp",
    ".rb": "ruby",
    ".php": "php",
    ".kt": "kotlin",
    ".kts": "kotlin",
    ".swift": "swift",
    ".scala": "scala",
    ".sh": "bash",
    ".bash": "bash",
}


def language_of(path: str) -> str | None:
    """Name the language of a source file by its path; None for every other file."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return _LANGUAGES.get(name[dot:].lower()) if dot > 0 else None


def refined(language: str, content: bytes) -> str:
    """Name the language of a content more exactly than its path can: `.h` may be C++."""
    return "cpp" if language == "c" and is_cpp(content) else language


@cache
def reader_of(language: str) -> Reader:
    """Return the reader of a language, compiled once for each process."""
    return _READERS[language]()
