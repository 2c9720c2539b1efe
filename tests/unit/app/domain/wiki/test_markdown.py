import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.wiki.markdown import clean, read_headings, read_outline, slug, unique_slugs
from app.domain.wiki.words.prose import escape


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Getting started", "getting-started"),
        ("app/db/__init__.py", "appdb__init__py"),
        ("What's new? (2.0)", "whats-new-20"),
        ("Straße & Öl", "straße--öl"),
        ("Cart.total", "carttotal"),
    ],
)
def test_anchors_are_those_of_github(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_repeated_anchors_are_numbered_without_meeting_others() -> None:
    assert unique_slugs(["Usage", "Usage", "Usage 1", "Usage"]) == (
        "usage",
        "usage-1",
        "usage-1-1",
        "usage-2",
    )


@given(st.lists(st.text(max_size=8), max_size=12))
def test_anchors_of_a_page_are_unique(headings: list[str]) -> None:
    anchors = unique_slugs(headings)

    assert len(set(anchors)) == len(headings)


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_and_leaves_nothing_invisible(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert not set(once) & set("\u202e\u2066\u200b\u200d\ufeff\u00ad\x00\r")


@given(st.text(min_size=1, max_size=40).filter(lambda text: bool(" ".join(clean(text).split()))))
def test_a_page_parses_back_with_the_heading_that_was_written(text: str) -> None:
    visible = " ".join(clean(text).split())

    headings = read_outline(f"# {escape(text)}\n\nwords\n").headings

    assert [heading.text for heading in headings] == [visible]


def test_an_outline_tells_quoted_code_from_ours() -> None:
    spans = read_outline("`ours`\n\n> `theirs`\n").spans

    assert [(span.text, span.quoted) for span in spans] == [("ours", False), ("theirs", True)]


def test_comments_are_not_raw_html() -> None:
    assert read_outline("<!-- a stamp -->\n\n<b>no</b>\n").html_lines == (3, 3)
    assert read_outline("<!-- one -->\n\n<!-- two\n").html_lines == (3,)


def test_headings_are_read_alike_with_tables_and_fences_around_them() -> None:
    text = "# A\n\n| # b | c |\n| --- | --- |\n| x | y |\n\n## D\n\n```\n# e\n```\n\n### F\n"

    assert read_headings(text) == read_outline(text).headings
