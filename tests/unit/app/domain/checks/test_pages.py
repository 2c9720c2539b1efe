from collections.abc import Mapping

import pytest

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.pages import check_site
from app.domain.checks.site import Sources, cited_earlier
from app.domain.wiki.render import Origin
from app.domain.wiki.site.publication import build_site
from tests.fakes.facts import TEXTS, shop
from tests.unit.app.domain.wiki.pages import ORIGIN, RELATIVE, all_pages

STAMP = "\n<!-- autodoc page=x commit=abc recipe=r -->\n"
FACTS = shop()
BASE = ORIGIN.base


def check(files: Mapping[str, str], origin: Origin = ORIGIN) -> list[Finding]:
    return check_site(files, FACTS, origin, TEXTS)


def ours(text: str, origin: Origin = ORIGIN) -> list[tuple[str, Severity]]:
    return [(each.rule, each.severity) for each in check({"x.md": text + STAMP}, origin)]


@pytest.mark.parametrize("origin", [ORIGIN, RELATIVE])
def test_pages_made_from_facts_have_no_finding(origin: Origin) -> None:
    site = build_site("shop", all_pages(origin))

    assert check({path: text.decode() for path, text in site.items()}, origin) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"[a]({BASE}shop/basket.py#L1)", "path"),
        (f"[a]({BASE}shop/nothing/)", "path"),
        (f"[a]({BASE}shop/cart.py#L9-L12)", "range"),
        (f"[a]({BASE}shop/cart.py#L9-L3)", "range"),
        (f"[a]({BASE}shop/cart.py#L0)", "range"),
        ("[a](gone.md)", "link"),
        ("[a]()", "link"),
        ("[a](https://evil.example)", "link"),
        ("[a](../../etc/passwd)", "link"),
        ("see https://evil.example", "link"),
        ("[a](x.md#nowhere)", "anchor"),
        ("[a](#nowhere)", "anchor"),
        ("`Basket` is a class", "symbol"),
        ("`Cart.subtotal()`", "symbol"),
        ("`SHOP_SECRET`", "symbol"),
        ("`--force`", "symbol"),
        ("`make deploy`", "symbol"),
        ("`shop/basket.py`", "path"),
        ("<b>bold</b>", "html"),
        ("<script>x</script>", "html"),
        ("![i](https://t.example/p.png)", "image"),
        ("hid\u200bden", "hidden"),
        ("```mermaid\ngraph TD; A-->B\n```", "diagram"),
        ('```mermaid\nflowchart LR\n  n1["a"]\n  n1 --> n2\n```', "diagram"),
        (
            '```mermaid\nflowchart LR\n  n1["shop/db"]\n  n2["shop/cli.py"]\n  n1 --> n2\n```',
            "diagram",
        ),
        (f"[c]({BASE}shop/cart.py#L6):\n\n```python\nclass Basket:\n```", "code-block"),
    ],
)
def test_what_is_false_or_forbidden_in_a_page_of_ours_is_an_error(text: str, rule: str) -> None:
    assert (rule, Severity.ERROR) in ours(text)


@pytest.mark.parametrize(
    "text",
    [
        f"[a]({BASE}shop/cart.py#L9-L11) [b]({BASE}shop/cart.py) [c]({BASE}shop/db/)",
        "# Head\n\n[a](#head) [b](x.md#head)",
        "`Cart.total(tax)`, `shop/cart.py`, `make test`, `SHOP_TOKEN`, `x == 1`",
        "> `theirs_only` is what they wrote",
        "```python\nclass Basket:\n```",
        f"[c]({BASE}shop/cart.py#L6):\n\n```python\nclass Cart:\n```",
        '```mermaid\nflowchart LR\n  n1["shop/cli.py"]\n  n2["shop/cart.py"]\n  n1 --> n2\n```',
        '```mermaid\nflowchart LR\n  n1["shop/db"]\n  n2["shop"]\n  n1 -->|"told by"| n2\n```',
    ],
)
def test_what_is_true_is_let_through(text: str) -> None:
    assert ours(text) == []


def test_relative_links_are_read_from_where_the_pages_lie() -> None:
    cart, gone = "../../../shop/cart.py", "../../../shop/gone.py"
    page = f"[a]({cart}#L9-L11) [b]({gone}) [c]({cart}#L99)"

    found = check({"guide/x.md": page + STAMP}, RELATIVE)

    assert [each.rule for each in found] == ["path", "range"]


def test_pages_that_people_wrote_are_judged_with_caution() -> None:
    text = (
        "<b>x</b> `Basket` [a](https://example.org) ![i](x.png) [r](../README.md)\n\n"
        "```mermaid\nsequenceDiagram\n```\n\n[d](gone.md)\n"
    )

    found = check({"guide.md": text})

    assert [(each.rule, each.severity) for each in found if each.severity is Severity.ERROR] == [
        ("link", Severity.ERROR),
        ("link", Severity.ERROR),
    ]
    assert all(each.severity is Severity.ERROR for each in found)


def test_a_finding_says_where_it_is_and_what_was_meant() -> None:
    (finding,) = check({"x.md": "one\n\n`Carte`" + "\n" + STAMP})

    assert (finding.page, finding.line) == ("x.md", 3)
    assert finding.message == "`Carte` is not in the documented commit; did you mean `Cart`?"


def test_html_anchors_of_people_are_anchors() -> None:
    assert check({"a.md": '<a id="here"></a>\n\n[x](#here)\n'}) == []


EARLIER = "ab" * 20
THEN = f"https://github.com/acme/shop/blob/{EARLIER}/"
OLD_STAMP = f"\n<!-- autodoc page=x commit={EARLIER} recipe=r -->\n"
SOURCES = Sources(
    paths=frozenset({"old", "old/cart.py"}),
    line_counts={"old/cart.py": 2},
    texts={"old/cart.py": "one\ntwo\n"},
)


def at_its_own_commit(text: str, earlier: Mapping[str, Sources] | None) -> list[Finding]:
    return check_site({"x.md": text + OLD_STAMP}, FACTS, ORIGIN, TEXTS, earlier)


def test_permalinks_of_the_pages_own_commit_are_judged_there() -> None:
    true = (
        f"[a]({THEN}old/cart.py#L1-L2) [b]({THEN}old/)\n\n"
        f"[c]({THEN}old/cart.py#L2):\n\n```python\ntwo\n```"
    )
    false = (
        f"[a]({THEN}old/cart.py#L2-L3) [b]({THEN}shop/cart.py)\n\n"
        f"[c]({THEN}old/cart.py#L2):\n\n```python\none\n```"
    )

    assert at_its_own_commit(true, {EARLIER: SOURCES}) == []
    assert [each.rule for each in at_its_own_commit(false, {EARLIER: SOURCES})] == [
        "path", "range", "code-block",
    ]  # fmt: skip


def test_of_a_commit_that_is_not_at_hand_nothing_is_judged_and_that_is_said_once() -> None:
    page = f"[a]({THEN}old/cart.py#L9) [b]({THEN}gone.py)" + OLD_STAMP
    found = check_site({"x.md": page, "y.md": page}, FACTS, ORIGIN, TEXTS, {})

    assert [(each.rule, each.severity) for each in found] == [("commit", Severity.WARNING)]
    assert EARLIER[:12] in found[0].message


def test_a_page_may_point_at_no_other_commit_than_its_own() -> None:
    other = THEN.replace(EARLIER, "cd" * 20)

    found = at_its_own_commit(f"[a]({other}old/cart.py)", {EARLIER: SOURCES})

    assert [each.rule for each in found] == ["link"]


def test_a_page_that_is_being_published_points_at_the_documented_commit_alone() -> None:
    found = at_its_own_commit(f"[a]({THEN}old/cart.py)", None)

    assert [each.rule for each in found] == ["link"]


def test_what_pages_cite_of_earlier_commits_is_listed() -> None:
    page = f"[a]({THEN}old/cart.py#L9) [b]({BASE}shop/cart.py)" + OLD_STAMP

    assert cited_earlier({"x.md": page}, FACTS, ORIGIN) == {EARLIER: frozenset({"old/cart.py"})}
