"""Languages of which names and exact ranges are read."""

import pytest

from app.analysis.extract import extract
from app.domain.code.facts import Depth, FileFacts
from tests.unit.app.analysis.helpers import code, read, symbols
from tests.unit.app.analysis.languages.sources import (
    C_SHARP,
    CPP,
    KOTLIN,
    PHP,
    RUBY,
    SCALA,
    SHELL,
    SWIFT,
    C,
)


def rows(facts: FileFacts) -> list[tuple[str, str, int, int]]:
    return [(one.name, one.kind.value, one.first_line, one.last_line) for one in facts.symbols]


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        (
            "c",
            C,
            "LIMIT constant 3 3 | ADD function 4 5 | cart class 9 12 | cart.size field 10 10"
            " | cart.items field 10 10 | cart.total field 11 11 | visitor type 14 14"
            " | color enum 15 15 | color.BLUE constant 15 15 | color.RED constant 15 15"
            " | count constant 16 16 | names function 21 26 | total function 28 28"
            " | near function 29 29 | hidden function 30 30",
        ),
        (
            "cpp",
            CPP,
            "shop.db.Cart class 3 15 | shop.db.Cart.hidden field 5 5 | shop.db.Cart.Cart method 7 7"
            " | shop.db.Cart.~Cart method 8 8 | shop.db.Cart.operator== method 9 9"
            " | shop.db.Cart.total method 10 12 | shop.db.Cart.Color enum 13 13"
            " | shop.db.Cart.Color.Red constant 13 13 | shop.db.Cart.Item type 14 14"
            " | shop.db.Cart.sum method 16 16 | shop.db.Cart.count method 17 17",
        ),
        (
            "c_sharp",
            C_SHARP,
            "Cart class 5 15 | Cart.Limit field 7 7 | Cart.Size field 8 8 | Cart.Cart method 9 9"
            " | Cart.Total method 10 10 | Cart.Hidden method 11 14 | IStore interface 16 16"
            " | IStore.Load method 16 16 | Color enum 17 17 | Color.Red constant 17 17"
            " | Item class 18 18",
        ),
        (
            "ruby",
            RUBY,
            "Shop.Db class 2 24 | Shop.Db.Cart class 4 23 | Shop.Db.Cart.LIMIT constant 5 5"
            " | Shop.Db.Cart.size field 6 6 | Shop.Db.Cart.make method 8 8"
            " | Shop.Db.Cart.load method 10 10 | Shop.Db.Cart.total? method 11 14"
            " | Shop.Db.Cart.hidden method 16 17 | Shop.Db.Cart.shown method 19 19"
            " | Shop.Db.Cart.also method 20 20 | Shop.Db.Cart.last= method 21 21",
        ),
        (
            "php",
            PHP,
            "Cart class 7 15 | Cart.LIMIT constant 8 8 | Cart.size field 9 9"
            " | Cart.total method 10 14 | Sums class 16 16 | Store interface 17 17"
            " | Store.load method 17 17 | Color enum 18 18 | Color.Red constant 18 18"
            " | helper function 19 19",
        ),
        (
            "kotlin",
            KOTLIN,
            "Cart class 5 18 | Cart.size field 5 5 | Cart.LIMIT field 7 7 | Cart.hidden method 9 9"
            " | Cart.total method 10 15 | Cart.sum field 16 17 | Color enum 19 19"
            " | Color.BLUE constant 19 19 | Color.RED constant 19 19 | Store class 20 20"
            " | Name type 21 21",
        ),
        (
            "swift",
            SWIFT,
            "Cart class 2 9 | Cart.hidden field 4 4 | Cart.init method 5 5 | Cart.size field 3 3"
            " | Cart.total method 6 8 | Cart.more method 10 10 | Store interface 11 11"
            " | Store.load method 11 11 | Color enum 12 12 | Color.blue constant 12 12"
            " | Color.red constant 12 12",
        ),
        (
            "scala",
            SCALA,
            "Cart class 3 9 | Cart.hidden field 4 4 | Cart.total method 5 8 | Store class 10 10"
            " | Store.load method 10 10 | Sums interface 11 11 | Sums.sum method 11 11",
        ),
        ("bash", SHELL, "hello function 3 6 | bye function 7 7"),
    ],
    ids=lambda value: value if value.isidentifier() else "",
)
def test_names_and_places_are_exact(language: str, source: str, expected: str) -> None:
    found = extract(language, source.encode())

    assert found.fault == ""
    assert found.depth is Depth.NAMES
    said = [" ".join(map(str, row)) for row in rows(found)]
    assert sorted(said) == sorted(expected.split(" | "))


@pytest.mark.parametrize(
    ("language", "source", "private"),
    [
        ("c", C, {"hidden", "count"}),
        ("cpp", CPP, {"shop.db.Cart.hidden"}),
        ("c_sharp", C_SHARP, {"Cart.Limit", "Cart.Hidden"}),
        ("ruby", RUBY, {f"Shop.Db.Cart.{name}" for name in ("hidden", "also", "last=", "total?")}),
        ("php", PHP, {"Cart.size"}),
        ("kotlin", KOTLIN, {"Cart.hidden"}),
        ("swift", SWIFT, {"Cart.hidden"}),
        ("scala", SCALA, {"Cart.hidden"}),
    ],
)
def test_what_the_language_plainly_hides_is_not_public(
    language: str, source: str, private: set[str]
) -> None:
    found = symbols(language, source)

    assert {name for name, one in found.items() if not one.public} == private


@pytest.mark.parametrize(
    ("language", "source", "name", "signature", "doc"),
    [
        ("c", C, "names", "char **names(cart *c, int n)", "Adds up."),
        ("c", C, "total", "int total(cart *c)", ""),
        (
            "cpp",
            CPP,
            "shop.db.Cart",
            "template <typename T> class Cart : public Base",
            "Holds things.",
        ),
        ("c_sharp", C_SHARP, "Cart", "public sealed class Cart<T> : Base", "Holds Item."),
        ("ruby", RUBY, "Shop.Db.Cart", "class Cart < Base", "Holds things."),
        ("ruby", RUBY, "Shop.Db", "module Shop::Db", ""),
        ("php", PHP, "Cart", "final class Cart extends Base", "Holds things."),
        (
            "kotlin",
            KOTLIN,
            "Cart",
            "class Cart<T>(val size: Int, other: String) : Base()",
            "Holds things.",
        ),
        ("kotlin", KOTLIN, "Cart.total", "fun <T> String.total(a: Int): Int", ""),
        ("swift", SWIFT, "Cart", "public final class Cart<T>: Base", "Holds things."),
        ("scala", SCALA, "Cart.total", "def total(a: Int): Int", ""),
        ("bash", SHELL, "hello", "hello()", "Says hello."),
    ],
)
def test_a_head_and_a_doc_comment_come_along(
    language: str, source: str, name: str, signature: str, doc: str
) -> None:
    found = symbols(language, source)[name]

    assert (found.signature, found.doc) == (signature, doc)


def test_a_header_with_classes_is_read_as_cpp() -> None:
    assert read("c", "class Cart {\n public:\n  int total();\n};\n").language == "cpp"
    assert read("c", "struct cart { int size; };\n").language == "c"


def test_what_a_preprocessor_takes_away_does_not_hide_the_rest() -> None:
    found = read(
        "c",
        """
        API_BEGIN
        #ifdef FAST
        int f(int a) {
        #else
        int f(int a, int b) {
        #endif
            return a;
        }
        API_EXPORT int g(void) NO_THROW;
        """,
    )

    assert [(one.name, one.first_line, one.last_line) for one in found.symbols] == [
        ("f", 4, 9),
        ("g", 10, 10),
    ]


def test_a_function_around_an_error_stays_if_its_last_brace_is_where_people_put_it() -> None:
    found = read("c", "int f(void)\n{\n    a b c d;\n}\n\nint g(void) {\n  x y z;\n  }\n")

    assert found.fault.startswith("line 3 ")
    assert [(one.name, one.last_line) for one in found.symbols] == [("f", 4)]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("c", "int f(int a){return a+1;}", "// Why.\nint f(int a)\n{\n  return a + 1; /* x */\n}"),
        ("ruby", "def f(a)\n a + 1\nend", "# Why.\ndef f(a)\n  # x\n  a + 1\nend"),
        ("kotlin", "fun f(a: Int) = a + 1", "/** Why. */\nfun f(a: Int) =\n  a + 1 // x"),
        ("bash", "f() { echo a; }", "# Why.\nf() {\n  echo a # x\n}"),
    ],
)
def test_comments_and_layout_leave_the_code_digest_alone(
    language: str, first: str, second: str
) -> None:
    assert code(language, first) == code(language, second)
    assert code(language, first) != code(language, first.replace("a", "other"))


def test_what_is_static_in_a_header_is_everybodys_who_includes_it() -> None:
    header = "#ifndef CART_H\n#define CART_H\nstatic int total(int a) { return a; }\n#endif\n"

    assert symbols("c", header)["total"].public
    assert not symbols("c", header.replace("ifndef", "ifdef"))["total"].public


@pytest.mark.parametrize(
    "head",
    ["@A(B::class)\nactual class Cart {", "class Cart\ninternal actual constructor(\n  a: Int) {"],
)
def test_kotlin_classes_of_several_platforms_are_read(head: str) -> None:
    cart = symbols("kotlin", f"{head}\n  actual fun total(): Int {{\n    return 1\n  }}\n}}\n")

    assert set(cart) == {"Cart", "Cart.total"}
    assert cart["Cart"].signature.startswith(("actual class Cart", "class Cart internal actual"))
    assert cart["Cart.total"].first_line == len(head.split("\n")) + 1


def test_each_way_to_call_a_name_is_kept_where_there_can_be_several() -> None:
    text = "/** Adds [size], not a\\[0]. */\nfun add(size: Int) {}\n\nfun add(name: String) {}\n"
    add = symbols("kotlin", text)["add"]

    assert [each.signature for each in add.overloads] == [
        "fun add(size: Int)",
        "fun add(name: String)",
    ]
    assert [each.first_line for each in add.overloads] == [2, 4]
    assert add.doc == "Adds `size`, not a\\[0]."
    assert symbols("c", "int a(int b);\nint a(int b) { return b; }\n")["a"].overloads == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("c", 'char *a(void) { return getenv("PORT"); }\n'),
        ("cpp", 'auto a = std::getenv("PORT");\n'),
        ("ruby", "a = ENV['PORT']\n"),
        ("ruby", "a = ENV.fetch('PORT', 80)\n"),
        ("php", "<?php $a = getenv('PORT');\n"),
        ("php", "<?php $a = $_ENV['PORT'];\n"),
        ("c_sharp", 'class A { string b = Environment.GetEnvironmentVariable("PORT"); }\n'),
        ("kotlin", 'val a = System.getenv("PORT")\n'),
    ],
)
def test_variables_of_the_environment_are_read(language: str, text: str) -> None:
    assert [each.name for each in extract(language, text.encode()).environment] == ["PORT"]
