"""Evidence: the places in one commit that a page may speak about."""

from app.domain.code.calling import parameter_texts
from app.domain.code.citation import Reliance
from app.domain.code.symbol import Digests, Symbol
from app.domain.value import Value


class Evidence(Value):
    """A line range at a path, under the id (`E1`, `E2` …) by which a writer cites it."""

    id: str
    path: str
    first_line: int
    last_line: int
    symbol: str = ""
    """The qualified name of the enclosing symbol; empty for a place outside all symbols."""
    digests: Digests | None = None
    """Those of the symbol; of a place outside all symbols, those of its text."""
    kind: str = ""
    """The symbol's kind."""
    parameters: tuple[str, ...] = ()
    """How the symbol is called, as a citation records it."""
    quoted: Reliance = Reliance.WORDING
    """How much a writer relies on it who only quotes what facts tell of it."""


def evidence_of(number: int, path: str, symbol: Symbol, recipe: str) -> Evidence:
    """Make a symbol citable as `E<number>`."""
    place = f"{path}:{symbol.first_line}-{symbol.last_line}"
    return Evidence(
        id=f"E{number}",
        path=path,
        first_line=symbol.first_line,
        last_line=symbol.last_line,
        symbol=symbol.name,
        digests=Digests(
            recipe=recipe, code=symbol.code_digest, wording=symbol.wording_digest, place=place
        ),
        kind=symbol.kind.value,
        parameters=parameter_texts(symbol, path),
    )
