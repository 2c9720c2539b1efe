"""What a new commit makes of a citation of lines that belong to no symbol (DESIGN §6)."""

import pytest

from app.domain.code.change import Hunk
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.code.digest import DIGEST_RECIPE, told_digest
from app.domain.code.judging import judge
from app.domain.code.places import lines_digest, source_lines
from app.domain.code.verdict import Cause, Verdict
from tests.unit.app.domain.code.versions import at, changed, told

FRESH = (Verdict.FRESH, Cause.NOTHING)
MOVED = (Verdict.RELOCATED, Cause.MOVED)
MOST = Reliance.BEHAVIOUR
TEXT = "A = 1\nB = 2\nC = [\n    1,\n    2,\n]\nB = 2\n"


def place(first: int, last: int, said: str = "") -> CitedSymbol:
    return CitedSymbol(
        path="a.py",
        symbol="",
        recipe=DIGEST_RECIPE,
        code=lines_digest(source_lines(TEXT), first, last),
        wording=told_digest(said) if said else "",
        first_line=first,
        last_line=last,
    )


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (TEXT, (Verdict.FRESH, Cause.NOTHING, 3)),
        (f"\n{TEXT}", (Verdict.RELOCATED, Cause.PLACE, 4)),
        (TEXT.replace("A = 1\n", ""), (Verdict.RELOCATED, Cause.PLACE, 2)),
        (TEXT.replace("    1,\n    2,\n", "    1, 2,\n"), (Verdict.RELOCATED, Cause.PLACE, 3)),
        (TEXT.replace("    2,", "    3,"), (Verdict.STALE, Cause.TEXT, 3)),
    ],
)
def test_lines_are_found_again_wherever_they_are(
    new: str, expected: tuple[Verdict, Cause, int]
) -> None:
    found = judge(place(3, 6), MOST, changed({"a.py": at("a.py", new)}))

    assert (*told(found), found.first_line) == expected


def test_lines_that_a_hunk_touches_are_not_taken_for_their_like_elsewhere() -> None:
    new = TEXT.replace("B = 2\n", "B = 3\n", 1)
    hunk = Hunk(path="a.py", old_first=2, old_lines=1, new_first=2, new_lines=1)

    one = judge(place(2, 2), MOST, changed({"a.py": at("a.py", new)}, hunks=[hunk]))
    other = judge(place(7, 7), MOST, changed({"a.py": at("a.py", new)}, hunks=[hunk]))

    assert told(one) == (Verdict.STALE, Cause.TEXT)
    assert told(other) == FRESH


def test_lines_are_found_in_another_file_if_they_came_there_once() -> None:
    long = CitedSymbol.model_validate(
        {**place(1, 1).model_dump(), "code": lines_digest(["@route('/add')"], 1, 1)}
    )
    there = at("b.py", "import a\n\n@route('/add')\ndef add(): pass\n")
    twice = at("b.py", "@route('/add')\n@route('/add')\ndef add(): pass\n")

    found = judge(long, MOST, changed({"a.py": at("a.py", TEXT)}, [there]))

    assert (*told(found), found.path, found.first_line) == (*MOVED, "b.py", 3)
    assert told(judge(long, MOST, changed({"a.py": None}, [there]))) == MOVED
    assert told(judge(long, MOST, changed({"a.py": None}, [twice]))) == (Verdict.STALE, Cause.GONE)


def test_lines_that_are_broken_anew_are_the_same() -> None:
    old = "r.add('/', run, 1)\nx = 1\n"
    new = 'r.add(\n    "/",\n    run,\n    1,\n)\nx = 1\n'
    one = place(1, 1).model_copy(update={"code": lines_digest(source_lines(old), 1, 1)})
    hunk = Hunk(path="a.py", old_first=1, old_lines=1, new_first=1, new_lines=5)

    found = judge(one, MOST, changed({"a.py": at("a.py", new)}, hunks=[hunk]))

    assert (*told(found), found.last_line) == (Verdict.RELOCATED, Cause.PLACE, 5)


def test_what_stands_where_lines_were_is_found_by_hunks() -> None:
    new = f"Z = 0\n{TEXT}".replace("    2,", "    3,\n    4,")
    hunks = (
        Hunk(path="a.py", old_first=0, old_lines=0, new_first=1, new_lines=1),
        Hunk(path="a.py", old_first=5, old_lines=1, new_first=6, new_lines=2),
    )
    changes = changed({"a.py": at("a.py", new)}).model_copy(update={"hunks": {"a.py": hunks}})

    found = judge(place(3, 6), MOST, changes)

    assert (*told(found), found.first_line, found.last_line) == (Verdict.STALE, Cause.TEXT, 4, 8)
    assert source_lines(new)[3] == "C = ["
    assert source_lines(new)[7] == "]"
    assert judge(place(7, 7), MOST, changes).first_line == 9


def test_what_a_form_tells_decides_and_not_the_lines() -> None:
    moved = changed({"a.py": at("a.py", TEXT.replace("A = 1", "A = 1  # c"), ["A 1"])})
    other = changed({"a.py": at("a.py", TEXT, ["A 2"])})

    assert judge(place(1, 1, "A 1"), MOST, moved).verdict is Verdict.FRESH
    assert told(judge(place(1, 1, "A 1"), MOST, other)) == (Verdict.STALE, Cause.TEXT)
