from app.domain.code.facts import Document, FileFacts, ImportEdge
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.briefing import FactForm
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative, project_title
from app.domain.wiki.narrative.subsystems import find_subsystems, owners, traffic
from tests.fakes.facts import file_facts, repository, shop


def files(*paths: str, lines: int = 100) -> dict[str, FileFacts]:
    return {path: file_facts("x\n" * lines) for path in paths}


def test_the_shop_has_home_architecture_and_a_page_for_its_package() -> None:
    structure = plan_narrative(shop())

    assert [(page.id, page.path) for page in structure.pages] == [
        ("home", "index.md"),
        ("architecture", "architecture.md"),
        ("subsystem-shop", "subsystems/shop.md"),
    ]
    assert plan_narrative(shop()) == structure


def test_layout_folders_are_looked_through_and_support_is_no_subsystem() -> None:
    facts = repository(
        files("src/shop/cart/a.py", "src/shop/db/b.py", "src/shop/web/c.py", "src/shop/cli.py")
        | files("tests/test_a.py", "docs/conf.py", "examples/x.py", "setup.py", "lib/x_test.go")
    )

    found = find_subsystems(facts)

    assert [each.path for each in found] == [
        "src/shop",
        "src/shop/cart",
        "src/shop/db",
        "src/shop/web",
    ]
    assert owners(found)["src/shop/cli.py"] == "src/shop"


def test_go_layouts_are_divided_below_cmd_internal_and_pkg() -> None:
    facts = repository(
        files("cmd/shop/main.go", "internal/db/db.go", "internal/web/web.go", "pkg/cart/cart.go")
    )

    paths = {each.path for each in find_subsystems(facts)}

    assert {"cmd", "internal", "pkg"} <= {path.split("/")[0] for path in paths}


def test_a_wide_repository_has_no_more_than_twelve_parts_and_loses_no_large_file() -> None:
    facts = repository(files(*(f"app/part{number:02}/main.py" for number in range(40))))

    found = find_subsystems(facts)

    assert len(found) <= 12
    assert sum(len(each.files) for each in found) == 40


def test_a_repository_without_code_has_a_home_page() -> None:
    structure = plan_narrative(repository({}, texts={"README.md": "# x\n"}))

    assert [page.id for page in structure.pages] == ["home"]


def test_only_tests_are_still_documented() -> None:
    found = find_subsystems(repository(files("tests/test_a.py")))

    assert [each.path for each in found] == ["tests"]


def test_imports_are_counted_between_parts_only() -> None:
    facts = repository(
        files("a/x.py", "a/y.py", "b/z.py"),
        edges=(
            ImportEdge(source="a/x.py", target="a/y.py", line=1),
            ImportEdge(source="a/x.py", target="b/z.py", line=2),
            ImportEdge(source="a/y.py", target="b/z.py", line=1),
        ),
    )

    assert traffic(facts, owners(find_subsystems(facts))) == {("a", "b"): 2}


def test_page_ids_differ_also_where_case_and_marks_do_not_count() -> None:
    facts = repository(files("api/a.py", "API/b.py", "_api/c.py", "ünï/d.py"))

    ids = [page.id for page in plan_narrative(facts).pages]

    assert len({each.lower() for each in ids}) == len(ids) == 6
    assert {"subsystem-api", "subsystem-api-2", "subsystem-api-3"} < set(ids)


def test_project_is_called_as_its_readme_spells_its_name() -> None:
    facts = shop().model_copy(update={"name": "checkout-of-shop"})
    assert project_title(facts) == "Shop"


def test_slogan_in_the_readme_is_no_name() -> None:
    slogan = Document(path="README.md", title="The best shop in town", text="")
    facts = shop().model_copy(update={"name": "folder", "documents": (slogan,)})
    assert project_title(facts) == "shop"


def test_project_without_readme_and_manifest_is_called_as_its_folder() -> None:
    facts = shop().model_copy(update={"name": "folder", "documents": (), "manifests": ()})
    assert project_title(facts) == "folder"


def test_remaining_folders_are_other_parts_and_a_package_keeps_its_path() -> None:
    facts = repository(
        files("shop/a.py", lines=4000)
        | files("cmd/exporter/main.go", "internal/csvout/csv.go", "web/src/x.ts", lines=30)
    ).model_copy(update={"name": "shop"})

    pages = plan_narrative(facts).pages[2:]

    assert [(page.title, page.path) for page in pages] == [
        ("Other parts", "subsystems/other-parts.md"),
        ("shop/", "subsystems/shop.md"),
    ]
    told = brief(plan_narrative(facts).pages[1], facts).facts
    modules = [fact.name for fact in told if fact.form is FactForm.MODULE]
    assert modules == ["(other parts)", "shop"]
    parts = compose(brief(plan_narrative(facts).pages[1], facts)).sections[0].text
    assert "| (other parts) |" in parts


def test_remaining_files_of_the_top_level_are_called_so() -> None:
    facts = repository(files("shop/a.py", "run.py", lines=400))

    assert {"Top level"} < {page.title for page in plan_narrative(facts).pages}


def test_a_small_repository_of_folders_is_one_page_of_all_parts() -> None:
    facts = repository(files("cmd/x/main.go", "internal/csv/csv.go", lines=9))

    assert [page.title for page in plan_narrative(facts).pages[2:]] == ["All parts"]
