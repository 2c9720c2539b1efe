import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.knowledge.chunk import PageChunk
from app.domain.knowledge.chunking import ChunkOptions, cut_page, embedding_text

SMALL = ChunkOptions(target=40, maximum=60, overlap=8, minimum=5)


def count(text: str) -> int:
    return len(re.findall(r"\w+|[^\w\s]", text))


def cut(text: str, options: ChunkOptions = SMALL) -> list[PageChunk]:
    return cut_page("Shop", text, count, options)


def sentences(number: int) -> str:
    return " ".join(f"Sentence number {each} says something." for each in range(number))


def test_passage_is_what_its_offsets_say() -> None:
    text = f"# Shop\r\n\r\n{sentences(20)}\r\n\r\n## Cart\r\n\r\nÄ cart.\r\n\r\n{sentences(20)}\r\n"

    chunks = cut(text)

    assert len(chunks) > 4
    for chunk in chunks:
        assert text[chunk.start_char : chunk.end_char] == chunk.content
        assert chunk.content == chunk.content.strip()
        assert chunk.tokens == count(chunk.content) <= SMALL.maximum
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))


def test_passages_end_with_their_section_and_know_where_they_stand() -> None:
    text = (
        f"# Shop\n\n{sentences(5)}\n\n## `Cart`\n\n### Totals\n\n{sentences(5)}\n\n"
        f"## Orders\n\n{sentences(5)}\n"
    )

    chunks = cut(text)

    assert [chunk.heading_path for chunk in chunks] == [(), ("Cart", "Totals"), ("Orders",)]
    assert chunks[1].content.startswith("## `Cart`\n\n### Totals\n\nSentence")


def test_comment_in_a_code_block_is_no_heading() -> None:
    text = f"## Use\n\n{sentences(2)}\n\n```python\n# Not a heading\nrun()\n```\n"

    chunks = cut(text)

    assert {chunk.heading_path for chunk in chunks} == {("Use",)}
    assert [chunk.has_code for chunk in chunks] == [True]


@pytest.mark.parametrize("prefix", ["", "- item\n\n  ", "> "])
def test_code_block_that_fits_the_maximum_stays_whole(prefix: str) -> None:
    indent = prefix.split("\n")[-1].replace("- item", "")
    lines = ["```", *(f"call({number})" for number in range(9)), "```"]
    code = f"\n{indent}".join(lines)
    text = f"{sentences(7)}\n\n{prefix}{code}\n\n{sentences(7)}\n"

    chunks = cut(text)

    assert len(chunks) > 2
    assert sum(code in chunk.content for chunk in chunks) == 1
    assert all(chunk.content.count("```") in {0, 2} for chunk in chunks)


def test_larger_code_block_is_cut_at_its_lines() -> None:
    lines = [f"call_{number}(argument)" for number in range(60)]
    text = "```\n" + "\n".join(lines) + "\n```\n"

    chunks = cut(text)

    assert len(chunks) > 3
    assert all(chunk.tokens <= SMALL.maximum for chunk in chunks)
    whole = "\n".join(chunk.content for chunk in chunks).splitlines()
    assert [line for line in whole if line != "```"] == lines


def test_table_stays_whole() -> None:
    rows = "\n".join(f"| {number} | b |" for number in range(7))
    table = f"| a | b |\n|---|---|\n{rows}"
    text = f"{sentences(7)}\n\n{table}\n\n{sentences(7)}"

    assert sum(table in chunk.content for chunk in cut(text)) == 1


def test_passages_of_a_section_overlap_by_whole_sentences() -> None:
    text = f"{sentences(30)}\n"

    chunks = cut(text)

    for before, after in pairwise(chunks):
        repeated = text[after.start_char : before.end_char]
        assert repeated.startswith("Sentence")
        assert count(repeated) <= SMALL.overlap


def test_sections_do_not_overlap() -> None:
    text = f"## A\n\n{sentences(5)}\n\n## B\n\n{sentences(5)}\n"

    first, second = cut(text)

    assert second.start_char >= first.end_char


def test_small_sections_become_one_passage_under_what_they_share() -> None:
    text = "# Shop\n\n## API\n\n### add\n\nAdds.\n\n### total\n\nSums.\n"

    [chunk] = cut(text, ChunkOptions(target=40, maximum=60, overlap=0, minimum=20))

    assert chunk.heading_path == ("API",)
    assert chunk.content.endswith("Sums.")


def test_comments_and_front_matter_are_not_searched() -> None:
    text = f"---\nkey: value\n---\n\n# Shop\n\n{sentences(4)}\n\n<!-- autodoc: page=home -->\n"

    [chunk] = cut(text)

    assert "autodoc" not in chunk.content
    assert "key" not in chunk.content


def test_word_without_end_is_cut_too() -> None:
    chunks = cut_page("Shop", "x" * 1000, len, ChunkOptions(target=100, maximum=150, overlap=10))

    assert max(chunk.tokens for chunk in chunks) <= 150
    assert sum(chunk.tokens for chunk in chunks) >= 1000


@pytest.mark.parametrize("text", ["", "\n\n", "<!-- only a comment -->"])
def test_page_that_says_nothing_has_no_passage(text: str) -> None:
    assert cut(text) == []


def test_same_words_under_another_heading_are_another_passage() -> None:
    [first] = cut(f"## A\n\n{sentences(3)}")
    [second] = cut(f"## B\n\n{sentences(3)}")
    [again] = cut(f"Intro.\n\n## A\n\n{sentences(3)}", SMALL.model_copy(update={"minimum": 1}))[1:]

    assert first.content_digest != second.content_digest
    assert first.content_digest == again.content_digest
    assert embedding_text(first).startswith("Shop > A\n## A")


BLOCKS = st.sampled_from(
    [
        "# Shop",
        "## A",
        "### B",
        "```\n# no heading\n\ncode()\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "- one\n- two\n\n  ```\n  nested\n  ```",
        "> quoted",
        "<!-- gone -->",
        sentences(3),
        sentences(20),
        "    indented",
    ]
)


@given(st.lists(BLOCKS, max_size=12), st.sampled_from(["\n\n", "\r\n\r\n"]))
def test_nothing_is_lost_and_no_passage_is_too_large(blocks: list[str], gap: str) -> None:
    text = gap.join(blocks)

    chunks = cut(text)

    covered = {place for chunk in chunks for place in range(chunk.start_char, chunk.end_char)}
    comments = [match.span() for match in re.finditer("<!-- gone -->", text)]
    for place, letter in enumerate(text):
        if not letter.isspace() and not any(a <= place < b for a, b in comments):
            assert place in covered
    assert all(0 < chunk.tokens <= SMALL.maximum for chunk in chunks)
    assert all(chunk.content.count("```") % 2 == 0 for chunk in chunks)


def test_heading_is_named_as_a_reader_sees_it() -> None:
    [chunk] = cut_page("App", "# `app`/\\_\\_init\\_\\_.py\n\nWords.\n", count)
    assert chunk.heading_path == ("app/__init__.py",)
