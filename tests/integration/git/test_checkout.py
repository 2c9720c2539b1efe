import os
from pathlib import Path

import pytest

from app.errors import InputError
from app.git.checkout import (
    find_root,
    head_branch,
    resolve_commit,
    to_web_address,
    web_address,
    worktree_tree,
)
from app.git.snapshot import Snapshot
from tests.integration.git.repositories import everything_in, git, make_repository


async def test_the_root_is_found_from_a_folder_inside(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"app/cart.py": ""})

    assert await find_root(shop / "app") == shop


async def test_a_folder_without_a_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="git init"):
        await find_root(tmp_path)
    with pytest.raises(InputError, match="not a directory"):
        await find_root(tmp_path / "missing")


async def test_a_repository_without_a_commit_is_refused_in_words(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk")

    assert await head_branch(tmp_path) == "trunk"
    with pytest.raises(InputError, match="no commit yet"):
        await resolve_commit(tmp_path, "HEAD")


async def test_revisions_are_resolved_and_options_are_not_obeyed(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a": "1"})
    git(shop, "tag", "v1")

    assert await resolve_commit(shop, "v1") == git(shop, "rev-parse", "HEAD")
    with pytest.raises(InputError, match="called v2"):
        await resolve_commit(shop, "v2")
    with pytest.raises(InputError, match="called --all"):
        await resolve_commit(shop, "--all")


async def test_a_detached_head_is_no_branch(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a": "1"})
    git(shop, "checkout", "--quiet", "--detach")

    assert await head_branch(shop) == "HEAD"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/o/r.git", "https://github.com/o/r"),
        ("https://user:secret@github.com/o/r", "https://github.com/o/r"),
        ("git@github.com:o/r.git", "https://github.com/o/r"),
        ("ssh://git@git.example.org:2222/o/r.git", "https://git.example.org/o/r"),
        ("https://git.example.org:8443/o/r/", "https://git.example.org:8443/o/r"),
        ("/srv/git/r.git", None),
        ("file:///srv/git/r.git", None),
        ("../r", None),
        ("C:\\repos\\r", None),
    ],
)
def test_an_origin_becomes_a_web_address_without_credentials(url: str, address: str | None) -> None:
    assert to_web_address(url) == address


async def test_the_web_address_is_that_of_origin(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a": "1"})
    assert await web_address(shop) is None

    git(shop, "remote", "add", "origin", "https://x:y@github.com/o/r.git")

    assert await web_address(shop) == "https://github.com/o/r"


async def test_a_worktree_is_read_as_it_stands_and_not_changed(tmp_path: Path) -> None:
    shop = make_repository(
        tmp_path / "shop", {"kept.py": "1", "changed.py": "1", "gone.py": "1", "link.py": "1"}
    )
    (shop / "changed.py").write_text("2")
    (shop / "gone.py").unlink()
    (shop / "link.py").unlink()
    (shop / "link.py").symlink_to("kept.py")
    (shop / "untracked.py").write_text("3")
    before = everything_in(shop)

    tree = await worktree_tree(shop, tmp_path / "objects")

    snapshot = await Snapshot.open(shop, tree, tmp_path / "objects")
    entries = {entry.path: entry for entry in await snapshot.entries()}
    assert sorted(entries) == ["changed.py", "kept.py", "link.py"]
    assert (await snapshot.read([entries["changed.py"].blob_id])).popitem()[1] == b"2"
    assert entries["link.py"].kind == "symlink"
    assert everything_in(shop) == before


async def test_a_filter_of_the_checkout_is_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    shop = make_repository(tmp_path / "shop", {"a.bin": "1", ".gitattributes": "*.bin filter=evil"})
    git(shop, "config", "filter.evil.clean", f"touch {trap}; cat")
    git(shop, "config", "filter.evil.required", "true")
    git(shop, "config", "core.fsmonitor", f"touch {trap}")
    (shop / "a.bin").write_text("2")

    tree = await worktree_tree(shop, tmp_path / "objects")

    snapshot = await Snapshot.open(shop, tree, tmp_path / "objects")
    blobs = {entry.path: entry.blob_id for entry in await snapshot.entries()}
    assert (await snapshot.read([blobs["a.bin"]])).popitem()[1] == b"2"
    assert not trap.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
async def test_a_checkout_of_another_owner_is_read(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})
    for path in [shop, *shop.rglob("*")]:
        os.chown(path, 65534, 65534)

    commit = await resolve_commit(await find_root(shop), "HEAD")

    assert len(await (await Snapshot.open(shop, commit)).entries()) == 1
