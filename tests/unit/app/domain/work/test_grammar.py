import time

import pytest

from app.domain.work.command import Command, Misunderstood, Verb
from app.domain.work.grammar import MAX_ORDERS, USAGES, help_text, read_orders

REGENERATE = Command(verb=Verb.REGENERATE)
HELP = Command(verb=Verb.HELP)


@pytest.mark.parametrize(
    ("comment", "orders"),
    [
        ("/autodoc regenerate", [REGENERATE]),
        ("/autodoc", [HELP]),
        ("/AutoDoc Help", [HELP]),
        ("/autodoc regenerate api/users", [Command(verb=Verb.REGENERATE, argument="api/users")]),
        ("/autodoc regenerate `home`", [Command(verb=Verb.REGENERATE, argument="home")]),
        ("/autodoc regenerate a_b_c", [Command(verb=Verb.REGENERATE, argument="a_b_c")]),
        ("please\n/autodoc regenerate  \nthanks", [REGENERATE]),
        ("please\r\n/autodoc regenerate\r\nthanks", [REGENERATE]),
        ("/autodoc help\n\ntext\n\n/autodoc regenerate", [HELP, REGENERATE]),
        ("/autodoc regenerate <!-- all of it -->", [REGENERATE]),
        ("/autodoc help<br>", [HELP]),
    ],
)
def test_lines_of_paragraphs_that_begin_with_the_address_are_orders(
    comment: str, orders: list[Command]
) -> None:
    assert read_orders(comment) == orders


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "nothing for us",
        "see /autodoc regenerate",
        "type `/autodoc regenerate` to rebuild",
        "`/autodoc regenerate`",
        "> /autodoc regenerate",
        "> quoted\n/autodoc regenerate",
        "- /autodoc regenerate",
        "1. first\n/autodoc regenerate",
        "```\n/autodoc regenerate\n```",
        "~~~\n/autodoc regenerate",
        "    /autodoc regenerate",
        "<!-- /autodoc regenerate -->",
        "<!--\n/autodoc regenerate\n-->",
        "text <!--\n/autodoc regenerate\n--> text",
        "<details>\n/autodoc regenerate\n</details>",
        "# /autodoc regenerate",
        "**/autodoc regenerate**",
        "[/autodoc regenerate](https://example.org)",
        "\\/autodoc regenerate",
        "/autodocs regenerate",
        "//autodoc regenerate",
    ],
)
def test_what_the_commenter_does_not_say_is_no_order(comment: str) -> None:
    assert read_orders(comment) == []


@pytest.mark.parametrize(
    ("comment", "hint"),
    [
        ("/autodoc regenrate", "Did you mean `/autodoc regenerate`?"),
        ("/autodoc deploy", "There is no such command."),
        ("/autodoc help me", "`/autodoc help`"),
        ("/autodoc regenerate one two", "`/autodoc regenerate [page]`"),
        ("/autodoc regenerate --model=evil/model", "named by its id"),
        ("/autodoc regenerate ../../etc/passwd", "named by its id"),
        ("/autodoc regenerate a..b", "named by its id"),
        ("/autodoc regenerate https://example.org", "named by its id"),
    ],
)
def test_a_line_that_is_no_command_is_answered_with_what_is(comment: str, hint: str) -> None:
    (order,) = read_orders(comment)
    assert isinstance(order, Misunderstood)
    assert hint in order.answer


@pytest.mark.parametrize("outside", ["@everyone", "[x](https://example.org)", "/merge"])
def test_an_answer_never_repeats_what_the_comment_said(outside: str) -> None:
    orders = read_orders(f"/autodoc {outside}\n/autodoc regenerate {outside} {outside}")
    answers = [order.answer for order in orders if isinstance(order, Misunderstood)]
    assert answers
    assert not any(outside in answer for answer in answers)


def test_only_the_first_five_orders_count_and_the_sixth_says_so() -> None:
    orders = read_orders("/autodoc help\n" * 50)
    assert orders[:MAX_ORDERS] == [HELP] * MAX_ORDERS
    assert len(orders) == MAX_ORDERS + 1
    assert isinstance(orders[-1], Misunderstood)


def test_help_lists_every_verb_and_is_no_order_itself() -> None:
    assert all(f"`/autodoc {verb}" in help_text() for verb in Verb)
    assert USAGES.keys() == set(Verb)
    assert read_orders(help_text()) == []


@pytest.mark.parametrize("part", ["[", "*a_ ", "<!-- ", "> ", "`", "![a](<b> ", "- ", "&#x41;"])
def test_a_comment_made_to_be_slow_is_read_in_bounded_time(part: str) -> None:
    comment = "/autodoc help\n" + part * (65_000 // len(part))
    before = time.perf_counter()
    assert read_orders(comment)[0] == HELP
    assert time.perf_counter() - before < 5
