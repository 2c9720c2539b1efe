from app.domain.code.symbol import Parameter, SymbolKind
from tests.unit.app.analysis.helpers import read, symbols

SHOP = '''
"""The shop."""

from app.db import rows, tables as t
from . import cart
import os.path as p

LIMIT = 10
_hidden = 1

class Cart(Base, metaclass=Meta):
    """What a customer wants to buy.

    Example:
        Indented.
    """

    size: int = 0

    @property
    def total(self) -> int:
        """Add up."""
        def inner(): ...
        return 0

    # nothing follows

async def buy(cart: Cart, /, amount=1, *more: int, key: str = "a", **rest) -> None: ...

if True:
    def late(): pass
'''


def test_symbols_have_exact_places_and_qualified_names() -> None:
    found = read("python", SHOP).symbols

    assert [(one.name, one.kind, one.first_line, one.last_line) for one in found] == [
        ("LIMIT", SymbolKind.CONSTANT, 8, 8),
        ("_hidden", SymbolKind.CONSTANT, 9, 9),
        ("Cart", SymbolKind.CLASS, 11, 24),
        ("Cart.size", SymbolKind.FIELD, 18, 18),
        ("Cart.total", SymbolKind.METHOD, 21, 24),
        ("buy", SymbolKind.FUNCTION, 28, 28),
        ("late", SymbolKind.FUNCTION, 31, 31),
    ]


def test_a_signature_is_the_head_on_one_line() -> None:
    found = symbols("python", SHOP)

    assert found["Cart"].signature == "class Cart(Base, metaclass=Meta)"
    assert found["Cart.total"].signature == "def total(self) -> int"
    assert found["LIMIT"].signature == "LIMIT = 10"
    assert found["Cart.size"].signature == "size: int = 0"


def test_a_signature_on_several_lines_loses_its_layout_and_its_comments() -> None:
    found = symbols(
        "python",
        """
        def f(
            a: int,  # the first
            b: dict[str, int] = {},
        ) -> None:
            pass
        """,
    )

    assert found["f"].signature == "def f(a: int, b: dict[str, int] = {}) -> None"


def test_parameters_are_read_with_annotations_and_defaults() -> None:
    assert symbols("python", SHOP)["buy"].parameters == (
        Parameter(name="cart", annotation="Cart"),
        Parameter(name="amount", default="1"),
        Parameter(name="more", annotation="int", variadic=True),
        Parameter(name="key", annotation="str", default='"a"'),
        Parameter(name="rest", variadic=True),
    )


def test_doc_strings_are_dedented() -> None:
    found = read("python", SHOP)

    assert found.doc == "The shop."
    assert (
        symbols("python", SHOP)["Cart"].doc
        == "What a customer wants to buy.\n\nExample:\n    Indented."
    )


def test_an_underscore_hides_a_name_and_all_that_is_in_it() -> None:
    found = symbols(
        "python", "class _A:\n    def f(self): ...\nclass B:\n    def __init__(self): ...\n"
    )

    assert not found["_A"].public
    assert not found["_A.f"].public
    assert found["B.__init__"].public


def test_all_decides_what_a_module_offers() -> None:
    found = symbols(
        "python", "__all__ = ['_a']\n__all__ += ['C']\ndef _a(): ...\ndef b(): ...\nC = 1\n"
    )

    assert {name for name, one in found.items() if one.public} == {"_a", "C"}


def test_imports_keep_their_dots_and_names() -> None:
    found = [(one.target, one.names, one.line) for one in read("python", SHOP).imports]

    assert found == [
        ("app.db", ("rows", "tables"), 4),
        (".", ("cart",), 5),
        ("os.path", (), 6),
    ]


def test_variables_of_the_environment_are_found_where_they_are_read() -> None:
    found = read(
        "python",
        """
        import os
        from os import environ, getenv
        a = os.environ["A"]
        b = os.environ.get("B", "x" + y)
        c = getenv('C')
        d = environ.get("D", default=None)
        os.environ["E"] = "written"
        f = os.environ[name]
        g = {}["G"]
        """,
    ).environment

    assert [(one.name, one.line, one.default) for one in found] == [
        ("A", 4, None),
        ("B", 5, '"x" + y'),
        ("C", 6, None),
        ("D", 7, "None"),
    ]


def test_a_variable_that_is_only_set_or_removed_is_not_read() -> None:
    found = read(
        "python",
        """
        import os
        os.environ["A"] = "1"
        os.environ.setdefault("B", "2")
        del os.environ["C"], os.environ["D"]
        os.environ.pop("E", None)
        f = os.environ.setdefault("F", "3")
        """,
    ).environment

    assert [(one.name, one.default) for one in found] == [("F", '"3"')]


def test_names_are_identifiers_and_strings_that_look_like_names() -> None:
    names = read(
        "python", 'def f(a: Kind):\n    """Prose."""\n    return g("--flag", "some text", "k.e")\n'
    ).names

    assert names == ("--flag", "Kind", "a", "f", "g", "k.e")


def test_enums_protocols_and_type_aliases_have_their_kinds() -> None:
    found = symbols(
        "python",
        """
        class A(StrEnum):
            X = "x"
        class B(Protocol): ...
        type C[T] = list[T]
        D: TypeAlias = int
        """,
    )

    assert [found[name].kind for name in ("A", "A.X", "B", "C", "D")] == [
        SymbolKind.ENUM,
        SymbolKind.FIELD,
        SymbolKind.INTERFACE,
        SymbolKind.TYPE,
        SymbolKind.TYPE,
    ]


def test_the_implementation_stands_for_its_overloads() -> None:
    found = symbols(
        "python",
        """
        @overload
        def f(a: int) -> int: ...
        @overload
        def f(a: str) -> str: ...
        def f(a):
            return a
        """,
    )

    assert found["f"].signature == "def f(a)"
    assert found["f"].first_line == 6


def test_an_import_for_the_type_checker_is_marked() -> None:
    found = read(
        "python",
        """
        import typing as t
        if t.TYPE_CHECKING:
            from .app import App
        else:
            from .other import App
        """,
    )

    assert [(one.target, one.typing) for one in found.imports] == [
        ("typing", False),
        (".app", True),
        (".other", False),
    ]


def test_an_environ_that_is_not_the_one_of_the_process_is_left_out() -> None:
    found = read("python", 'def app(environ):\n    return environ.get("werkzeug.debug")\n')

    assert found.environment == ()


def test_a_module_offers_the_names_that_it_lists_or_else_the_public_ones_that_it_imports() -> None:
    assert [one.offered for one in read("python", "from .a import B as B, _c\n").imports] == [
        ("B",)
    ]
    listed = read("python", 'from .a import B, C\n__all__ = ["C"]\n')
    assert [one.offered for one in listed.imports] == [("C",)]


def test_a_star_offers_what_the_module_lists_or_whatever_there_is() -> None:
    listed = read("python", "from .a import *\n__all__ = ['D', 'C']\n")

    assert [one.offered for one in listed.imports] == [("C", "D")]
    assert [one.offered for one in read("python", "from .a import *\n").imports] == [("*",)]


def test_the_line_of_a_modules_own_words_is_known() -> None:
    assert read("python", '# Licence.\n\n"""Words."""\n').doc_line == 3
    assert read("python", "x = 1\n").doc_line == 0


def test_results_decorators_and_raised_errors_are_as_written() -> None:
    found = symbols(
        "python",
        """
        @app.route(
            "/cart",
            methods=["GET"],
        )
        @cached
        def f(a) -> dict[str, int]:
            def inner():
                raise InnerError
            if a:
                raise errors.NotFound("cart") from None
            try:
                pass
            except ValueError as error:
                raise error
            raise KeyError
            raise ValueError(a)
            raise ValueError(a)

        @dataclass(frozen=True)
        class A: ...
        """,
    )

    assert found["f"].returns == "dict[str, int]"
    assert found["f"].decorators == ('@app.route("/cart", methods=["GET"])', "@cached")
    assert found["f"].raises == ("errors.NotFound", "KeyError", "ValueError")
    assert found["A"].decorators == ("@dataclass(frozen=True)",)


def test_overloads_are_what_a_caller_may_choose_from_and_a_setter_is_none() -> None:
    found = symbols(
        "python",
        """
        @overload
        def f(a: int) -> int: ...
        @overload
        def f(a: str) -> str: ...
        def f(a): return a

        class A:
            @property
            def b(self): ...
            @b.setter
            def b(self, value): ...
        """,
    )

    assert found["f"].first_line == 6
    assert [(one.signature, one.returns) for one in found["f"].overloads] == [
        ("def f(a: int) -> int", "int"),
        ("def f(a: str) -> str", "str"),
    ]
    assert found["A.b"].overloads == ()
