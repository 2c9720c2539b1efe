from app.domain.code.facts import FileFacts, ImportEdge, RepositoryFacts
from app.domain.wiki.reference.diagrams import cluster, cycles, import_diagram
from tests.fakes.facts import file_facts, repository


def facts_of(*pairs: tuple[str, str]) -> RepositoryFacts:
    paths = sorted({path for pair in pairs for path in pair})
    files: dict[str, FileFacts] = {path: file_facts() for path in paths}
    edges = [
        ImportEdge(source=source, target=target, line=number)
        for number, (source, target) in enumerate(pairs, 1)
    ]
    return repository(files, edges=edges)


def test_few_files_are_drawn_one_by_one() -> None:
    drawn = import_diagram(facts_of(("a/x.py", "b/y.py"), ("b/y.py", "b/z.py")))

    assert drawn is not None
    assert [node.label for node in drawn.nodes] == ["a/x.py", "b/y.py", "b/z.py"]
    assert {(each.source, each.target, each.label) for each in drawn.edges} == {
        ("n1", "n2", ""),
        ("n2", "n3", ""),
    }
    assert drawn.note == ""


def test_many_files_are_drawn_by_folder_with_the_number_of_their_imports() -> None:
    pairs = [(f"web/views/v{n}.py", f"core/models/m{n % 7}.py") for n in range(40)]
    pairs += [("core/models/m0.py", "core/base.py"), ("web/app.py", "web/views/v0.py")]

    drawn = import_diagram(facts_of(*pairs))

    assert drawn is not None
    labels = [node.label for node in drawn.nodes]
    assert "web/views" in labels
    assert "core/models/m0.py" in labels
    assert len(labels) <= 30
    assert "6" in {edge.label for edge in drawn.edges}
    assert "49 files are drawn by folder" in drawn.note


def test_a_flat_repository_shows_its_most_connected_files() -> None:
    drawn = import_diagram(facts_of(*((f"m{n}.py", "hub.py") for n in range(50))))

    assert drawn is not None
    assert len(drawn.nodes) == 30
    assert "hub.py" in {node.label for node in drawn.nodes}
    assert "The 30 most connected of 51 files are drawn." in drawn.note


def test_too_many_arrows_leave_out_the_rarest_but_no_box() -> None:
    pairs = [(f"p{a}/x.py", f"p{b}/x.py") for a in range(12) for b in range(12) if a != b]

    drawn = import_diagram(facts_of(*pairs))

    assert drawn is not None
    assert len(drawn.edges) == 45
    assert "45 of 132 arrows" in drawn.note
    assert {each for edge in drawn.edges for each in (edge.source, edge.target)} == {
        node.id for node in drawn.nodes
    }


def test_boxes_hold_every_file_and_stay_within_the_cap() -> None:
    files = [f"s{a}/t{b}/u{c}.py" for a in range(3) for b in range(5) for c in range(9)]

    boxes = cluster(files, 30)

    assert boxes.keys() == set(files)
    assert len(set(boxes.values())) <= 30
    assert boxes["s0/t0/u0.py"].startswith("s0/t0")


def test_circles_of_imports_are_found_largest_first() -> None:
    found = cycles(
        facts_of(
            ("a.py", "b.py"),
            ("b.py", "a.py"),
            ("c.py", "d.py"),
            ("d.py", "e.py"),
            ("e.py", "c.py"),
            ("e.py", "a.py"),
        )
    )

    assert found == (("c.py", "d.py", "e.py"), ("a.py", "b.py"))


def test_nothing_is_drawn_of_nothing() -> None:
    assert import_diagram(repository({"a.py": file_facts()})) is None


def test_an_import_of_a_package_with_many_files_is_one_statement() -> None:
    pairs = [
        ("cmd/main.go", "core/a.go"),
        ("cmd/main.go", "core/b.go"),
        ("cmd/main.go", "web/w.go"),
    ]
    pairs += [(f"core/c{n}.go", "web/w.go") for n in range(40)]
    facts = facts_of(*pairs)
    edges = [
        each.model_copy(update={"line": 3}) if each.source == "cmd/main.go" else each
        for each in facts.edges
    ]

    drawn = import_diagram(facts.model_copy(update={"edges": tuple(edges)}))

    assert drawn is not None
    labels = {node.id: node.label for node in drawn.nodes}
    found = {(labels[e.source], labels[e.target]): e.label for e in drawn.edges}
    assert found["cmd", "core"] == ""


def test_an_arrow_between_packages_of_go_is_drawn_once_and_never_from_a_test() -> None:
    core = [f"{name}.go" for name in "abc"]
    pairs = [(f"doc/{name}.go", target) for name in ("man", "md", "man_test") for target in core]

    drawn = import_diagram(facts_of(*pairs))

    assert drawn is not None
    assert [node.label for node in drawn.nodes] == ["doc", "top level"]
    assert [(edge.source, edge.target) for edge in drawn.edges] == [("n1", "n2")]


def test_no_drawing_shows_tests_as_the_sources_of_imports() -> None:
    assert import_diagram(facts_of(("tests/test_cart.py", "cart.py"))) is None
