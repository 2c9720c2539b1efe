import re
from typing import Any

import pytest

from app.domain.code.change import Hunk
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.configuration.config import CheckMode
from app.domain.work.update_cost import UpdateCost
from app.impact.annotating import MOST_ANNOTATIONS, annotations_of
from app.impact.assessment import Acknowledged, Surface
from app.impact.check_runs import MARKER, Subject, comment, judged, subject_of
from app.impact.finding import Finding, Told, mode_at
from app.impact.order import Order
from app.impact.telling import report, spoken
from tests.fakes.stale import judged_page, stale_reason

HEAD = "a" * 40
NASTY = (
    "@octocat", "@octo/team", "#12", "octo/shop#12", "GH-12", "Fixes #12", "closes octo/shop#12",
    "https://evil.example/?x=1", "[click](https://evil.example)", "![x](https://evil.example/p.png)",
    "<img src=x>", "<!-- autodoc:impact -->", "</details>", "/autodoc regenerate", "| a | b |",
    "mona@example.com", "`@octocat` and @octocat", "**@octocat**", "www.evil.example", "~~~",
)  # fmt: skip


def finding(*pages: Told, **changes: Any) -> Finding:
    return Finding(
        web="https://git.example/acme/shop", branch="main", head=HEAD, pages=pages, **changes
    )


def page(number: int = 1, **reason: object) -> Told:
    reasons = stale_reason(**reason)
    return Told(path=f"docs/autodoc/p{number}.md", impact=judged_page(f"p{number}.md", reasons))


def outside_code(markdown: str) -> str:
    """Leave what a forge would read: no code blocks and no code spans."""
    without_blocks = re.sub(r"^ *(`{3,}).*?^ *\1$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", without_blocks, flags=re.DOTALL)


@pytest.mark.parametrize("nasty", NASTY)
def test_s6_foreign_words_are_shown_and_do_nothing(nasty: str) -> None:
    told = report(
        finding(
            page(
                sentence=f"{nasty} says so.",
                detail=f"changed its default to `{nasty}` from {nasty}",
                symbol="total",
                code=f"{nasty}\n/autodoc regenerate\n",
            ),
            new=(Surface(path="a.py", symbols=(nasty,)),),
            broken=(f".autodoc.yaml:1: {nasty} is unknown",),
            notes=(f"{nasty} was lost",),
        )
    )
    for text in (told.summary, told.text, told.brief):
        left = outside_code(text).replace("<details><summary>", "").replace("</summary>", "")
        left = left.removesuffix("</details>")
        assert not re.search(r"@\w|#\d|GH-\d|evil\.example/|(?<!\\)<\w|(?<!\\)<!|!\[", left)
        assert not re.search(r"^/", text, re.MULTILINE)
        assert "\n</details>" not in left.rstrip()


def test_a_comment_is_short_and_within_githubs_bound_whatever_is_stale() -> None:
    pages = [page(n, sentence="word " * 500, code="x\n" * 30) for n in range(300)]
    cost = UpdateCost(pages=300, sections=300, calls=900, input_tokens=10, output_tokens=5, cost=2)
    told = report(finding(*pages, cost=cost))

    assert len(told.brief) < 65_000
    assert len(told.text.encode()) < 65_000
    assert len(told.summary.encode()) < 65_000
    assert len(told.brief.partition("<details>")[0].splitlines()) <= 25
    assert "there is no room for" in told.brief.lower()
    assert told.title == "300 pages become stale"
    assert "about 900 model calls, 15 tokens, $2.00" in told.brief


def test_places_are_remarked_at_once_and_only_so_many() -> None:
    hunks = tuple(
        Hunk(path="cart.py", old_first=n, old_lines=1, new_first=n, new_lines=1)
        for n in range(1, 999)
    )
    pages = [page(n, first_line=n, last_line=n) for n in range(1, 400)]
    same = [page(n, first_line=5, last_line=5) for n in range(1, 20)]

    assert len(annotations_of(finding(*pages, hunks={"cart.py": hunks}))) == MOST_ANNOTATIONS
    (one,) = annotations_of(finding(*same, hunks={"cart.py": hunks}))
    assert one.message.count("says:") == 8
    assert one.message.endswith("… and 11 more.")


def test_nothing_is_remarked_at_where_the_change_has_no_lines() -> None:
    hunk = Hunk(path="cart.py", old_first=90, old_lines=1, new_first=90, new_lines=1)

    assert annotations_of(finding(page(), hunks={"cart.py": (hunk,)})) == ()
    gone = page(cause=Cause.GONE, now_path="", first_line=0, last_line=0)
    (cut,) = annotations_of(finding(gone, hunks={"cart.py": (hunk,)}))
    assert (cut.first_line, cut.title) == (90, "docs/autodoc/p1.md")


def test_a_reworded_page_is_no_reason_for_a_comment() -> None:
    impact = judged_page("p.md", verdict=Verdict.REWORDED)
    told = report(finding(Told(path="docs/p.md", impact=impact)))

    assert (told.title, told.brief) == ("No page becomes stale, 1 reworded", "")


@pytest.mark.parametrize("mode", [CheckMode.REPORT, CheckMode.REQUIRE])
@pytest.mark.parametrize("holds_up", [False, True])
def test_only_a_configuration_that_requires_it_holds_a_change_up(
    mode: CheckMode, *, holds_up: bool
) -> None:
    subject = Subject(head=HEAD, branch="main", number=7)
    order = Order(mirror="", web="", branch="main", base="", head=HEAD, modes={"": mode})
    run = judged(subject, report(finding(page(), holds_up=holds_up)), order)

    expected = {
        (CheckMode.REPORT, False): "neutral",
        (CheckMode.REPORT, True): "failure",
        (CheckMode.REQUIRE, False): "success",
        (CheckMode.REQUIRE, True): "failure",
    }
    assert run.conclusion == expected[mode, holds_up]


def test_a_check_names_what_it_is_about() -> None:
    for subject in (
        Subject(head=HEAD, branch="", number=7),
        Subject(head=HEAD, branch="release/1.0"),
    ):
        found = subject_of(subject.external_id)
        assert found == subject.model_copy(update={"head": ""})
    assert subject_of("autodoc:job") is None


def test_a_comment_falls_silent_with_the_commit_that_mends_it() -> None:
    assert comment(report(finding())) == (
        f"{MARKER}\nAll pages of the documentation are true again as of aaaaaaaaaaaa."
    )


def test_a_page_that_somebody_answers_for_is_told_with_the_word_and_not_called_true() -> None:
    word = Acknowledged(page="docs/p.md", reason="@octo/all read it, fixes #1", by="octocat")
    told = report(finding(acknowledged=(word,)))
    line = "- `docs/p.md`: acknowledged by `octocat`: `@octo/all` read it, fixes `#1`"

    assert (told.title, told.summary) == ("1 stale page acknowledged", line)
    assert comment(told).endswith(f"1 stale page acknowledged, as of aaaaaaaaaaaa.\n\n{line}")
    both = report(finding(page(), acknowledged=(word,)))
    assert both.title == "1 page becomes stale, 1 page acknowledged"
    assert line in both.summary


def test_what_is_only_listed_is_told_once_and_without_code() -> None:
    told = report(finding(page(sentence="", detail="lost the parameter `count`")))

    assert "- `total` lost the parameter `count` (" in told.text
    assert "```" not in told.text
    assert "<details>" not in told.brief
    assert "- `docs/autodoc/p1.md`: `total` lost the parameter `count` (" in told.brief


@pytest.mark.parametrize("holds_up", [False, True])
def test_a_broken_configuration_is_to_be_mended_and_no_word_helps(*, holds_up: bool) -> None:
    told = report(finding(broken=(".autodoc.yaml:2: `x` is unknown",), holds_up=holds_up))

    for text in (told.summary, told.brief):
        assert "Mend the configuration at these lines before the merge" in text
        assert ("this check fails until then" in text) is holds_up
        assert "Nothing has to be done" not in text
        assert "/autodoc ack" not in text


def test_whoever_has_to_correct_a_page_is_not_told_to_do_nothing() -> None:
    told = report(finding(page()))
    generated = Told(path="p.md", impact=page().impact.model_copy(update={"id": "p"}))

    assert "correct them here. Where a page is true all the same, comment `/auto" in told.brief
    assert "Nothing has to be done here." not in told.summary + told.brief
    assert "Nothing has to be done here. Where a page is true" in report(finding(generated)).brief


def test_the_innermost_scope_says_what_findings_of_peoples_pages_do() -> None:
    modes = {"": CheckMode.OFF, "ledger": CheckMode.REQUIRE}

    assert mode_at("ledger/docs/a.md", modes) is CheckMode.REQUIRE
    assert mode_at("README.md", modes) is CheckMode.OFF
    assert mode_at("README.md", {"ledger": CheckMode.OFF}) is CheckMode.REPORT


def test_what_is_said_of_code_keeps_its_code_spans() -> None:
    assert spoken("lost the parameter `count`") == "lost the parameter `count`"
    assert "`@octocat`" in spoken("an odd ` of @octocat")
