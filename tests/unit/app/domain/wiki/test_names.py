import pytest

from app.domain.code.facts import Dependency
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
        "@octocat", "#12", "GH-3", "git commit", "*.py", "ae1b9f66238f", "and/or",
        "text/plain", "application/vnd.github+json", "/carts/{id}", "/carts", "@acme/cart", "1/2",
        "yes/no", "list[Cart]", "0.2", "./", "cart.py:9", "shop/cart.py:9-11",
        "tests/test_cart.py::test_total", "../shop", "../../shop/cart.py",
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
        "billing/invoices", "deploy/main.tf", "acme/shop", "octo/other", "billing/", "text/billing",
        "billing/invoices.py:12", "deploy/main.tf#L3", "3rd/party", "./billing/x", "../billing/x",
        "basket.py:3", "@/billing/x/y",
    ],
)  # fmt: skip
def test_what_could_be_looked_up_and_is_not_there_is_refused(span: str) -> None:
    assert not is_known(span, NAMES)


def test_owner_and_name_are_known_from_manifests_alone() -> None:
    (manifest,) = shop().manifests
    needed = manifest.model_copy(
        update={
            "name": "git.example.org/acme/shop",
            "dependencies": (Dependency(name="git.example.org/octo/lib"),),
        }
    )
    names = known_names(shop().model_copy(update={"manifests": (needed,)}))

    assert is_known("acme/shop", names)
    assert is_known("octo/lib", names)
    assert not is_known("acme/lib", names)


@pytest.mark.parametrize("span", ["billing/invoices", "deploy/main.tf", "actions/checkout@v4"])
def test_what_people_call_by_a_path_may_be_of_another_repository(span: str) -> None:
    assert is_known(span, NAMES, strict=False)
    assert not is_known("shop/basket", NAMES, strict=False)
