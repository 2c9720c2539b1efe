from app.domain.code.facts import Depth, FileFacts, LeftOut, LeftOutReason
from app.domain.code.symbol import Overload, Parameter, SymbolKind
from app.domain.wiki.markdown import read_outline
from app.domain.wiki.navigation import MODULES
from app.domain.wiki.page import PageKind, RenderedPage
from app.domain.wiki.reference.pages import plan_reference, write_reference
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
    every = [c for each in pages for section in each.sections for c in section.cited]
    cited = {(c.path, c.symbol) for c in every if c.symbol}
    public = {(path, s.name) for path, f in FACTS.files.items() for s in f.symbols if s.public}
    linked = page("module-map").markdown

    assert cited == public
    assert {each.path for each in every if each.is_place} == {
        "Makefile",
        "pyproject.toml",
        "shop/cli.py",
    }
    assert all(path.rpartition("/")[2] in linked for path in FACTS.files)


def test_the_module_map_leads_to_anchors_that_exist() -> None:
    anchors = {each.anchor for each in read_outline(page("reference-shop").markdown).headings}

    assert "[`cart.py`](shop.md#shopcartpy)" in page("module-map").markdown
    assert "shopcartpy" in anchors


def test_a_long_signature_on_one_line_gets_a_table_of_parameters() -> None:
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


def test_no_page_lies_where_tools_look_or_has_a_name_that_agents_obey() -> None:
    one = [symbol("f"), symbol("g")]
    paths = (".storybook/x.py", "app/agents/x.py", "app/Skill/x.py", "app/.x/y.py")
    facts = repository({path: file_facts(symbols=one) for path in paths})

    assert {spec.path for spec in plan_reference(facts) if spec.section == MODULES} == {
        "reference/dot-storybook.md",
        "reference/app/agents-code.md",
        "reference/app/Skill-code.md",
        "reference/app/dot-x.md",
    }


def api(**files: FileFacts) -> str:
    """Render the API page of files whose names are given without their ending."""
    facts = repository({f"{name}.py": file for name, file in files.items()})
    return write_reference(plan_reference(facts)[-1], facts, ORIGIN).markdown


def test_decorators_and_every_way_to_call_are_shown_with_their_places() -> None:
    get = symbol("get", lines=(1, 9), signature="def get(a, b=None)").model_copy(
        update={
            "decorators": ("@cached", f"@long({'x' * 200})"),
            "raises": ("KeyError",),
        }
    )
    both = get.model_copy(
        update={
            "overloads": (
                Overload(signature="def get(a: int) -> int", first_line=1, last_line=2),
                Overload(signature="def get(a: str) -> str", first_line=3, last_line=4, doc="Two."),
            )
        }
    )

    assert "## get\n\n```python\n@cached\n@long(…)\ndef get(a, b=None)\n```\n\n[a.py:1](" in api(
        a=file_facts(symbols=[get])
    )
    text = api(a=file_facts(symbols=[both]))
    assert "```python\ndef get(a: int) -> int\n```\n\n[a.py:1](" in text
    assert "```python\ndef get(a: str) -> str\n```\n\n[a.py:3](" in text
    assert text.count("## get\n") == 1


def test_what_a_class_says_of_parameters_joins_its_constructor() -> None:
    size = Parameter(name="size", annotation="int", default="3")
    text = api(
        a=file_facts(
            symbols=[
                symbol("Box", SymbolKind.CLASS, doc="A box.\n\n:param size: How big."),
                symbol("Box.__init__", SymbolKind.METHOD, parameters=[size]),
            ]
        )
    )

    assert "| `size` | `int` | `3` | How big. |" in text


def test_a_value_with_much_to_say_has_a_part_of_its_own() -> None:
    doc = "All of it.\n\nWith `x` and more."
    text = api(a=file_facts(symbols=[symbol("LIMIT", SymbolKind.CONSTANT, doc=doc)]))

    assert "## LIMIT" in text
    assert "With x and more." in text


def test_languages_of_which_names_are_read_become_a_table() -> None:
    head = "fun add(\n    item: Item,\n): Int"
    cart = symbol("Cart.add", SymbolKind.METHOD, (3, 8), doc="Adds. More.", signature=head)
    bare = symbol("Cart.sum", SymbolKind.METHOD, signature="def sum")
    ways = [
        Overload(signature=f"fun get({each})", first_line=line, last_line=line)
        for line, each in ((10, "a: Int"), (12, "b: Int"))
    ]
    get = symbol("get", signature="fun get(a: Int)").model_copy(update={"overloads": tuple(ways)})
    odd = symbol("odd", signature="__unheard__((of)) void odd(int)")
    file = file_facts(symbols=[cart, bare, get, odd])
    text = api(a=file.model_copy(update={"depth": Depth.NAMES}))

    assert "| `Cart.add` method | `fun add(item: Item): Int` | Adds. | [a.py:3](" in text
    assert "| `Cart.sum` method |  |  | [a.py:1](" in text
    assert "| `get` function | `fun get(b: Int)` |  | [a.py:12](" in text
    assert "| `odd` function | \\_\\_unheard\\_\\_((of)) void odd(int) |" in text
    assert "```" not in text


def test_many_constants_are_a_list_of_links_except_those_with_words() -> None:
    many = [
        symbol(f"C{number}", SymbolKind.CONSTANT, signature=f"C{number} = 'x'")
        for number in range(60)
    ]
    told = symbol("D", SymbolKind.CONSTANT, signature="D = 'x'", doc="The last.")
    text = api(a=file_facts(symbols=[*many, told]))

    assert "**Constants** [`C0`](" in text
    assert ", [`C59`](" in text
    assert "| `D = 'x'` | The last. | [a.py:1](" in text
    assert text.count("'x'") == 1


def test_fields_stand_beside_their_type_where_only_names_are_read() -> None:
    symbols = [
        symbol("shop", SymbolKind.CLASS, signature="module shop"),
        symbol("cart", SymbolKind.CLASS, signature="class cart"),
        symbol("cart.size", SymbolKind.FIELD),
        symbol("cart.name", SymbolKind.FIELD, signature="int name", doc="Its name."),
    ]
    text = api(a=file_facts(symbols=symbols).model_copy(update={"depth": Depth.NAMES}))

    assert "| `shop` class | `module shop` |  |  | [a.py:1](" in text
    assert "| `cart` class |  |  | `size` | [a.py:1](" in text
    assert "| `cart.name` field | `int name` | Its name. |  | [a.py:1](" in text


def test_a_long_page_begins_with_its_contents_and_their_anchors_exist() -> None:
    names = ["Set", "set", "x y", "a_b", "__init__", "URL"] + [f"f{number}" for number in range(30)]
    text = api(a=file_facts(symbols=[symbol(name) for name in names]))
    outline = read_outline(text)
    anchors = {each.anchor for each in outline.headings}
    inner = [each.target[1:] for each in outline.links if each.target.startswith("#")]

    assert text.index("**On this page**\n\n- Functions: [Set](#set), [set](#set-1)") < 200
    assert len(inner) == len(names)
    assert anchors.issuperset(inner)


def test_sections_have_the_anchors_of_their_headings() -> None:
    rendered = [write_reference(spec, FACTS, ORIGIN) for spec in PLAN]

    for each in rendered:
        anchors = {head.text: head.anchor for head in read_outline(each.markdown).headings}
        assert {s.heading: s.anchor for s in each.sections}.items() <= anchors.items()


def test_the_module_map_says_what_each_file_is() -> None:
    names = [symbol(name) for name in ("a", "b", "c", "d", "e")]
    hidden = symbol("_x").model_copy(update={"public": False})
    facts = repository(
        {
            "many.py": file_facts(symbols=names),
            "own.py": file_facts(symbols=names, doc="Carts. More."),
            "script.py": file_facts(symbols=[hidden]),
            **{f"test_{number}.py": file_facts() for number in range(4)},
        }
    )
    markdown = write_reference(plan_reference(facts)[0], facts, ORIGIN).markdown

    assert "| Defines `a`, `b`, `c` and 2 more |" in markdown
    assert "Tests without a word about themselves: [`test_0.py`](" in markdown
    assert "| Carts. |" in markdown
    assert "| Holds `_x` |" in markdown


def test_what_was_left_out_is_named() -> None:
    facts = repository({"a.py": file_facts()}).model_copy(
        update={"left_out": (LeftOut(path="big.js", reason=LeftOutReason.TOO_LARGE),)}
    )
    markdown = write_reference(plan_reference(facts)[0], facts, ORIGIN).markdown

    assert "Because of this: larger than the cap of one file.\n\n- `big.js`" in markdown


def test_the_map_of_many_modules_has_a_part_for_each_large_folder() -> None:
    files = {"main.py": file_facts()}
    for folder, count in (("lib/a", 400), ("lib/b", 300), ("lib/c", 20), ("tools", 30)):
        files |= {f"{folder}/m{number}.py": file_facts() for number in range(count)}
    facts = repository(files)
    pages = {
        spec.id: write_reference(spec, facts, ORIGIN)
        for spec in plan_reference(facts)
        if spec.id.startswith("module-map")
    }
    lines = {name: each.markdown.count(".py`](") for name, each in pages.items()}

    assert lines == {
        "module-map": 31,
        "module-map-lib": 20,
        "module-map-lib-a": 400,
        "module-map-lib-b": 300,
    }
    assert "| [Module map: lib/a/](module-map-lib-a.md) | 400 |" in pages["module-map"].markdown
