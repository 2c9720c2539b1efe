"""Columns that take any text, also what PostgreSQL refuses."""

import re
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

_REFUSED = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Replace NUL and lone surrogates, which no text of PostgreSQL can hold."""
    return _REFUSED.sub("\ufffd", text)


def clean_tree(value: Any) -> Any:
    """Clean every text within what JSON can hold."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(name): clean_tree(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_tree(each) for each in value]
    return value


class CleanText(TypeDecorator[str]):
    """Text."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean what is written or compared."""
        return None if value is None else clean(value)


class CleanTexts(TypeDecorator[list[str]]):
    """An array of texts."""

    impl = ARRAY(Text)
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> list[str] | None:
        """Clean what is written or compared."""
        return None if value is None else [clean(each) for each in value]


class CleanJson(TypeDecorator[Any]):
    """JSONB."""

    impl = JSONB
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Clean what is written."""
        return clean_tree(value)
