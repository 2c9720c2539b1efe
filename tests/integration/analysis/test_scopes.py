"""A commit is read once and divided into its scopes; links and names may lead out of them."""

from collections.abc import Awaitable, Collection
from pathlib import Path

import pytest

from app.analysis.facts import MemoryFactCache
from app.analysis.inventory import Limits
from app.analysis.repository import Analysis, read_repository
from app.analysis.scopes import Division, read_divided
from app.errors import ConfigurationError
from app.git.snapshot import Snapshot
from tests.e2e.laptop import Laptop, commit, git
from tests.e2e.test_scopes import MONOREPO


async def divide(checkout: Path) -> Division:
    snapshot = await Snapshot.open(checkout, "HEAD")

    def read(exclude: Collection[str]) -> Awaitable[Analysis]:
        cache, limits = MemoryFactCache(), Limits(parsers=1)
        return read_repository(snapshot, "town", cache, limits, lambda _done, _total: None, exclude)

    return await read_divided(snapshot, "town", read)


async def test_each_part_holds_its_own_files_and_every_path(tmp_path: Path) -> None:
    docs = {"docs/autodoc/index.md": "# Old\n", "packages/cart/docs/index.md": "# Old\n"}
    divided = await divide(Laptop(tmp_path).make_repository("town", {**MONOREPO, **docs}))

    assert {each.scope.folder: list(each.analysis.facts.files) for each in divided.parts} == {
        "": ["market.py"],
        "packages/cart": ["packages/cart/cart.py"],
        "packages/ledger": ["packages/ledger/ledger.py"],
    }
    assert divided.whole.parsed == 3
    for part in divided.parts:
        paths = part.analysis.facts.paths
        assert {"tools/make.py", "tools", "packages/cart/cart_old.py", "market.py"} <= paths
        assert paths.isdisjoint(docs)
        assert "packages/cart/cart_old.py" not in part.analysis.blob_ids


async def test_pages_of_a_scope_that_is_no_more_are_told_of(tmp_path: Path) -> None:
    docs = {f"{folder}/.autodoc/home.json": "{}" for folder in ("docs/autodoc", "lib/docs")}
    divided = await divide(Laptop(tmp_path).make_repository("town", {**MONOREPO, **docs}))

    assert divided.warnings == (
        "lib/docs holds pages of a scope that is configured no more: remove that folder",
    )


async def test_links_and_huge_files_are_no_configuration(tmp_path: Path) -> None:
    checkout = Laptop(tmp_path).make_repository("town", {"a.py": "x = 1\n"})
    (checkout / "b").mkdir()
    (checkout / "b" / ".autodoc.yaml").symlink_to("../a.py")
    git(checkout, "add", ".")
    commit(checkout, {"c/.autodoc.yaml": "#" * 70_000})

    with pytest.raises(ConfigurationError, match=r"c/\.autodoc\.yaml is larger than 64000 bytes"):
        await divide(checkout)
