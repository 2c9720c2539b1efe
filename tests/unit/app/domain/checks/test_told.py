import pytest

from app.domain.checks.site import Site
from app.domain.checks.told import check_told, told_faults
from app.domain.wiki.names import known_names
from tests.fakes.facts import shop
from tests.unit.app.domain.wiki.pages import ORIGIN

FACTS = shop()
SITE = Site({}, FACTS, ORIGIN, {})
KEY = "AKIA" + "Q3EGRT7ZPLMNB2KD"


@pytest.mark.parametrize(
    "text",
    [
        "The parts of the code and which of them import which.",
        "Node.js, and/or GitHub.com (e.g. the CLI) -- since 2.0",
        "How `Cart` and Cart.total() add up, in shop/cart.py",
    ],
)
def test_plain_words_and_names_of_the_commit_are_no_fault(text: str) -> None:
    assert not list(told_faults(text, lambda: known_names(FACTS)))


@pytest.mark.parametrize(
    "text", ["Uses `Cart.teleport`", "Calls teleport()", "Runs with --teleport", "Sets tele_port"]
)
def test_a_name_that_the_commit_lacks_is_a_fault(text: str) -> None:
    (fault,) = told_faults(text, lambda: known_names(FACTS))
    assert "tele" in fault


def test_names_are_collected_only_where_one_is_named() -> None:
    def fail() -> frozenset[str]:
        raise AssertionError

    assert list(told_faults(f"Runs with {KEY}", fail)) == ["it shows what has the form of a secret"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (KEY, "secret"),
        ("`Cart.teleport`", "symbol"),
        ("<img src=x>", "html"),
        ("![x](y.png)", "image"),
        ("https://evil.example", "link"),
    ],
)
def test_a_list_is_held_to_what_pages_are(text: str, rule: str) -> None:
    assert rule in {each.rule for each in check_told("llms.txt", text, SITE)}
    known = check_told("llms-full.txt", text, SITE, known=True)
    assert [each.rule for each in known] == (["secret"] if rule == "secret" else [])
