"""Small factories for the facts of an imaginary repository, a shop written in Python."""

from collections.abc import Mapping, Sequence

from app.domain.code.digest import text_digest
from app.domain.code.facts import (
    Dependency,
    Document,
    EnvironmentVariable,
    FileFacts,
    Import,
    ImportEdge,
    MakeTarget,
    Manifest,
    RepositoryFacts,
    Script,
)
from app.domain.code.symbol import Parameter, Symbol, SymbolKind

COMMIT = "c0ffee0123456789c0ffee0123456789c0ffee01"

README = """\
# Shop

[![build](https://badge.example/b.svg)](https://ci.example)

<p align="center">logo</p>

Shop is a small library that adds up carts and writes invoices.
It knows `Cart` and [taxes](https://tax.example/), thanks to @octocat (#12).

[Docs](https://docs.example) | [Chat](https://chat.example)

## Installation

```sh
pip install shop
```

## Usage

```python
from shop import Cart

Cart().total()
```

## Development

Run `make test` before you send a change.
"""

TEXTS = {
    "README.md": README,
    "Makefile": "test: ## Run all tests\n\tpytest\n\nlint:\n\truff check .\n",
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\n\n[project.scripts]\n'
    'shop = "shop.cli:main"\n',
    "shop/__init__.py": '"""Carts and invoices.\n\nMore words.\n"""\n\n'
    "from shop.cart import Cart\n",
    "shop/cart.py": '"""Carts: what somebody is about to buy."""\n\n'
    "from shop.db.store import Store\n\n\n"
    "class Cart:\n"
    '    """A cart of <T> items with *args and {braces}, see `Store` and `nothing_there`."""\n\n'
    "    def total(self, tax: float = 0.2, *extras: int) -> float:\n"
    '        """Add up the prices | with tax."""\n'
    "        return 0.0\n",
    "shop/cli.py": '"""The command line."""\n\nimport os\n\nfrom shop.cart import Cart\n\n'
    'TOKEN = os.environ.get("SHOP_TOKEN", "none")\n\n\ndef main() -> None:\n'
    '    """Run the shop."""\n    Cart()\n',
    "shop/db/__init__.py": '"""Where carts are kept."""\n',
    "shop/db/store.py": "class Store:\n    pass\n",
    "tests/test_cart.py": '"""The cart adds up."""\n\nfrom shop.cart import Cart\n',
}


def symbol(
    name: str,
    kind: SymbolKind = SymbolKind.FUNCTION,
    lines: tuple[int, int] = (1, 2),
    *,
    signature: str = "",
    doc: str = "",
    parameters: Sequence[Parameter] = (),
) -> Symbol:
    """Make a symbol whose digests follow from its text."""
    head = signature or f"def {name}()"
    return Symbol(
        name=name,
        kind=kind,
        first_line=lines[0],
        last_line=lines[1],
        signature=head,
        parameters=tuple(parameters),
        doc=doc,
        code_digest=text_digest(f"{name} {lines}"),
        wording_digest=text_digest(head + doc),
    )


def file_facts(
    text: str = "x\n",
    symbols: Sequence[Symbol] = (),
    *,
    doc: str = "",
    imports: Sequence[Import] = (),
    environment: Sequence[EnvironmentVariable] = (),
    names: Sequence[str] = (),
) -> FileFacts:
    """Make the facts of one file."""
    return FileFacts(
        language="python",
        doc=doc,
        symbols=tuple(symbols),
        imports=tuple(imports),
        environment=tuple(environment),
        names=tuple(names),
        lines=text.count("\n"),
    )


def repository(
    files: Mapping[str, FileFacts],
    *,
    texts: Mapping[str, str] | None = None,
    edges: Sequence[ImportEdge] = (),
    documents: Sequence[Document] = (),
    manifests: Sequence[Manifest] = (),
    make_targets: Sequence[MakeTarget] = (),
) -> RepositoryFacts:
    """Make the facts of a commit; every path stands for its folders too."""
    lines = {path: file.lines for path, file in files.items()}
    lines |= {path: text.count("\n") for path, text in (texts or {}).items()}
    paths = {path.rsplit("/", cut)[0] for path in lines for cut in range(path.count("/") + 1)}
    return RepositoryFacts(
        commit=COMMIT,
        name="shop",
        files=dict(sorted(files.items())),
        line_counts=lines,
        paths=frozenset(paths),
        manifests=tuple(manifests),
        make_targets=tuple(make_targets),
        documents=tuple(documents),
        edges=tuple(edges),
    )


def shop() -> RepositoryFacts:
    """Make the facts of the shop, whose texts are `TEXTS`."""
    return repository(
        _shop_files(),
        texts=TEXTS,
        edges=(
            ImportEdge(source="shop/__init__.py", target="shop/cart.py", line=6),
            ImportEdge(source="shop/cart.py", target="shop/db/store.py", line=3),
            ImportEdge(source="shop/cli.py", target="shop/cart.py", line=5),
            ImportEdge(source="tests/test_cart.py", target="shop/cart.py", line=3),
        ),
        documents=(Document(path="README.md", title="Shop", text=README),),
        manifests=(
            Manifest(
                path="pyproject.toml",
                ecosystem="python",
                name="shop",
                version="1.0",
                description="Adds up carts.",
                license="MIT",
                requires=">=3.11",
                dependencies=(
                    Dependency(name="pydantic", constraint=">=2"),
                    Dependency(name="pytest", group="dev"),
                ),
                scripts=(Script(name="shop", target="shop.cli:main", line=6, installed=True),),
                lines=6,
            ),
        ),
        make_targets=(
            MakeTarget(name="test", path="Makefile", line=1, doc="Run all tests"),
            MakeTarget(name="lint", path="Makefile", line=4),
        ),
    )


def _shop_files() -> dict[str, FileFacts]:
    cart = symbol(
        "Cart",
        SymbolKind.CLASS,
        (6, 11),
        signature="class Cart",
        doc="A cart of <T> items with *args and {braces}, see `Store` and `nothing_there`.",
    )
    total = symbol(
        "Cart.total",
        SymbolKind.METHOD,
        (9, 11),
        signature="def total(self, tax: float = 0.2, *extras: int) -> float",
        doc="Add up the prices | with tax.",
        parameters=(
            Parameter(name="self"),
            Parameter(name="tax", annotation="float", default="0.2"),
            Parameter(name="extras", annotation="int", variadic=True),
        ),
    )
    main = symbol("main", lines=(10, 12), signature="def main() -> None", doc="Run the shop.")
    store = symbol("Store", SymbolKind.CLASS, (1, 2), signature="class Store")
    return {
        "shop/__init__.py": file_facts(
            TEXTS["shop/__init__.py"],
            doc="Carts and invoices.\n\nMore words.",
            imports=(Import(target="shop.cart", names=("Cart",), line=6),),
            names=("Cart",),
        ),
        "shop/cart.py": file_facts(
            TEXTS["shop/cart.py"],
            (cart, total),
            doc="Carts: what somebody is about to buy.",
            imports=(Import(target="shop.db.store", names=("Store",), line=3),),
            names=("Cart", "Store", "extras", "tax", "total"),
        ),
        "shop/cli.py": file_facts(
            TEXTS["shop/cli.py"],
            (main,),
            doc="The command line.",
            imports=(
                Import(target="os", line=3),
                Import(target="shop.cart", names=("Cart",), line=5),
            ),
            environment=(EnvironmentVariable(name="SHOP_TOKEN", line=7, default='"none"'),),
            names=("Cart", "TOKEN", "SHOP_TOKEN", "environ", "get", "main", "os"),
        ),
        "shop/db/__init__.py": file_facts(
            TEXTS["shop/db/__init__.py"], doc="Where carts are kept."
        ),
        "shop/db/store.py": file_facts(TEXTS["shop/db/store.py"], (store,), names=("Store",)),
        "tests/test_cart.py": file_facts(
            TEXTS["tests/test_cart.py"], doc="The cart adds up.", names=("Cart",)
        ),
    }
