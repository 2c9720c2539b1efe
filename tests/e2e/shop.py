"""The sample repository of the stories, and what people do to it."""

SHOP = "octo/shop"

CART = '''\
"""The shopping cart."""

MAX_ITEMS = 50


class Cart:
    """Holds what a customer wants to buy."""

    def __init__(self) -> None:
        self._prices: list[int] = []

    def add(self, price: int, count: int = 1) -> None:
        """Put an item into the cart, `count` times.

        Raises ValueError when the cart would hold more than MAX_ITEMS.
        """
        if len(self._prices) + count > MAX_ITEMS:
            raise ValueError("the cart is full")
        self._prices += [price] * count

    def total(self) -> int:
        """Add up the prices, in cents."""
        return sum(self._prices)
'''

CHECKOUT = '''\
"""Paying for a cart."""

import os

from shop.cart import Cart


def pay(cart: Cart) -> str:
    """Charge the customer through the gateway that SHOP_GATEWAY names."""
    gateway = os.environ.get("SHOP_GATEWAY", "sandbox")
    return f"{gateway}:{cart.total()}"
'''

FILES = {
    "README.md": (
        "# Shop\n\nShop sells things to people who want them. It keeps a cart and charges for it.\n"
    ),
    "pyproject.toml": (
        '[project]\nname = "shop"\nversion = "1.0"\ndescription = "Sells things."\n'
        '[project.scripts]\nshop = "shop.checkout:pay"\n'
    ),
    "Makefile": "test:  ## Run the tests\n\tpytest\n",
    "shop/__init__.py": '"""A small shop."""\n',
    "shop/cart.py": CART,
    "shop/checkout.py": CHECKOUT,
}

DISCOUNTS = '''\
"""Discounts for loyal customers."""

from shop.cart import Cart


def apply_discount(cart: Cart, percent: int) -> int:
    """Take a percentage off the total of a cart, rounded down to whole cents."""
    return cart.total() * (100 - percent) // 100
'''
