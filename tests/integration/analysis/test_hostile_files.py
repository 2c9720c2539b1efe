"""Files that no honest person writes, and files that are broken."""

import time

import pytest

from app.analysis.extract import extract

LANGUAGES = (
    "python",
    "javascript",
    "typescript",
    "tsx",
    "go",
    "c",
    "cpp",
    "c_sharp",
    "ruby",
    "php",
    "kotlin",
    "swift",
    "scala",
    "bash",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\0\0\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe\x00\xd8",
        "def f(): pass".encode("utf-16"),
        b"(" * 20_000 + b")" * 20_000,
        b"(" * 20_000,
        b"x = " + b"[" * 20_000 + b"]" * 20_000,
        b"f(" * 5_000,
        b"{" * 5_000,
        b"a.b" + b".c" * 50_000,
        b"x = '" + b"a" * 300_000 + b"'",
        b"/* " * 1_000,
        b"# \xe2\x80\xae\n" * 10,
        b"'" * 10_001,
        b"(()=>" * 5_000,
    ],
    ids=lambda content: repr(content[:12]),
)
def test_hostile_bytes_are_read_without_harm(language: str, content: bytes) -> None:
    started = time.process_time()

    facts = extract(language, content)

    assert facts.lines == content.count(b"\n") + bool(content and not content.endswith(b"\n"))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("language", "content"),
    [
        ("python", "x" + "['a']" * 20_000),
        ("python", "x" + ".a('b')" * 20_000),
        ("javascript", "x" + ".a('b')" * 20_000),
        ("javascript", "x = " + " || ".join(["process.env.A"] * 3_000)),
        ("javascript", "/**/" * 20_000 + "var a"),
        ("go", "package p\nconst (\n" + "".join(f"A{n} = iota\n" for n in range(5_000)) + ")\n"),
        ("go", "package p\nvar (\n" + "".join(f"A{n} int\n" for n in range(5_000)) + ")\n"),
        (
            "javascript",
            "export {" + ",".join(f"a{n}" for n in range(3_000)) + "};" + "var a=1;" * 3_000,
        ),
    ],
    ids=range(8),
)
def test_a_long_file_takes_time_in_proportion_to_its_length(language: str, content: str) -> None:
    started = time.process_time()

    extract(language, content.encode())

    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("language", "content"),
    [
        ("python", b"(" * 300_000),
        ("javascript", b"x=" + b"'a'+" * 200_000 + b"1"),
        ("c", b"int a = " + b"(" * 200_000 + b"1" + b")" * 200_000 + b";"),
        ("ruby", b"a" + b".b" * 300_000),
        ("scala", b"x = " + b"[" * 300_000),
    ],
    ids=range(5),
)
def test_a_file_that_is_nested_too_deeply_is_named_and_takes_no_time(
    language: str, content: bytes
) -> None:
    started = time.process_time()

    facts = extract(language, content)

    assert facts.fault == "it is nested too deeply to be read"
    assert facts.symbols == ()
    assert time.process_time() - started < 5
