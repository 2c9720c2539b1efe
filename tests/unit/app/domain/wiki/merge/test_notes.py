"""Corrections are told from a person's edits, and undone by nobody."""

import time

import pytest

from app.domain.wiki.merge.notes import MOST_NOTES, find_notes, gather, violates
from app.domain.wiki.record import Note


def test_each_sentence_that_changed_came_or_went_is_a_note() -> None:
    before = "One is so. Two is wrong.\n\n- first\n- second\n"
    after = "One is so. Two is right. Three is new.\n\n- second\n"

    assert list(find_notes("s", before, after)) == [
        Note(section="s", before="Two is wrong.", after="Two is right."),
        Note(section="s", before="- first", after=""),
        Note(section="s", before="", after="Three is new."),
    ]


def test_a_text_that_is_wrapped_anew_is_no_correction() -> None:
    before = "It adds up all items of a cart and rounds. It is fast.\n"
    after = "It adds up all items\nof a cart and rounds.\nIt is fast.\n"

    assert list(find_notes("s", before, after)) == []


@pytest.mark.parametrize(
    ("text", "is_violated"),
    [
        ("It counts [VAT](vat.md) once ([a.py:1](x#L1)).", False),
        ("More. It counts `VAT` once, too. It counts VAT once.", False),
        ("It counts tax twice ([b.py:7](y#L7)).", True),
        ("Nothing of the kind.", True),
        ("It counts VAT once. It  *counts* tax twice!", True),
    ],
)
def test_a_correction_is_undone_when_it_is_gone_or_what_it_mends_is_back(
    text: str,
    is_violated: bool,  # noqa: FBT001 - what the table says
) -> None:
    note = Note(
        section="s", before="It counts tax twice ([a.py:3](x#L3)).", after="It counts VAT once."
    )

    assert violates(note, text) is is_violated


def test_a_sentence_that_a_person_made_longer_may_stand_so() -> None:
    note = Note(section="s", before="It adds up.", after="It adds up, with tax.")

    assert not violates(note, "It adds up, with tax.")
    assert violates(note, "It adds up.")


def test_the_newest_notes_are_kept_and_none_twice() -> None:
    notes = [Note(section="s", before=f"{n}", after="") for n in range(MOST_NOTES + 5)]

    assert gather([*notes, notes[-1]]) == tuple(notes[5:])


@pytest.mark.parametrize("text", ["([" * 8_000, "<!--" * 20_000, "[a](" * 5_000, "ab" * 9_000])
def test_sentences_made_to_be_slow_are_read_in_bounded_time(text: str) -> None:
    started = time.process_time()

    violates(Note(section="s", before=text, after=""), text)
    notes = list(find_notes("s", text, f"{text}b"))

    assert time.process_time() - started < 3
    assert len(notes) <= 2


def test_many_sentences_that_were_all_rewritten_are_told_in_bounded_time() -> None:
    before = "".join(f"{'ab' * 90} {n}.\n\n" for n in range(45))
    after = "".join(f"{'ba' * 45}{'b' * 80} {n + 100}.\n\n" for n in range(45))
    started = time.process_time()

    assert list(find_notes("s", before, after))

    assert time.process_time() - started < 4
