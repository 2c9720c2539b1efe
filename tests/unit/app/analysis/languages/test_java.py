from app.domain.code.facts import EnvironmentVariable
from app.domain.code.symbol import Parameter, SymbolKind
from tests.unit.app.analysis.helpers import read, symbols

CART = """
/*
 * Copyright somebody.
 */
package org.example.shop;

import java.util.*;
import static org.example.db.Rows.load;
import org.example.db.Table;

/**
 * What a customer wants.
 *
 * @param <T> kind
 */
@Deprecated
@Entity(name = "cart")
public abstract class Cart<T extends Item> extends Base implements Store<T> {
    /** Bounds. */
    public static final int MAX = 10, MIN = 2;
    private List<T> items = new ArrayList<>();
    static { class Hidden {} }

    /** Makes one. */
    public Cart(final String name, int... sizes) throws IOException {
        super(name);
    }

    protected Cart() {}

    /**
     * Adds up.
     *   - twice
     */
    @Override
    @SuppressWarnings({"a", "b"})
    public <R> R total(@Nonnull double tax, List<? extends R> names)
            throws IOException {
        Runnable inner = () -> { throw new InnerError(); };
        Runnable other = new Runnable() { public void run() { throw new InnerError(); } };
        try { load(); } catch (IOException e) { throw e; }
        if (tax < 0) throw new ShopException<>("no");
        throw new IllegalStateException(System.getenv("SHOP_URL"));
    }

    public void total(int count) {}

    abstract void later();

    public enum Kind {
        /** The least. */
        SMALL(1), @Old LARGE { void a() {} };
        private final int n;
        Kind(int n) { this.n = n; }
    }

    public interface Store<T> {
        int LIMIT = 3;
        T load(String id) throws ShopException;
        private void own() {}
    }

    public @interface Marker {
        String value() default "x";
    }

    public record Point(@Min(1) int x, int... rest) {
        public Point { if (x < 0) throw new IllegalArgumentException(); }
        int sum() { return x; }
    }

    public static void main(String[] args) {
        System.getenv().getOrDefault("SHOP_KEY", "k");
    }
}

class Own {
    public void deep() {}
}
"""


def test_symbols_have_exact_places_without_annotations() -> None:
    found = read("java", CART)

    assert not found.fault
    assert found.module == "org.example.shop"
    assert [(one.name, one.kind, one.first_line, one.last_line) for one in found.symbols] == [
        ("Cart", SymbolKind.CLASS, 18, 75),
        ("Cart.MAX", SymbolKind.CONSTANT, 20, 20),
        ("Cart.MIN", SymbolKind.CONSTANT, 20, 20),
        ("Cart.items", SymbolKind.FIELD, 21, 21),
        ("Cart.Cart", SymbolKind.METHOD, 25, 27),
        ("Cart.total", SymbolKind.METHOD, 37, 44),
        ("Cart.later", SymbolKind.METHOD, 48, 48),
        ("Cart.Kind", SymbolKind.ENUM, 50, 55),
        ("Cart.Kind.LARGE", SymbolKind.FIELD, 52, 52),
        ("Cart.Kind.LARGE.a", SymbolKind.METHOD, 52, 52),
        ("Cart.Kind.SMALL", SymbolKind.FIELD, 52, 52),
        ("Cart.Kind.n", SymbolKind.FIELD, 53, 53),
        ("Cart.Kind.Kind", SymbolKind.METHOD, 54, 54),
        ("Cart.Store", SymbolKind.INTERFACE, 57, 61),
        ("Cart.Store.LIMIT", SymbolKind.CONSTANT, 58, 58),
        ("Cart.Store.load", SymbolKind.METHOD, 59, 59),
        ("Cart.Store.own", SymbolKind.METHOD, 60, 60),
        ("Cart.Marker", SymbolKind.INTERFACE, 63, 65),
        ("Cart.Marker.value", SymbolKind.METHOD, 64, 64),
        ("Cart.Point", SymbolKind.CLASS, 67, 70),
        ("Cart.Point.rest", SymbolKind.FIELD, 67, 67),
        ("Cart.Point.x", SymbolKind.FIELD, 67, 67),
        ("Cart.Point.Point", SymbolKind.METHOD, 68, 68),
        ("Cart.Point.sum", SymbolKind.METHOD, 69, 69),
        ("Cart.main", SymbolKind.METHOD, 72, 74),
        ("Own", SymbolKind.CLASS, 77, 79),
        ("Own.deep", SymbolKind.METHOD, 78, 78),
    ]


def test_members_of_interfaces_are_public_and_what_a_closed_class_holds_is_not() -> None:
    private = {name for name, one in symbols("java", CART).items() if not one.public}

    assert private == {
        "Cart.items",
        "Cart.later",
        "Cart.Kind.n",
        "Cart.Kind.Kind",
        "Cart.Kind.LARGE.a",
        "Cart.Store.own",
        "Cart.Point.sum",
        "Own",
        "Own.deep",
    }


def test_a_signature_is_the_head_without_leading_annotations() -> None:
    found = symbols("java", CART)

    assert found["Cart"].signature == (
        "public abstract class Cart<T extends Item> extends Base implements Store<T>"
    )
    assert found["Cart.MIN"].signature == "public static final int MIN = 2"
    assert found["Cart.items"].signature == "private List<T> items = new ArrayList<>()"
    assert found["Cart.later"].signature == "abstract void later()"
    assert found["Cart.Kind.SMALL"].signature == "SMALL(1)"
    assert found["Cart.Marker"].signature == "public @interface Marker"
    assert found["Cart.Marker.value"].signature == 'String value() default "x"'
    assert found["Cart.Point"].signature == "public record Point(@Min(1) int x, int... rest)"
    assert found["Cart.total"].signature == (
        "public <R> R total(@Nonnull double tax, List<? extends R> names) throws IOException"
    )


def test_overloads_are_all_told_each_with_its_own_parameters_and_errors() -> None:
    total, made = (symbols("java", CART)[name] for name in ("Cart.total", "Cart.Cart"))

    assert [one.first_line for one in total.overloads] == [37, 46]
    assert [len(one.parameters) for one in total.overloads] == [2, 1]
    assert [one.returns for one in total.overloads] == ["R", "void"]
    assert [one.doc for one in total.overloads] == ["Adds up.\n  - twice", ""]
    assert total.overloads[1].raises == ()
    assert made.overloads == ()


def test_errors_are_those_that_are_declared_and_thrown_by_the_method_itself() -> None:
    found = symbols("java", CART)

    assert found["Cart.total"].raises == ("IOException", "ShopException", "IllegalStateException")
    assert found["Cart.Store.load"].raises == ("ShopException",)
    assert found["Cart.Point.Point"].raises == ("IllegalArgumentException",)
    assert found["Cart.main"].raises == ()


def test_a_closed_field_lends_nothing_to_the_method_of_its_name() -> None:
    size = symbols(
        "java",
        """
        public class A {
            /** How many. */
            private int size;
            public int size() { return size; }
        }
        """,
    )["A.size"]

    assert (size.kind, size.first_line, size.doc) == (SymbolKind.METHOD, 5, "")


def test_parameters_annotations_and_javadoc_are_as_written() -> None:
    found = symbols("java", CART)

    assert found["Cart.Cart"].parameters == (
        Parameter(name="name", annotation="String"),
        Parameter(name="sizes", annotation="int", variadic=True),
    )
    assert found["Cart"].decorators == ("@Deprecated", '@Entity(name = "cart")')
    assert found["Cart.total"].decorators == ("@Override", '@SuppressWarnings({"a", "b"})')
    assert found["Cart"].doc == "What a customer wants.\n\n@param <T> kind"
    assert found["Cart.MIN"].doc == "Bounds."
    assert found["Cart.Kind.SMALL"].doc == "The least."
    assert found["Cart.Kind.LARGE"].doc == ""
    assert read("java", CART).doc == ""


def test_the_doc_of_a_package_stands_in_its_own_file() -> None:
    found = read("java", "/* Licence. */\n\n/** Sells things. */\n@Safe\npackage org.example;\n")

    assert (found.doc, found.doc_line) == ("Sells things.", 3)
    assert read("java", "/** Licence. */\npackage a;\nclass A {}\n").doc == ""


def test_imports_and_variables_of_the_environment_are_found() -> None:
    found = read("java", CART)

    assert [(one.target, one.names) for one in found.imports] == [
        ("java.util", ()),
        ("org.example.db.Rows", ("load",)),
        ("org.example.db.Table", ()),
    ]
    assert found.environment == (
        EnvironmentVariable(name="SHOP_URL", line=43),
        EnvironmentVariable(name="SHOP_KEY", line=73, default='"k"'),
    )


def test_a_broken_method_is_left_out_and_the_file_named() -> None:
    found = read("java", "class A {\n  void good() {}\n  void broken( { }\n  void after() {}\n}\n")

    assert found.fault.startswith("line 3 ")
    assert "A.broken" not in {one.name for one in found.symbols}
