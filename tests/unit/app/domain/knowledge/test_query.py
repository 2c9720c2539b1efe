import pytest

from app.domain.knowledge.query import query_terms, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FastMCP.as_proxy", ["fast", "mcp", "as", "proxy"]),
        ("HTTPServer", ["http", "server"]),
        ("tool.uv.pip/a_b", ["tool", "uv", "pip", "a", "b"]),
        ("Über die Straße", ["über", "die", "straße"]),
    ],
)
def test_identifiers_are_split_into_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_identifier_is_a_phrase_that_weighs_more_than_a_pair_of_words() -> None:
    terms = query_terms("how does create_model validate input")

    weights = dict(zip(terms.phrases, terms.weights, strict=True))
    assert weights == {"create model": 1.0, "model validate": 0.4, "validate input": 0.4}


def test_stop_words_make_no_pair() -> None:
    assert query_terms("what is the cache").phrases == ()


@pytest.mark.parametrize(
    "question",
    ["-" * 40, "--index-url", "'; drop table jobs; --", '"quoted" & | ! ( ) <-> :*', "nul\x00nul"],
)
def test_nothing_that_a_query_parser_understands_is_left(question: str) -> None:
    terms = query_terms(question)

    for text in (terms.words, *terms.phrases):
        assert all(letter.isalnum() or letter == " " for letter in text)


def test_endless_question_is_cut() -> None:
    terms = query_terms("someIdentifier " * 10_000)

    assert len(terms.words.split()) <= 32
    assert len(terms.phrases) <= 24
