"""Short ways to ask what the analysis says of a piece of source."""

from textwrap import dedent

from app.analysis.extract import extract
from app.domain.code.facts import FileFacts
from app.domain.code.symbol import Symbol


def read(language: str, source: str) -> FileFacts:
    return extract(language, dedent(source).encode())


def symbols(language: str, source: str) -> dict[str, Symbol]:
    return {symbol.name: symbol for symbol in read(language, source).symbols}


def code(language: str, source: str, name: str = "f") -> str:
    return symbols(language, source)[name].code_digest


def wording(language: str, source: str, name: str = "f") -> str:
    return symbols(language, source)[name].wording_digest
