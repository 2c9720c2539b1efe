"""What is stale is marked where the documentation is read."""

import json

from tests.e2e.laptop import Laptop, git


def test_what_the_checkout_made_stale_is_marked_with_the_current_code_until_an_update(
    laptop: Laptop,
) -> None:
    checkout = laptop.make_repository("moved-on")
    assert laptop.run("generate", cwd=checkout).status == 0
    cart = checkout / "shop/cart.py"
    cart.write_text(cart.read_text().replace("def total(self)", "def total(self, tax)"))
    git(checkout, "commit", "--quiet", "--all", "--message", "Tax the cart")

    found = laptop.run("search", "Cart.total adds up prices", cwd=checkout)
    checked = laptop.run("check", "--json", cwd=checkout)

    assert "! stale: `Cart.total`: requires the new parameter `tax`" in found.output
    assert "now |     def total(self, tax)" in found.output
    stale = [each for each in json.loads(checked.output) if each["rule"] == "stale"]
    assert any("requires the new parameter" in each["message"] for each in stale)
    assert any("def total(self, tax)" in each["code"] for each in stale)

    assert laptop.run("update", cwd=checkout).status == 0
    assert "! stale" not in laptop.run("search", "Cart.total", cwd=checkout).output
    assert not json.loads(laptop.run("check", "--json", cwd=checkout).output)
