from app.domain.code.symbol import Parameter, SymbolKind
from tests.unit.app.analysis.helpers import read, symbols

CART = """
// Copyright somebody.

// Package shop sells things.
package shop

import (
	"os"
	db "example.org/shop/db"
)

// Cart is what a customer wants.
type Cart[T any] struct {
	// Items are in it.
	Items, Others []T `json:"items"`
	size  int // how many
}

type Store interface {
	// Load reads.
	Load(id string) (*Cart, error)
}

// Kinds of things.
const (
	Small = iota // the least
	large
)

var Limit, rest = 10, 20

//go:noinline
// Total adds up.
func (c *Cart[T]) Total(tax float64, names ...string) (sum int, err error) {
	inner := func(a int) int { return a }
	return inner(1), nil
}

func helper(a, b int) string {
	if v, ok := os.LookupEnv("SHOP_URL"); ok {
		return v
	}
	return os.Getenv("SHOP_KEY")
}

type Alias = Cart[int]
"""


def test_symbols_have_exact_places_and_qualified_names() -> None:
    found = read("go", CART).symbols

    assert [(one.name, one.kind, one.first_line, one.last_line) for one in found] == [
        ("Cart", SymbolKind.CLASS, 13, 17),
        ("Cart.Items", SymbolKind.FIELD, 15, 15),
        ("Cart.Others", SymbolKind.FIELD, 15, 15),
        ("Cart.size", SymbolKind.FIELD, 16, 16),
        ("Store", SymbolKind.INTERFACE, 19, 22),
        ("Store.Load", SymbolKind.METHOD, 21, 21),
        ("Small", SymbolKind.CONSTANT, 26, 26),
        ("large", SymbolKind.CONSTANT, 27, 27),
        ("Limit", SymbolKind.CONSTANT, 30, 30),
        ("rest", SymbolKind.CONSTANT, 30, 30),
        ("Cart.Total", SymbolKind.METHOD, 34, 37),
        ("helper", SymbolKind.FUNCTION, 39, 44),
        ("Alias", SymbolKind.TYPE, 46, 46),
    ]


def test_a_capital_makes_public_and_so_must_the_receiver_be() -> None:
    found = symbols("go", CART + "\nfunc (s *small) Close() {}\n")

    assert {name for name, one in found.items() if not one.public} == {
        "Cart.size",
        "large",
        "rest",
        "helper",
        "small.Close",
    }


def test_a_signature_is_the_head_on_one_line() -> None:
    found = symbols("go", CART)

    assert found["Cart"].signature == "type Cart[T any] struct"
    assert found["Store"].signature == "type Store interface"
    assert found["Store.Load"].signature == "Load(id string) (*Cart, error)"
    assert found["Cart.Total"].signature == (
        "func (c *Cart[T]) Total(tax float64, names ...string) (sum int, err error)"
    )
    assert found["Small"].signature == "const Small = iota"
    assert found["Limit"].signature == "var Limit, rest = 10, 20"
    assert found["Alias"].signature == "type Alias = Cart[int]"


def test_parameters_share_the_type_that_follows_them() -> None:
    found = symbols("go", CART)

    assert found["helper"].parameters == (
        Parameter(name="a", annotation="int"),
        Parameter(name="b", annotation="int"),
    )
    assert found["Cart.Total"].parameters[-1] == Parameter(
        name="names", annotation="string", variadic=True
    )


def test_doc_comments_touch_what_they_describe() -> None:
    found = symbols("go", CART)

    assert read("go", CART).doc == "Package shop sells things."
    assert found["Cart"].doc == "Cart is what a customer wants."
    assert found["Cart.Items"].doc == "Items are in it."
    assert found["Cart.size"].doc == "how many"
    assert found["Small"].doc == "the least"
    assert found["Cart.Total"].doc == "Total adds up."


def test_imports_and_variables_of_the_environment_are_found() -> None:
    found = read("go", CART)

    assert [(one.target, one.line) for one in found.imports] == [
        ("os", 8),
        ("example.org/shop/db", 9),
    ]
    assert [(one.name, one.line) for one in found.environment] == [
        ("SHOP_URL", 40),
        ("SHOP_KEY", 43),
    ]


def test_a_constant_that_counts_on_knows_its_place_in_the_group() -> None:
    first = symbols("go", "package p\nconst (\n\tA = iota\n\tB\n\tC\n)\n")
    second = symbols("go", "package p\nconst (\n\tA = iota\n\tC\n\tB\n)\n")

    assert first["B"].code_digest != second["B"].code_digest
    assert first["A"].code_digest == second["A"].code_digest


def test_a_comment_belongs_to_the_type_and_not_to_the_fields_on_its_line() -> None:
    found = read(
        "go",
        "package shop\n\n// T is a thing.\ntype T struct { A, B int }\n\n"
        'type U struct {\n\t// Both count.\n\tC, D int `json:"-"`\n}\n',
    ).symbols

    assert [(one.name, one.signature, one.doc) for one in found] == [
        ("T", "type T struct", "T is a thing."),
        ("T.A", "A int", ""),
        ("T.B", "B int", ""),
        ("U", "type U struct", ""),
        ("U.C", 'C int `json:"-"`', "Both count."),
        ("U.D", 'D int `json:"-"`', "Both count."),
    ]


def test_results_and_the_package_are_as_written() -> None:
    found = symbols("go", CART)

    assert found["Cart.Total"].returns == "(sum int, err error)"
    assert found["Store.Load"].returns == "(*Cart, error)"
    assert found["helper"].returns == "string"
    assert found["Cart"].returns == ""
    assert read("go", CART).module == "shop"
