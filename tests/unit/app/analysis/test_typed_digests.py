"""What the digests see in languages in which types are code (DESIGN §6)."""

import pytest

from tests.unit.app.analysis.helpers import code, read

RUST = """
#[inline]
pub fn f(items: &[Item], tax: f64) -> Result<f64, Error> {
    let mut total = 0;
    for item in items {
        total += item.price;
    }
    if let Some(rate) = rates.get(&tax) {
        return Err(Error::Rate(rate));
    }
    match total {
        0 => Ok(0.0),
        n if n > LIMIT => Err(Error::Limit(n)),
        _ => Ok(items.iter().map(|one| one.price).sum()),
    }
}
"""

JAVA = """
class Shop {
    @Override
    public double f(List<Item> items, double tax) throws ShopException {
        double total = 0;
        for (Item item : items) {
            total += item.price;
        }
        if (rates.get(tax) instanceof Rate rate && rate.high) {
            throw new ShopException(rate);
        }
        try (Reader in = open()) {
            names.forEach(one -> in.read(one));
        } catch (IOException e) {
            log(e);
        }
        return round(total * (1 + tax), 2);
    }
}
"""

NEUTRAL = [
    pytest.param("rust", RUST, old, new, id=f"rust: {title}")
    for title, old, new in [
        ("a comment", "    let mut total", "    // the sum\n    let mut total"),
        ("a doc comment", "#[inline]", "/// Adds up.\n#[inline]"),
        ("a doc attribute", "#[inline]", '#[doc = "Adds up."]\n#[inline]'),
        ("layout", "{\n        total += item.price;\n    }", "{ total += item.price; }"),
        ("a trailing comma", "tax: f64)", "tax: f64,\n)"),
        ("a local name", "total", "amount"),
        ("a parameter", "items", "things"),
        ("a name in a pattern", "rate)", "found)"),
        (
            "a name in an arm",
            "n if n > LIMIT => Err(Error::Limit(n))",
            "m if m > LIMIT => Err(Error::Limit(m))",
        ),
        ("a closure's parameter", "|one| one.price", "|each| each.price"),
        ("who may see it", "pub fn", "pub(crate) fn"),
    ]
] + [
    pytest.param("java", JAVA, old, new, id=f"java: {title}")
    for title, old, new in [
        ("a comment", "        double total", "        // the sum\n        double total"),
        ("Javadoc", "    @Override", "    /** Adds up. */\n    @Override"),
        ("layout", "round(total * (1 + tax), 2)", "round(\n total * (1 + tax),\n 2)"),
        ("a local name", "total", "amount"),
        ("a parameter", "items", "things"),
        (
            "a loop variable",
            "Item item : items) {\n            total += item.",
            "Item it : items) {\n            total += it.",
        ),
        (
            "a pattern's variable",
            "Rate rate && rate.high) {\n            throw new ShopException(rate",
            "Rate r && r.high) {\n            throw new ShopException(r",
        ),
        (
            "a caught error's name",
            "IOException e) {\n            log(e",
            "IOException x) {\n            log(x",
        ),
        ("a lambda's parameter", "one -> in.read(one)", "(each) -> in.read(each)"),
        ("who may see it", "public double", "protected double"),
    ]
]
REAL = [
    pytest.param("rust", RUST, old, new, id=f"rust: {title}")
    for title, old, new in [
        ("a type", "f64)", "f32)"),
        ("a borrow", "&[Item]", "&'a [Item]"),
        ("a member", "item.price", "item.cost"),
        ("a constant in a pattern", "Some(rate)", "Ok(rate)"),
        ("another variant", "Error::Limit", "Error::Max"),
        ("an attribute", "#[inline]", "#[cold]"),
        ("a literal", "0.0", "1.0"),
        ("async", "pub fn", "pub async fn"),
        ("mut", "let mut", "let"),
        ("a statement that becomes the value", "item.price;", "item.price"),
    ]
] + [
    pytest.param("java", JAVA, old, new, id=f"java: {title}")
    for title, old, new in [
        ("a type", "double tax", "float tax"),
        ("an array", "List<Item> items", "List<Item>[] items"),
        ("a member", "item.price", "item.cost"),
        ("a declared error", "ShopException {", "OtherException {"),
        ("a caught error", "IOException e", "Exception e"),
        ("an annotation", "@Override", "@Test"),
        ("another method", "round(", "floor("),
        ("static", "public double", "public static double"),
    ]
]


@pytest.mark.parametrize(("language", "source", "old", "new"), NEUTRAL)
def test_a_neutral_change_keeps_the_code_digest(
    language: str, source: str, old: str, new: str
) -> None:
    changed = source.replace(old, new)
    name = "Shop.f" if language == "java" else "f"

    assert changed != source
    assert not read(language, changed).fault
    assert code(language, changed, name) == code(language, source, name)


@pytest.mark.parametrize(("language", "source", "old", "new"), REAL)
def test_a_change_of_what_the_code_does_changes_the_code_digest(
    language: str, source: str, old: str, new: str
) -> None:
    changed = source.replace(old, new)
    name = "Shop.f" if language == "java" else "f"

    assert changed != source
    assert code(language, changed, name) != code(language, source, name)


def test_brackets_and_semicolons_in_a_macro_of_rust_count() -> None:
    assert code("rust", "fn f() { vec![1; 2] }") != code("rust", "fn f() { vec![1, 2] }")
    assert code("rust", "fn f() { a!(b(c)) }") != code("rust", "fn f() { a!(b[c]) }")


def test_a_field_that_rust_shortens_keeps_its_name() -> None:
    assert code("rust", "fn f() { let S { a } = x; a }") != code(
        "rust", "fn f() { let S { b } = x; b }"
    )
    assert code("rust", "fn f() { let a = 1; S { a } }") != code(
        "rust", "fn f() { let b = 1; S { b } }"
    )


def test_a_variable_of_java_has_the_type_of_its_declaration() -> None:
    both = "class A { int f = 1, g = 2; }"

    assert code("java", both.replace("g = 2", "g = 3"), "A.f") == code("java", both, "A.f")
    assert code("java", both.replace("int", "long"), "A.f") != code("java", both, "A.f")


def test_the_digests_of_this_recipe_are_these() -> None:
    """If this fails, a grammar or the walk has changed: give DIGEST_RECIPE a new value."""
    assert code("rust", RUST) == "93173e393919c753ed59a7e7"
    assert code("java", JAVA, "Shop.f") == "f8c219060122ab98c9e55e69"
