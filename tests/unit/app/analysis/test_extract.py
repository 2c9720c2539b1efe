"""Files that no honest person writes, and files that are broken."""

import sys

from app.analysis.extract import extract
from tests.unit.app.analysis.helpers import read, symbols

LANGUAGES = ("python", "javascript", "typescript", "tsx", "go")


def test_classes_in_classes_are_read_to_a_bounded_depth() -> None:
    depth = 200
    source = "".join(f"{' ' * level}class A{level}:\n" for level in range(depth))
    assert depth < sys.getrecursionlimit()

    found = read("python", source + " " * depth + "x = 1\n").symbols

    assert 20 <= len(found) <= 25


def test_a_byte_order_mark_and_windows_line_ends_change_nothing_that_is_said() -> None:
    plain = (
        b'"""D."""\ndef f(a,\n      b):\n    """One.\n\n    Two.\n    """\n    return """x\ny"""\n'
    )
    windows = b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")

    assert extract("python", windows) == extract("python", plain)


def test_a_broken_file_names_its_fault_and_keeps_what_is_certain() -> None:
    found = read(
        "python",
        """
        def before(a):
            return a

        def broken(:
            return ((

        def after(b):
            return b
        """,
    )

    assert found.fault.startswith("line 5 ")
    assert "before" in {one.name for one in found.symbols}
    assert "broken" not in {one.name for one in found.symbols}


def test_a_method_is_not_taken_for_a_function_when_its_class_is_broken() -> None:
    found = read("python", "class A(:\n    def method(self):\n        return 1\n")

    assert found.fault
    assert "method" not in {one.name for one in found.symbols}


def test_a_definition_inside_a_function_is_no_symbol() -> None:
    assert set(symbols("python", "def f():\n    class A:\n        def g(self): ...\n")) == {"f"}
    assert (
        set(symbols("javascript", "describe(() => { function f() {} class A { m() {} } })"))
        == set()
    )
    assert set(symbols("go", "package p\nfunc f() { type T struct { A int } }\n")) == {"f"}


def test_the_same_bytes_give_the_same_facts() -> None:
    source = "def f(a): return {a: 1}\nclass B:\n    c = f\n"

    assert read("python", source) == read("python", source)


def test_lines_count_the_last_one_without_a_break() -> None:
    assert [extract("go", content).lines for content in (b"", b"a", b"a\n", b"a\nb", b"\n\n")] == [
        0, 1, 1, 2, 2,
    ]  # fmt: skip
