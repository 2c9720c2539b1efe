"""The words of a documentation pull request, as a maintainer finds them."""

import re

from app.domain.code.change import Hunk
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.configuration.config import CommitStyle
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.page import TokenUsage
from app.domain.wiki.site.announcement import (
    MOST_CHARACTERS,
    Asked,
    Edition,
    describe_publication,
    units,
)
from app.domain.wiki.site.figures import Run
from app.domain.wiki.site.publication import build_site
from app.domain.work.command import Command
from app.domain.work.grammar import read_orders
from tests.fakes.facts import COMMIT
from tests.unit.app.domain.wiki.pages import all_pages

ADDRESS = "https://github.com/acme/shop"
CHANGED = "a1" * 20


def reason(sentence: str, detail: str = "lost the parameter `tax`") -> Reason:
    return Reason(
        verdict=Verdict.STALE,
        cause=Cause.SIGNATURE,
        sentence=sentence,
        path="shop/cart.py",
        symbol="Cart.add",
        detail=detail,
        now_path="shop/cart.py",
        first_line=10,
        last_line=20,
        commit=CHANGED,
        hunk=Hunk(path="shop/cart.py", old_first=12, old_lines=1, new_first=12, new_lines=2),
    )


def impact(page: str, *reasons: Reason, verdict: Verdict = Verdict.STALE) -> PageImpact:
    section = SectionImpact(anchor="a", heading="A", verdict=verdict, reasons=reasons)
    return PageImpact(page=page, title="The cart", id="x", verdict=verdict, sections=(section,))


def seen(body: str) -> str:
    """Give what nobody has to unfold."""
    return body.partition("<details>")[0]


def test_a_first_publication_lists_its_pages_and_how_to_steer_and_stop() -> None:
    pages = all_pages()
    told = describe_publication(
        Edition(commit=COMMIT, after=build_site("shop", pages), pages=tuple(pages))
    )

    assert told.title == "Document the code"
    assert "- `architecture.md` Architecture\n" in told.body
    assert told.body.count("- `index.md` ") == 1
    assert "Every citation is valid." in seen(told.body)
    assert "**Models** no call, $0.00" in told.body.removeprefix(seen(told.body))
    assert ".autodoc/" not in told.body
    assert "/autodoc help" in seen(told.body)
    assert "Close this to hear nothing" in seen(told.body)
    assert told.commit_message.startswith("Document the code at c0ffee012345\n\n")


def test_the_commands_that_a_body_names_are_commands() -> None:
    body = describe_publication(Edition(commit=COMMIT)).body
    named = re.findall(r"`(/autodoc [^`]*)`", body)

    assert len(named) == 3
    for command in named:
        assert not read_orders(f"So: {command}"), "in the middle of a line it commands nothing"
        [order] = read_orders(command)
        assert isinstance(order, Command), command


def test_an_update_says_which_sentence_became_false_by_which_commit_and_lines() -> None:
    told = describe_publication(
        Edition(
            commit=COMMIT,
            before={"cart.md": b"old", "gone.md": b"x", "same.md": b"y", "list.md": b"a"},
            after={"cart.md": b"new", "same.md": b"y", "list.md": b"b", "llms.txt": b"l"},
            impacts=(
                impact("cart.md", reason("Add takes the tax."), reason("| `add` | Adds. | |")),
                impact("list.md", verdict=Verdict.FRESH),
                impact("gone.md", verdict=Verdict.RETIRED),
                impact("same.md", verdict=Verdict.FRESH),
            ),
            address=ADDRESS,
        )
    )

    body = seen(told.body)
    assert told.title == "Update 3 pages of documentation"
    assert "- `cart.md` The cart\n  - “Add takes the tax.”: `Cart.add` lost the" in body
    assert "  - “`add`: Adds.”: `Cart.add` lost the" in body
    assert "Also brought up to date: `list.md`." in body
    assert "- `list.md`" not in body
    assert "lost the parameter `tax` (" in body
    assert f"[`{CHANGED[:12]}`]({ADDRESS}/commit/{CHANGED}#diff-" in body
    assert f"[`shop/cart.py:12-13`]({ADDRESS}/blob/{COMMIT}/shop/cart.py#L12-L13)" in body
    assert "All that it is about is gone." in body
    assert "- **Pages** 2 fresh, 1 stale, 1 retired; 1 of the true ones brought" in told.body
    assert "**Pages**" not in body
    assert "same.md" not in told.body


def test_pages_that_are_only_brought_up_to_date_are_not_called_false_or_new() -> None:
    paths = [f"page{number}.md" for number in range(10)]
    told = describe_publication(
        Edition(
            commit=COMMIT,
            before=dict.fromkeys([*paths, "llms.txt"], b"old"),
            after=dict.fromkeys([*paths, "llms.txt"], b"new"),
            impacts=tuple(impact(path, verdict=Verdict.FRESH) for path in paths),
        )
    )

    assert "became false" not in told.body
    assert "\n\nBrought up to date: `page0.md`, " in told.body
    assert "`page7.md` and 2 more." in told.body
    assert "- **Pages** 10 fresh; 10 of the true ones brought up to date" in told.body


def test_instruction_is_told_as_the_reason_and_a_new_one_is_worth_a_new_text() -> None:
    edition = Edition(commit=COMMIT, before={"a.md": b"a"}, after={"a.md": b"b"})
    asked = tuple(
        Asked(page="a.md", by="anna", what=f"Wish {number}: ask @octo/all, fixes #12.")
        for number in range(4)
    )
    plain, told = (
        describe_publication(each)
        for each in (edition, edition.model_copy(update={"asked": asked}))
    )

    assert "\n- `anna` asked of `a.md`: Wish 0: ask `@octo/all`, fixes `#12`." in seen(told.body)
    assert "Wish 3" in told.body.removeprefix(seen(told.body))
    assert "Brought up to date" not in told.body
    assert told.substance != plain.substance
    assert told.commit_message.endswith("1 file changed. Follows 4 instructions from comments.\n")


def test_title_names_a_branch_beside_the_default_one_and_the_commit_does_not() -> None:
    edition = Edition(commit=COMMIT, after={"a.md": b"a"}, branch="release/1")
    told = describe_publication(edition)

    assert told.title == "Document the code of `release/1`"
    assert told.commit_message.startswith("Document the code at ")
    long = describe_publication(edition.model_copy(update={"branch": "b" * 250}))
    assert len(long.title) < 256
    assert long.title.endswith("b`")


def test_a_page_that_stays_false_is_named_and_its_citations_do_not_count_as_valid() -> None:
    pages = all_pages()
    files = build_site("shop", pages)
    page = next(each for each in pages for section in each.sections if section.cited)
    cited = next(each for section in page.sections for each in section.cited)
    why = reason("It adds.").model_copy(update={"path": cited.path, "symbol": cited.symbol})
    told = describe_publication(
        Edition(
            commit=COMMIT,
            before=files,
            after={**files, "new.md": b"new"},
            pages=tuple(pages),
            impacts=(impact(page.spec.path, why),),
            sources=frozenset({cited.path, "other.py"}),
        )
    )

    [line] = [each for each in told.body.splitlines() if each.startswith("- **Citations**")]
    valid, _, rest = line.removeprefix("- **Citations** ").partition(" of ")
    assert int(valid) == int(rest.partition(" ")[0]) - 1
    assert "coverage 50% (1 of 2 source files cited)" in line
    [short] = [each for each in seen(told.body).splitlines() if "citations are valid" in each]
    assert short.startswith(f"{valid} of ")
    assert "coverage 50%" in short
    assert f"- `{page.spec.path}` The cart, which stays as it is" in told.body


def test_the_figures_of_the_run_are_told_and_are_no_reason_to_write_again() -> None:
    used = TokenUsage(calls=3, input_tokens=4000, output_tokens=600, cost=0.02)
    run = Run(
        used=used,
        foretold=TokenUsage(calls=4, input_tokens=1, output_tokens=1, cost=0.03),
        page="https://docs.example.org/jobs/1",
    )
    edition = Edition(commit=COMMIT, after={"a.md": b"a"})
    free, paid = (describe_publication(each) for each in (edition, _with(edition, run=run)))

    assert "**Models**" not in seen(free.body)
    assert "3 calls, 4,600 tokens, $0.02; estimated were $0.03 and 4 calls, $0.01 too" in paid.body
    assert "**Models**" not in seen(paid.body)
    assert "made by AutoDoc in [this run](https://docs.example.org/jobs/1)." in seen(paid.body)
    assert free.substance == paid.substance


def test_what_cost_dollars_more_than_was_foretold_is_seen_at_once() -> None:
    def told(cost: float) -> str:
        used, foretold = TokenUsage(calls=9, cost=cost), TokenUsage(calls=9, cost=2.0)
        run = Run(used=used, foretold=foretold)
        return describe_publication(Edition(commit=COMMIT, after={"a.md": b"a"}, run=run)).body

    assert "Models took $3.00; estimated were $2.00." in seen(told(3.0))
    assert "off by -33%" in told(3.0)
    assert "Models took" not in told(2.5)
    assert "$1.50 too high" in told(0.5)
    assert "off by +0%" in told(2.0)


def test_lines_that_moved_are_no_reason_to_write_again_and_another_sentence_is() -> None:
    def told(said: Reason, commit: str = COMMIT) -> str:
        edition = Edition(
            commit=commit,
            before={"a.md": b"a"},
            after={"a.md": b"a"},
            impacts=(impact("a.md", said),),
            address="https://github.test/octo/shop",
        )
        return describe_publication(edition).substance

    one = reason("Add takes the tax.")
    moved = one.model_copy(update={"first_line": 90, "last_line": 99, "hunk": None})
    assert told(one) == told(moved)
    assert told(one) != told(reason("Add takes a list."))
    listed = reason("")
    assert told(listed) == told(listed, "f" * 40)
    assert told(listed) != told(listed.model_copy(update={"symbol": "Cart.total"}))


def test_conventional_titles_begin_with_docs() -> None:
    edition = Edition(commit=COMMIT, after={"a.md": b"a"}, style=CommitStyle.CONVENTIONAL)
    told = describe_publication(edition)

    assert told.title == "docs: document the code"
    assert told.commit_message.startswith("docs: document the code at c0ffee012345\n")


def test_s6_what_comes_from_the_repository_pings_closes_links_and_commands_nothing() -> None:
    hostile = (
        "@octocat and @acme/core: fixes #12, closes acme/shop#3, resolves GH-4,"
        " see https://evil.example/?q= <img src=x> ![x](https://evil.example/i.png)"
        "\n/autodoc regenerate"
    )
    told = describe_publication(
        Edition(
            commit=COMMIT,
            before={"a.md": b"a"},
            after={"a.md": b"b", "@octocat.md": b"b"},
            impacts=(impact("a.md", reason(hostile, hostile)),),
            withheld=(hostile,),
            warnings=(hostile,),
            address=ADDRESS,
        )
    )

    plain = _without_code(told.body)
    for live in ("@octocat", "@acme", "#12", "#3", "GH-4", "evil.example", "<img", "!["):
        assert live not in plain, live
    assert not [line for line in told.body.splitlines() if line.lstrip().startswith("/")]


def test_a_maintainer_sees_at_most_40_lines_however_much_became_false() -> None:
    impacts = tuple(
        impact(f"page{page}.md", *(reason(f"Sentence {each}.") for each in range(9)))
        for page in range(60)
    )
    told = describe_publication(
        Edition(
            commit=COMMIT,
            before={
                **{each.page: b"old" for each in impacts},
                **dict.fromkeys(("other.md", "lost.md"), b"old"),
            },
            run=Run(used=TokenUsage(calls=1, cost=9.0), foretold=TokenUsage(calls=1)),
            after={
                **{each.page: b"new" for each in impacts},
                **{each.spec.path: b"x" for each in all_pages()},
                "other.md": b"new",
            },
            pages=tuple(all_pages()),
            impacts=impacts,
            asked=(Asked(page="page1.md", by="anna", what="x"),) * 9,
            withheld=("a",) * 9,
            warnings=("b",) * 9,
        )
    )

    assert len(seen(told.body).rstrip().splitlines()) <= 40
    assert "more below" in seen(told.body)
    assert told.body.count("Sentence 8.") == 60
    assert told.body.count("<details>") == told.body.count("</details>") == 5


def test_a_body_never_exceeds_what_github_takes_and_still_says_how_to_stop() -> None:
    paths = [f"reference/a-very-long-name-of-\U0001f600-{number}.md" for number in range(3000)]
    told = describe_publication(
        Edition(
            commit=COMMIT,
            before=dict.fromkeys(paths, b"old"),
            after=dict.fromkeys(paths, b"new"),
            impacts=tuple(impact(path, reason("It adds.")) for path in paths),
        )
    )

    assert units(told.body) <= MOST_CHARACTERS < 65_536
    assert "longer than GitHub allows" in told.body
    assert "Close this to hear nothing" in seen(told.body)
    assert told.body.count("<details>") == told.body.count("</details>")


def _with(edition: Edition, *, run: Run) -> Edition:
    return edition.model_copy(update={"run": run})


def _without_code(markdown: str) -> str:
    parts = re.sub(r"\\[^\w\s]", "", markdown).split("`")
    return " ".join(parts[::2])
