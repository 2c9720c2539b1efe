import pytest

from app.domain.wiki.names import is_known, known_names
from tests.fakes.facts import shop

NAMES = known_names(shop())


@pytest.mark.parametrize(
    "span",
    [
        "Cart", "Cart.total", "Cart.total()", "cart.total(tax=0.3)", "shop.cart.Cart",
        "shop/cart.py",
        "cart.py", "./shop/cart.py", "shop/db/", "SHOP_TOKEN", "$SHOP_TOKEN", "SHOP_TOKEN=x",
        "make test", "pydantic", "tax", "*extras", "shop.db", "db/store.py", "None", "str",
        "--help", "README.md", ">=3.11", "x + 1", "https://shop.example/x", "/etc/hosts", "~/.ssh",
        "@octocat", "#12", "git commit", "*.py", "ae1b9f66238f", "and/or", "list[Cart]", "0.2",
    ],
)  # fmt: skip
def test_what_exists_or_cannot_be_looked_up_is_let_through(span: str) -> None:
    assert is_known(span, NAMES)


@pytest.mark.parametrize(
    "span",
    [
        "Basket", "Cart.subtotal", "subtotal()", "shop.basket", "shop/basket.py", "basket.py",
        "SHOP_SECRET", "$SHOP_SECRET", "SHOP_SECRET=x", "make deploy", "npm run deploy", "--force",
        "nothing_there", "shop/db/nothing", "*nothing_args", "Basket[int]", "docs/guide.md",
    ],
)  # fmt: skip
def test_what_could_be_looked_up_and_is_not_there_is_refused(span: str) -> None:
    assert not is_known(span, NAMES)
