"""What a new commit makes of one citation (DESIGN §6)."""

from collections.abc import Mapping, Sequence

import pytest

from app.analysis.extract import extract
from app.domain.code.change import Changes, FileNow, Hunk
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.code.digest import DIGEST_RECIPE, told_digest
from app.domain.code.judging import judge, version_of
from app.domain.code.places import lines_digest, source_lines
from app.domain.code.verdict import Cause, Judgement, Verdict
from app.domain.wiki.citing import symbol_citation

CART = '''class Cart:
    def total(self, items, tax=0.2):
        """Add up."""
        check(items)
        return sum(items) * tax


def empty():
    return Cart()
'''
GO = "package p\n\nfunc Total(items []int, tax int) int {\n\treturn sum(items) * tax\n}\n"
LANGUAGES = {"py": "python", "go": "go", "ts": "typescript"}
_MOVED = (Verdict.RELOCATED, Cause.MOVED)
FRESH = (Verdict.FRESH, Cause.NOTHING)
MOST = Reliance.BEHAVIOUR


def at(path: str, text: str, told: Sequence[str] = ()) -> FileNow:
    language = LANGUAGES[path.rpartition(".")[2]]
    found = extract(language, text.encode()).symbols
    return FileNow(
        path=path,
        symbols={each.name: each for each in found},
        text=text,
        told=frozenset(map(told_digest, told)),
    )


def cited(path: str, text: str, name: str) -> CitedSymbol:
    return symbol_citation(path, at(path, text).symbols[name], MOST)


def changed(
    files: Mapping[str, FileNow | None],
    added: Sequence[FileNow] = (),
    hunks: Sequence[Hunk] = (),
) -> Changes:
    places = {each.path: (each,) for each in hunks}
    return Changes(
        base="a", head="b", files=files, added={each.path: each for each in added}, hunks=places
    )


def verdict(
    old: str, new: str, relies: Reliance = MOST, name: str = "Cart.total", path: str = "cart.py"
) -> Judgement:
    return judge(cited(path, old, name), relies, changed({path: at(path, new)}))


def told(found: Judgement) -> tuple[Verdict, Cause]:
    return found.verdict, found.cause


def test_what_is_in_no_changed_file_is_fresh() -> None:
    found = judge(cited("cart.py", CART, "Cart.total"), MOST, changed({}))

    assert told(found) == FRESH
    assert (found.path, found.symbol, found.first_line) == ("cart.py", "Cart.total", 2)


@pytest.mark.parametrize(
    ("old", "new", "cause", "detail"),
    [
        ("tax=0.2", "tax=0.3", Cause.SIGNATURE, "changed the default of `tax` from `0.2` to `0.3`"),
        (", tax=0.2", "", Cause.SIGNATURE, "lost the parameter `tax`"),
        ("tax=0.2", "tax", Cause.SIGNATURE, "requires the parameter `tax` now"),
        ("tax", "vat", Cause.SIGNATURE, "renamed the parameter `tax` to `vat`"),
        ("items, tax=0.2", "items, shop, tax=0.2", Cause.SIGNATURE, "new parameter `shop`"),
        ("items, tax=0.2", "items, rate=1, tax=0.2", Cause.SIGNATURE, "`rate` before `tax`"),
        ("sum(items)", "max(items)", Cause.CODE, "its code changed"),
        ("* tax", "+ tax", Cause.CODE, "its code changed"),
        ("        check(items)\n", "", Cause.CODE, "its code changed"),
        ("return", "raise", Cause.CODE, "its code changed"),
    ],
)
def test_changed_code_makes_stale_what_is_said_of_it(
    old: str, new: str, cause: Cause, detail: str
) -> None:
    found = verdict(CART, CART.replace(old, new))

    assert told(found) == (Verdict.STALE, cause)
    assert detail in found.detail


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("tax=0.2", "tax: float = 0.2", Cause.ANNOTATION),
        ("Add up.", "Add up all prices.", Cause.DOC),
        ("tax=0.2", "tax=0.2, *, shop=None", Cause.ADDITION),
    ],
)
def test_annotations_doc_comments_and_options_only_reword(old: str, new: str, cause: Cause) -> None:
    assert told(verdict(CART, CART.replace(old, new))) == (Verdict.REWORDED, cause)


def test_an_option_that_the_code_heeds_makes_its_behaviour_stale_and_not_its_signature() -> None:
    new = CART.replace("tax=0.2", "tax=0.2, off=0").replace("* tax", "* tax - off")

    assert told(verdict(CART, new)) == (Verdict.STALE, Cause.CODE)
    assert told(verdict(CART, new, Reliance.SIGNATURE)) == (Verdict.REWORDED, Cause.ADDITION)


@pytest.mark.parametrize("relies", list(Reliance))
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("check(items)", "check( items )  # first"),
        ('"""Add up."""', "'''Add\n        up.'''"),
        (
            "return sum(items) * tax",
            "return (\n            sum(items)\n            * tax\n        )",
        ),
    ],
)
def test_comments_and_layout_move_lines_at_most(old: str, new: str, relies: Reliance) -> None:
    assert verdict(CART, CART.replace(old, new), relies).verdict in (
        Verdict.FRESH,
        Verdict.RELOCATED,
    )


def test_what_only_moved_is_relocated() -> None:
    found = verdict(CART, f"import os\n\n{CART}")

    assert told(found) == (Verdict.RELOCATED, Cause.PLACE)
    assert (found.first_line, found.last_line) == (4, 7)


@pytest.mark.parametrize(
    ("relies", "expected"),
    [
        (Reliance.EXISTENCE, FRESH),
        (Reliance.SIGNATURE, FRESH),
        (Reliance.WORDING, FRESH),
        (Reliance.BEHAVIOUR, (Verdict.STALE, Cause.CODE)),
    ],
)
def test_a_changed_body_concerns_only_who_speaks_of_behaviour(
    relies: Reliance, expected: tuple[Verdict, Cause]
) -> None:
    assert told(verdict(CART, CART.replace("* tax", "+ tax"), relies)) == expected


def test_hints_are_reworded_whatever_the_body_does() -> None:
    new = CART.replace("tax=0.2", "tax: float = 0.2").replace("* tax", "+ tax")

    assert told(verdict(CART, new, Reliance.WORDING)) == (Verdict.REWORDED, Cause.ANNOTATION)
    assert told(verdict(CART, new)) == (Verdict.STALE, Cause.CODE)


def test_who_only_says_that_it_is_there_heeds_no_signature() -> None:
    assert told(verdict(CART, CART.replace("tax=0.2", "vat"), Reliance.EXISTENCE)) == FRESH


def test_in_go_types_are_code_and_names_of_parameters_are_not() -> None:
    typed = verdict(GO, GO.replace("tax int", "tax float64"), MOST, "Total", "p/cart.go")
    named = verdict(GO, GO.replace("tax", "rate"), MOST, "Total", "p/cart.go")

    assert typed.detail == "takes `tax float64` where it took `tax int`"
    assert told(named) == (Verdict.REWORDED, Cause.ANNOTATION)
    assert named.detail == "renamed the parameter `tax` to `rate`"


def test_an_option_that_only_a_mark_shows_counts_when_it_goes() -> None:
    old = "function next(a: A, b?: B) { return a }"
    demanded = verdict(old, old.replace("?", ""), MOST, "next", "a.ts")
    eased = verdict(old.replace("?", ""), old, MOST, "next", "a.ts")

    assert told(demanded) == (Verdict.STALE, Cause.SIGNATURE)
    assert told(eased) == (Verdict.REWORDED, Cause.ADDITION)


def test_a_parameter_that_is_taken_apart_is_compared_by_its_code() -> None:
    old = "function next({ a = 1, b }: P) { return a }"

    assert told(verdict(old, old.replace("1", "2"), MOST, "next", "a.ts")) == (
        Verdict.STALE,
        Cause.CODE,
    )
    assert told(verdict(old, old.replace(": P", ""), MOST, "next", "a.ts")) == (
        Verdict.REWORDED,
        Cause.ANNOTATION,
    )


@pytest.mark.parametrize("relies", list(Reliance))
def test_what_is_gone_is_stale_for_everybody(relies: Reliance) -> None:
    found = verdict(CART, "class Cart:\n    pass\n", relies)

    assert told(found) == (Verdict.STALE, Cause.GONE)
    assert found.path == ""


def test_a_gone_file_takes_its_symbols_along() -> None:
    changes = changed({"cart.py": None})

    assert judge(cited("cart.py", CART, "empty"), MOST, changes).detail == "the file is gone"


def test_the_same_code_under_another_name_is_a_rename() -> None:
    found = verdict(CART, CART.replace("def total", "def add_up"))

    assert told(found) == (Verdict.STALE, Cause.RENAMED)
    assert found.detail == "is named `Cart.add_up` now"


def test_the_same_code_under_two_names_is_no_rename() -> None:
    body = CART.partition("\n\n\n")[0].partition("\n")[2]
    twins = f"class Cart:\n{body.replace('total', 'one')}\n{body.replace('total', 'two')}\n"

    assert told(verdict(CART, twins)) == (Verdict.STALE, Cause.GONE)


def test_a_twin_that_was_there_before_is_no_rename() -> None:
    twin = CART.replace(
        "class Cart:",
        "class Cart:\n    def sum_up(self, items, tax=0.2):\n"
        "        check(items)\n        return sum(items) * tax\n",
    )
    new = twin.replace(CART.partition("\n")[2].partition("\n\n\n")[0], "")
    hunk = Hunk(path="cart.py", old_first=6, old_lines=4, new_first=5, new_lines=0)
    changes = changed({"cart.py": at("cart.py", new)}, hunks=[hunk])

    assert "def total" not in new
    assert told(judge(cited("cart.py", CART, "Cart.total"), MOST, changes)) == (
        Verdict.STALE,
        Cause.GONE,
    )


def test_a_method_of_another_class_has_another_name() -> None:
    found = verdict(CART, CART.replace("class Cart", "class Order"))

    assert told(found) == (Verdict.STALE, Cause.RENAMED)
    assert found.detail == "is named `Order.total` now"


def test_the_same_code_in_another_file_has_moved() -> None:
    definition = CART.partition("\n\n\n")[2]
    changes = changed(
        {"cart.py": at("cart.py", CART.replace(definition, ""))},
        [at("shop/make.py", f"import os\n\n{definition}")],
    )

    found = judge(cited("cart.py", CART, "empty"), MOST, changes)

    assert told(found) == (Verdict.RELOCATED, Cause.MOVED)
    assert (found.path, found.first_line) == ("shop/make.py", 3)


def test_a_renamed_file_is_followed_and_its_changes_count() -> None:
    kept = changed({"cart.py": at("basket.py", CART)})
    edited = changed({"cart.py": at("basket.py", CART.replace("* tax", "+ tax"))})
    one = cited("cart.py", CART, "Cart.total")

    assert told(judge(one, MOST, kept)) == (Verdict.RELOCATED, Cause.MOVED)
    assert told(judge(one, MOST, edited)) == (Verdict.STALE, Cause.CODE)
    assert judge(one, MOST, edited).path == "basket.py"


def test_an_unknown_recipe_counts_as_changed() -> None:
    one = cited("cart.py", CART, "Cart.total").model_copy(update={"recipe": "0"})
    changes = changed({"cart.py": at("cart.py", CART)})

    assert told(judge(one, MOST, changes)) == (Verdict.STALE, Cause.RECIPE)
    assert told(judge(one, Reliance.EXISTENCE, changes)) == FRESH
    assert told(judge(one, MOST, changed({}))) == FRESH


def test_some_lines_of_a_symbol_move_with_it() -> None:
    one = cited("cart.py", CART, "Cart.total").model_copy(
        update={"first_line": 4, "last_line": 4, "offset": 2}
    )

    found = judge(one, MOST, changed({"cart.py": at("cart.py", f"\n\n{CART}")}))

    assert told(found) == (Verdict.RELOCATED, Cause.PLACE)
    assert (found.first_line, found.last_line) == (6, 6)


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

    assert (*told(found), found.path, found.first_line) == (*_MOVED, "b.py", 3)
    assert told(judge(long, MOST, changed({"a.py": None}, [there]))) == _MOVED
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


def test_a_version_is_that_of_what_is_there_now() -> None:
    one = cited("cart.py", CART, "Cart.total")
    first = changed({"cart.py": at("cart.py", CART.replace("* tax", "+ tax"))})
    second = changed({"cart.py": at("cart.py", CART.replace("* tax", "- tax"))})
    gone = changed({"cart.py": None})

    versions = [version_of(judge(one, MOST, each), each) for each in (first, second, gone)]

    assert len(set(versions)) == 3
    assert versions[2] == "gone"


def test_the_definition_behind_overloads_is_compared_too() -> None:
    old = (
        "export function next(): A\n"
        "export function next(key: string): B\n"
        "export function next(key?: string): unknown { return key }\n"
    )
    demanded = verdict(old, old.replace("?", ""), MOST, "next", "a.ts")
    alone = verdict(old, old.split("B\n")[1], MOST, "next", "a.ts")

    assert told(demanded) == (Verdict.STALE, Cause.SIGNATURE)
    assert alone.verdict is Verdict.STALE


@pytest.mark.parametrize("relies", [Reliance.SIGNATURE, Reliance.WORDING, MOST])
@pytest.mark.parametrize("path", ["a.py", "a.ts", "a.go"])
def test_another_order_of_parameters_is_another_signature(path: str, relies: Reliance) -> None:
    old = {
        "a.py": "def next(a, b):\n    return a - b\n",
        "a.ts": "function next(a: A, b: B) { return a - b }\n",
        "a.go": "package p\n\nfunc next(a A, b B) int { return a - b }\n",
    }[path]
    new = old.replace("a: A, b: B", "b: B, a: A").replace("a A, b B", "b B, a A")
    new = new.replace("(a, b)", "(b, a)")

    assert told(verdict(old, new, relies, "next", path)) == (Verdict.STALE, Cause.SIGNATURE)
