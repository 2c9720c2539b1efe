"""What a question asks for, as words and phrases that a full-text search can look up.

The words are those that the database's `autodoc_words` makes of a page: identifiers are split, so
that `FastMCP.as_proxy` finds `as_proxy` and `proxy`, and are looked up again as a phrase.
"""

import re
from itertools import pairwise

from app.domain.value import Value

_MAX_CHARACTERS = 1000
_MAX_WORDS = 32
_MAX_PHRASES = 24
_MAX_PHRASE_WORDS = 8
_PAIR_WEIGHT = 0.4
"""Two neighbouring words as a phrase, beside 1 for an identifier; measured on 683 queries."""

_IDENTIFIER = re.compile(
    r"[A-Za-z0-9]+(?:[._/:-]+[A-Za-z0-9]+)+"
    r"|[A-Za-z]*[a-z0-9][A-Z][A-Za-z0-9]*"
    r"|[A-Z]{2,}[a-z][A-Za-z0-9]*"
)
_LOWER_UPPER = re.compile(r"([a-z0-9])([A-Z])")
_ACRONYM = re.compile(r"([A-Z]+)([A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a about an and any are as at be by can do does for from how i if in into is it its my of"
        " on or that the their them then there these they this to was we what when where which"
        " while who why will with you your",
    )
)


class QueryTerms(Value):
    """A question, taken apart."""

    words: str
    """Separated by spaces; nothing in it has a meaning for a query parser."""
    phrases: tuple[str, ...]
    weights: tuple[float, ...]
    """One for each phrase."""


def split_words(text: str) -> list[str]:
    """List the words of a text in lower case, identifiers split."""
    spaced = _ACRONYM.sub(r"\1 \2", _LOWER_UPPER.sub(r"\1 \2", text))
    return _WORD.findall(spaced.lower())


def query_terms(question: str) -> QueryTerms:
    """Take a question apart; whatever it holds, the terms are harmless."""
    question = question[:_MAX_CHARACTERS]
    words = split_words(question)[:_MAX_WORDS]
    phrases: dict[str, float] = {}
    for identifier in _IDENTIFIER.findall(question):
        parts = split_words(identifier)
        if len(parts) > 1:
            phrases[" ".join(parts[:_MAX_PHRASE_WORDS])] = 1.0
    for first, second in pairwise(words):
        if first not in _STOP and second not in _STOP:
            phrases.setdefault(f"{first} {second}", _PAIR_WEIGHT)
    kept = dict(list(phrases.items())[:_MAX_PHRASES])
    return QueryTerms(words=" ".join(words), phrases=tuple(kept), weights=tuple(kept.values()))
