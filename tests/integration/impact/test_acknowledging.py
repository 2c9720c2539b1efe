from pathlib import Path

import pytest

from app.analysis.facts import MemoryFactCache
from app.domain.wiki.record import read_record
from app.errors import InputError
from app.impact.acknowledging import Acknowledged, Statement, acknowledge
from tests.integration.git.repositories import commit, everything_in, git, make_repository
from tests.integration.impact.test_assessing import assessed, sentences, verdicts
from tests.integration.impact.wiki import OUTPUT, Said, add_page, change

SOURCE = "def total(items):\n    return sum(items)\n\n\ndef count(items):\n    return len(items)\n"
ADDS = Said("The total adds up.", "cart.py", "total")
COUNTS = Said("It counts what is there.", "cart.py", "count")
TILL = "class Till:\n    def open(self):\n        return self.drawer(1, 2)\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {"cart.py": SOURCE, "till.py": TILL}
    repository = make_repository(tmp_path / "shop", {**files, "README.md": "Use `Till.open`.\n"})
    add_page(repository, "guide/cart.md", [ADDS, COUNTS])
    return repository


async def ack(shop: Path, page: str, reason: str = "checked", symbol: str = "") -> Acknowledged:
    said = Statement(page=page, reason=reason, by="Ann", symbol=symbol)
    return await acknowledge(shop, said, MemoryFactCache())


async def test_what_is_acknowledged_is_fresh_until_its_code_changes_again(shop: Path) -> None:
    change(shop, "cart.py", "sum(items)", "sum(items) + 0")
    change(shop, "cart.py", "len(items)", "len(items) + 1")

    done = await ack(shop, "guide/cart.md", "it still\n adds up", symbol="total")

    assert done.record == f"{OUTPUT}/.autodoc/guide-cart.json"
    record = read_record((shop / done.record).read_bytes())
    assert record is not None
    ((given),) = record.acks
    assert (given.key, given.reason, given.by) == ("cart.py:total", "it still adds up", "Ann")
    assert sentences(await assessed(shop)) == [COUNTS.text]

    commit(shop, {})  # what is remembered is committed with the pages
    assert sentences(await assessed(shop)) == [COUNTS.text]
    change(shop, "cart.py", "sum(items) + 0", "sum(items) + 2")
    assert sentences(await assessed(shop)) == [ADDS.text, COUNTS.text]

    await ack(shop, f"{OUTPUT}/guide/cart.md")
    again = read_record((shop / done.record).read_bytes())
    assert again is not None
    assert sorted(each.key for each in again.acks) == ["cart.py:count", "cart.py:total"]
    assert sentences(await assessed(shop)) == []


async def test_a_page_of_people_is_acknowledged_in_a_file_beside_the_records(shop: Path) -> None:
    change(shop, "till.py", "def open", "def unlock")
    assert verdicts(await assessed(shop)) == {"README.md": "stale"}

    done = await ack(shop, "README.md", "it tells of the old till")

    assert done.record.startswith(f"{OUTPUT}/.autodoc/acks-readme-md-")
    assert verdicts(await assessed(shop)) == {}
    commit(shop, {})
    git(shop, "clone", "-q", "--bare", ".", "bare.git")
    assert verdicts(await assessed(shop / "bare.git")) == {}


@pytest.mark.parametrize(
    ("page", "reason", "symbol", "told"),
    [
        ("README.md", "true", "", "README.md is not stale"),
        ("guide/carts.md", "true", "", "did you mean .*guide/cart.md"),
        ("/etc/passwd", "true", "", "no page /etc/passwd"),
        ("guide/cart.md", " \n", "", "give a reason"),
        ("guide/cart.md", "true" * 200, "", "at most 500 characters"),
        ("guide/cart.md", "true", "count", "not stale because of count; it is because of total"),
    ],
)
async def test_what_cannot_be_acknowledged_is_refused_and_nothing_is_written(
    shop: Path, page: str, reason: str, symbol: str, told: str
) -> None:
    change(shop, "cart.py", "sum(items)", "sum(items) + 0")
    before = everything_in(shop / "docs")

    with pytest.raises(InputError, match=told):
        await ack(shop, page, reason, symbol)

    assert everything_in(shop / "docs") == before


async def test_nothing_is_written_through_a_link_that_leads_out(shop: Path, tmp_path: Path) -> None:
    change(shop, "cart.py", "sum(items)", "sum(items) + 0")
    (shop / OUTPUT).rename(tmp_path / "elsewhere")
    (shop / OUTPUT).symlink_to(tmp_path / "elsewhere")
    before = everything_in(tmp_path / "elsewhere")

    with pytest.raises(InputError, match="leads out of the checkout"):
        await ack(shop, "guide/cart.md")

    assert everything_in(tmp_path / "elsewhere") == before


async def test_nothing_is_written_through_a_link_in_the_place_of_the_records(
    shop: Path, tmp_path: Path
) -> None:
    base = git(shop, "rev-parse", "HEAD")
    change(shop, "till.py", "def open", "def unlock")
    (shop / OUTPUT / ".autodoc").rename(tmp_path / "elsewhere")
    (shop / OUTPUT / ".autodoc").symlink_to(tmp_path / "elsewhere")
    before = everything_in(tmp_path / "elsewhere")

    with pytest.raises(InputError, match="symbolic link that leads out of docs/autodoc"):
        await acknowledge(
            shop, Statement(page="README.md", reason="checked", base=base), MemoryFactCache()
        )

    assert everything_in(tmp_path / "elsewhere") == before
