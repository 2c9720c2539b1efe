import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.work.command import Command, Misunderstood, Verb
from app.domain.work.grammar import MAX_ORDERS, MAX_TEXT, read_orders
from app.domain.work.usages import USAGES, form, help_of, help_text

GUIDE = Path(__file__).parents[5] / "docs/github-app.md"

REGENERATE = Command(verb=Verb.REGENERATE)
HELP = Command(verb=Verb.HELP)
PAUSE = Command(verb=Verb.PAUSE)


def revise(page: str, text: str) -> Command:
    return Command(verb=Verb.REVISE, argument=page, text=text)


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
        ("/autodoc help revise", [Command(verb=Verb.HELP, argument="revise")]),
        ("/autodoc status", [Command(verb=Verb.STATUS)]),
        ("/autodoc regenerate --full", [Command(verb=Verb.REGENERATE, full=True)]),
        (
            "/autodoc regenerate --full src/@types/[id].ts",
            [Command(verb=Verb.REGENERATE, argument="src/@types/[id].ts", full=True)],
        ),
        (
            "/autodoc regenerate .github/workflows/ci.yml",
            [Command(verb=Verb.REGENERATE, argument=".github/workflows/ci.yml")],
        ),
        (
            "/autodoc revise docs/autodoc/home.md: say that `Cart` is **not** thread-safe",
            [revise("docs/autodoc/home.md", "say that Cart is not thread-safe")],
        ),
        ("/autodoc revise home:\nbe short\nand clear", [revise("home", "be short\nand clear")]),
        (
            "/autodoc revise home: be short\n/autodoc help",
            [revise("home", "be short"), HELP],
        ),
        (
            "/autodoc ask where is `Cart.total` & \\*args documented?",
            [Command(verb=Verb.ASK, text="where is Cart.total & *args documented?")],
        ),
        (
            "/autodoc ack home it still holds",
            [Command(verb=Verb.ACK, argument="home", text="it still holds")],
        ),
        ("/autodoc pause\n/autodoc resume", [PAUSE, Command(verb=Verb.RESUME)]),
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
        ("/autodoc help revize", "Did you mean `/autodoc revise`?"),
        ("/autodoc status now", "`/autodoc status`"),
        ("/autodoc pause --full", "There is no such option."),
        ("/autodoc regenerate one two", "`/autodoc regenerate [page|path] [--full]`"),
        ("/autodoc regenerate --model=evil/model", "There is no such option."),
        ("/autodoc regenerate --ful", "Did you mean `--full`?"),
        ("/autodoc regenerate \u2014full", "Did you mean `--full`?"),
        ("/autodoc regenerate --full --full", "Nothing may follow it."),
        ("/autodoc revise", "Say it as `/autodoc revise <page>: <instruction>`"),
        ("/autodoc revise home be short", "The colon after the page is missing. Say it as"),
        ("/autodoc revise home:", "`/autodoc revise <page>: <instruction>`"),
        ("/autodoc revise ../home: be short", "named by its id"),
        ("/autodoc ask", "`/autodoc ask <question>`"),
        ("/autodoc ask <!-- in hiding -->", "`/autodoc ask <question>`"),
        ("/autodoc ack home", "`/autodoc ack <page> <reason>`"),
        (f"/autodoc ask {'x' * (MAX_TEXT + 1)}", "may have"),
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


@pytest.mark.parametrize("verb", Verb)
def test_each_verb_is_explained_by_its_form_and_that_is_no_order(verb: Verb) -> None:
    assert f"`{form(verb)}`" in help_of(verb)
    assert read_orders(help_of(verb)) == []


def test_what_a_person_cannot_see_takes_no_part_in_an_instruction() -> None:
    (order,) = read_orders("/autodoc revise home: be <!-- evil -->brief\u200b\u202e")
    assert order == revise("home", "be brief")


WORDS = st.sampled_from(
    ["/autodoc", *Verb, "home", "--full", "--model=x/y", "..", "/etc/passwd", "a:b", ":", "`", "\n"]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=12).map(" ".join))
def test_s8_no_comment_gives_more_than_a_verb_a_place_a_text_and_a_flag(said: str) -> None:
    for order in read_orders(f"/autodoc {said}"):
        if isinstance(order, Misunderstood):
            assert read_orders(order.answer) == []
            continue
        usage = USAGES[order.verb]
        assert order.verb in set(Verb)
        assert not order.text or usage.text
        assert not order.full or "--full" in usage.flags
        place = order.argument or ""
        assert not place or usage.argument
        assert ".." not in place
        assert not place.startswith(("/", "-", "~"))
        assert not {":", "\\", "`", " ", "\n"}.intersection(place)


@pytest.mark.parametrize("part", ["[", "*a_ ", "<!-- ", "> ", "`", "![a](<b> ", "- ", "&#x41;"])
def test_a_comment_made_to_be_slow_is_read_in_bounded_time(part: str) -> None:
    comment = "/autodoc help\n" + part * (65_000 // len(part))
    before = time.process_time()
    assert read_orders(comment)[0] == HELP
    assert time.process_time() - before < 5


def test_the_guide_for_operators_holds_the_help() -> None:
    assert f"\n{help_text()}\n" in GUIDE.read_text()
