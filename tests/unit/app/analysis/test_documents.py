import pytest

from app.analysis.documents import is_document, is_makefile, read_document, read_makefile
from app.domain.code.facts import MakeTarget


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "readme.rst",
        "README",
        "packages/core/README.md",
        "docs/guide/start.md",
        "site/content/start.md",
        "CONTRIBUTING.md",
    ],
)
def test_prose_is_known_by_its_path(path: str) -> None:
    assert is_document(path)


@pytest.mark.parametrize(
    "path", ["docs/conf.py", "notes.md", "app/readme.py", "LICENSE", "docs/a.txt"]
)
def test_other_files_are_no_prose(path: str) -> None:
    assert not is_document(path)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The *Shop*\n", "The Shop"),
        ("The Shop\n========\n", "The Shop"),
        ("```\n# not this\n```\n# [Shop](https://x) #\n", "Shop"),
        ('<h1 align="center">x</h1>\n\n## Second\n', "Second"),
        ("\ufeff# Shop\r\n", "Shop"),
        ("no heading\n", "docs/a.md"),
        ("# ![logo](x.png)\n# Shop\n", "Shop"),
    ],
)
def test_a_document_is_called_what_its_first_heading_says(text: str, title: str) -> None:
    assert read_document("docs/a.md", text).title == title


def test_make_targets_come_with_the_comment_on_their_line_or_above() -> None:
    text = """\
.PHONY: demo
# Fast ones.
NAME := x
demo: build ## Show it
\tmake it
# Check
# everything.
test lint:
test:
\tpytest
build/out.o: a.c
%.o: %.c
bare:
"""

    assert list(read_makefile("Makefile", text)) == [
        MakeTarget(name="demo", path="Makefile", line=4, doc="Show it"),
        MakeTarget(name="test", path="Makefile", line=8, doc="Check everything."),
        MakeTarget(name="lint", path="Makefile", line=8, doc="Check everything."),
        MakeTarget(name="bare", path="Makefile", line=13),
    ]


def test_makefiles_are_known_by_their_name() -> None:
    assert [is_makefile(path) for path in ("Makefile", "a/GNUmakefile", "rules.mk", "make.py")] == [
        True, True, True, False,
    ]  # fmt: skip
