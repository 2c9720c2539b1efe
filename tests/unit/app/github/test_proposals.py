import pytest

from app.domain.work.proposal import Proposal
from app.errors import InputError
from app.github.proposals import (
    BODY_CHARACTERS,
    Mark,
    check_files,
    content_digest,
    is_signed,
    marked_body,
    read_mark,
    same_text,
    signed_message,
    with_mark,
)


def proposal(*paths: str, root_files: frozenset[str] = frozenset()) -> Proposal:
    return Proposal(
        base="main",
        base_commit="a" * 40,
        files=dict.fromkeys(paths, b"text\n"),
        title="",
        body="",
        commit_message="",
        root_files=root_files,
    )


@pytest.mark.parametrize(
    "path",
    [
        "docs/autodoc/index.md",
        "docs/autodoc/llms.txt",
        "docs/autodoc/reference/llms-full.txt",
        "docs/autodoc/.autodoc/home.json",
        "docs/autodoc/.autodoc/mkdocs.yml",
        "docs/autodoc/reference/_category_.yml",
        "docs/autodoc/reference/app/über.md",
    ],
)
def test_pages_may_be_written(path: str) -> None:
    check_files(proposal(path))


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "AGENTS.md",
        "docs/autodoc/mkdocs.yml",
        "docs/autodoc/.autodoc/other.yml",
        "src/app.py",
        "docs/other.md",
        "docs/autodoc",
        "docs/autodocs/index.md",
        "docs/autodoc/../../src/app.md",
        "docs/autodoc/./a.md",
        "docs/autodoc//a.md",
        "/docs/autodoc/a.md",
        "docs/autodoc/a.md/",
        "docs/autodoc/a\n.md",
        "docs/autodoc\\a.md",
        "docs/autodoc/.git/a.md",
        "docs/autodoc/.GIT/a.md",
        "docs/autodoc/.git./a.md",
        "docs/autodoc/.github/a.md",
        "docs/autodoc/.cursor/rules/a.md",
        "docs/autodoc/AGENTS.md",
        "docs/autodoc/Claude.md",
        "docs/autodoc/setup.py",
        "docs/autodoc/package.json",
        "docs/autodoc/requirements.txt",
        "docs/autodoc/requirements-dev.txt",
        "docs/autodoc/robots.txt",
        "docs/autodoc/CLAUDE.local.md",
        "docs/autodoc/.clinerules/a.md",
        "docs/autodoc/.windsurf/rules/a.md",
        "docs/autodoc/.gemini/a.md",
        "docs/autodoc/.hidden.md",
        "docs/autodoc/GIT~1/a.md",
        ".github/workflows/ci.yml",
    ],
)
def test_nothing_else_may_be_written(path: str) -> None:
    with pytest.raises(InputError, match="AutoDoc does not write"):
        check_files(proposal(path))


def test_a_documentation_folder_may_be_a_hidden_one() -> None:
    chosen = proposal("docs/.gitbook/index.md").model_copy(update={"folders": ("docs/.gitbook",)})

    check_files(chosen)


def test_a_guide_may_be_written_where_the_configuration_names_it() -> None:
    guides = ("README.md", "packages/a/AGENTS.md")

    check_files(proposal(*guides, root_files=frozenset(guides)))


@pytest.mark.parametrize("path", ["setup.py", ".github/README.md", "../README.md", "CLAUDE.md"])
def test_the_configuration_cannot_name_other_files(path: str) -> None:
    with pytest.raises(InputError, match="AutoDoc does not write"):
        check_files(proposal(path, root_files=frozenset({path})))


@pytest.mark.parametrize("folder", [".github", "", "docs/../src", "/docs", ".git/hooks"])
def test_pages_cannot_live_in_such_a_folder(folder: str) -> None:
    chosen = proposal().model_copy(update={"folders": (folder,)})

    with pytest.raises(InputError, match="choose another"):
        check_files(chosen)


def test_too_much_is_refused_before_github_does() -> None:
    with pytest.raises(InputError, match="publish fewer"):
        check_files(proposal(*(f"docs/autodoc/{number}.md" for number in range(10_001))))


def test_the_mark_in_a_body_tells_what_was_proposed() -> None:
    mark = Mark(base="release/1-->2", content=content_digest({"a": b"1", "b": None}), head="c" * 40)
    body = with_mark("Hello.", mark)

    assert read_mark(body) == mark
    assert body.count("-->") == 1
    assert read_mark("Hello.") is None


def test_marks_of_earlier_versions_and_of_later_ones_are_read() -> None:
    assert read_mark(marked_body("Hello.", "main", "d")) == Mark(base="main", content="d")
    later = "Hello. <!-- autodoc:v1 base=main content=d colour=blue -->"
    assert read_mark(later) == Mark(base="main", content="d")


@pytest.mark.parametrize("character", ["x", "\U0001f600"])
def test_a_long_body_is_cut_but_keeps_its_mark(character: str) -> None:
    mark = Mark(base="main", content="d" * 64)
    body = with_mark(character * 100_000, mark)

    assert len(body.encode("utf-16-le")) // 2 <= BODY_CHARACTERS
    assert read_mark(body) == mark


def test_a_sign_off_stands_beside_the_mark_of_a_commit() -> None:
    message = signed_message("Update", "c" * 40, "autodoc[bot] <1+autodoc[bot]@example.org>")

    assert is_signed(message)
    assert message.splitlines()[-2] == "Signed-off-by: autodoc[bot] <1+autodoc[bot]@example.org>"


def test_the_digest_tells_every_difference_and_no_order() -> None:
    one = content_digest({"a": b"1", "b": b"2"})

    assert one == content_digest({"b": b"2", "a": b"1"})
    others = content_digest({"a": b"1"}), content_digest({"a": b"1", "b": None})
    assert len({one, *others}) == 3


def test_the_digest_does_not_tell_the_commit_and_the_line_that_links_point_to() -> None:
    old = b"[a.py:3](https://x.org/o/r/blob/" + b"c" * 40 + b"/a.py#L3)"
    new = b"[a.py:9](https://x.org/o/r/blob/" + b"d" * 40 + b"/a.py#L9)"

    assert content_digest({"a": old}) == content_digest({"a": new})
    assert content_digest({"a": old}) != content_digest({"a": b"x" + new})


def test_the_digest_does_not_tell_what_only_the_records_say() -> None:
    one, other = {"d/.autodoc/a.json": b"1"}, {"d/.autodoc/a.json": b"2"}
    assert content_digest({"d/a.md": b"x", **one}) == content_digest({"d/a.md": b"x", **other})


def test_a_commit_of_ours_is_known_by_its_last_line() -> None:
    assert is_signed(signed_message("Document the shop\n", "a" * 40))
    assert not is_signed("Mention AutoDoc-Source: abc\n\nand more")


def test_line_ends_make_no_difference_of_text() -> None:
    assert same_text("a\r\nb\r\n", "a\nb")
    assert not same_text("a b", "a  b")


def test_a_configuration_of_the_root_may_be_begun_but_nobodys_is_taken_away() -> None:
    begun = frozenset({".autodoc.yaml"})
    check_files(proposal(".autodoc.yaml", root_files=begun))
    gone = proposal(".autodoc.yaml", root_files=begun).model_copy(
        update={"files": {".autodoc.yaml": None}}
    )
    elsewhere = frozenset({"shop/.autodoc.yaml"})
    for refused in (
        gone,
        proposal(".autodoc.yaml"),
        proposal("shop/.autodoc.yaml", root_files=elsewhere),
    ):
        with pytest.raises(InputError, match="does not write"):
            check_files(refused)
