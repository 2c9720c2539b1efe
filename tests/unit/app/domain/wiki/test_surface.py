from app.domain.code.facts import EVERY_NAME, Document, Import, ImportEdge, RepositoryFacts
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.brief_modules import leading_names
from app.domain.wiki.narrative.briefing import FactForm
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.reference.pages import plan_reference, write_reference
from app.domain.wiki.surface import Surface, offers
from tests.fakes.facts import file_facts, repository, symbol
from tests.unit.app.domain.wiki.pages import ORIGIN

_TWO_FILES = ("shop/__init__.py", "shop/cart.py")


def package() -> RepositoryFacts:
    """Make a package whose front module offers names of others, at one and at two steps."""
    return repository(
        {
            "shop/__init__.py": file_facts(
                "x\n" * 9,
                imports=[
                    Import(target=".cart", names=("Cart",), offered=("Cart",), line=1),
                    Import(target=".db", names=("Store",), offered=("Store",), line=2),
                    Import(target=".", names=("db",), offered=("db",), line=3),
                    Import(target="os", names=("path",), offered=("path",), line=4),
                ],
            ),
            "shop/cart.py": file_facts(
                "x\n" * 99, [symbol("All"), symbol("Cart", lines=(5, 6), doc="Adds up.")]
            ),
            "shop/db/__init__.py": file_facts(
                imports=[Import(target=".store", names=("Store",), offered=("Store",), line=1)]
            ),
            "shop/db/store.py": file_facts("x\n" * 99, [symbol("Store")]),
        },
        edges=[
            ImportEdge(source="shop/__init__.py", target="shop/cart.py", line=1),
            ImportEdge(source="shop/__init__.py", target="shop/db/__init__.py", line=2),
            ImportEdge(source="shop/db/__init__.py", target="shop/db/store.py", line=1),
        ],
    )


def test_a_package_offers_what_its_front_module_takes_from_its_own_files() -> None:
    found = offers("shop/__init__.py", package())

    assert [(each.name, each.path) for each in found] == [
        ("Cart", "shop/cart.py"),
        ("db", "shop/db/__init__.py"),
        ("Store", "shop/db/store.py"),
    ]
    assert offers("shop/cart.py", package()) == ()


def test_a_star_offers_what_the_module_of_that_name_lists_and_no_more() -> None:
    hidden = symbol("_sum").model_copy(update={"public": False})
    star = Import(target="._cart", offered=(EVERY_NAME,), line=1)
    listed = Import(target="._db", offered=("Cart", "Store", "gone"), line=2)
    edges = [
        ImportEdge(source="shop/__init__.py", target="shop/_cart.py", line=1),
        ImportEdge(source="shop/__init__.py", target="shop/_db.py", line=2),
    ]

    def offered(*imports: Import) -> list[tuple[str, str]]:
        files = {
            "shop/__init__.py": file_facts(imports=list(imports)),
            "shop/_cart.py": file_facts(symbols=[symbol("Cart"), symbol("Cart.total"), hidden]),
            "shop/_db.py": file_facts(symbols=[symbol("Store"), symbol("connect")]),
        }
        found = offers("shop/__init__.py", repository(files, edges=edges))
        return [(each.name, each.path) for each in found]

    assert offered(star) == [("Cart", "shop/_cart.py")]
    assert offered(listed) == [("Cart", "shop/_cart.py"), ("Store", "shop/_db.py")]


def test_the_name_that_documents_use_through_the_package_is_its_first() -> None:
    files = {
        "shop/__init__.py": file_facts(
            imports=[Import(target=".cart", offered=(EVERY_NAME,), line=1)]
        ),
        "shop/cart.py": file_facts(symbols=[symbol("Basket"), symbol("Cart"), symbol("Order")]),
    }
    readme = Document(path="README.md", title="Shop", text="Call `shop.Cart()`, not cart.Order.")
    facts = repository(
        files,
        edges=[ImportEdge(source="shop/__init__.py", target="shop/cart.py", line=1)],
        documents=[readme],
    )

    assert leading_names(tuple(files), facts, Survey(facts)) == "Cart, Basket, Order"


def test_a_module_with_a_private_name_that_no_package_offers_has_internal_names() -> None:
    facts = package()
    files = {
        **facts.files,
        "shop/cart.py": file_facts("x\n" * 99, [symbol("Cart", doc="x\n" * 700)]),
        "shop/_sums.py": file_facts(symbols=[symbol("add")]),
    }

    plan = plan_reference(facts.model_copy(update={"files": files}))

    purposes = {each.subjects: each.purpose for each in plan}
    assert purposes[("shop/_sums.py",)] == "Internal names of _sums.py."
    assert purposes[("shop/cart.py",)] == "Public names of cart.py."


def test_the_reference_page_of_a_package_lists_what_it_offers() -> None:
    facts = package()
    spec = next(each for each in plan_reference(facts) if "shop/__init__.py" in each.subjects)

    page = write_reference(spec, facts, ORIGIN).markdown

    assert "| Offered here | In its own words | Defined at |" in page
    assert "| `Cart` | Adds up. | [cart.py:5](" in page


def test_what_a_package_offers_leads_the_list_of_its_names() -> None:
    facts = package()
    spec = plan_narrative(facts).pages[2].model_copy(update={"subjects": _TWO_FILES})

    told = [fact.name for fact in brief(spec, facts).facts if fact.form is FactForm.SYMBOL]

    assert told == ["Cart", "All"]


def test_modules_that_take_everything_from_each_other_offer_the_same_to_whoever_asks_first() -> (
    None
):
    star = (Import(target=".", offered=(EVERY_NAME,), line=1),)
    facts = repository(
        {
            "a/__init__.py": file_facts("x\n", [symbol("Cart")], imports=star),
            "a/b/__init__.py": file_facts("x\n", [symbol("Store")], imports=star),
        },
        edges=[
            ImportEdge(source="a/__init__.py", target="a/b/__init__.py", line=1),
            ImportEdge(source="a/b/__init__.py", target="a/__init__.py", line=1),
        ],
    )
    one, other = Surface(facts), Surface(facts)

    inner = other.offers("a/b/__init__.py")

    assert [each.name for each in one.offers("a/__init__.py")] == ["Cart", "Store"]
    assert other.offers("a/__init__.py") == one.offers("a/__init__.py")
    assert inner == one.offers("a/b/__init__.py")
