import time

import pytest

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.ignoring import apply_waivers
from app.domain.wiki.configuration.config import Ignored

DEAD = Finding(rule="link", page="a.md", line=3, message="there is no page `gone.md`")


def left(text: str, *accepted: Ignored, page: str = "a.md") -> list[tuple[str, int, Severity]]:
    dead = DEAD.model_copy(update={"page": page})
    found = apply_waivers([dead], {page: text}, accepted)
    return [(each.rule, each.line, each.severity) for each in found]


def test_a_comment_covers_its_line_and_the_next() -> None:
    comment = "<!-- autodoc-ignore: link it comes back in May -->"

    assert left(f"\n\n[a](gone.md) {comment}\n") == []
    assert left(f"\n{comment}\n[a](gone.md)\n") == []
    assert left(f"one\ntwo {comment}\n[a](gone.md)\n") == []
    assert ("link", 3, Severity.ERROR) in left(f"{comment}\n\n[a](gone.md)\n")


def test_an_expression_is_a_comment_in_mdx_alone() -> None:
    text = "\n{/* autodoc-ignore: link it comes back in May */}\n[a](gone.md)\n"

    assert left(text, page="a.mdx") == []
    assert left(text) == [("link", 3, Severity.ERROR)]


def test_a_comment_may_speak_of_the_whole_page() -> None:
    assert left("\n\n[a](gone.md)\n\n<!-- autodoc-ignore-file: * imported text -->\n") == []


def test_a_comment_without_a_reason_is_a_finding_and_an_unused_one_a_warning() -> None:
    assert left("\n\n[a](gone.md) <!-- autodoc-ignore: link -->\n") == [
        ("ignore", 3, Severity.ERROR)
    ]
    assert ("ignore", 1, Severity.WARNING) in left("<!-- autodoc-ignore: path old -->\n")


@pytest.mark.parametrize(
    "shown",
    [
        "```\n<!-- autodoc-ignore-file: link why -->\n```\n",
        "`<!-- autodoc-ignore-file: link why -->`\n",
        "``a ` <!-- autodoc-ignore-file: link why -->``\n",
        "Words of a docstring: \\<!-- autodoc-ignore-file: link why -->\n",
        "&lt;!-- autodoc-ignore-file: link why --&gt;\n",
    ],
)
def test_a_comment_that_is_only_shown_does_nothing(shown: str) -> None:
    assert left(shown) == [("link", 3, Severity.ERROR)]


@pytest.mark.parametrize("comment", ["<!-- autodoc-ignore-file: * why -->", "words"])
def test_a_page_of_ours_has_no_comments_that_accept(comment: str) -> None:
    page = f"# A\n\n{comment}\n\n<!-- autodoc page=a commit={'a' * 40} recipe=1 -->\n"

    assert left(page) == [("link", 3, Severity.ERROR)]


@pytest.mark.parametrize(
    "text", ["\n" * 100_000, "a <!-- autodoc-ignore: x " * 5_000, "<!-- x\n\n" * 9_000]
)
def test_comments_are_looked_for_in_time_that_grows_with_the_page(text: str) -> None:
    started = time.monotonic()

    left(text + "<!-- autodoc-ignore: x -->")

    assert time.monotonic() - started < 5


def test_ten_thousand_comments_are_held_against_as_many_findings_at_once() -> None:
    findings = [DEAD.model_copy(update={"line": line}) for line in range(2, 10_002)]
    text = "\n<!-- autodoc-ignore: link soon -->" * 10_000

    assert apply_waivers(findings, {"a.md": text}) == []


def test_the_configuration_accepts_by_rule_page_and_text() -> None:
    fitting = Ignored(rule="link", page="*.md", text="gone", reason="soon back")
    useless = Ignored(rule="link", page="b/*", reason="was once needed")

    assert left("", fitting) == []
    assert left("", fitting, useless) == [("ignore", 0, Severity.WARNING)]
