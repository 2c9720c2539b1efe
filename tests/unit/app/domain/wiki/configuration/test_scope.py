import time
from decimal import Decimal

import pytest

from app.domain.code.facts import Document, FileFacts, ImportEdge, Manifest, RepositoryFacts
from app.domain.wiki.configuration.config import Config
from app.domain.wiki.configuration.scope import (
    MAX_SCOPES,
    Scope,
    accept_scopes,
    exclusions,
    find_scopes,
    narrow,
    unmatched,
)
from app.errors import ConfigurationError

CART, LEDGER = "packages/cart", "packages/ledger"


def test_a_repository_without_configuration_is_one_scope() -> None:
    (scope,) = find_scopes({}).scopes

    assert (scope.folder, scope.config, scope.output) == ("", Config(), "docs/autodoc")
    assert scope.matcher()("src/a.py")


def test_each_folder_with_a_configuration_is_a_scope_and_the_one_around_leaves_it_out() -> None:
    reading = find_scopes(
        {
            ".autodoc.yaml": b"exclude: ['*.gen.py']",
            f"{CART}/.autodoc.yaml": b"output: docs\ninclude: [src, README.md]\nexclude: src/old",
            f"{CART}/plugins/.autodoc.yaml": b"",
        }
    )

    root, cart, plugins = accept_scopes(reading)
    assert [root.output, cart.output] == ["docs/autodoc", f"{CART}/docs"]
    assert (root.children, cart.children) == ((CART,), (f"{CART}/plugins",))
    documented = {
        "app.py": root,
        "packages/cartoon.py": root,
        f"{CART}/src/cart.py": cart,
        f"{CART}/README.md": cart,
        f"{CART}/plugins/a.gen.py": plugins,
    }
    left_out = ("a.gen.py", f"{CART}/setup.py", f"{CART}/src/old/x.py", f"{CART}/docs/index.md")
    for path in (*documented, *left_out):
        owners = [each for each in reading.scopes if each.matcher()(path)]
        assert owners == ([documented[path]] if path in documented else []), path


def test_without_a_configuration_in_the_root_only_the_folders_that_have_one_are_scopes() -> None:
    reading = find_scopes({f"{CART}/.autodoc.yaml": b"", f"{LEDGER}/.autodoc.yaml": b""})

    assert [each.folder for each in reading.scopes] == [CART, LEDGER]


@pytest.mark.parametrize("path", ["tests/data/shop", "docs/autodoc/x", "web/node_modules/lib"])
def test_examples_generated_pages_and_other_peoples_code_make_no_scopes(path: str) -> None:
    reading = find_scopes(
        {".autodoc.yaml": b"exclude: [tests/data]", f"{path}/.autodoc.yaml": b"publish: nonsense"}
    )

    assert [each.folder for each in reading.scopes] == [""]
    assert reading.errors == ()


def test_every_problem_of_every_file_is_told() -> None:
    reading = find_scopes(
        {
            ".autodoc.yaml": b"publish: x\nagents: 1\n",
            "a/.autodoc.yaml": b"exlude: x\nsite: y\n",
            "b/.autodoc.yaml": None,
        }
    )

    assert [error.split(" ")[0] for error in reading.errors] == [
        ".autodoc.yaml:1:",
        ".autodoc.yaml:2:",
        "a/.autodoc.yaml:2:",
        "b/.autodoc.yaml",
    ]
    assert reading.warnings[0].startswith("a/.autodoc.yaml:1: unknown key `exlude`")
    with pytest.raises(ConfigurationError, match=r"3 more: run `autodoc config check`"):
        accept_scopes(reading)


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        ("a/docs/autodoc", "a/.autodoc.yaml:2: the output a/Docs/autodoc is also the output of"),
        ("a/docs", "a/.autodoc.yaml:2: the output a/Docs/autodoc lies inside the output of"),
    ],
)
def test_two_scopes_may_not_write_to_the_same_place(output: str, problem: str) -> None:
    files = {
        ".autodoc.yaml": f"output: {output}\n".encode(),
        "a/.autodoc.yaml": b"publish: all\noutput: Docs/autodoc\n",
    }

    (error,) = find_scopes(files).errors

    assert error.startswith(problem)


def test_more_scopes_than_anybody_reads_are_refused() -> None:
    files = {f"p{number}/.autodoc.yaml": b"" for number in range(MAX_SCOPES + 1)}

    assert "more than 50 scopes" in find_scopes(files).errors[0]


def test_many_long_configurations_are_read_in_bounded_time() -> None:
    long = b"".join(b"exclud%d: 1\n" % number for number in range(1_000))
    started = time.process_time()

    reading = find_scopes({f"p{number}/.autodoc.yaml": long for number in range(500)})

    assert len(reading.scopes) == MAX_SCOPES
    assert len(reading.warnings) <= 20 * MAX_SCOPES
    assert time.process_time() - started < 15


def test_only_what_no_scope_documents_is_not_read() -> None:
    reading = find_scopes(
        {
            ".autodoc.yaml": b"exclude: ['*.gen.py', old]",
            "[a]/.autodoc.yaml": b"exclude: ['*.pb.go', x]",
        }
    )

    assert exclusions(reading.scopes) == (
        "docs/autodoc", "[a]/docs/autodoc", "old", "[[]a]/*.pb.go", "[a]/x",
    )  # fmt: skip


def test_globs_that_match_nothing_are_named() -> None:
    text = b"include: [src, 'lib/*']\npages: [{title: t, purpose: p, subjects: [sr]}]"
    (scope,) = find_scopes({"a/.autodoc.yaml": text}).scopes

    assert unmatched(scope, ["a/src/x.py", "lib/y.py"]) == [
        "a/.autodoc.yaml:1: `lib/*` of `include` matches no file",
        "a/.autodoc.yaml:2: `sr` of `pages.subjects` matches no file",
    ]


def test_the_subjects_of_a_scopes_pages_are_known_from_the_root() -> None:
    text = b"pages: [{title: t, purpose: p, subjects: [src, 'src/*.py']}]"
    (scope,) = find_scopes({"[a]/.autodoc.yaml": text}).scopes

    assert scope.pages[0].subjects == ("[a]/src", "[[]a]/src/*.py")


@pytest.mark.parametrize("folder", ["", "a/"])
def test_a_dot_means_the_folder_of_the_file(folder: str) -> None:
    text = b"include: ./\npages: [{title: t, purpose: p, subjects: ['.']}]"
    (scope,) = find_scopes({f"{folder}.autodoc.yaml": text}).scopes

    assert scope.matcher()(f"{folder}src/x.py")
    assert unmatched(scope, [f"{folder}src/x.py"]) == []
    assert scope.pages[0].subjects == (("a",) if folder else ())


def test_facts_are_narrowed_to_a_scope_and_keep_every_path() -> None:
    facts = RepositoryFacts(
        commit="c",
        name="shop",
        files={
            "app.py": FileFacts(language="python", lines=1),
            f"{CART}/cart.py": FileFacts(language="python", lines=2),
            f"{CART}/item.py": FileFacts(language="python", lines=2),
        },
        line_counts={"app.py": 1, f"{CART}/cart.py": 2, f"{CART}/item.py": 2},
        paths=frozenset({"app.py", f"{CART}/cart.py"}),
        manifests=(
            Manifest(path="package.json", ecosystem="npm"),
            Manifest(path=f"{CART}/package.json", ecosystem="npm"),
        ),
        documents=(Document(path="README.md", title="Shop", text=""),),
        edges=(
            ImportEdge(source="app.py", target=f"{CART}/cart.py", line=1),
            ImportEdge(source=f"{CART}/cart.py", target=f"{CART}/item.py", line=1),
        ),
    )
    root, cart = (
        narrow(facts, each)
        for each in find_scopes({".autodoc.yaml": b"", f"{CART}/.autodoc.yaml": b""}).scopes
    )

    assert (cart.name, cart.folder, list(cart.files)) == (
        "cart", CART, [f"{CART}/cart.py", f"{CART}/item.py"],
    )  # fmt: skip
    assert [each.path for each in cart.manifests] == [f"{CART}/package.json"]
    assert [each.source for each in cart.edges] == [f"{CART}/cart.py"]
    assert (cart.paths, cart.line_counts) == (facts.paths, facts.line_counts)
    assert (root.name, list(root.files), root.edges) == ("shop", ["app.py"], ())
    assert narrow(facts, Scope()) == facts


def test_a_budget_binds_the_scopes_below_it_and_a_months_binds_all() -> None:
    reading = find_scopes(
        {
            ".autodoc.yaml": b"budget: {run: 0, month: 5}",
            f"{CART}/.autodoc.yaml": b"budget: {run: 3, month: 2}",
            f"{CART}/plugins/.autodoc.yaml": b"output: docs",
        }
    )

    caps = [each.config.budget for each in accept_scopes(reading)]
    assert [each.run for each in caps] == [0, 0, 0]
    assert [each.month for each in caps] == [2, 2, 2]


def test_a_scopes_own_cap_on_a_run_binds_no_scope_beside_or_around_it() -> None:
    reading = find_scopes(
        {
            ".autodoc.yaml": b"",
            f"{CART}/.autodoc.yaml": b"budget: {run: 1}",
            f"{CART}/plugins/.autodoc.yaml": b"budget: {run: 4}",
            f"{LEDGER}/.autodoc.yaml": b"",
        }
    )

    caps = [each.config.budget.run for each in accept_scopes(reading)]
    assert caps == [None, Decimal(1), Decimal(1), None]
