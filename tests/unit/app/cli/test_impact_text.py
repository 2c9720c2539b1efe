from app.cli.impact_text import ADVICE, show
from app.domain.code.change import Hunk
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import PageImpact
from app.domain.work.update_cost import UpdateCost
from app.impact.assessment import Impact, ScopeImpact, Surface
from app.impact.wording import MOST_CODE
from tests.fakes.stale import judged_page, stale_reason

REASON = stale_reason(
    cause=Cause.SIGNATURE,
    sentence="The total adds 20 % tax.",
    symbol="Cart.total",
    detail="lost the parameter `tax`",
    first_line=9,
    last_line=10,
    code="def total(self):\n\treturn 1",
    commit="a" * 40,
    hunk=Hunk(path="cart.py", old_first=8, old_lines=2, new_first=9, new_lines=2),
)


def impact(*pages: PageImpact, **more: object) -> Impact:
    scope = ScopeImpact(scope="", output="docs/autodoc", pages=pages, fresh=7)
    return Impact.model_validate({"base": "", "head": "1", "scopes": (scope,), **more})


def test_the_old_sentence_stands_beside_the_current_code() -> None:
    assert show(impact(judged_page("cart.md", REASON))).splitlines() == [
        "docs/autodoc/cart.md: stale",
        "  Prices (#prices)",
        "    says: The total adds 20 % tax.",
        f"    but  `Cart.total` lost the parameter `tax` [cart.py:9-10, commit {'a' * 12}]",
        "    now      9 | def total(self):",
        "    now     10 |     return 1",
        "",
        "1 stale, 7 fresh.",
        ADVICE,
    ]


def test_pages_that_stay_true_are_only_counted() -> None:
    kind = REASON.model_copy(update={"verdict": Verdict.REWORDED})
    known = REASON.model_copy(update={"acknowledged": "read again"})

    told = show(
        impact(
            judged_page("a.md", kind, verdict=Verdict.REWORDED),
            judged_page("b.md", verdict=Verdict.RELOCATED),
            judged_page("c.md", REASON, known, kind),
        )
    )

    assert told.count("    but") == 1
    assert told.endswith(f"1 stale, 1 reworded, 1 relocated, 7 fresh.\n{ADVICE}")


def test_what_is_gone_has_no_code_and_what_is_long_is_cut() -> None:
    gone = REASON.model_copy(
        update={"now_path": "", "code": "", "hunk": None, "commit": "", "detail": "is gone"}
    )
    long = REASON.model_copy(update={"code": "x\n" * (MOST_CODE + 1), "symbol": "long"})

    told = show(impact(judged_page("a.md", gone, long))).splitlines()

    assert "    but  `Cart.total` is gone [cart.py]" in told
    assert "    now        | … 1 more line" in told


def test_of_long_code_the_lines_about_the_change_are_shown() -> None:
    long = REASON.model_copy(
        update={
            "code": "\n".join(f"line {number}" for number in range(9, 39)),
            "hunk": Hunk(path="cart.py", old_first=20, old_lines=1, new_first=20, new_lines=1),
            "detail": "its code changed",
        }
    )

    told = show(impact(judged_page("a.md", long))).splitlines()

    assert f"    but  `Cart.total`: its code changed [cart.py:20, commit {'a' * 12}]" in told
    assert told[4:6] == ["    now        | … 9 lines", "    now     18 | line 18"]
    assert told[4 + 1 + MOST_CODE] == "    now        | … 9 more lines"


def test_nothing_from_the_repository_can_move_the_cursor_or_command_a_forge() -> None:
    evil = REASON.model_copy(
        update={"sentence": "\x1b[2J::error::x", "code": "::error::\n##[error]\x07"}
    )

    told = show(
        impact(judged_page("::warning::.md", evil), people=(judged_page("::set-env::.md", evil),))
    )

    assert "\x1b" not in told
    assert "\x07" not in told
    assert "##[" not in told
    assert not any(line.lstrip().startswith("::") for line in told.splitlines())


def test_what_is_new_loosened_noted_and_to_be_paid_is_told() -> None:
    scope = ScopeImpact(
        scope="",
        output="docs",
        pages=(judged_page("a.md", verdict=Verdict.RETIRED),),
        new=(Surface(path="b.py", symbols=("b", "c")),),
    )
    cost = UpdateCost(
        pages=1, sections=2, calls=3, input_tokens=4_000, output_tokens=500, cost=0.123
    )

    told = show(
        Impact(base="", head="1", scopes=(scope,), loosened=("x",), notes=("y",), cost=cost)
    )

    assert told.splitlines() == [
        "docs/a.md: retired",
        "  all files that it is about are gone",
        "",
        "new: b.py has b, c",
        "loosened: x",
        "note: y",
        "1 retired, 0 fresh.",
        "`autodoc update` rewrites 2 sections of 1 page with about 3 model calls,"
        " 4,000 + 500 tokens, $0.12.",
        ADVICE,
    ]
