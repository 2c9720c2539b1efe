"""`python -m benchmarks.bare_parse` parses the files that standard input names, and does no more.

It is the lower bound of what reading a repository can take with tree-sitter: one process, one parse
a file, nothing kept. It prints the number of files and of bytes.
"""

import sys
from importlib import import_module
from pathlib import Path

from tree_sitter import Language, Parser

_SUFFIXES = {
    "python": ".py",
    "typescript": ".ts .mts .cts",
    "tsx": ".tsx",
    "javascript": ".js .jsx .mjs .cjs",
    "go": ".go",
    "rust": ".rs",
    "java": ".java",
    "kotlin": ".kt",
    "c": ".c .h",
    "cpp": ".cc .cpp .hpp",
    "c_sharp": ".cs",
    "ruby": ".rb",
    "php": ".php",
    "swift": ".swift",
    "scala": ".scala",
    "bash": ".sh",
}
LANGUAGES = {suffix: name for name, listed in _SUFFIXES.items() for suffix in listed.split()}
_MODULES = {"tsx": "tree_sitter_typescript"}
_FUNCTIONS = {"typescript": "language_typescript", "tsx": "language_tsx", "php": "language_php"}


def parser_of(language: str) -> Parser:
    """Load a grammar."""
    module = import_module(_MODULES.get(language, f"tree_sitter_{language}"))
    return Parser(Language(getattr(module, _FUNCTIONS.get(language, "language"))()))


def main() -> None:
    """Parse every named file."""
    parsers: dict[str, Parser] = {}
    files = read = 0
    for path in sys.stdin.read().splitlines():
        language = LANGUAGES[Path(path).suffix]
        if language not in parsers:
            parsers[language] = parser_of(language)
        content = Path(path).read_bytes()
        parsers[language].parse(content)
        files, read = files + 1, read + len(content)
    print(files, read)


if __name__ == "__main__":
    main()
