import pytest

from app.domain.wiki.site.guide_block import (
    BEGIN,
    END,
    Block,
    Mark,
    is_changed,
    join,
    read_record,
    without_block,
    write_record,
)

BLOCK = Block(text="## Docs\n\n[Home](docs/index.md)", title="Shop")
NEWER = Block(text="## Docs\n\n[Home](docs/home.md)")
PEOPLE = b"# Shop\r\n\r\nWords,  spaces \tand a lone\xc3\xbc.\r\n"


def written(present: bytes | None, block: Block = BLOCK) -> tuple[bytes, Mark]:
    """Join a block into a file of which nothing is recorded."""
    joined = join("README.md", present, block, None)
    assert joined.content is not None
    assert joined.mark is not None
    return joined.content, joined.mark


def test_a_block_is_appended_once_and_every_other_byte_stays() -> None:
    content, mark = written(PEOPLE)
    again = join("README.md", content, BLOCK, mark)

    assert content.startswith(PEOPLE)
    assert content.count(BEGIN.encode()) == content.count(END.encode()) == 1
    assert content.count(b"\n") == content.count(b"\r\n")
    assert again.content == content
    assert again.mark == mark


@pytest.mark.parametrize("present", [b"", b"no line end", b"\xef\xbb\xbf# BOM\n", PEOPLE, b"a\rb"])
def test_a_block_comes_up_to_date_and_goes_again(present: bytes) -> None:
    first, mark = written(present)
    newer = join("README.md", first, NEWER, mark)
    gone = join("README.md", newer.content, None, newer.mark)

    assert newer.content == first.replace(b"docs/index.md", b"docs/home.md")
    assert (gone.content or b"").rstrip() == present.rstrip()
    assert gone.mark is None


def test_marks_that_people_set_say_where_the_block_goes() -> None:
    text = f"# Shop\n\n{BEGIN}\n{END}\n\n## Licence\n".encode()

    assert written(text)[0] == f"# Shop\n\n{BEGIN}\n{BLOCK.text}\n{END}\n\n## Licence\n".encode()


def test_a_block_that_a_person_changed_or_removed_stays_so() -> None:
    content, mark = written(PEOPLE)
    for present in (content.replace(b"Home", b"House"), PEOPLE, None):
        joined = join("README.md", present, NEWER, mark)

        assert joined.content == present
        assert joined.mark == mark
        assert "person" in joined.note


@pytest.mark.parametrize(
    "text",
    [
        f"{BEGIN}\na\n".encode(),
        f"{END}\n{BEGIN}\n".encode(),
        f"{BEGIN}\n{BEGIN}\n{END}\n".encode(),
        "# Ä\n".encode("utf-16"),
    ],
)
def test_a_file_in_which_no_place_can_be_told_is_left_and_reported(text: bytes) -> None:
    joined = join("README.md", text, BLOCK, None)

    assert joined.content == text
    assert joined.note


def test_marks_in_a_code_block_are_an_example() -> None:
    shown = f"```md\n{BEGIN}\n{END}\n```\n".encode()

    assert written(shown)[0].startswith(shown)


def test_a_new_file_has_a_title_unless_something_stands_in_its_way() -> None:
    blocked = BLOCK.model_copy(update={"obstacle": "there is `README.rst` already"})

    assert written(None)[0].startswith(f"# Shop\n\n{BEGIN}\n## Docs\n".encode())
    joined = join("README.md", None, blocked, None)
    assert joined.content is None
    assert joined.note == "`README.md` is not written: there is `README.rst` already"


def test_what_people_changed_around_the_block_is_seen() -> None:
    content, mark = written(PEOPLE)

    assert not is_changed(content.replace(b"\r\n", b"\n"), mark)
    assert is_changed(content.replace(b"Words", b"Wards"), mark)
    assert is_changed(None, mark)


def test_our_words_are_no_prose_of_the_repository_and_lines_keep_their_numbers() -> None:
    text = written(b"# Shop\n")[0].decode() + "after\n"
    rest = without_block(text)

    assert "Docs" not in rest
    assert "autodoc" not in rest
    assert rest.split("\n").index("after") == text.split("\n").index("after")


def test_a_damaged_record_says_nothing() -> None:
    mark = written(None)[1]

    assert read_record(write_record({"README.md": mark})) == {"README.md": mark}
    for damaged in (
        None,
        b"",
        b"[]",
        b'{"README.md": 3}',
        b'{"README.md": {"block": []}}',
        b"\xff",
    ):
        assert read_record(damaged) == {}


def test_a_part_of_which_nothing_is_recorded_is_not_written_over() -> None:
    content, mark = written(PEOPLE)
    edited = content.replace(b"Home", b"House")

    assert join("README.md", content, BLOCK, None).mark == mark
    for present, wanted in ((edited, BLOCK), (content, NEWER)):
        joined = join("README.md", present, wanted, None)
        assert joined.content == present
        assert joined.mark is None
        assert "empty it" in joined.note


def test_a_file_that_would_hide_the_part_stays_and_says_why() -> None:
    present = b"# Shop\n\n```sh\nmake\n"
    joined = join("README.md", present, BLOCK, None)

    assert joined.content == present
    assert joined.mark is None
    assert "code block" in joined.note


@pytest.mark.parametrize("below", ["    indented code\n", "\n    indented code\n", "Words\n\n\n"])
def test_what_stands_below_the_block_keeps_its_shape_when_that_goes(below: str) -> None:
    content, mark = written(b"# Shop\n")
    gone = join("README.md", content + below.encode(), None, mark)

    assert gone.content is not None
    assert gone.content.endswith(below.encode())


@pytest.mark.parametrize("present", [b"# Shop\n", b"# Shop\n\n\n", b"a\r\n"])
def test_a_block_that_goes_leaves_every_byte_of_a_whole_file(present: bytes) -> None:
    content, mark = written(present)

    assert join("README.md", content, None, mark).content == present
