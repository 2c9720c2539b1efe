import pytest

from app.domain.code.change import GoneName
from app.impact.sides import MANY, mentioned


@pytest.mark.parametrize("more", [0, MANY])
def test_a_name_is_kept_when_its_last_part_stands_on_a_page(more: int) -> None:
    names = {
        "Cart.total": "method",
        "Größe": "class",
        "--tax": "flag",
        "app/cart.py": "file",
        "/v1.0/cart": "route",
        "Cart.missing": "method",
        "app/other.py": "file",
        "total_of": "function",
    }
    gone = [GoneName(name=name, path="a.py", kind=kind) for name, kind in names.items()]
    gone += [GoneName(name=f"filler_{number}", path="a.py") for number in range(more)]
    pages = [b"Call `cart.total()` or `app/cart.py` with --tax.", "GET /v1.0/cart, Größe".encode()]

    found = [each.name for each in mentioned(gone, pages)]

    assert found == ["Cart.total", "Größe", "--tax", "app/cart.py", "/v1.0/cart"]


def test_nothing_is_looked_for_when_nothing_is_gone() -> None:
    assert mentioned([], [b"words"]) == []
