"""The code block under which a reference page shows a symbol."""

from app.domain.code.symbol import Symbol

_MOST_DECORATORS = 12
_WIDEST = 120
"""A decorator longer than this says what its own page or file says better."""


def signature_block(symbol: Symbol) -> str:
    """Return the lines of the block: the decorators that can be read at a glance, and the head.

    A checker that knows the symbol of the place linked below can expect exactly this text.
    """
    shown = [each for each in symbol.decorators if each and each not in symbol.signature]
    brief = [each for each in shown if len(each) <= _WIDEST and "\n" not in each]
    return "\n".join([*brief[:_MOST_DECORATORS], symbol.signature])
