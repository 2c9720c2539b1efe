"""The code block under which a reference page shows a symbol."""

from app.domain.code.symbol import Overload, Symbol

_MOST_DECORATORS = 12
_WIDEST = 120
"""A decorator longer than this says what its own page or file says better."""


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
    """Return the lines of the block: the decorators that can be read at a glance, and the head.

    A checker that knows the symbol, or the overload, of the place linked below the block can
    expect exactly this text.
    """
    shown = [each for each in symbol.decorators if each and each not in symbol.signature]
    brief = [each for each in shown if len(each) <= _WIDEST and "\n" not in each]
    return "\n".join([*brief[:_MOST_DECORATORS], symbol.signature])
