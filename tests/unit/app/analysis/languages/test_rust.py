from app.domain.code.facts import EnvironmentVariable
from app.domain.code.symbol import Parameter, SymbolKind
from tests.unit.app.analysis.helpers import read, symbols

CART = """
// Copyright somebody.

//! Sells things.
//!
//!     indented

#![warn(missing_docs)]

use std::env;

/// What a customer
/// wants.
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Cart<'a, T: Clone> {
    /// Items are in it.
    pub items: Vec<T>,
    #[serde(skip)]
    size: &'a usize, // how many
}

/**
 * Kinds of things.
 */
pub enum Kind {
    Small = 1,
    #[doc = "Much."]
    Large { width: u32 },
    Other(u8),
}

pub trait Store: Send {
    type Item;
    const LIMIT: usize = 3;
    /// Reads.
    fn load(&self, id: &str) -> Result<Self::Item, Error>;
}

impl<'a, T: Clone> Cart<'a, T> {
    /// Adds up.
    #[must_use]
    pub async fn total<F>(
        mut self,
        tax: f64,
        (a, b): (u8, u8),
    ) -> Option<f64>
    where
        F: Fn(u8) -> u8,
    {
        let inner = |x: u8| x;
        fn hidden() {}
        None
    }

    fn helper() {}
}

impl<T> std::fmt::Display for Cart<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result { Ok(()) }
}

impl<T: Copy> Store for &mut [T] {
    fn load(&self, id: &str) -> u8 { 1 }
}

pub(crate) static COUNT: u8 = 3;
pub const fn one() -> u8 { 1 }
pub type Carts = Vec<Cart<'static, u8>>;

#[macro_export]
macro_rules! cart { ($x:expr) => { $x }; }

extern "C" {
    pub fn c_cart(size: u8, ...) -> i32;
}

pub mod shelf {
    pub struct Shelf(pub u8, u16);
    impl Shelf { pub fn put(&self) {} }
    mod deep { pub struct Closed; }
}
"""


def test_symbols_have_exact_places_and_names_that_begin_with_their_type() -> None:
    found = read("rust", CART)

    assert not found.fault
    assert [(one.name, one.kind, one.first_line, one.last_line) for one in found.symbols] == [
        ("Cart", SymbolKind.CLASS, 16, 21),
        ("Cart.items", SymbolKind.FIELD, 18, 18),
        ("Cart.size", SymbolKind.FIELD, 20, 20),
        ("Kind", SymbolKind.ENUM, 26, 31),
        ("Kind.Small", SymbolKind.FIELD, 27, 27),
        ("Kind.Large", SymbolKind.FIELD, 29, 29),
        ("Kind.Large.width", SymbolKind.FIELD, 29, 29),
        ("Kind.Other", SymbolKind.FIELD, 30, 30),
        ("Store", SymbolKind.INTERFACE, 33, 38),
        ("Store.Item", SymbolKind.TYPE, 34, 34),
        ("Store.LIMIT", SymbolKind.CONSTANT, 35, 35),
        ("Store.load", SymbolKind.METHOD, 37, 37),
        ("Cart.total", SymbolKind.METHOD, 43, 54),
        ("Cart.helper", SymbolKind.METHOD, 56, 56),
        ("Cart.fmt", SymbolKind.METHOD, 60, 60),
        ("COUNT", SymbolKind.CONSTANT, 67, 67),
        ("one", SymbolKind.FUNCTION, 68, 68),
        ("Carts", SymbolKind.TYPE, 69, 69),
        ("cart", SymbolKind.FUNCTION, 72, 72),
        ("c_cart", SymbolKind.FUNCTION, 75, 75),
        ("shelf.Shelf", SymbolKind.CLASS, 79, 79),
        ("shelf.Shelf.put", SymbolKind.METHOD, 80, 80),
        ("shelf.deep.Closed", SymbolKind.CLASS, 81, 81),
    ]


def test_what_a_trait_demands_is_public_where_the_trait_says_it_and_not_at_each_type() -> None:
    private = {name for name, one in symbols("rust", CART).items() if not one.public}

    assert private == {"Cart.size", "Cart.helper", "Cart.fmt", "COUNT", "shelf.deep.Closed"}


def test_pub_use_opens_what_a_closed_module_holds() -> None:
    found = symbols(
        "rust",
        """
        pub use self::a::{Open, other};
        pub use b::*;
        mod a { pub struct Open; impl Open { pub fn f(&self) {} } pub struct Closed; }
        mod b { pub fn g() {} fn h() {} }
        mod c { pub fn i() {} }
        #[doc(hidden)] pub fn j() {}
        struct Own;
        impl Own { pub fn k(&self) {} }
        macro_rules! own { () => {} }
        """,
    )

    assert {name for name, one in found.items() if one.public} == {"a.Open", "a.Open.f", "b.g"}


def test_a_signature_is_the_head_without_attributes() -> None:
    found = symbols("rust", CART)

    assert found["Cart"].signature == "pub struct Cart<'a, T: Clone>"
    assert found["Kind.Large"].signature == "Large { width: u32 }"
    assert found["Store.load"].signature == (
        "fn load(&self, id: &str) -> Result<Self::Item, Error>"
    )
    assert found["COUNT"].signature == "pub(crate) static COUNT: u8 = 3"
    assert found["cart"].signature == "macro_rules! cart"
    assert found["shelf.Shelf"].signature == "pub struct Shelf(pub u8, u16)"
    assert "".join(found["Cart.total"].signature.split()).endswith("whereF:Fn(u8)->u8,")


def test_parameters_results_and_attributes_are_as_written() -> None:
    found = symbols("rust", CART)

    assert found["Cart.total"].parameters == (
        Parameter(name="tax", annotation="f64"),
        Parameter(name="(a, b)", annotation="(u8, u8)"),
    )
    assert found["Cart.total"].returns == "Option<f64>"
    assert found["Cart.total"].decorators == ("#[must_use]",)
    assert found["Cart"].decorators == (
        "#[derive(Debug, Clone)]",
        '#[serde(rename_all = "camelCase")]',
    )
    assert found["Cart.size"].decorators == ("#[serde(skip)]",)
    assert found["c_cart"].parameters[-1] == Parameter(name="...", variadic=True)
    assert found["Kind.Large"].decorators == ()


def test_doc_comments_of_every_form_are_found() -> None:
    found = symbols("rust", CART)

    assert read("rust", CART).doc == "Sells things.\n\n    indented"
    assert read("rust", CART).doc_line == 4
    assert found["Cart"].doc == "What a customer\nwants."
    assert found["Kind"].doc == "Kinds of things."
    assert found["Kind.Large"].doc == "Much."
    assert found["Cart.total"].doc == "Adds up."
    assert found["Cart.size"].doc == ""


def test_implementations_of_a_trait_for_several_types_are_overloads() -> None:
    found = symbols(
        "rust",
        """
        impl From<u8> for Price { fn from(cents: u8) -> Self { Price } }
        impl From<&str> for Price { fn from(text: &str) -> Self { Price } }
        impl Debug for Price { fn fmt(&self, f: &mut F) -> R { 1 } }
        impl Display for Price { fn fmt(&self, f: &mut F) -> R { 2 } }
        """,
    )

    assert [one.signature for one in found["Price.from"].overloads] == [
        "fn from(cents: u8) -> Self",
        "fn from(text: &str) -> Self",
    ]
    assert found["Price.fmt"].overloads == ()


def test_imports_are_named_from_the_file_even_inside_a_module() -> None:
    found = read(
        "rust",
        """
        use crate::db::{self, rows::{Row, Table as T}, *};
        pub use self::cart::Cart;
        use serde;
        extern crate alloc;
        mod db;
        #[path = "other.rs"]
        mod elsewhere;
        mod tests {
            use super::*;
            use super::super::up::Thing;
            mod inner;
        }
        """,
    )

    assert [(one.target, one.names, one.offered) for one in found.imports] == [
        ("crate::db", (), ()),
        ("crate::db::rows", ("Row", "Table"), ()),
        ("crate::db", (), ()),
        ("self::cart", ("Cart",), ("Cart",)),
        ("serde", (), ()),
        ("alloc", (), ()),
        ("self::db", (), ()),
        ("./other.rs", (), ()),
        ("self", (), ()),
        ("super::up", ("Thing",), ()),
        ("self::tests::inner", (), ()),
    ]


def test_variables_of_the_environment_have_their_default() -> None:
    found = read(
        "rust",
        """
        fn f() {
            std::env::var("SHOP_URL").unwrap_or("x".into());
            env::var("SHOP_KEY").ok().unwrap_or_else(|| String::from("k"));
            env::var_os("SHOP_HOME");
            env!("SHOP_BUILD");
            env!("CARGO_PKG_VERSION");
            other::var("NONE");
        }
        """,
    )

    assert found.environment == (
        EnvironmentVariable(name="SHOP_URL", line=3, default='"x".into()'),
        EnvironmentVariable(name="SHOP_KEY", line=4, default='String::from("k")'),
        EnvironmentVariable(name="SHOP_HOME", line=5),
        EnvironmentVariable(name="SHOP_BUILD", line=6),
    )


def test_a_broken_item_is_left_out_and_the_file_named() -> None:
    found = read("rust", "pub fn good() {}\n\npub fn broken(a: { }\n\npub fn after() {}\n")

    assert found.fault.startswith("line 3 ")
    assert "good" in {one.name for one in found.symbols}
    assert "broken" not in {one.name for one in found.symbols}


def test_a_method_stands_for_the_field_of_its_name() -> None:
    found = symbols("rust", "struct A { b: u8 }\nimpl A {\n    fn b(&self) -> u8 { self.b }\n}\n")

    assert (found["A.b"].kind, found["A.b"].first_line) == (SymbolKind.METHOD, 3)
    assert found["A.b"].overloads == ()
