"""Pages that people wrote, in the dialects of several generators of sites."""

import time

import pytest

from app.domain.checks.dialect import explicit_anchors, is_assembled, prose
from app.domain.checks.finding import Severity
from app.domain.checks.pages import check_site
from app.domain.checks.surroundings import Surroundings
from app.domain.checks.whereabouts import Whereabouts
from tests.fakes.facts import TEXTS, shop
from tests.unit.app.domain.wiki.pages import ORIGIN

FACTS = shop()
HERE = Surroundings(home="docs", assets=frozenset({"logo.png"}), branches=frozenset({"main"}))
GUIDE = (
    "---\ntitle: x\n---\n\n# Über *uns*\n\n## Set up {#start}\n\n## Set up\n\n## `Cart.total()`\n"
)
WEB = "https://github.com/acme/shop"


def errors(text: str, name: str = "page.md") -> list[str]:
    files = {name: text, "guide/intro.md": GUIDE}
    found = check_site(files, FACTS, ORIGIN, TEXTS, {}, HERE)
    return [each.rule for each in found if each.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "text",
    [
        "[a](guide/intro.md#start) [b](guide/intro) [c](/guide/intro#über-uns) [d](guide/)",
        "[a](guide/intro.md#set-up-1) [b](guide/intro.md#carttotal) ![i](logo.png)",
        "[a](../shop/cart.py#L9-L11) `shop/cart.py:9` `shop/gone.py:9999`",
        "[a](../shop/cart.py) [b](../../elsewhere.md) [c](/other-site/page) [d](nowhere)",
        f"[a]({WEB}/blob/main/shop/cart.py#L9-L11) [b]({WEB}/tree/v1/gone) [c]({WEB}/issues/1)",
        "[a]({{ site.url }}/x.md) [b](<{{% ref x.md %}}>)",
        "The file `shop.yml`, or `shop.toml`, configures it.",
        "::: shop.cart.Cart\n\n[a](#shop.cart.Cart)",
        "!!! note\n    See [a](guide/intro.md).",
        '=== "Tab"\n\n    ```py\n    [x](gone.md)\n    ```\n',
        "{func}`nothing.here` and {ref}`x`",
        "~~~\n[a](gone.md)\n~~~",
        "[a](api/a.md) [b](api/b.md) [c](api/c.md) ![d](api/d.png)",
        "# A\n\n[a](#here) [b](#there) [c](#far) [d](#away)",
        "# A\n\n[a](#fn1) [b](#fn:note) [c](#fnref-2) [d](#tab-1) [e](#__tabbed_1_2)",
        "# A\n\n```{include} other.md\n```\n\n[a](#there)",
        '# A\n\n{#far .x}\n\n<a id="there">\n\n[a](#there) [b](#far)',
        "[a](#config.x)\n\n#### <!-- md:setting config.x -->\n",
        '[a](#or-even-me)\n\n=== "Or even me"\n\n    Words.\n',
        "The file is `shop/db/foo.py`.",
        "`--token` defaults to `1`, `SHOP_TOKEN` (default `none`), `tax` defaults to `9`",
        "`Cart.total`, `Cart.total.real`, `Basket.gone`",
    ],
)
def test_what_may_be_true_is_not_reported(text: str) -> None:
    assert errors(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[a](gone.md)", "link"),
        ("[a](guide/intro.md#nowhere)", "anchor"),
        ("# Head\n\n[a](#other)", "anchor"),
        ("![i](gone.png)", "link"),
        ("# A\n\n```jinja\n{{ x }}\n{% y %}\n```\n\n[a](#other)", "anchor"),
        ("# A\n\nA List<String> is [a](#other)", "anchor"),
        ("# A\n\nWrite `{{ x }}` or `<Tabs />`: [a](#other)", "anchor"),
        ('# A\n\n```html\n<a id="other">\n```\n\n[a](#other)', "anchor"),
        ("# Tables\n\n[a](#tables-of-all)", "anchor"),
        ("# A\n\n[a](#fnord)", "anchor"),
        ("!!! note\n    See [a](gone.md).\n", "link"),
        (":::tip\nSee [a](gone.md).\n:::\n", "link"),
        (f"[a]({WEB}/blob/main/shop/basket.py)", "path"),
        (f"[a]({WEB}/blob/main/shop/cart.py#L9-L99)", "range"),
        ("[a](../shop/cart.py#L9999)", "range"),
        ("It is in `shop/cart.py:9999`.", "range"),
        ("token: ghp_" + "Zk3bQ9xT7wLm2RcV5nHsY8dJf4GpA6uEoBi1", "secret"),
    ],
)
def test_what_is_certainly_wrong_is_an_error(text: str, rule: str) -> None:
    assert errors(text) == [rule]


@pytest.mark.parametrize(
    "text", ["\n" * 50_000, "{" * 50_000, "{#a" * 20_000, "`" * 50_000, "` {{" * 20_000]
)
def test_a_page_of_marks_is_read_in_time_that_grows_with_it(text: str) -> None:
    started = time.monotonic()

    is_assembled(prose(text, ()))
    explicit_anchors(prose(text, ()))

    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("gone.md", None),
        ("set_up.md", None),
        ("intro.md", "guide/intro.md"),
        ("guide/Intro.md", "guide/intro.md"),
        ("guide/intros.md", "guide/intro.md"),
        ("a/b/cart.py", "../shop/cart.py"),
        ("notes/page.md", None),
    ],
)
def test_on_a_site_a_dead_link_is_told_when_it_is_nearly_certain_what_was_meant(
    target: str, meant: str | None
) -> None:
    files = {"page.md": f"[a]({target})", "guide/intro.md": GUIDE}
    site = HERE.model_copy(update={"assets": frozenset({"mkdocs.yml"})})
    strict = site.model_copy(update={"strict": True})

    def told(here: Surroundings) -> list[str]:
        found = check_site(files, FACTS, ORIGIN, TEXTS, {}, here)
        return [each.message for each in found if each.rule == "link"]

    hint = f"; did you mean `{meant}`?" if meant else ""
    message = f"there is no file `{target}`{hint}"
    assert told(HERE) == [message]
    assert told(strict) == [message]
    assert told(site) == ([message] if meant else [])


@pytest.mark.parametrize(
    ("configuration", "is_generated"),
    [
        ("mkdocs.yml", True),
        ("docs/conf.py", True),
        ("docs/.vitepress", True),
        ("website", True),
        ("docusaurus.config.ts", True),
        ("docs/other/mkdocs.yml", False),
        ("src/conf.py", False),
        ("package.json", False),
    ],
)
def test_a_page_is_generated_below_the_configuration_of_a_generator(
    configuration: str, *, is_generated: bool
) -> None:
    whereabouts = Whereabouts({configuration, "docs/a/page.md"})

    assert whereabouts.is_generated("docs/a/page.md") is is_generated


def test_many_spans_are_held_against_the_makefile_and_the_page_at_once() -> None:
    found = errors("`Store.total()`, `make deploy`, `shop/db/foo.py`\n" * 3_000)

    assert set(found) == {"symbol", "command"}


def test_a_finding_names_the_line_on_which_the_link_stands() -> None:
    (found,) = check_site(
        {"a.md": "---\nx: y\n---\none\ntwo [a](gone.md)\n"}, FACTS, ORIGIN, TEXTS, {}, HERE
    )

    assert found.line == 5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CHANGELOG.md", "`Store.total()` is gone, `make deploy` too."),
        ("guide/v3-migration.md", "`Store.total()` is gone."),
        ("test/fixtures/page.md", "![x](gone.png)"),
        ("page.md", "![x](~/assets/gone.png)"),
    ],
)
def test_history_fixtures_and_aliases_are_not_judged(name: str, text: str) -> None:
    assert errors(text, name) == []


def test_imports_and_exports_of_mdx_are_no_text() -> None:
    page = 'import Tabs from "@theme/Tabs"\n\nexport const a = "[x](gone.md)"\n\n# Head\n'

    assert errors(page, "page.mdx") == []


def test_pages_that_no_link_reaches_are_named_when_asked() -> None:
    files = {"index.md": "[a](a.md)", "a.md": "# A", "b.md": "# B"}
    strict = HERE.model_copy(update={"strict": True})

    assert check_site(files, FACTS, ORIGIN, TEXTS, {}, HERE) == []
    (found,) = check_site(files, FACTS, ORIGIN, TEXTS, {}, strict)
    assert (found.rule, found.page, found.severity) == ("orphan", "b.md", Severity.WARNING)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Run `make test`, then `make deploy`.", ["command"]),
        ("```sh\nmake deploy\n```", ["command"]),
        ("```sh\ngit clone x\nmake deploy\n```", []),
        ("`shop.Cart` and `shop.Basket(1)`, `other.Basket`", ["symbol"]),
        ("```python\nfrom shop.cart import Cart, Basket\n```", ["symbol"]),
        ("```python\nfrom shop import your_name\nfrom other import Basket\n```", []),
        ("`SHOP_TOKEN` defaults to `'some'`", ["default"]),
        ("`Store.total()`, `Store.nothing`", ["symbol", "symbol"]),
        ("```ts\nclass Store {}\n```\n\n`Store.total()`", []),
        ("`SHOP_TOKEN` (default: `1`)", ["default"]),
        ("`Basket`, `SOME_VARIABLE`, `--flag`, `lib/x.py`, `app/main.py`", []),
    ],
)
def test_names_are_judged_where_the_page_says_whose_they_are(text: str, rules: list[str]) -> None:
    assert errors(text) == rules
