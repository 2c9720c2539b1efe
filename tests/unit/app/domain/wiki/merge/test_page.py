"""What becomes of a page that a person changed."""

import pytest

from app.domain.wiki.merge.page import ConflictKind, merge_page
from app.domain.wiki.merge.parts import END_KEEP, KEEP
from app.domain.wiki.record import Note
from tests.unit.app.domain.wiki.merge.edits import recorded
from tests.unit.app.domain.wiki.merge.pages import PAGE, page

OURS = page(("Kept in a file.", "Kept in a database."), commit="bbbbbbb")
"""The machine says something else of the storage, at another commit."""


def test_what_each_side_changed_elsewhere_is_taken() -> None:
    theirs = page(("Tax is added.", "VAT is added."))

    merged = merge_page(PAGE, theirs, OURS)

    assert merged.text == OURS.replace("Tax is added.", "VAT is added.")
    assert merged.conflicts == ()
    assert merged.generated == OURS
    assert merged.notes == (Note(section="totals", before="Tax is added.", after="VAT is added."),)


def test_where_both_changed_the_same_line_the_persons_stays_and_the_other_is_told() -> None:
    theirs = page(("Kept in a file.", "Kept in two files."))

    merged = merge_page(PAGE, theirs, OURS)

    assert "Kept in two files." in merged.text
    assert "database" not in merged.text
    [conflict] = merged.conflicts
    assert (conflict.section, conflict.heading) == ("storage", "Storage")
    assert (conflict.theirs, conflict.ours) == ("Kept in two files.", "Kept in a database.")
    assert merged.generated == OURS


def test_of_a_line_that_both_changed_only_the_persons_sentences_are_theirs() -> None:
    base = page(("Tax is added.", "Tax is added. Then comes more. It is rounded."))
    theirs = base.replace("It is rounded.", "It is cut.")
    ours = base.replace("Tax is added.", "Tax is left out.")

    merged = merge_page(base, theirs, ours)
    clash = merge_page(base, theirs, ours.replace("It is rounded.", "It is exact."))

    assert "\nTax is left out. Then comes more. It is cut.\n" in merged.text
    assert merged.conflicts == ()
    assert clash.text == merged.text
    assert [(each.theirs, each.ours) for each in clash.conflicts] == [
        ("It is cut.", "It is exact.")
    ]


def test_places_that_moved_are_no_change_of_the_machine() -> None:
    theirs = page(("It holds items.", "It holds goods."))
    moved = (
        PAGE.replace("aaaaaaa", "bbbbbbb").replace("#L1", "#L9").replace("cart.py:1", "cart.py:9")
    )

    merged = merge_page(PAGE, theirs, moved)

    assert merged.conflicts == ()
    assert "It holds goods." in merged.text
    assert "commit=bbbbbbb" in merged.text


def test_a_section_that_a_person_removed_stays_away_even_if_it_has_news() -> None:
    theirs = page(("## Storage\n\nKept in a file.\n\n", ""))

    merged = merge_page(PAGE, theirs, OURS)
    # Some versions later the machine has forgotten it, and thinks of it anew.
    forgotten = page(("## Storage\n\nKept in a file.\n\n", ""), commit="ccccccc")
    again = merge_page(forgotten, merged.text, OURS, merged.notes)

    assert "Storage" not in merged.text
    assert merged.conflicts == ()
    assert "Storage" not in again.text


def test_a_persons_section_stays_where_it_is() -> None:
    theirs = page(("## Storage", "## Mine\n\nMy words.\n\n## Storage"))
    ours = page(("## Totals", "## New\n\nNews.\n\n## Totals"), commit="bbbbbbb")

    merged = merge_page(PAGE, theirs, ours)

    assert merged.text == ours.replace("## Storage", "## Mine\n\nMy words.\n\n## Storage")


def test_a_section_under_another_heading_is_still_brought_up_to_date() -> None:
    theirs = page(
        ("## Storage", "## Where carts are kept"), ("Kept in a file.", "Kept in a file.\n\nA\n\nB")
    )
    base = page(("Kept in a file.", "Kept in a file.\n\nOne more.\n\nThe last."))
    theirs = base.replace("## Storage", "## Where carts are kept")

    merged = merge_page(base, theirs, base.replace("One more.", "One less."))

    assert merged.text == theirs.replace("One more.", "One less.")


def test_a_section_that_retires_stays_with_what_a_person_wrote_in_it() -> None:
    theirs = page(("Kept in a file.", "Kept in a file.\n\nBack it up."))
    gone = page(("## Storage\n\nKept in a file.\n\n", ""), commit="bbbbbbb")

    merged = merge_page(PAGE, theirs, gone)
    untouched = merge_page(PAGE, page(("Tax", "VAT")), gone)

    assert "## Storage\n\nKept in a file.\n\nBack it up.\n" in merged.text
    assert [each.kind for each in merged.conflicts] == [ConflictKind.RETIRED]
    assert "Storage" not in untouched.text


@pytest.mark.parametrize("end", [f"\n{END_KEEP}", ""])
def test_a_region_to_be_kept_is_never_touched_and_no_conflict(end: str) -> None:
    region = f"{KEEP}\nKept in a file.{end}\n"
    theirs = page(("Kept in a file.\n", region))

    merged = merge_page(PAGE, theirs, OURS)

    assert region in merged.text
    assert "database" not in merged.text
    assert merged.conflicts == ()


def test_a_region_over_several_sections_stays_in_one_piece() -> None:
    region = f"{KEEP}\nTax is added.\n\n## Storage\n\nKept in a file.\n{END_KEEP}\n"
    theirs = page(("Tax is added.\n\n## Storage\n\nKept in a file.\n", region))
    ours = page(("## Storage", "### More\n\nMore.\n\n## Storage"), commit="bbbbbbb")

    assert region in merge_page(PAGE, theirs, ours).text
    assert region in merge_page(PAGE, theirs, OURS).text


def test_marks_in_a_code_block_keep_nothing() -> None:
    block = f"```html\n{KEEP}\n```\n"
    theirs = page(("Kept in a file.", f"{block}\nKept in a file."))

    assert "Kept in a database." in merge_page(PAGE, theirs, OURS).text


def test_a_new_text_that_undoes_a_correction_is_not_taken() -> None:
    note = Note(section="totals", before="Tax is added.", after="VAT is added.")
    base = page(("Tax is added.", "VAT is added."))
    ours = page(("The total is a sum.", "The total is large."), commit="bbbbbbb")

    merged = merge_page(base, base, ours, [note])

    assert "VAT is added." in merged.text
    assert [each.kind for each in merged.conflicts] == [ConflictKind.CORRECTED]
    assert merged.notes == (note,)
    # It is not taken for the next base either, nor for what the section relies on.
    assert merged.refused == ("totals",)
    assert merged.generated == base.replace("aaaaaaa", "bbbbbbb")


def test_a_correction_that_the_person_takes_back_is_forgotten() -> None:
    note = Note(section="totals", before="Tax is added.", after="VAT is added.")

    assert merge_page(PAGE, PAGE, OURS, [note]).notes == ()


def test_lines_end_as_the_person_has_them() -> None:
    theirs = "\ufeff" + page(("Tax", "VAT")).replace("\n", "\r\n").rstrip()

    merged = merge_page(PAGE, theirs, OURS)

    assert merged.text == "\ufeff" + OURS.replace("Tax", "VAT").replace("\n", "\r\n").rstrip()


def test_what_stands_below_a_page_stays_the_machines_with_what_people_add() -> None:
    theirs = page(
        ("Previous: [Home](index.md)\n\n", "Ask Jane.\n\n"),
        ("recipe=r -->\n", "recipe=r -->\n\nBye.\n"),
    )

    merged = merge_page(PAGE, theirs, OURS)

    below = merged.text.partition("\n---\n")[2]
    assert below == (
        "\nAsk Jane.\n\nPrevious: [Home](index.md)\n\n*Generated by AutoDoc from commit `bbbbbbb`,"
        " so.*\n\nBye.\n\n<!-- autodoc page=cart commit=bbbbbbb recipe=r -->\n"
    )


def test_where_only_digests_are_known_a_section_is_the_persons_or_ours_as_a_whole() -> None:
    theirs = page(
        ("Tax is added.", "VAT is added."),
        ("Kept in a file.\n", "Kept in a file.\n\n## Mine\n\nI.\n"),
    )
    ours = OURS.replace("The total is a sum.", "The total is large.")

    merged = merge_page(recorded(PAGE), theirs, ours)

    expected = OURS.replace("Tax is", "VAT is")
    assert merged.text == expected.replace("database.\n", "database.\n\n## Mine\n\nI.\n")
    assert merged.notes == ()


def test_an_emptied_page_stays_empty() -> None:
    assert merge_page(PAGE, "\n", OURS).text == "\n"
