"""What a new commit makes of one citation of a symbol (DESIGN §6)."""

import pytest

from app.domain.code.change import Hunk
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.code.judging import judge, version_of
from app.domain.code.verdict import Cause, Judgement, Verdict
from app.domain.wiki.citing import symbol_citation
from tests.unit.app.domain.code.versions import at, changed, told

CART = '''class Cart:
    def total(self, items, tax=0.2):
        """Add up."""
        check(items)
        return sum(items) * tax


def empty():
    return Cart()
'''
GO = "package p\n\nfunc Total(items []int, tax int) int {\n\treturn sum(items) * tax\n}\n"
FRESH = (Verdict.FRESH, Cause.NOTHING)
MOST = Reliance.BEHAVIOUR


def cited(path: str, text: str, name: str) -> CitedSymbol:
    return symbol_citation(path, at(path, text).symbols[name], MOST)


def verdict(
    old: str, new: str, relies: Reliance = MOST, name: str = "Cart.total", path: str = "cart.py"
) -> Judgement:
    return judge(cited(path, old, name), relies, changed({path: at(path, new)}))


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
