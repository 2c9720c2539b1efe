"""Names that changed files define no more."""

import pytest

from app.analysis.extract import extract
from app.domain.code.change import GoneName
from app.domain.code.facts import FileFacts
from app.domain.code.gone import confirmed, gone_names, named_in, searched

CART = """import os

RATE = os.environ["SHOP_RATE"]

class Cart:
    def total(self, items):
        return sum(items) * 2

    def empty(self):
        return not self.total([])
"""


def python(text: str) -> FileFacts:
    return extract("python", text.encode())


def gone(before: str, now: str) -> dict[str, GoneName]:
    found = gone_names({"shop/cart.py": python(before)}, {"shop/cart.py": python(now)})
    return {each.name: each for each in found}


def test_a_removed_member_is_gone_with_its_owner_and_alone() -> None:
    found = gone(CART, CART.replace("def empty", "def bare"))

    assert {"Cart.empty", "empty"} <= found.keys()
    assert "Cart.total" not in found
    assert found["Cart.empty"].line == 9


def test_a_name_that_the_file_still_uses_is_not_gone_alone() -> None:
    found = gone(CART, CART.replace("def total(self, items):", "def add(self, total):"))

    assert "Cart.total" in found
    assert "total" not in found


def test_a_member_of_a_class_without_bases_is_certainly_gone() -> None:
    without = CART.replace("def empty", "def bare")
    derived = without.replace("class Cart:", "class Cart(Base):")

    assert gone(CART, without)["Cart.empty"].certain
    assert not gone(CART, derived)["Cart.empty"].certain


@pytest.mark.parametrize(
    ("language", "path", "kept", "lost"),
    [
        ("go", "cart.go", "type Cart struct {\n\tBase\n}\n", "func (c *Cart) Total() {}\n"),
        ("ruby", "cart.rb", "class Cart\n  include Totals\n", "  def total\n  end\n"),
        ("php", "cart.php", "<?php class Cart { use Totals; ", "function total() {} "),
    ],
)
def test_a_member_that_the_body_of_its_class_may_bring_is_not_certainly_gone(
    language: str, path: str, kept: str, lost: str
) -> None:
    end = {"go": "", "ruby": "end\n", "php": "}"}[language]
    before, now = (extract(language, f"{kept}{part}{end}".encode()) for part in (lost, ""))
    found = {each.name: each for each in gone_names({path: before}, {path: now})}

    assert found[f"Cart.{'Total' if language == 'go' else 'total'}"].certain is False


def test_code_under_one_other_name_is_a_renaming() -> None:
    found = gone(CART, CART.replace("def empty", "def is_empty"))

    assert found["Cart.empty"].now == "Cart.is_empty"


def test_two_things_with_the_same_code_are_no_renaming() -> None:
    twice = "def one():\n    return f(1)\n\ndef two():\n    return f(1)\n"

    assert gone("def old():\n    return f(1)\n", twice)["old"].now == ""


def test_short_things_that_do_not_sound_alike_are_no_renaming() -> None:
    assert gone("DEBUG = True\n", "STRICT = True\n")["DEBUG"].now == ""
    assert gone("DEBUG = True\n", "DEBUG_ALL = True\n")["DEBUG"].now == "DEBUG_ALL"
    assert gone("ONE_DAY = 1\nONE_HOUR = 1\n", "ONE = 1\n")["ONE_DAY"].now == ""


def test_variables_of_the_environment_and_paths_are_names_too() -> None:
    found = gone_names(
        {"shop/cart.py": python(CART)},
        {"shop/basket.py": python(CART.replace("SHOP_RATE", "SHOP_TAX"))},
        removed=["docs/old.md"],
        renames={"shop/cart.py": "shop/basket.py"},
    )
    by_name = {each.name: each for each in found}

    assert by_name["SHOP_RATE"].kind == "environment variable"
    assert by_name["shop/cart.py"].now == "shop/basket.py"
    assert by_name["docs/old.md"].certain
    assert "Cart" not in by_name


def test_what_moved_to_another_changed_file_is_not_gone() -> None:
    found = gone_names(
        {"shop/cart.py": python(CART)}, {"shop/cart.py": python(""), "shop/new.py": python(CART)}
    )

    assert found == ()


def test_only_names_that_a_text_could_speak_of_are_searched_for() -> None:
    candidates = gone(CART, "").values()

    kept = named_in(["The `Cart` has a `total`."], candidates)

    assert {each.name for each in kept} == {"Cart", "Cart.total", "total"}


def test_a_name_is_gone_when_one_of_its_words_is_nowhere() -> None:
    cart = GoneName(name="Cart.total", path="shop/cart.py", kind="method")
    flag = GoneName(name="--tax", path="shop/cli.py", kind="flag")
    file = GoneName(name="shop/cart.py", path="shop/cart.py", kind="file", certain=True)

    assert searched(cart) == ("Cart", "total")
    assert searched(flag) == ("tax",)
    assert searched(file) == ()
    assert confirmed([cart, flag, file], {"Cart", "total", "tax"}).keys() == {"shop/cart.py"}
    assert "Cart.total" in confirmed([cart], {"total"})
