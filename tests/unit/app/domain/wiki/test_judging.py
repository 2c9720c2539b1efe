"""What a new commit makes of a page: its sentences, and the names in its prose."""

from collections.abc import Mapping, Sequence

import pytest

from app.analysis.extract import extract
from app.domain.code.change import Changes, FileNow, GoneName, Hunk, Place
from app.domain.code.digest import DIGEST_RECIPE
from app.domain.code.evidence import Evidence, evidence_of
from app.domain.code.symbol import Symbol
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.citing import Citing
from app.domain.wiki.impact import PageImpact, Reason
from app.domain.wiki.judging import ack_key, judge_page, worst
from app.domain.wiki.page import Draft, Page, PageKind, PageSpec, Section
from app.domain.wiki.record import Ack, PageRecord
from app.domain.wiki.render import render_page
from tests.unit.app.domain.wiki.pages import ORIGIN

PATH = "shop/cart.py"
CODE = '''"""Carts."""

LIMIT = 5


def total(items, tax=0.2):
    """Add up."""
    return sum(items) * tax


def count(items):
    return len(items)
'''
TEXT = (
    "The total is a sum with tax [E1]. `count` says how many there are [E2]. "
    "Nobody knows why that is so."
)


def symbols(code: str = CODE) -> dict[str, Symbol]:
    return {each.name: each for each in extract("python", code.encode()).symbols}


def now(code: str, path: str = PATH) -> FileNow:
    return FileNow(path=path, symbols=symbols(code), text=code)


def changes(code: str | None = None, **more: object) -> Changes:
    files = {} if code is None else {PATH: now(code)}
    return Changes.model_validate({"base": "a", "head": "b", "files": files, **more})


def written(text: str = TEXT, writer: str = "a/model", **section: object) -> tuple[PageRecord, str]:
    evidence: list[Evidence] = [
        evidence_of(1, PATH, symbols()["total"], DIGEST_RECIPE),
        evidence_of(2, PATH, symbols()["count"], DIGEST_RECIPE),
    ]
    spec = PageSpec(id="cart", path="guide/cart.md", title="Carts", kind=PageKind.NARRATIVE)
    sections = (
        Section.model_validate({"heading": "Sums", "text": text, **section}),
        Section(heading="Other", text="See `total` and `SHOP_TAX`."),
    )
    draft = Draft(summary="All about carts.", sections=sections)
    page = Page(spec=spec, draft=draft, evidence=tuple(evidence), writer=writer)
    rendered = render_page(page, ORIGIN, {PATH: CODE}, "r1", {PATH: symbols()})
    record = PageRecord(spec=spec, digest="d", sections=rendered.sections, writer=writer)
    return record, rendered.markdown


def impact(
    code: str | None, gone: Sequence[GoneName] = (), page: tuple[PageRecord, str] | None = None
) -> PageImpact:
    record, text = page or written()
    return judge_page(record, text, changes(code), {each.name: each for each in gone})


def reasons(found: PageImpact) -> list[Reason]:
    return [reason for section in found.sections for reason in section.reasons]


def verdicts(found: PageImpact) -> Mapping[str, Verdict]:
    return {section.anchor: section.verdict for section in found.sections}


def test_a_page_of_which_no_file_changed_is_fresh() -> None:
    found = impact(None)

    assert (found.verdict, found.page, found.id) == (Verdict.FRESH, "guide/cart.md", "cart")
    assert (found.commit, found.recipe) == (ORIGIN.commit, "r1")
    assert (found.sentences, found.uncited) == (5, 3)
    assert set(verdicts(found)) == {"carts", "sums", "other"}


def test_only_the_sentence_that_cites_what_changed_is_stale() -> None:
    found = impact(CODE.replace("* tax", "+ tax"))

    (reason,) = reasons(found)
    assert verdicts(found) == {
        "carts": Verdict.FRESH,
        "sums": Verdict.STALE,
        "other": Verdict.FRESH,
    }
    assert reason.sentence == "The total is a sum with tax."
    assert (reason.path, reason.symbol, reason.cause) == (PATH, "total", Cause.CODE)
    assert reason.code.endswith("return sum(items) + tax")
    assert (reason.first_line, reason.last_line) == (6, 8)


def test_a_reason_names_the_hunk_and_the_commit_that_changed_it() -> None:
    hunk = Hunk(path=PATH, old_first=8, old_lines=1, new_first=8, new_lines=1)
    record, text = written()
    found = judge_page(
        record,
        text,
        changes(
            CODE.replace("* tax", "+ tax"),
            hunks={PATH: (hunk,)},
            commits={f"{PATH}:total": "c1", PATH: "c2"},
        ),
        {},
    )

    (reason,) = reasons(found)
    assert (reason.hunk, reason.commit) == (hunk, "c1")


def test_no_commit_is_named_of_a_symbol_for_what_changed_its_file() -> None:
    record, text = written()
    since = changes(CODE.replace("* tax", "+ tax"), commits={PATH: "c2"})

    (reason,) = reasons(judge_page(record, text, since, {}))
    assert reason.commit == ""


def test_a_reason_says_of_what_place_a_commit_is_wanted() -> None:
    lines = Reason(
        verdict=Verdict.STALE, cause=Cause.TEXT, sentence="", path="a.py", now_path="b.py",
        first_line=3, last_line=4, digest="d",
    )  # fmt: skip
    renamed = lines.model_copy(update={"cause": Cause.RENAMED, "symbol": "total"})

    assert lines.place.key == "b.py:d"
    assert renamed.place == Place(path="a.py", symbol="total", is_gone=True)


def test_a_sentence_that_a_person_took_away_is_not_judged() -> None:
    record, text = written()
    edited = text.replace("The total is a sum with tax", "A total is whatever it is")

    assert edited != text
    assert impact(CODE.replace("* tax", "+ tax"), page=(record, edited)).verdict is Verdict.FRESH


def test_sentences_below_a_heading_that_a_person_changed_are_judged() -> None:
    record, text = written()
    renamed = record, text.replace("## Sums", "## How sums are made")
    gone = record, text.partition("## Sums")[0] + "---" + text.partition("\n---")[2]

    assert impact(CODE.replace("* tax", "+ tax"), page=renamed).verdict is Verdict.STALE
    assert impact(CODE.replace("* tax", "+ tax"), page=gone).verdict is Verdict.FRESH


def test_a_sentence_is_known_again_with_the_links_that_navigation_adds() -> None:
    record, text = written()
    linked = text.replace("`count` says", "[`count`](../reference/shop.md#count) says")

    assert linked != text
    assert impact(CODE.replace("len(", "max("), page=(record, linked)).verdict is Verdict.STALE


def test_a_snippet_is_judged_without_a_sentence() -> None:
    page = written("Words.", snippets=("E2",))

    (reason,) = reasons(impact(CODE.replace("len(", "max("), page=page))
    assert (reason.sentence, reason.cause) == ("", Cause.CODE)


def test_a_snippet_is_judged_although_a_sentence_says_less_of_it() -> None:
    page = written("It has a `count` [E2].", "local", snippets=("E2",))

    found = reasons(impact(CODE.replace("len(", "max("), page=page))
    assert [each.sentence for each in found] == [""]


def test_a_quoting_writer_heeds_signatures_and_doc_comments_alone() -> None:
    page = written(writer="local")

    assert impact(CODE.replace("* tax", "+ tax"), page=page).verdict is Verdict.FRESH
    assert impact(CODE.replace("Add up", "Sum up"), page=page).verdict is Verdict.REWORDED
    assert impact(CODE.replace("0.2", "0.3"), page=page).verdict is Verdict.STALE


def test_who_names_a_symbol_is_not_blamed_for_who_describes_it() -> None:
    page = written("Unlike `count`, it has a tax [E1]. That is a number [E2].")

    found = reasons(impact(CODE.replace("len(", "max("), page=page))
    assert [each.sentence for each in found] == ["That is a number."]


def test_a_symbol_that_a_sentence_only_names_is_cited_as_existing() -> None:
    page = written("The total, unlike `count`, has a tax [E1].")

    assert impact(CODE.replace("len(", "max("), page=page).verdict is Verdict.FRESH
    (reason,) = reasons(impact(CODE.replace("def count", "def size"), page=page))
    assert (reason.symbol, reason.cause) == ("count", Cause.RENAMED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It adds up [E1].", Verdict.REWORDED),
        ("It adds up, whatever `shop` says [E1].", Verdict.STALE),
    ],
)
def test_an_addition_of_which_the_sentence_speaks_makes_it_stale(
    text: str, expected: Verdict
) -> None:
    new = CODE.replace("tax=0.2", "tax=0.2, shop=None")

    assert impact(new, page=written(text)).verdict is expected


TAX = GoneName(name="SHOP_TAX", path="shop/settings.py", kind="setting")


def test_a_name_that_is_gone_makes_any_section_stale() -> None:
    found = impact(None, [TAX])

    (reason,) = reasons(found)
    assert verdicts(found)["other"] is Verdict.STALE
    assert (reason.cause, reason.symbol, reason.path) == (Cause.NAME, "SHOP_TAX", TAX.path)
    assert reason.sentence == "See `total` and `SHOP_TAX`."


def test_a_name_of_which_the_page_cites_another_bearer_is_not_gone() -> None:
    gone = GoneName(name="count", path="shop/old.py", kind="function")

    assert impact(None, [gone]).verdict is Verdict.FRESH
    assert impact(CODE.partition("def count")[0], [gone]).verdict is Verdict.STALE


def test_what_a_citation_tells_is_not_told_again_as_a_name() -> None:
    gone = GoneName(name="count", path=PATH, kind="function")

    causes = [each.cause for each in reasons(impact(CODE.partition("def count")[0], [gone]))]
    assert causes == [Cause.GONE]


def test_an_acknowledgement_holds_for_one_version() -> None:
    record, text = written()
    first, second = CODE.replace("* tax", "+ tax"), CODE.replace("* tax", "- tax")
    (reason,) = reasons(impact(first))
    ack = Ack(key=ack_key(reason), digest=reason.digest, reason="Still a sum.")
    known = record.model_copy(update={"acks": (ack,)}), text

    found = impact(first, page=known)
    assert found.verdict is Verdict.FRESH
    assert reasons(found)[0].acknowledged == "Still a sum."
    assert impact(second, page=known).verdict is Verdict.STALE


def test_a_name_can_be_acknowledged() -> None:
    record, text = written()
    ack = Ack(key="SHOP_TAX", digest="gone", reason="The past is told of.")

    found = impact(None, [TAX], (record.model_copy(update={"acks": (ack,)}), text))

    assert found.verdict is Verdict.FRESH


def test_the_worst_verdict_wins() -> None:
    assert worst([]) is Verdict.FRESH
    assert worst([Verdict.REWORDED, Verdict.STALE, Verdict.RELOCATED]) is Verdict.STALE


def test_heads_of_tables_and_code_are_no_sentences() -> None:
    table = "| What | It does |\n| --- | --- |\n| `a` | It adds up all. |\n\n"
    code = "```py\nsome code is here\n```\n"

    assert Citing((), {}, quoting=False).section(table + code, ()).uncited == 1
