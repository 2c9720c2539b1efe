from app.domain.code.facts import LeftOut, LeftOutReason
from app.domain.code.symbol import Parameter, SymbolKind
from app.domain.wiki.markdown import read_outline
from app.domain.wiki.page import PageKind, RenderedPage
from app.domain.wiki.reference import plan_reference, write_reference
from tests.fakes.facts import file_facts, repository, shop, symbol
from tests.unit.app.domain.wiki.pages import ORIGIN

FACTS = shop()
PLAN = plan_reference(FACTS)


def page(page_id: str) -> RenderedPage:
    return write_reference(next(spec for spec in PLAN if spec.id == page_id), FACTS, ORIGIN)


def test_each_kind_of_fact_has_a_page() -> None:
    assert [spec.id for spec in PLAN] == [
        "module-map",
        "commands",
        "environment",
        "dependencies",
        "tests",
        "reference-shop",
        "reference-shop-db",
    ]
    assert {spec.kind for spec in PLAN} == {PageKind.REFERENCE}
    assert len({spec.path for spec in PLAN}) == len(PLAN)


def test_pages_without_content_are_not_planned() -> None:
    assert [spec.id for spec in plan_reference(repository({}))] == ["module-map"]


def test_every_public_symbol_has_its_signature_words_and_place() -> None:
    markdown = page("reference-shop").markdown

    assert (
        "#### Cart.total\n\n```python\ndef total(self, tax: float = 0.2, *extras: int) -> float"
        in (markdown)
    )
    assert f"[cart.py:9]({ORIGIN.base}shop/cart.py#L9-L11)" in markdown
    assert "Add up the prices \\| with tax." in markdown


def test_sections_record_the_symbols_that_they_show() -> None:
    sections = {each.heading: each for each in page("reference-shop").sections}

    assert [each.symbol for each in sections["Cart"].cited] == ["Cart", "Cart.total"]
    assert sections["Cart"].anchor == "cart"


def test_every_public_symbol_and_every_module_is_covered() -> None:
    pages = [write_reference(spec, FACTS, ORIGIN) for spec in PLAN]
    cited = {(c.path, c.symbol) for each in pages for s in each.sections for c in s.cited}
    public = {(path, s.name) for path, f in FACTS.files.items() for s in f.symbols if s.public}
    linked = page("module-map").markdown

    assert cited == public
    assert all(path.rpartition("/")[2] in linked for path in FACTS.files)


def test_the_module_map_leads_to_anchors_that_exist() -> None:
    anchors = {each.anchor for each in read_outline(page("reference-shop").markdown).headings}

    assert "[`cart.py`](shop.md#shopcartpy)" in page("module-map").markdown
    assert "shopcartpy" in anchors


def test_a_long_signature_gets_a_table_of_parameters() -> None:
    wide = symbol(
        "send",
        signature="def send(" + ", ".join(f"option_{n}: int = {n}" for n in range(8)) + ")",
        parameters=[
            Parameter(name=f"option_{n}", annotation="int", default=str(n)) for n in range(8)
        ],
    )
    facts = repository({"a.py": file_facts(symbols=[wide])})
    spec = plan_reference(facts)[-1]

    assert "| `option_3` | `int` | `3` |" in write_reference(spec, facts, ORIGIN).markdown


def test_fields_and_constants_are_tables() -> None:
    facts = repository(
        {
            "a.py": file_facts(
                symbols=[
                    symbol("LIMIT", SymbolKind.CONSTANT, signature="LIMIT = 3"),
                    symbol("Box", SymbolKind.CLASS, signature="class Box"),
                    symbol("Box.size", SymbolKind.FIELD, signature="size: int = 1", doc="How big."),
                ]
            )
        }
    )
    markdown = write_reference(plan_reference(facts)[-1], facts, ORIGIN).markdown

    assert "| Constants | Where |" in markdown
    assert "| `size: int = 1` | How big. | [a.py:1](" in markdown


def test_a_folder_with_many_names_gets_a_page_for_each_file() -> None:
    many = [symbol(f"f{number}") for number in range(50)]
    facts = repository({"a/x.py": file_facts(symbols=many), "a/y.py": file_facts(symbols=many)})

    assert [spec.path for spec in plan_reference(facts)[-2:]] == [
        "reference/a/x.py.md",
        "reference/a/y.py.md",
    ]


def test_paths_that_differ_only_in_case_or_meet_a_project_page_stay_apart() -> None:
    one = [symbol("f")]
    facts = repository(
        {path: file_facts(symbols=one) for path in ("Api/x.py", "api/x.py", "commands/x.py")}
        | {"module-map/x.py": file_facts(symbols=one)}
    )
    paths = [spec.path.lower() for spec in plan_reference(facts)]
    ids = [spec.id for spec in plan_reference(facts)]

    assert len(set(paths)) == len(paths)
    assert len(set(ids)) == len(ids)


def test_what_was_left_out_is_named() -> None:
    facts = repository({"a.py": file_facts()}).model_copy(
        update={"left_out": (LeftOut(path="big.js", reason=LeftOutReason.TOO_LARGE),)}
    )
    markdown = write_reference(plan_reference(facts)[0], facts, ORIGIN).markdown

    assert "Because of this: larger than the cap of one file.\n\n- `big.js`" in markdown
