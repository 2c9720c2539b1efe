"""What a public symbol is, and which files are source and which tests."""

import re
from dataclasses import dataclass

EXTENSIONS = {
    "Python": (".py",),
    "TypeScript": (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs"),
    "Go": (".go",),
    "Rust": (".rs",),
    "Java": (".java",),
    "C": (".c", ".h"),
    "Ruby": (".rb",),
    "Kotlin": (".kt",),
}
OTHER_EXTENSIONS = (".cjs", ".cc", ".cpp", ".hpp", ".cs", ".php", ".kts", ".swift", ".scala", ".sh")
_TEST_PARTS = re.compile(
    r"^(?:tests?|__tests__|specs?|testdata|fixtures?|__fixtures__|__mocks__|e2e|.+[-_]tests?"
    r"|tests?[-_].+|[a-z]+\w*Test)$"
)
_TEST_NAMES = re.compile(
    r"^(?:test_.*|.*_test|conftest|.*[._-](?:test|spec|bench)|.*(?:Test|Tests|TestCase)|.*_spec"
    r"|tests?|.*test-d)$"
)


@dataclass(frozen=True, order=True)
class PublicSymbol:
    """A name that a module offers, as its language's own rules or keywords say."""

    path: str
    name: str
    """With the names around it before it, as in `Class.method`."""
    kind: str
    line: int


def is_test(path: str) -> bool:
    """Say by its name or its folder's whether a file belongs to tests."""
    *folders, file = path.split("/")
    stem = file.partition(".")[0] if file.endswith(".py") else file.rpartition(".")[0]
    return bool(_TEST_NAMES.match(stem)) or any(map(_TEST_PARTS.match, folders))


def is_source(path: str) -> bool:
    """Say by its extension whether a file is written in a language that is counted."""
    endings = (*(each for listed in EXTENSIONS.values() for each in listed), *OTHER_EXTENSIONS)
    return path.endswith(endings)
