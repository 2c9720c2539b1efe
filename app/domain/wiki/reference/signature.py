"""The code block under which a reference page shows a symbol."""

from app.domain.code.layout import brief_call
from app.domain.code.symbol import Overload, Symbol

_WIDEST = 120
"""Of a decorator longer than this the last arguments are left out."""


def ways_to_call(symbol: Symbol) -> tuple[Symbol, ...]:
    """Return a symbol as each of its overloads shows it; one without overloads, as it is."""
    if not symbol.overloads:
        return (symbol,)
    own = {name for name in Overload.model_fields if name in Symbol.model_fields}
    return tuple(
        symbol.model_copy(update={"decorators": (), **{name: getattr(each, name) for name in own}})
        for each in symbol.overloads
    )


def signature_block(symbol: Symbol) -> str:
    """Return the lines of the block: the decorators, and the head.

    A checker that knows the symbol, or the overload, of the place linked below the block can
    expect exactly this text.
    """
    shown = [each for each in symbol.decorators if each and each not in symbol.signature]
    return "\n".join([*(brief_call(each, _WIDEST) for each in shown), symbol.signature])
