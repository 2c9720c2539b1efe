"""GitHub at its worst: deliveries twice, late and out of order; answers late, lost or broken."""

from pathlib import Path

import pytest

from tests.e2e.shop import CART, DISCOUNTS, SHOP
from tests.e2e.test_living_pull_request import BRANCH, document
from tests.e2e.town import Town, open_town

pytestmark = pytest.mark.slow
SEED = 6
PROXY = {"Content-Type": "text/html"}


def writes(town: Town) -> list[str]:
    """What was changed on GitHub so far."""
    made = [each for each in town.github.requests if each.method not in ("GET", "HEAD")]
    return [each.operation for each in made if each.status < 400 and "token" not in each.path]


async def test_f19_pushes_that_come_twice_late_and_out_of_order_end_as_in_calm_weather(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        town.github.weather(SEED, double=0.3, late=0.3, reorder=True)
        await document(town)
        for number in range(6):
            name = f"apply_discount_{number}"
            text = DISCOUNTS.replace("apply_discount", name)
            await town.github.push(SHOP, "main", {"shop/discounts.py": text})
        await town.github.push(SHOP, "main", {"shop/cart.py": CART.replace("Cart", "Basket")})
        await town.quiet()
        town.github.clear_weather()

        [pull] = town.github.pulls(SHOP)
        said = b"".join(town.github.files(SHOP, BRANCH).values())
        assert pull["state"] == "open"
        assert b"apply_discount_5" in said
        assert b"apply_discount_4" not in said
        assert b"Basket" in said

        before, head = writes(town), town.github.head(SHOP, BRANCH)
        for guid in {each.guid: None for each in town.github.deliveries}:
            await town.github.redeliver(guid)
        await town.quiet()
        assert writes(town) == before
        assert town.github.head(SHOP, BRANCH) == head


async def test_f31_f32_answers_that_lag_break_off_or_get_lost_make_one_pull_request(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        github = town.github
        github.lag_reads(0.5)
        github.throttle(2, retry_after=1)
        github.fail_next("GET", "/git/ref/", kind="truncated")
        github.fail_next("GET", "/git/trees", status=502, headers=PROXY, body="<h1>Bad</h1>")
        for effect in ("/git/trees$", "/git/commits$", "/git/refs$", "/pulls$"):
            github.fail_next("POST", effect, status=502, headers=PROXY, applied=True)
        github.fail_next("GET", "/pulls", kind="reset")

        number = await document(town)
        assert [each["number"] for each in github.pulls(SHOP)] == [number]
        await github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        for effect in ("/git/refs/", f"/pulls/{number}$"):
            github.fail_next("PATCH", effect, status=502, headers=PROXY, applied=True)
        await town.quiet()

        assert github.faults.waiting == []
        [pull] = github.pulls(SHOP)
        assert b"apply_discount" in b"".join(github.files(SHOP, BRANCH).values())
        assert pull["head"]["sha"] == github.head(SHOP, BRANCH)
        commits = [each["author"] for each in github.commits(SHOP, BRANCH)]
        assert commits.count("autodoc[bot]") == 2
        assert set(github.branches(SHOP)) == {"main", BRANCH}
