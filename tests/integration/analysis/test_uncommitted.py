"""Settings that lie in a checkout and that the documented commit does not have."""

from pathlib import Path

from app.analysis.uncommitted import uncommitted
from app.git.checkout import worktree_files, worktree_tree
from app.git.snapshot import Snapshot
from tests.integration.git.repositories import make_repository


async def told(root: Path, snapshot: Snapshot) -> tuple[str, ...]:
    return await uncommitted(root, await worktree_files(root), snapshot, "HEAD")


async def test_settings_that_a_run_does_not_use_are_told(tmp_path: Path) -> None:
    shop = make_repository(
        tmp_path / "shop",
        {".autodoc.yaml": "output: pages\nexclude: [old]\n", "shop.py": "x = 1\n"},
    )
    head = await Snapshot.open(shop, "HEAD")
    (shop / ".autodoc.yaml").write_bytes(b"output: pages\r\nexclude: [old]\r\n")
    assert await told(shop, head) == ()

    (shop / ".autodoc.yaml").write_text("output: elsewhere\nexclude: [old]\n")
    for folder in ("cart", "old"):
        (shop / folder).mkdir()
        (shop / folder / ".autodoc.yaml").write_text("output: docs\n")

    assert await told(shop, head) == (
        "`.autodoc.yaml` differs from HEAD: its settings of HEAD are used",
        "`cart/.autodoc.yaml` is not committed: its settings are not used",
    )
    objects = tmp_path / "objects"
    objects.mkdir()
    standing = await Snapshot.open(shop, await worktree_tree(shop, objects), objects)
    assert await told(shop, standing) == (
        "`cart/.autodoc.yaml` is not committed: its settings are not used",
    )
