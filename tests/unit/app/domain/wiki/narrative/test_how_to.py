from app.domain.checks.draft import review
from app.domain.checks.finding import Severity
from app.domain.code.artifacts import NamedTest
from app.domain.code.facts import Depth
from app.domain.code.symbol import SymbolKind
from app.domain.wiki.configuration.config import PinnedPage
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.how_to import HOW_TO, cases
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import pin, plan_narrative
from tests.fakes.facts import file_facts, repository, symbol

TESTS = [
    symbol("test_cart_total_with_tax", lines=(1, 6), doc="A tax is added."),
    symbol("test_cart_total_fails", lines=(8, 12)),
    symbol("test_invoice", lines=(14, 20)),
    symbol("test_nothing_of_ours", lines=(22, 26)),
]
FACTS = repository(
    {
        "shop/cart.py": file_facts(
            "x\n" * 90,
            [
                symbol("cart_total", lines=(1, 9), doc="Adds up."),
                symbol("Invoice", SymbolKind.CLASS),
            ],
        ),
        "tests/test_cart.py": file_facts("x\n" * 30, TESTS, names=("cart_total", "Invoice")),
        "examples/till/main.py": file_facts("x\n" * 20, doc="A till that prints."),
    }
)


def test_cases_are_samples_and_the_tests_that_begin_with_a_public_name() -> None:
    assert [case.title for case in cases(FACTS)] == ["Till", "cart_total: with tax", "Invoice"]


def test_fewer_than_three_cases_are_no_page() -> None:
    few = repository({path: FACTS.files[path] for path in FACTS.files if "examples" not in path})

    assert cases(few) == ()
    assert HOW_TO not in {page.id for page in plan_narrative(few).pages}


def test_each_case_is_shown_verbatim_with_what_it_is_about() -> None:
    spec = next(page for page in plan_narrative(FACTS).pages if page.id == HOW_TO)
    told = brief(spec, FACTS)

    draft = compose(told)

    till, tax, _ = draft.sections
    assert till.text == "The example program `examples/till`:"
    assert tax.text == (
        "`cart_total` [E2]: Adds up.\n\nThe test `test_cart_total_with_tax` [E3]: A tax is added."
    )
    assert tax.snippets == ("E3",)
    assert [each for each in review(draft, told) if each.severity is Severity.ERROR] == []


def test_pinned_pages_come_after_the_guide_with_an_id_of_their_own() -> None:
    pinned = (
        PinnedPage(title="How to", purpose="Ours.", subjects=("shop/*.py",)),
        PinnedPage(title="Taxes", purpose="How taxes are counted."),
    )

    pages = pin(plan_narrative(FACTS), pinned).pages

    ids = [page.id for page in pages]
    assert ids.index("pinned-how-to") < ids.index("pinned-taxes") < ids.index("subsystem-shop")
    assert len({page.path for page in pages}) == len(pages)
    assert next(page for page in pages if page.id == "pinned-taxes").path == "taxes.md"


def test_a_test_that_is_called_by_a_sentence_is_about_the_name_in_it() -> None:
    told = {
        "addItem puts one in": (1, 6),
        "Cart > holds what was put in": (8, 14),
        "total > adds up": (16, 20),
        "gives a total of everything": (22, 28),
        "addItem > throws for nothing": (30, 36),
        "Cart > is quick": (38, 99),
    }
    tests = tuple(
        NamedTest(name=name, line=first, last_line=last) for name, (first, last) in told.items()
    )
    names = ("Cart", "addItem", "total")
    script = {"language": "typescript", "depth": Depth.FULL}
    spec = file_facts("x\n" * 99, names=names).model_copy(update={**script, "tests": tests})
    source = file_facts("x\n" * 9, [symbol(name) for name in names]).model_copy(update=script)
    facts = repository({"src/cart.ts": source, "src/cart.test.ts": spec})

    assert {(case.title, case.about) for case in cases(facts)} == {
        ("addItem puts one in", "src/cart.ts:addItem"),
        ("Cart: holds what was put in", "src/cart.ts:Cart"),
        ("total: adds up", "src/cart.ts:total"),
    }
    page = next(page for page in plan_narrative(facts).pages if page.id == HOW_TO)
    draft = compose(brief(page, facts))
    assert all("The test `" in section.text and section.snippets for section in draft.sections)
