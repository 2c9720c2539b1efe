import time

from app.domain.code.citation import CitedSymbol
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import Reason
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.record import Note
from app.domain.wiki.revision import PageRevision, SectionRevision
from flows.writer.commission import Commission, commission, stand_in_for
from tests.fakes.facts import symbol
from tests.fakes.revised_shop import BEFORE, TAX_ADDED, changed, ordered
from tests.fakes.shop import CART_SPEC, FACTS, REPOSITORY

BRIEFING = brief(CART_SPEC, REPOSITORY)
CITED = CitedSymbol(
    path="shop/cart.py",
    symbol="Cart",
    recipe="3",
    code="c1",
    wording="w1",
    first_line=4,
    last_line=9,
)


def asked(text: str, *cited: CitedSymbol, reasons: tuple[Reason, ...] = ()) -> Commission:
    section = SectionRevision(anchor="a", heading="A", text=text, cited=cited, reasons=reasons)
    page = PageRevision(spec=CART_SPEC, sections=(section,), outline=("The cart", "A"))
    return commission(page, BRIEFING, FACTS)


def test_links_to_sources_become_evidence_and_other_links_their_words() -> None:
    place = f"[cart.py:4]({BEFORE.base}shop/cart.py#L4-L9)"
    text = (
        f"`Cart` holds ({place}). See [mail](mail.md)"
        f" and [`shop/cart.py`]({BEFORE.base}shop/cart.py)."
        f"\n\n[cart.py:4]({BEFORE.base}shop/cart.py#L4-L9):\n\n```python\nclass Cart:\n```\n"
        "\n*Who calls whom*\n\n```mermaid\nflowchart LR\n```\n"
    )
    [section] = asked(text, CITED).sections
    [cart] = section.evidence
    assert section.text == f"`Cart` holds [{cart}]. See mail and `shop/cart.py` [{cart}]."


def test_a_citation_whose_place_is_gone_is_left_out_of_the_old_text() -> None:
    lost = CITED.model_copy(update={"symbol": "Basket", "first_line": 20, "last_line": 30})
    text = f"It pays ([cart.py:20]({BEFORE.base}shop/cart.py#L20-L30))."
    [section] = asked(text, lost).sections
    assert (section.text, section.evidence, section.is_cited) == ("It pays.", (), True)
    assert stand_in_for(section, BRIEFING) is None


def test_what_a_citation_became_is_shown_beside_the_old_sentence() -> None:
    renamed = Reason(
        verdict=Verdict.STALE,
        cause=Cause.RENAMED,
        sentence="Basket holds.",
        path="shop/cart.py",
        symbol="Basket",
        detail="is called Cart now",
        now_path="shop/cart.py",
        first_line=4,
        last_line=9,
        code="class Cart: ...",
    )
    lost = CITED.model_copy(update={"symbol": "Basket"})
    text = f"`Basket` holds ([cart.py:4]({BEFORE.base}shop/cart.py#L4-L9))."
    made = asked(text, lost, reasons=(renamed,))
    [section] = made.sections
    [stale] = section.stale
    known = {each.id: each.symbol for each in made.briefing.evidence}
    assert known[stale.now] == "Cart"
    assert stale.changed == "renamed Basket: is called Cart now"
    assert section.text == f"`Basket` holds [{stale.now}]."
    assert section.is_false


def test_what_the_briefing_does_not_tell_of_is_added_to_it() -> None:
    facts = changed(Cart__total=TAX_ADDED)
    [page] = ordered(facts).pages
    made = commission(page, BRIEFING, facts.files)
    [section] = made.sections
    added = {each.id: each for each in made.briefing.evidence}[section.evidence[0]]
    assert added.symbol == "Cart.total"
    assert "Cart.total" in {fact.name for fact in made.briefing.facts}


def test_only_facts_about_the_files_of_the_sections_are_told() -> None:
    mail = symbol("send")
    files = {**FACTS, "shop/mail.py": FACTS["shop/mail.py"].model_copy(update={"symbols": (mail,)})}
    facts = REPOSITORY.model_copy(update={"files": files})
    spec = CART_SPEC.model_copy(update={"subjects": ("shop/*",)})
    briefing = brief(spec, facts)
    assert "send" in {fact.name for fact in briefing.facts}
    section = SectionRevision(anchor="a", heading="A", cited=(CITED,))
    notes = (
        Note(section="a", before="", after="Here."),
        Note(section="b", before="", after="Elsewhere."),
    )
    page = PageRevision(spec=spec, sections=(section,), notes=notes)
    made = commission(page, briefing, files)
    assert "send" not in {fact.name for fact in made.briefing.facts}
    assert made.briefing.notes == notes[:1]


def test_a_file_that_is_cited_as_such_is_found_whatever_it_says_now() -> None:
    whole = CITED.model_copy(update={"symbol": "", "whole": True, "code": "other"})
    [section] = asked("It is a shop.", whole).sections
    [place] = section.evidence
    assert {each.id: each.symbol for each in BRIEFING.evidence}[place] == ""
    told = Reason(
        verdict=Verdict.STALE,
        cause=Cause.TEXT,
        sentence="It is a shop.",
        path="shop/cart.py",
        now_path="shop/cart.py",
        first_line=1,
        last_line=9,
    )
    [again] = asked("It is a shop.", whole, reasons=(told,)).sections
    assert again.stale[0].now == place


def test_links_that_nothing_ends_take_no_quadratic_time() -> None:
    started = time.process_time()

    assert asked("[a](" * 30_000).sections[0].text.startswith("[a](")
    assert time.process_time() - started < 5
