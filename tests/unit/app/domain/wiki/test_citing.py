"""What the record says that sentences rely on."""

from app.analysis.extract import extract
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.code.digest import DIGEST_RECIPE, layout_digest, text_digest, told_digest
from app.domain.code.evidence import Evidence, evidence_of
from app.domain.code.symbol import Digests, Symbol
from app.domain.wiki.citing import Citing
from app.domain.wiki.page import RenderedSection

PATH = "shop/cart.py"
CODE = '"""Carts."""\n\nLIMIT = 5\n\n\ndef total(items):\n    return sum(items)\n'
SYMBOLS: dict[str, Symbol] = {each.name: each for each in extract("python", CODE.encode()).symbols}


def place(number: int, first: int, last: int, told: str = "") -> Evidence:
    digest = text_digest("whatever was read")
    return Evidence(
        id=f"E{number}",
        path=PATH,
        first_line=first,
        last_line=last,
        digests=Digests(
            recipe=DIGEST_RECIPE,
            code=digest,
            wording=told_digest(told) if told else digest,
            place=f"{PATH}:{first}-{last}",
        ),
    )


TOTAL = evidence_of(1, PATH, SYMBOLS["total"], DIGEST_RECIPE)
BODY = evidence_of(2, PATH, SYMBOLS["total"], DIGEST_RECIPE).model_copy(
    update={"first_line": 7, "last_line": 7}
)
EVIDENCE = (TOTAL, BODY, place(3, 1, 7, "Carts."), place(4, 3, 3), place(5, 1, 1, "Carts."))


def section(text: str, *snippets: str, quoting: bool = False) -> RenderedSection:
    citing = Citing(EVIDENCE, {PATH: CODE}, quoting=quoting, symbols={PATH: SYMBOLS})
    return citing.section(text, snippets)


def only(found: RenderedSection) -> CitedSymbol:
    (one,) = found.cited
    return one


def test_a_symbol_is_recorded_with_how_it_is_called() -> None:
    one = only(section("It adds up [E1]."))

    assert (one.key, one.kind, one.parameters) == (f"{PATH}:total", "function", ("items",))
    assert (one.relies, one.offset, one.whole) == (Reliance.BEHAVIOUR, None, False)
    assert section("It adds up [E1].").sentences[0].text == "It adds up."


def test_lines_of_a_symbol_are_recorded_by_their_distance() -> None:
    assert only(section("It sums [E2].")).offset == 1


def test_lines_outside_symbols_are_recorded_by_their_text() -> None:
    one = only(section("Five at most [E4]."))

    assert one.key == f"{PATH}:3-3"
    assert (one.code, one.wording) == (layout_digest("LIMIT = 5"), "")


def test_a_file_is_recorded_by_what_is_told_of_it() -> None:
    one = only(section("It is about carts [E3]."))

    assert (one.key, one.whole, one.code) == (f"{PATH}:", True, "")
    assert one.wording == told_digest("Carts.")
    assert only(section("It says so [E5].")).wording == told_digest("Carts.")


def test_a_file_that_is_shown_is_recorded_by_all_of_its_lines() -> None:
    one = only(section("Words.", "E3"))

    assert (one.key, one.whole) == (f"{PATH}:1-7", False)
    assert one.code == layout_digest(CODE)


def test_a_quote_relies_on_less_than_a_description_and_a_snippet_on_all() -> None:
    assert only(section("It adds up [E1].", quoting=True)).relies is Reliance.WORDING
    assert only(section("Words.", "E1", quoting=True)).relies is Reliance.BEHAVIOUR
    assert only(section("It adds up [E1].", "E1", quoting=True)).relies is Reliance.BEHAVIOUR


def test_what_is_only_named_is_recorded_as_existing() -> None:
    found = section("At most `LIMIT` items are added up [E1].")
    relies = {each.symbol: each.relies for each in found.cited}

    assert relies == {"total": Reliance.BEHAVIOUR, "LIMIT": Reliance.EXISTENCE}
    assert found.sentences[0].cites == (f"{PATH}:total",)
    assert found.sentences[0].names == (f"{PATH}:LIMIT",)


def test_who_cites_a_file_describes_what_the_sentence_names() -> None:
    found = section("In carts, `total` adds up [E3].")
    quoted = section("In carts, `total` adds up [E3].", quoting=True)

    assert found.sentences[0].cites == (f"{PATH}:", f"{PATH}:total")
    assert {each.symbol: each.relies for each in found.cited}["total"] is Reliance.BEHAVIOUR
    assert quoted.sentences[0].names == (f"{PATH}:total",)


def test_sentences_without_a_citation_are_counted() -> None:
    assert section("It adds up [E1]. Nobody knows why. So.").uncited == 1
    assert section("It adds up [E99], they say.").uncited == 1
