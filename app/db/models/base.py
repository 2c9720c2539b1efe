"""What all tables share; every text column takes any text."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Computed, DateTime, MetaData
from sqlalchemy.orm import DeclarativeBase

from app.db.types import CleanJson, CleanText, CleanTexts

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base of every table."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: CleanText(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: CleanJson(),
        list[str]: CleanTexts(),
    }


def one_of(column: str, values: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """Let a column hold nothing but the values."""
    # Not a native enum: a downgrade would leave the type behind.
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def weighted(*parts: tuple[str, str]) -> Computed:
    """Make a column of the words of several SQL expressions, each with its weight (A to D)."""
    terms = (
        f"setweight(to_tsvector('english', autodoc_words({expression})), '{weight}')"
        for expression, weight in parts
    )
    # SQLAlchemy 2.1 makes a virtual column by default, which no index can cover.
    return Computed(" || ".join(terms), persisted=True)
