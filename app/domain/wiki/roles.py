"""What a file is for, as its path says by the customs of the languages."""

import posixpath
import re
from functools import lru_cache

_TESTS = "test tests __tests__ spec specs e2e testdata fixtures __mocks__ __fixtures__"
_TEST_FOLDERS = frozenset(_TESTS.split())
_TEST_FOLDER = re.compile(r"Tests?|(?:[a-z]\w*|[\w.]*[a-z\d.])Tests?|.*-tests")
"""`commonTest` of Kotlin, `ShopTests` of Swift, `Shop.Tests` of C#."""
_TEST_FILE = re.compile(
    r"(?:test_.*|.*_test|conftest|.*[.-](?:test|tests|spec|test-d|bench))\.[cm]?[a-z]+"
)
_TEST_CLASS = re.compile(r"\w*[a-z\d](?:Test|Tests|TestCase)\.(?:java|kt|swift|cs|scala|php)")
"""What a file of a language with one class in a file is called, outside of `src/main/`."""
_SUPPORT = """
docs doc documentation docs_src benchmark benchmarks bench fuzz perf perf-measures build scripts
script tools tooling hack vendor third_party node_modules site website ci playground playgrounds
migrations
"""
_SAMPLES = "example examples _examples sample samples demo demos tutorial tutorials"
_SAMPLE_FOLDERS = frozenset(_SAMPLES.split())
_SUPPORT_FOLDERS = frozenset(_SUPPORT.split()) | _SAMPLE_FOLDERS
_SUPPORT_FILE = re.compile(
    r"(?:setup|noxfile|tasks|gulpfile|[\w.-]+\.config|\.[\w.-]+rc)\.[cm]?[a-z]+"
)

_REMEMBERED = 50_000
"""Paths: a large repository is asked about each of its files many times."""


@lru_cache(_REMEMBERED)
def is_test(path: str) -> bool:
    """Say whether a file holds tests or helps them."""
    folders = path.split("/")[:-1]
    if any(name in _TEST_FOLDERS or _TEST_FOLDER.fullmatch(name) for name in folders):
        return True
    name = posixpath.basename(path)
    is_class = "src/main/" not in path and _TEST_CLASS.fullmatch(name)
    return bool(is_class or _TEST_FILE.fullmatch(name))


@lru_cache(_REMEMBERED)
def is_support(path: str) -> bool:
    """Say whether a file serves the project (docs, examples, scripts), not its users."""
    first, *rest = path.split("/")
    # A folder named doc that holds Go is a package for others to import.
    is_package = first == "doc" and path.endswith(".go")
    if rest and not is_package and (first in _SUPPORT_FOLDERS or first.startswith(".")):
        return True
    if any(name in ("examples", "tutorials", "vendor", "node_modules") for name in rest[:-1]):
        return True
    return not rest and bool(_SUPPORT_FILE.fullmatch(first))


def sample_of(path: str) -> str:
    """Return the folder of the example program that a file belongs to; of other files, nothing."""
    parts = path.split("/")
    for place, name in enumerate(parts[:-2]):
        if name in _SAMPLE_FOLDERS and (place == 0 or name in ("examples", "tutorials")):
            return "/".join(parts[: place + 2])
    return ""


def is_product(path: str) -> bool:
    """Say whether a file is part of what the project delivers."""
    return not is_test(path) and not is_support(path)
