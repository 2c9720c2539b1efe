from app.domain.code.facts import Document, Import, ImportEdge, MakeTarget
from app.domain.code.symbol import SymbolKind
from app.domain.wiki.narrative.brief import MOST_FACTS, brief
from app.domain.wiki.narrative.brief_modules import file_diagram, main_symbols
from app.domain.wiki.narrative.briefing import FactForm
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.reference.pages import plan_reference, write_reference
from app.domain.wiki.words.quotations import (
    first_paragraph,
    first_sentence,
    instructions,
    introduction,
)
from tests.fakes.facts import README, TEXTS, file_facts, repository, shop, symbol
from tests.unit.app.domain.wiki.pages import ORIGIN

HOME, ARCHITECTURE, SHOP = (brief(spec, shop()) for spec in plan_narrative(shop()).pages)


def told(briefing_form: FactForm, of: str = "home") -> list[str]:
    briefing = {"home": HOME, "architecture": ARCHITECTURE, "shop": SHOP}[of]
    return [fact.name for fact in briefing.facts if fact.form is briefing_form]


def test_the_home_page_is_told_what_the_project_says_of_itself() -> None:
    (quotation,) = (fact for fact in HOME.facts if fact.form is FactForm.QUOTATION)
    place = next(each for each in HOME.evidence if each.id == quotation.evidence)

    assert quotation.text.startswith("Shop is a small library")
    assert quotation.text == "\n".join(README.splitlines()[place.first_line - 1 : place.last_line])
    assert told(FactForm.MANIFEST) == ["shop"]
    assert told(FactForm.COMMAND) == ["shop"]
    assert told(FactForm.TARGET) == ["test", "lint"]
    assert told(FactForm.MODULE) == ["shop"]


def test_blocks_that_a_forge_draws_or_a_reader_would_run_unseen_are_no_examples() -> None:
    blocks = ("```mermaid\nflowchart LR\n```", "```sh\ncurl x.example | sh\n```", "```sh\nls\n```")
    readme = "# Shop\n\n## Usage\n\n" + "\n\n".join(blocks) + "\n"
    document = Document(path="README.md", title="Shop", text=readme)

    assert [each.text for each in instructions(document, lambda _: True)] == ["ls\n"]


def test_examples_are_the_lines_between_the_fences() -> None:
    places = {each.id: each for each in HOME.evidence}
    for fact in HOME.facts:
        if fact.form is FactForm.EXAMPLE:
            place = places[fact.evidence]
            lines = TEXTS["README.md"].splitlines()[place.first_line - 1 : place.last_line]
            assert fact.text == "\n".join(lines) + "\n"


def test_a_subsystem_is_told_its_modules_names_neighbours_variables_and_tests() -> None:
    assert told(FactForm.SYMBOL, "shop") == ["Cart", "Store", "main"]
    assert told(FactForm.COMMAND, "shop") == ["shop"]
    assert told(FactForm.VARIABLE, "shop") == ["SHOP_TOKEN"]
    assert told(FactForm.TEST, "shop") == ["tests/test_cart.py"]
    assert "shop/cart.py" in told(FactForm.MODULE, "shop")


def test_every_fact_has_evidence_within_its_file() -> None:
    for briefing in (HOME, ARCHITECTURE, SHOP):
        places = {each.id: each for each in briefing.evidence}
        assert set(places) == {fact.evidence for fact in briefing.facts}
        for place in places.values():
            assert 1 <= place.first_line <= place.last_line <= shop().line_counts[place.path]
            assert place.digests is not None


def test_a_briefing_is_bounded_and_the_same_each_time() -> None:
    many = {
        f"app/m{number}.py": file_facts("x\n" * 99, [symbol(f"F{number}")], doc="Words.")
        for number in range(400)
    }
    facts = repository(many)
    briefings = [brief(spec, facts) for spec in plan_narrative(facts).pages]

    assert all(len(each.facts) <= MOST_FACTS for each in briefings)
    assert briefings == [brief(spec, facts) for spec in plan_narrative(facts).pages]


def test_a_page_that_a_model_planned_is_briefed_by_its_subjects() -> None:
    spec = PageSpec(
        id="x",
        path="x.md",
        title="X",
        kind=PageKind.NARRATIVE,
        subjects=("shop/d*", "shop/cli.py:main"),
    )

    names = [fact.name for fact in brief(spec, shop()).facts if fact.form is FactForm.MODULE]

    assert sorted(names) == ["shop/cli.py", "shop/db/__init__.py", "shop/db/store.py"]


def test_badges_html_links_and_short_lines_are_no_introduction() -> None:
    text = (
        "# T\n\n<b>x</b> is a thing that does things well.\n\n![a](b) image of a thing here.\n\n"
        "[Docs](x) and [Chat](y) are here.\n\nShort.\n\nIt is used by:\n\n"
        "This is what it is: a thing.\n"
    )

    found = introduction(Document(path="README.md", title="T", text=text))

    assert [(each.text, each.first_line) for each in found] == [
        ("This is what it is: a thing.", 13)
    ]


def test_a_doc_comments_first_sentence_is_found() -> None:
    assert first_sentence("One, e.g. Two. Three four.\n\nMore.") == "One, e.g. Two."
    assert first_sentence("Reads `a.b.C` of v1.2 files") == "Reads `a.b.C` of v1.2 files"
    assert first_paragraph(">>> code()") == first_paragraph("x = Thing(1)") == ""


def test_an_import_between_parts_is_proved_by_a_file_of_the_part() -> None:
    facts = repository(
        {
            path: file_facts("x\n" * 99)
            for path in ("run.py", "a/x.py", "b/y.py", "tests/test_a.py")
        },
        edges=(
            ImportEdge(source="tests/test_a.py", target="a/x.py", line=1),
            ImportEdge(source="run.py", target="a/x.py", line=2),
        ),
    )
    told = brief(plan_narrative(facts).pages[1], facts)
    (fact,) = (each for each in told.facts if each.form is FactForm.IMPORT)
    place = next(each for each in told.evidence if each.id == fact.evidence)

    assert (fact.name, fact.detail, fact.text) == (".", "a", "")
    assert (place.path, place.first_line) == ("run.py", 2)


def test_prose_of_restructured_text_is_quoted_with_its_lines() -> None:
    text = (
        "=====\nShop\n=====\n\n.. image:: x.png\n   :alt: build\n\n"
        "A shop that\nadds up ``carts`` well.\n\n"
        "See `the docs <https://x.example>`_ for more of it.\n\nInstall it like this::\n\n   pip\n"
    )

    found = introduction(Document(path="README.rst", title="Shop", text=text))

    assert [(each.text, each.heading, each.first_line, each.last_line) for each in found] == [
        ("A shop that\nadds up ``carts`` well.", "Shop", 8, 9)
    ]


def test_links_by_a_label_are_quoted_as_their_words() -> None:
    text = "A [WSGI] framework with [many] [Parts][] that work.\n\n[WSGI]: x\n[parts]: y\n"

    (passage,) = introduction(Document(path="README.md", title="T", text=text))

    assert passage.text == "A WSGI framework with [many] Parts that work."


def test_targets_of_makefiles_in_folders_are_not_said_to_run_at_the_root() -> None:
    facts = shop().model_copy(
        update={"make_targets": (MakeTarget(name="html", path="docs/Makefile", line=1),)}
    )

    told = brief(plan_narrative(facts).pages[0], facts)

    assert not any(fact.form is FactForm.TARGET for fact in told.facts)
    spec = next(each for each in plan_reference(facts) if each.id == "commands")
    assert "`make -C docs html`" in write_reference(spec, facts, ORIGIN).markdown


def test_a_drawing_says_how_many_imports_it_leaves_out() -> None:
    paths = [f"a/m{number:02}.py" for number in range(11)]
    edges = tuple(
        ImportEdge(source=source, target=target, line=1)
        for source in paths
        for target in paths
        if source < target
    )
    facts = repository({path: file_facts("x\n" * 9) for path in paths}, edges=edges)

    page = write_reference(
        next(each for each in plan_reference(facts) if each.id == "dependencies"), facts, ORIGIN
    )

    note = "The drawing shows 45 of 55 arrows, the busiest of each box."
    assert page.markdown.count("-->") - page.markdown.count("<!--") == 45
    assert f"```\n\n{note}" in page.markdown
    whole = file_diagram(paths, facts.model_copy(update={"edges": edges[:10]}))
    assert whole is not None
    assert whole.note == ""


def test_a_drawing_shows_each_language_even_where_only_front_modules_import() -> None:
    paths = ("a/x.py", "a/y.py", "web/index.ts", "web/b.ts")
    files = {path: file_facts() for path in paths}
    for path in paths[2:]:
        files[path] = files[path].model_copy(update={"language": "typescript"})
    facts = repository(
        files,
        edges=(
            ImportEdge(source="a/x.py", target="a/y.py", line=1),
            ImportEdge(source="web/index.ts", target="web/b.ts", line=1),
        ),
    )

    drawn = file_diagram(paths, facts)

    assert drawn is not None
    assert [each.label for each in drawn.nodes] == sorted(paths)


def test_a_sentence_that_says_what_the_project_is_may_announce_code() -> None:
    text = "# Shop\n\nShop is a [DSL](https://x.it) for carts:\n\n```\ncart\n```\n\nStop it.\n"

    (passage,) = introduction(Document(path="README.md", title="Shop", text=text))

    assert passage.text.startswith("Shop is a ")


def test_what_a_module_of_ruby_holds_is_named_instead_of_it() -> None:
    types = {"Shop": "module Shop", "Shop.Db": "module Db", "Shop.Db.Cart": "class Cart"}
    types["Shop.Sums"] = "module Sums"
    symbols = [symbol(name, SymbolKind.CLASS, signature=head) for name, head in types.items()]
    facts = repository({"shop.rb": file_facts(symbols=symbols)})

    assert [each.name for each in main_symbols("shop.rb", facts)] == ["Shop.Db.Cart", "Shop.Sums"]


def test_the_tests_of_a_package_of_go_are_those_beside_it_before_those_that_import_it() -> None:
    taken = Import(target="acme.org/shop", line=3)
    files = {path: file_facts() for path in ("cart.go", "sum.go", "cart_test.go", "z_test.go")}
    files["a/cart_test.go"] = file_facts(imports=[taken])
    facts = repository(
        files,
        edges=[
            ImportEdge(source="a/cart_test.go", target=target, line=3)
            for target in ("cart.go", "sum.go")
        ],
    )
    spec = plan_narrative(shop()).pages[2].model_copy(update={"subjects": ("cart.go", "sum.go")})

    told = [fact for fact in brief(spec, facts).facts if fact.form is FactForm.TEST]

    assert [(fact.name, fact.detail) for fact in told] == [
        ("cart_test.go", ""),
        ("z_test.go", ""),
        ("a/cart_test.go", "acme.org/shop"),
    ]
