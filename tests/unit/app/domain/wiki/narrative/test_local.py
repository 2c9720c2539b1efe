import re

from app.domain.checks.draft import review
from app.domain.checks.finding import Severity
from app.domain.code.artifacts import CiJob
from app.domain.code.facts import Document, ImportEdge, Manifest, Script
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import Draft
from app.domain.wiki.reference.pages import plan_reference, write_reference
from tests.fakes.facts import file_facts, repository, shop, symbol
from tests.unit.app.domain.wiki.pages import ORIGIN

HOME, ARCHITECTURE, SHOP = (compose(brief(spec, shop())) for spec in plan_narrative(shop()).pages)


def section(draft: Draft, heading: str) -> str:
    return next(each.text for each in draft.sections if each.heading == heading)


def test_home_quotes_what_the_project_is_and_shows_how_to_use_it() -> None:
    assert HOME.summary.startswith("> Shop is a small library that adds up carts")
    assert [each.heading for each in HOME.sections] == [
        "Packages",
        "Getting started",
        "Commands",
        "Make targets",
        "Where the code is",
    ]
    assert "| `make test` | Run all tests | [E" in section(HOME, "Make targets")


def test_architecture_draws_the_imports() -> None:
    diagram = next(each.diagram for each in ARCHITECTURE.sections if each.diagram)

    assert {node.label for node in diagram.nodes} == {
        "shop/cart.py",
        "shop/cli.py",
        "shop/db/store.py",
    }


def test_a_subsystem_page_shows_modules_names_environment_and_tests() -> None:
    assert SHOP.summary.startswith("> Carts and invoices.")
    assert "| `class Cart` | A cart of \\<T> items with" in section(
        SHOP, "Main types and functions"
    )
    assert '| `SHOP_TOKEN` | `"none"` | [E' in section(SHOP, "Environment variables")
    assert "`tests/test_cart.py` [E" in section(SHOP, "Tests to run after a change")


def test_names_in_doc_comments_that_do_not_exist_lose_their_code_marks() -> None:
    assert "see `Store` and nothing_there." in section(SHOP, "Main types and functions")


def test_the_local_writer_passes_its_own_review() -> None:
    for spec in plan_narrative(shop()).pages:
        told = brief(spec, shop())
        found = review(compose(told), told)
        assert [each for each in found if each.severity is Severity.ERROR] == []


def test_code_without_any_words_gets_a_page_without_invented_ones() -> None:
    facts = repository({"app/x.py": file_facts("x\n" * 99, [symbol("run")])})
    page = plan_narrative(facts).pages[-1]

    draft = compose(brief(page, facts))

    assert draft.summary == ""
    assert "`def run()`" in section(draft, "Main types and functions")


def test_equal_facts_give_equal_drafts() -> None:
    again = [compose(brief(spec, shop())) for spec in plan_narrative(shop()).pages]

    assert again == [HOME, ARCHITECTURE, SHOP]


def test_an_empty_repository_gets_a_short_true_page() -> None:
    facts = repository({})
    (home,) = plan_narrative(facts).pages

    draft = compose(brief(home, facts))

    assert draft.summary.startswith("There is no README here")
    assert review(draft, brief(home, facts)) == []


def test_examples_and_the_projects_own_documents_are_listed_on_the_home_page() -> None:
    facts = repository(
        {
            "shop/cart.py": file_facts("x\n" * 99, [symbol("Cart")]),
            "examples/till/main.py": file_facts("x\n" * 99, doc="A till."),
        },
        documents=[
            Document(path="CHANGES.md", title="Version 3", text="x"),
            Document(path="docs/index.md", title="Welcome", text="x"),
            Document(path="docs/deep/page.md", title="Deep", text="x"),
            Document(path="docs/untitled.md", title="docs/untitled.md", text="x"),
            Document(path="shop/README.md", title="A part", text="x"),
        ],
    )
    plan = plan_narrative(facts)
    draft = compose(brief(plan.pages[0], facts))

    assert [page.title for page in plan.pages] == ["shop", "Architecture", "shop/"]
    assert "| `examples/till/` [E" in section(draft, "Example programs")
    documents = section(draft, "The project's own documents")
    assert re.findall(r"\| `(\S+)` \[E\d+\] \| (\w+) \|", documents) == [
        ("docs/index.md", "Welcome"),
        ("CHANGES.md", "Changes"),
        ("docs/deep/page.md", "Deep"),
    ]
    assert documents.count("\n| ") == 4


def test_a_list_that_is_cut_says_so() -> None:
    files = {f"app/m{n}.py": file_facts("x\n" * 99, [symbol(f"f{n}")]) for n in range(60)}
    facts = repository(files)

    draft = compose(brief(plan_narrative(facts).pages[-1], facts))

    assert section(draft, "Modules").endswith("Not all of them are shown here.")
    assert section(draft, "Main types and functions").endswith("Not all of them are shown here.")


def test_more_lines_or_imports_do_not_change_what_narrative_pages_say() -> None:
    longer = shop().model_copy(
        update={
            "files": {
                path: file.model_copy(update={"lines": file.lines + 7})
                for path, file in shop().files.items()
            },
            "edges": (
                *shop().edges,
                ImportEdge(source="shop/cli.py", target="shop/db/store.py", line=9),
            ),
        }
    )

    again = [compose(brief(spec, longer)) for spec in plan_narrative(longer).pages]

    assert [each.summary for each in again] == [HOME.summary, ARCHITECTURE.summary, SHOP.summary]
    assert [each.text for each in again[0].sections] == [each.text for each in HOME.sections]


def test_a_module_further_down_does_not_speak_for_the_whole_folder() -> None:
    facts = repository(
        {
            f"app/{name}/__init__.py": file_facts("x\n" * 9, [symbol(name)], doc=f"Does {name}.")
            for name in ("a", "b", "c")
        }
    )
    spec = plan_narrative(facts).pages[-1].model_copy(update={"subjects": ("app",)})

    assert compose(brief(spec, facts)).summary == ""


def test_npm_scripts_of_a_subfolder_say_where_they_run_and_are_no_entry_points() -> None:
    manifest = Manifest(
        path="web/package.json",
        ecosystem="npm",
        scripts=(Script(name="build", target="tsc", line=2),),
        lines=9,
    )
    facts = repository({"web/src/x.ts": file_facts()}, manifests=(manifest,)).model_copy(
        update={"line_counts": {"web/package.json": 9, "web/src/x.ts": 1}}
    )
    home, architecture = plan_narrative(facts).pages[:2]

    assert "| `npm run build` in `web/` | `tsc` |" in section(
        compose(brief(home, facts)), "Commands"
    )
    assert "Entry points" not in [
        each.heading for each in compose(brief(architecture, facts)).sections
    ]
    page = next(each for each in plan_reference(facts) if each.id == "commands")
    assert "| `npm run build` in `web/` | `tsc` | [web/package.json:2](" in (
        write_reference(page, facts, ORIGIN).markdown
    )


def test_the_home_page_tells_the_nearest_packages_and_the_commands_that_check_them() -> None:
    manifests = [
        Manifest(path=f"p{number}/Cargo.toml", ecosystem="cargo", name=f"part{number}", lines=1)
        for number in range(6)
    ]
    commands = ("cargo test --all", "rm -f tests/old", "test -s out", "cargo build ${{ x }}")
    job = CiJob(path="ci.yml", line=1, name="all", commands=commands)
    facts = shop().model_copy(update={"manifests": tuple(manifests), "ci_jobs": (job,)})

    home = compose(brief(plan_narrative(facts).pages[0], facts))

    assert section(home, "Packages").startswith("| Package | Where |\n")
    assert section(home, "Packages").endswith("Not all of them are shown here.")
    assert section(home, "What CI runs").count("\n| `") == 1


def test_a_part_that_says_nothing_of_itself_shows_the_names_of_its_files() -> None:
    facts = repository({"cli.js": file_facts("run();\n", [])})
    (spec,) = (each for each in plan_narrative(facts).pages if each.id.startswith("subsystem-"))
    told = brief(spec, facts)

    draft = compose(told)

    assert section(draft, "Modules") == "- `cli.js` [E1]"
    assert review(draft, told) == []
