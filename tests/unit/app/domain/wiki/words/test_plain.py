"""Published Markdown is reduced to what it says, in bounded time."""

import time

import pytest

from app.domain.wiki.words.plain import plain_text, words_of


def test_links_to_sources_are_left_out_and_others_are_their_words() -> None:
    text = "It [adds](totals.md) up  ([a.py:1](https://x.org/blob/c/a.py#L1))  [E1, E2]."

    assert plain_text(text) == "It adds up."


@pytest.mark.parametrize("text", ["[a](" * 20_000, "\\[" * 20_000, "a" + " " * 100_000 + "b"])
def test_a_text_made_to_be_slow_is_reduced_in_bounded_time(text: str) -> None:
    started = time.process_time()

    words_of(text)

    assert time.process_time() - started < 2
