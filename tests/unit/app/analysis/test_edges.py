from collections.abc import Mapping

from app.analysis.edges import import_edges
from app.domain.code.facts import FileFacts, Import, Manifest


def python_file(*imports: tuple[str, ...]) -> FileFacts:
    return file("python", *imports)


def file(language: str, *imports: tuple[str, ...]) -> FileFacts:
    return FileFacts(
        language=language,
        lines=1,
        imports=tuple(
            Import(target=target, names=names, line=line)
            for line, (target, *names) in enumerate(imports, start=1)
        ),
    )


def edges(
    files: Mapping[str, FileFacts],
    manifests: tuple[Manifest, ...] = (),
    configs: Mapping[str, str] | None = None,
) -> set[tuple[str, str]]:
    return {(one.source, one.target) for one in import_edges(files, manifests, configs or {})}


def test_python_modules_are_found_by_their_full_name() -> None:
    files = {
        "app/__init__.py": python_file(),
        "app/cart.py": python_file(),
        "app/db/__init__.py": python_file(),
        "app/db/rows.py": python_file(),
        "main.py": python_file(
            ("app.cart",), ("app.db", "rows", "engine"), ("os",), ("app", "cart")
        ),
    }

    assert edges(files) == {
        ("main.py", "app/cart.py"),
        ("main.py", "app/db/rows.py"),
        ("main.py", "app/db/__init__.py"),
    }


def test_python_modules_are_found_below_src_and_by_dots() -> None:
    files = {
        "src/shop/__init__.py": python_file((".cart", "Cart"), (".", "db")),
        "src/shop/cart.py": python_file(("..shop.db",)),
        "src/shop/db.py": python_file(),
        "tests/test_cart.py": python_file(("shop.cart", "Cart")),
    }

    assert edges(files) == {
        ("src/shop/__init__.py", "src/shop/cart.py"),
        ("src/shop/__init__.py", "src/shop/db.py"),
        ("src/shop/cart.py", "src/shop/db.py"),
        ("tests/test_cart.py", "src/shop/cart.py"),
    }


def test_of_two_modules_with_one_name_the_nearest_is_meant() -> None:
    files = {
        "a/lib/__init__.py": python_file(),
        "b/lib/__init__.py": python_file(),
        "b/main.py": python_file(("lib",)),
    }

    assert edges(files) == {("b/main.py", "b/lib/__init__.py")}


def test_relative_web_modules_are_found_with_extensions_and_indexes() -> None:
    files = {
        "src/a.ts": file("typescript", ("./b",), ("./c.js",), ("./d",), ("..",), ("react",)),
        "src/b.tsx": file("tsx"),
        "src/c.ts": file("typescript"),
        "src/d/index.js": file("javascript"),
        "index.ts": file("typescript"),
    }

    assert edges(files) == {
        ("src/a.ts", "src/b.tsx"),
        ("src/a.ts", "src/c.ts"),
        ("src/a.ts", "src/d/index.js"),
        ("src/a.ts", "index.ts"),
    }


def test_path_tables_of_a_configuration_with_comments_are_followed() -> None:
    config = """{
      // where things are
      "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"], }, /* x */ },
    }"""
    files = {
        "web/src/a.ts": file("typescript", ("@/lib/b",), ("src/lib/b",)),
        "web/src/lib/b.ts": file("typescript"),
        "other/a.ts": file("typescript", ("@/lib/b",)),
    }

    assert edges(files, configs={"web/tsconfig.json": config}) == {
        ("web/src/a.ts", "web/src/lib/b.ts")
    }


def test_broken_configurations_are_ignored() -> None:
    files = {"a.ts": file("typescript", ("b",)), "b.ts": file("typescript")}

    for config in ("{", "[]", '{"compilerOptions": 3}', '{"compilerOptions": {"paths": {"a": 1}}}'):
        assert edges(files, configs={"tsconfig.json": config}) == set()


def test_a_go_import_means_the_files_of_the_package_without_its_tests() -> None:
    files = {
        "cmd/shop/main.go": file("go", ("example.org/shop/db",), ("example.org/shop",), ("fmt",)),
        "db/rows.go": file("go"),
        "db/tables.go": file("go"),
        "db/rows_test.go": file("go"),
        "shop.go": file("go"),
    }
    module = Manifest(path="go.mod", ecosystem="go", name="example.org/shop")

    assert edges(files, (module,)) == {
        ("cmd/shop/main.go", "db/rows.go"),
        ("cmd/shop/main.go", "db/tables.go"),
        ("cmd/shop/main.go", "shop.go"),
    }


def test_an_edge_has_the_first_line_that_imports() -> None:
    files = {"a.py": python_file(("os",), ("b",), ("b", "x")), "b.py": python_file()}

    assert [one.line for one in import_edges(files, (), {})] == [2]


def test_an_import_for_the_type_checker_is_no_edge() -> None:
    importer = FileFacts(
        language="python", lines=1, imports=(Import(target="cart", line=1, typing=True),)
    )

    assert edges({"cart.py": python_file(), "main.py": importer}) == set()


def test_paths_of_rust_follow_the_tree_that_its_modules_make() -> None:
    files = {
        "src/lib.rs": file("rust", ("self::db",), ("self::cart",), ("self::up::down",)),
        "src/cart.rs": file("rust", ("crate::db", "rows", "open"), ("self::inner",)),
        "src/cart/inner.rs": file("rust", ("super",), ("super::super::db::rows", "Row")),
        "src/db/mod.rs": file("rust", ("self::rows",), ("serde",)),
        "src/db/rows.rs": file("rust", ("std", "fmt")),
        "src/up/down.rs": file("rust"),
        "tests/api.rs": file("rust", ("my_shop::cart", "Cart"), ("self::common",)),
        "tests/common/mod.rs": file("rust", ("./../api.rs",)),
    }
    crate = Manifest(path="Cargo.toml", ecosystem="cargo", name="my-shop")

    assert edges(files, (crate,)) == {
        ("src/lib.rs", "src/db/mod.rs"),
        ("src/lib.rs", "src/cart.rs"),
        ("src/lib.rs", "src/up/down.rs"),
        ("src/cart.rs", "src/db/rows.rs"),
        ("src/cart.rs", "src/db/mod.rs"),
        ("src/cart.rs", "src/cart/inner.rs"),
        ("src/cart/inner.rs", "src/cart.rs"),
        ("src/cart/inner.rs", "src/db/rows.rs"),
        ("src/db/mod.rs", "src/db/rows.rs"),
        ("tests/api.rs", "src/cart.rs"),
        ("tests/api.rs", "tests/common/mod.rs"),
        ("tests/common/mod.rs", "tests/api.rs"),
    }


def test_a_glob_of_a_module_in_the_file_does_not_take_the_file_of_another() -> None:
    files = {
        "src/lib.rs": file("rust", ("self::a",), ("self::tests",)),
        "src/a.rs": file("rust", ("self::tests",)),
        "src/tests.rs": file("rust"),
    }

    assert edges(files) == {("src/lib.rs", "src/a.rs"), ("src/lib.rs", "src/tests.rs")}


def test_an_import_of_java_means_the_file_of_the_class_nearest_by() -> None:
    def java(package: str, *imports: tuple[str, ...], names: tuple[str, ...] = ()) -> FileFacts:
        return file("java", *imports).model_copy(update={"module": package, "names": names})

    files = {
        "a/src/Main.java": java(
            "org.shop",
            ("org.shop.db.Rows",),
            ("org.shop.db.Table.Cell",),
            ("org.shop.more",),
            ("java.util.List",),
            names=("Used",),
        ),
        "a/src/db/Rows.java": java("org.shop.db"),
        "b/src/db/Rows.java": java("org.shop.db"),
        "a/src/db/Table.java": java("org.shop.db"),
        "a/src/more/Used.java": java("org.shop.more"),
        "a/src/more/Other.java": java("org.shop.more"),
    }

    assert edges(files) == {
        ("a/src/Main.java", "a/src/db/Rows.java"),
        ("a/src/Main.java", "a/src/db/Table.java"),
        ("a/src/Main.java", "a/src/more/Used.java"),
    }
