"""The record of a page: what is written can be read, and what is damaged is no record."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.wiki.page import PageKind, PageSpec, RenderedSection, Sentence
from app.domain.wiki.record import (
    Ack,
    Note,
    PageRecord,
    read_record,
    uncited_share,
    write_record,
)

SPEC = PageSpec(id="cart", path="guide/cart.md", title="Carts", kind=PageKind.NARRATIVE)
CITED = CitedSymbol(
    path="a.py", symbol="f", recipe="3", code="c", wording="w", first_line=1, last_line=2
)
TEXTS = st.text(max_size=20)
SECTIONS = st.builds(
    RenderedSection,
    anchor=TEXTS,
    heading=TEXTS,
    digest=TEXTS,
    cited=st.lists(
        st.builds(
            CITED.__class__,
            path=TEXTS,
            symbol=TEXTS,
            recipe=TEXTS,
            code=TEXTS,
            wording=TEXTS,
            first_line=st.integers(0, 9),
            last_line=st.integers(0, 9),
            offset=st.none() | st.integers(0, 9),
            whole=st.booleans(),
            parameters=st.lists(TEXTS, max_size=2).map(tuple),
            relies=st.sampled_from(Reliance),
        ),
        max_size=2,
    ).map(tuple),
    sentences=st.lists(
        st.builds(
            Sentence,
            text=TEXTS,
            cites=st.lists(TEXTS, max_size=2).map(tuple),
            relies=st.sampled_from(Reliance),
        ),
        max_size=2,
    ).map(tuple),
    uncited=st.integers(0, 9),
    complete=st.booleans(),
)
RECORDS = st.builds(
    PageRecord,
    spec=st.just(SPEC),
    digest=TEXTS,
    sections=st.lists(SECTIONS, max_size=2).map(tuple),
    writer=TEXTS,
    acks=st.lists(st.builds(Ack, key=TEXTS, digest=TEXTS, reason=TEXTS, by=TEXTS), max_size=2).map(
        tuple
    ),
    notes=st.lists(st.builds(Note, section=TEXTS, before=TEXTS, after=TEXTS), max_size=2).map(
        tuple
    ),
    withdrawn=st.booleans(),
)


@given(RECORDS)
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_again(record: PageRecord) -> None:
    data = write_record(record)

    assert read_record(data) == record
    assert write_record(record) == data


@given(st.binary(max_size=200) | st.recursive(st.none(), st.lists).map(str).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_no_bytes_are_too_damaged_to_be_refused(data: bytes) -> None:
    assert read_record(data) is None


@pytest.mark.parametrize(
    "change",
    [
        {"path": "../a.md"},
        {"path": "/a.md"},
        {"path": "a.txt"},
        {"path": 1},
        {"path": "\ud800.md"},
        {"sections": [{"anchor": 1}]},
        {"digest": None},
        {"unknown": 1},
    ],
)
def test_a_record_that_says_something_else_is_refused(change: dict[str, object]) -> None:
    read = json.loads(write_record(PageRecord(spec=SPEC, digest="d")))

    assert read_record(json.dumps(read).encode()) is not None
    assert read_record(json.dumps(read | change).encode()) is None


def test_nesting_without_end_is_refused() -> None:
    assert read_record(b"[" * 100_000) is None


def test_a_record_holds_nothing_that_is_as_usual() -> None:
    section = RenderedSection(anchor="a", heading="A", digest="d", cited=(CITED,))
    read = json.loads(write_record(PageRecord(spec=SPEC, digest="d", sections=(section,))))

    assert read["sections"][0]["cited"][0].keys() == {
        "path", "symbol", "recipe", "code", "wording", "first_line", "last_line",
    }  # fmt: skip
    assert "acks" not in read


def test_each_citation_has_a_line_of_its_own() -> None:
    section = RenderedSection(anchor="a", heading="A", digest="d", cited=(CITED, CITED))
    lines = write_record(PageRecord(spec=SPEC, digest="d", sections=(section,))).splitlines()

    assert sum(b'"symbol": "f"' in line for line in lines) == 2


def test_the_share_of_sentences_that_cite_nothing() -> None:
    section = RenderedSection(
        anchor="a", heading="A", digest="d", sentences=(Sentence(text="a"),) * 3, uncited=1
    )
    record = PageRecord(spec=SPEC, digest="d", sections=(section, section))

    assert uncited_share([record]) == 0.25
    assert uncited_share([]) == 0.0


@pytest.mark.parametrize(
    "damage", [{"id": "../../other"}, {"id": ""}, {"title": "\ud800"}, {"writer": "\ud800"}]
)
def test_a_record_that_leads_outside_or_cannot_be_written_is_damaged(
    damage: dict[str, str],
) -> None:
    fields = json.loads(write_record(PageRecord(spec=SPEC, digest="d")))

    assert read_record(json.dumps(fields).encode()) is not None
    assert read_record(json.dumps(fields | damage).encode()) is None
