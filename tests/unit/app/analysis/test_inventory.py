from typing import Literal, NamedTuple

import pytest

from app.analysis.inventory import (
    Limits,
    is_marked_as_generated,
    printable,
    take_inventory,
    text_fault,
    without,
)
from app.domain.code.facts import LeftOut, LeftOutReason


class Leaf(NamedTuple):
    path: str
    blob_id: str = "0" * 40
    size: int = 10
    kind: Literal["file", "executable", "symlink", "submodule"] = "file"


def reasons(*leaves: Leaf, limits: Limits | None = None) -> dict[str, LeftOutReason]:
    found = take_inventory(leaves, {}, limits or Limits())
    return {one.path: one.reason for one in found.left_out}


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/a/index.js",
        "web/vendor/github.com/x/y.go",
        "dist/app.js",
    ],
)
def test_what_lies_in_folders_for_generated_and_vendored_files_is_left_out(path: str) -> None:
    assert reasons(Leaf(path)) == {path: LeftOutReason.USUALLY_GENERATED}


@pytest.mark.parametrize(
    "path",
    [
        "static/jquery.min.js",
        "api/shop.pb.go",
        "api/shop_pb2.py",
        "api/shop_pb2_grpc.py",
        "package-lock.json",
        "uv.lock",
        "go.sum",
    ],
)
def test_generated_files_are_left_out_by_their_names(path: str) -> None:
    assert reasons(Leaf(path)) == {path: LeftOutReason.NAMED_AS_GENERATED}


@pytest.mark.parametrize(
    "path",
    [
        "app/distance.py",
        "vendors/models.py",
        "lib/minimal.js",
        "docs/vendor.md",
        "a.lockfile",
        "coverage/control.py",
    ],
)
def test_a_path_that_only_looks_alike_takes_part(path: str) -> None:
    assert reasons(Leaf(path)) == {}


def test_attributes_come_before_the_usual_patterns() -> None:
    leaves = [Leaf("dist/own.py"), Leaf("app/made.py"), Leaf("lib/theirs.py")]
    attributes = {
        "dist/own.py": {"linguist-generated": "unset"},
        "app/made.py": {"linguist-generated": "set"},
        "lib/theirs.py": {"linguist-vendored": "true"},
    }

    found = take_inventory(leaves, attributes, Limits())

    assert [one.path for one in found.chosen] == ["dist/own.py"]


def test_a_large_a_missing_and_a_binary_file_are_left_out_with_their_reasons() -> None:
    assert reasons(Leaf("a.py", size=1_000_001), Leaf("b.py", size=-1), Leaf("c.PNG")) == {
        "a.py": LeftOutReason.TOO_LARGE,
        "b.py": LeftOutReason.UNREADABLE,
        "c.PNG": LeftOutReason.BINARY,
    }


def test_links_and_submodules_are_no_files_but_their_paths_exist() -> None:
    leaves = [Leaf("link", kind="symlink"), Leaf("third/sub", kind="submodule"), Leaf("a/b/c.py")]

    found = take_inventory(leaves, {}, Limits())

    assert [one.path for one in found.chosen] == ["a/b/c.py"]
    assert found.paths == {"link", "third", "third/sub", "a", "a/b", "a/b/c.py"}
    assert reasons(*leaves) == {
        "link": LeftOutReason.SYMLINK,
        "third/sub": LeftOutReason.SUBMODULE,
    }


def test_a_name_that_cannot_stand_in_a_page_is_left_out_in_a_form_that_can() -> None:
    broken = b"caf\xe9.py".decode(errors="surrogateescape")

    found = take_inventory([Leaf("a\nb.py"), Leaf(broken)], {}, Limits())

    assert found.left_out == (
        LeftOut(path="a\\nb.py", reason=LeftOutReason.UNREADABLE),
        LeftOut(path="caf\\xe9.py", reason=LeftOutReason.UNREADABLE),
    )
    assert found.paths == frozenset()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("../config", "..\\x2fconfig"),
        ("a/.GIT/config", "a\\x2f.GIT\\x2fconfig"),
        ("git~1/config", "git~1\\x2fconfig"),
        ("/etc/passwd", "\\x2fetc\\x2fpasswd"),
        ("<b>.py", "\\x3cb\\x3e.py"),
        ("a`b.py", "a\\x60b.py"),
        ("\u202eyp.a", "\\u202eyp.a"),
        ("\u200eyp.a", "\\u200eyp.a"),
        (".g\u200cit/config", ".g\\u200cit/config"),
    ],
)
def test_a_path_that_leads_elsewhere_or_that_a_page_would_act_on_takes_no_part(
    path: str, shown: str
) -> None:
    found = take_inventory([Leaf(path)], {}, Limits())

    assert found.left_out == (LeftOut(path=shown, reason=LeftOutReason.UNREADABLE),)
    assert found.paths == frozenset()


@pytest.mark.parametrize("path", [".github/a.yml", "app/[slug]/(group)/@x.tsx", "a..b/.gitignore"])
def test_an_unusual_path_takes_part(path: str) -> None:
    assert [one.path for one in take_inventory([Leaf(path)], {}, Limits()).chosen] == [path]


def test_a_printable_path_stays_as_it_is() -> None:
    assert printable("docs/übersicht/日本.md") == "docs/übersicht/日本.md"


def test_beyond_the_cap_of_files_the_ones_that_matter_least_are_left_out() -> None:
    leaves = [Leaf("z.txt"), Leaf("a/deep/er.py"), Leaf("b.py"), Leaf("README.md"), Leaf("x.css")]

    found = take_inventory(leaves, {}, Limits(files=3))

    assert [one.path for one in found.chosen] == ["README.md", "a/deep/er.py", "b.py"]
    assert {one.reason for one in found.left_out} == {LeftOutReason.TOO_MANY}


def test_beyond_the_cap_of_the_repository_what_still_fits_takes_part() -> None:
    leaves = [Leaf("a.py", size=60), Leaf("b.py", size=60), Leaf("c.py", size=40)]

    found = take_inventory(leaves, {}, Limits(repository_bytes=100))

    assert [one.path for one in found.chosen] == ["a.py", "c.py"]
    assert found.left_out == (LeftOut(path="b.py", reason=LeftOutReason.REPOSITORY_SIZE),)


def test_excluded_folders_files_and_globs_are_as_if_they_were_not_there() -> None:
    leaves = [Leaf("docs/autodoc/a.md"), Leaf("docs/autodocs.md"), Leaf("x/b.snap"), Leaf("c.py")]

    kept = without(leaves, ["docs/autodoc", "*.snap"])

    assert [one.path for one in kept] == ["docs/autodocs.md", "c.py"]


def test_text_is_told_from_what_is_none() -> None:
    assert text_fault("naïve".encode()) is None
    assert text_fault("naïve".encode("latin-1")) is LeftOutReason.UNREADABLE
    assert text_fault("naive".encode("utf-16")) is LeftOutReason.BINARY
    assert text_fault(b"a" * 9_000 + b"\0") is LeftOutReason.BINARY


def test_a_file_can_say_that_nobody_writes_it() -> None:
    assert is_marked_as_generated(b"// Code generated by stringer. DO NOT EDIT.\npackage p\n")
    assert is_marked_as_generated(b"/* @generated */\n")
    assert not is_marked_as_generated(b'MARK = "// Code generated by x. DO NOT EDIT."\n')
