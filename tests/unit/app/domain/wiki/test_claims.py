"""Members, arguments and defaults, as far as the commit says them for certain."""

import pytest

from app.domain.code.facts import FileFacts, Import
from app.domain.code.symbol import Parameter, Symbol, SymbolKind
from app.domain.wiki.claims import is_wrong_default
from app.domain.wiki.names import is_known, known_names
from tests.fakes.facts import file_facts, repository, symbol


def a_class(head: str, line: int = 1, decorators: tuple[str, ...] = ()) -> Symbol:
    name = head.split("(")[0].split("<")[0].split()[1]
    made = symbol(name, SymbolKind.CLASS, (line, line + 9), signature=head)
    return made.model_copy(update={"decorators": decorators})


def a_method(name: str, *parameters: Parameter, head: str = "") -> Symbol:
    signature = head or f"def {name.rpartition('.')[2]}(self)"
    return symbol(name, SymbolKind.METHOD, signature=signature, parameters=parameters)


def a_function(name: str, *parameters: Parameter, head: str = "") -> Symbol:
    return symbol(name, signature=head or f"def {name}()", parameters=parameters)


TAX = Parameter(name="tax", default="0.2")
PYTHON = file_facts(
    symbols=(
        a_class("class Base"),
        a_method("Base.keep"),
        a_class("class Cart(Base)"),
        a_method("Cart.__init__", Parameter(name="self"), Parameter(name="owner")),
        a_method("Cart.total", Parameter(name="self"), TAX),
        a_class("class Till(Foreign)"),
        a_class("class Proxy"),
        a_method("Proxy.__getattr__"),
        a_class("class Wrapped", decorators=("@enrich",)),
        a_class("class Meta(metaclass=Registry)"),
        a_function("pay", Parameter(name="amount"), Parameter(name="fast", default="True")),
        a_function("collect", head="def collect(**options)"),
        a_function("fetch", Parameter(name="url")),
        a_function("wait", Parameter(name="delay", default="compute()")),
        a_function("sign", Parameter(name="key", default='"…"')),
    ),
    imports=(Import(target="requests", names=("fetch",), line=1),),
    names=("paid", "keep"),
)
OTHER = file_facts(symbols=(a_class("class Shelf"), a_method("Shelf.dust")), names=("dust", "made"))
JAVA = FileFacts(
    language="java",
    lines=9,
    symbols=(
        symbol("Ledger", SymbolKind.CLASS, signature="public class Ledger<K extends Key<K>>"),
        symbol("Ledger.post", SymbolKind.METHOD),
        symbol("Book", SymbolKind.CLASS, signature="class Book extends Ledger<Key> implements Odd"),
    ),
    names=("dust",),
)
NAMES = known_names(repository({"shop/a.py": PYTHON, "shop/b.py": OTHER, "shop/C.java": JAVA}))


@pytest.mark.parametrize(
    "span",
    [
        "Cart.total", "Cart.total()", "Cart.keep", "Base.keep", "Cart.__class__", "Shelf.dust",
        "Till.dust", "Proxy.dust", "Wrapped.dust", "Meta.dust", "Ledger.post", "Ledger.toString()",
        "Book.dust", "Unknown.dust", "paid.dust",
        "pay(amount=1)", "pay(1, fast=False)", "pay(f(x=1), {'y': 2}, a == b)", "Cart(owner=None)",
        "Cart.total(tax=1)", "collect(anything=1)", "fetch(timeout=1)", "print(end='')",
        "library.pay(y=1)",
    ],
)  # fmt: skip
def test_what_may_be_true_is_known(span: str) -> None:
    parts = span.split("(")[0].split(".")
    assert is_known(span, NAMES | set(parts))


@pytest.mark.parametrize(
    "span",
    [
        "Cart.dust", "Cart.dust()", "shop.Cart.dust", "Base.total", "Shelf.keep", "Ledger.dust",
        "pay(y=1)", "pay(1, amounts=2)", "Cart(tax=1)", "Cart.total(owner=1)",
    ],
)  # fmt: skip
def test_what_is_certainly_false_is_not(span: str) -> None:
    assert not is_known(span, NAMES | {"shop"})


def test_a_default_that_was_put_out_as_a_secret_is_not_judged() -> None:
    assert is_wrong_default("tax", "0.3", NAMES)
    assert not is_wrong_default("key", "'other'", NAMES)
