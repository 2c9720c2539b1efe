import pytest

from app.domain.wiki.roles import is_product, is_test


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_cart.py",
        "src/cart.spec.ts",
        "okio/src/commonTest/kotlin/okio/BufferedSource.kt",
        "Tests/ShopTests/Cart.swift",
        "src/Shop.Tests/Cart.cs",
        "shop/CartTest.kt",
    ],
)
def test_tests_are_known_by_the_customs_of_each_language(path: str) -> None:
    assert is_test(path)


def test_a_folder_named_doc_is_a_package_where_it_holds_go() -> None:
    paths = ["doc/man.go", "doc/man_test.go", "doc/conf.py", "docs/docs.go"]

    assert [is_product(path) for path in paths] == [True, False, False, False]


@pytest.mark.parametrize(
    "path",
    ["src/helper/testing/index.ts", "src/main/java/org/junit/SpeedTest.java", "lib/latest/a.js"],
)
def test_what_helps_others_to_test_is_part_of_the_product(path: str) -> None:
    assert is_product(path)
