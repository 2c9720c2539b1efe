import pytest

from app.domain.checks.diagrams import check_diagrams, drawing_problems
from app.domain.checks.draft import drop_false
from app.domain.checks.site import Site
from app.domain.code.facts import ImportEdge
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import Diagram, DiagramEdge, DiagramNode, Draft, Section
from app.domain.wiki.render import mermaid
from tests.fakes.facts import TEXTS, shop
from tests.unit.app.domain.wiki.pages import ORIGIN

BRIEFING = brief(plan_narrative(shop()).pages[-1], shop())
STAMP = "\n<!-- autodoc page=x commit=abc recipe=r -->\n"


def drawing(source: str, target: str, label: str = "") -> Diagram:
    return Diagram(
        title="t",
        nodes=(DiagramNode(id="a", label=source), DiagramNode(id="b", label=target)),
        edges=(DiagramEdge(source="a", target="b", label=label),),
    )


def on_a_page(diagram: Diagram) -> list[str]:
    text = f"```mermaid\n{mermaid(diagram)}\n```\n{STAMP}"
    site = Site({"x.md": text}, shop(), ORIGIN, TEXTS)
    return [each.message for each in check_diagrams(site.pages["x.md"], site)]


@pytest.mark.parametrize(
    ("source", "target", "label"),
    [
        ("shop/cli.py", "shop/cart.py", "imports"),
        ("shop/cli.py", "shop/cart.py", "asks for the total"),
        ("shop/cart.py", "shop/cli.py", "is imported by"),
        ("shop/cart.py", "shop/cli.py", "gives the total to"),
        ("shop.cli", "shop.cart", ""),
        ("cart.py", "db/store.py", "uses"),
        ("the cart (shop/cart.py)", "shop/db/", ""),
        ("a customer", "shop/cart.py", "fills"),
        ("a customer", "the till", ""),
        ("POST /carts", "text/plain", ""),
    ],
)
def test_an_arrow_that_the_imports_bear_out_is_let_through(
    source: str, target: str, label: str
) -> None:
    assert on_a_page(drawing(source, target, label)) == []
    assert list(drawing_problems(drawing(source, target, label), BRIEFING)) == []


@pytest.mark.parametrize(
    ("source", "target", "label"),
    [
        ("shop/db/store.py", "shop/cart.py", "imports"),
        ("shop/db/store.py", "shop/cart.py", "depends on"),
        ("shop/db/store.py", "shop/cart.py", "Uses"),
        ("shop/cart.py", "shop/db/store.py", "used by"),
        ("shop/cli.py", "shop/db/store.py", "stores carts in"),
        ("shop.db.store", "shop.cart", ""),
        ("store.py", "the cart (shop/cart.py)", ""),
        ("shop/cart.py", "README.md", "reads"),
        ("shop/basket.py", "a customer", ""),
        ("billing/invoices", "shop/cart.py", "writes"),
        ("the basket (basket.py)", "a customer", ""),
    ],
)
def test_no_label_makes_a_false_arrow_true(source: str, target: str, label: str) -> None:
    assert on_a_page(drawing(source, target, label)) != []
    assert list(drawing_problems(drawing(source, target, label), BRIEFING)) != []


def test_a_box_may_be_called_as_oddly_as_its_file() -> None:
    odd, plain = "shop/# heading.py", "shop/cart.py"
    edges = (ImportEdge(source=odd, target=plain, line=1),)
    facts = shop().model_copy(update={"paths": shop().paths | {odd}, "edges": edges})

    def on_page(diagram: Diagram) -> list[str]:
        text = f"```mermaid\n{mermaid(diagram)}\n```\n{STAMP}"
        site = Site({"x.md": text}, facts, ORIGIN, TEXTS)
        return [each.message for each in check_diagrams(site.pages["x.md"], site)]

    assert on_page(drawing(odd, plain)) == []
    assert on_page(drawing(plain, odd)) == [f"`{plain}` does not import `{odd}`"]
    assert on_page(drawing("shop/# nothing.py", plain))


def test_a_draft_loses_a_drawing_of_what_does_not_exist() -> None:
    section = Section(heading="Flow", text="Words [E1].", diagram=drawing("billing/x.py", "y"))

    (kept,) = drop_false(Draft(summary="", sections=(section,)), BRIEFING).sections

    assert kept.diagram is None
