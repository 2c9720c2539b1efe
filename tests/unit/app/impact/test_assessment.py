from app.domain.code.change import Changes, FileNow
from app.domain.code.facts import FileFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact, Reason
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.record import Ack, PageRecord, write_record
from app.impact.assessment import (
    Acknowledged,
    Tree,
    acknowledged,
    acknowledgements,
    cited_paths,
    is_over,
    new_surface,
    own_effect,
    stale_reasons,
    stamp_of,
)
from tests.fakes.stale import judged_page, stale_reason


def reason(symbol: str, digest: str = "1", verdict: Verdict = Verdict.STALE) -> Reason:
    sentence = f"It calls `{symbol}`."
    return stale_reason(symbol=symbol, sentence=sentence, digest=digest, verdict=verdict)


def page(*reasons: Reason, verdict: Verdict = Verdict.STALE) -> PageImpact:
    return judged_page("cart.md", *reasons, verdict=verdict)


def test_what_was_stale_before_is_no_effect_of_the_change() -> None:
    before = page(reason("add"), reason("count"))
    now = page(reason("add"), reason("count", digest="2"), reason("total"))

    left = own_effect(now, before)

    assert [each.symbol for each in stale_reasons(left)] == ["count", "total"]
    assert own_effect(now, None) is now
    assert own_effect(before, before).verdict is Verdict.FRESH
    assert own_effect(before, before).sections == ()


def test_a_retired_page_stays_so_as_long_as_anything_of_it_is_stale() -> None:
    retired = page(reason("add"), reason("total")).model_copy(update={"verdict": Verdict.RETIRED})

    assert own_effect(retired, page(reason("add"))).verdict is Verdict.RETIRED
    assert own_effect(retired, retired).verdict is Verdict.FRESH


def test_an_acknowledgement_counts_for_its_version_alone() -> None:
    acks = [Ack(key="cart.py:total", digest="1", reason="read again")]

    known = acknowledged(page(reason("total"), reason("add", verdict=Verdict.REWORDED)), acks)

    assert known.verdict is Verdict.REWORDED
    assert known.sections[0].reasons[0].acknowledged == "read again"
    assert acknowledged(page(reason("total", digest="2")), acks).verdict is Verdict.STALE


def test_a_word_is_told_of_a_page_that_it_alone_keeps_from_being_stale() -> None:
    word = Ack(key="cart.py:total", digest="1", reason="read again", by="mona")
    other = word.model_copy(update={"key": "cart.py:add", "by": "ben"})
    whole, half = page(reason("total")), page(reason("total"), reason("add", digest="2"))

    found = acknowledgements({"a.md": whole, "b.md": half}, {"a.md": [word, other], "b.md": [word]})

    assert found == (Acknowledged(page="a.md", reason="read again", by="mona"),)


def test_a_page_is_over_when_nothing_of_its_subjects_is_left() -> None:
    spec = PageSpec(id="a", path="a.md", title="A", kind=PageKind.NARRATIVE, subjects=("a", "*.go"))

    assert is_over(spec, Tree(["b/a.py"]))
    assert not is_over(spec, Tree(["a/b.py"]))
    assert not is_over(spec, Tree(["x/y.go"]))
    assert not is_over(spec.model_copy(update={"kind": PageKind.HOME}), Tree([]))
    assert not is_over(spec.model_copy(update={"subjects": ()}), Tree([]))


def test_paths_are_found_in_a_record_as_it_is_written_or_laid_out_anew() -> None:
    spec = PageSpec(
        id="a", path="a.md", title='"path": "x"', kind=PageKind.NARRATIVE, subjects=("a", "ü/*.go")
    )
    record = write_record(PageRecord(spec=spec, digest="1"))

    for data in (record, record.replace(b": ", b":"), record.replace(b"\n", b"\r\n")):
        assert cited_paths(data) == {"a.md"}


def test_only_a_stamp_at_the_end_of_a_page_says_whose_it_is() -> None:
    stamp = b"<!-- autodoc page=a-1 commit=HEAD+dirty recipe=x/1 -->"

    assert stamp_of(b"# A\n\n" + stamp + b"\r\n") == ("a-1", "HEAD+dirty")
    assert stamp_of(stamp + b"\n\nSomebody goes on.\n") == ("", "")
    assert stamp_of(b"") == ("", "")


def test_new_public_names_are_those_that_documented_sources_did_not_have() -> None:
    def now(path: str, *names: str) -> FileNow:
        return FileNow(path=path, symbols={name: symbol(name) for name in names})

    before = FileFacts(language="python", symbols=(symbol("Cart"), symbol("old")), lines=1)
    changes = Changes(
        base="1",
        head="2",
        files={"a.py": now("a.py", "Cart", "Cart.add", "old", "new", "_own")},
        added={
            each.path: each
            for each in (
                now("b.py", "Bag", "Bag.add"),
                now("tests/test_d.py", "d"),
                now("excluded/e.py", "e"),
                now("f.md"),
            )
        },
    )

    found = new_surface(changes, {"a.py": before}, lambda path: not path.startswith("excluded/"))

    assert [(each.path, each.symbols) for each in found] == [
        ("a.py", ("Cart.add", "new")),
        ("b.py", ("Bag",)),
    ]


def test_what_was_only_renamed_is_not_called_new() -> None:
    before = FileFacts(
        language="python", symbols=(symbol("old", "1"), symbol("other", "2")), lines=1
    )
    names = [symbol("renamed", "1"), symbol("one", "2"), symbol("two", "2"), symbol("new", "3")]
    file = FileNow(path="a.py", symbols={each.name: each for each in names})
    changes = Changes(base="1", head="2", files={"a.py": file})

    (found,) = new_surface(changes, {"a.py": before}, lambda _path: True)

    assert found.symbols == ("one", "two", "new")


def symbol(name: str, digest: str = "1") -> Symbol:
    return Symbol(
        name=name,
        kind=SymbolKind.FUNCTION,
        first_line=1,
        last_line=2,
        signature=name,
        public=not name.startswith("_"),
        code_digest=digest,
        wording_digest="1",
    )
