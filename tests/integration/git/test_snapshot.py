from pathlib import Path

import pytest

from app.errors import InputError
from app.git.diff import changed_paths
from app.git.snapshot import Snapshot
from tests.integration.git.repositories import commit, git, make_repository


async def test_the_files_of_a_commit_are_listed_and_read_without_a_work_tree(
    tmp_path: Path,
) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "one\n", "b/c.py": b"\xff\0\n", "empty": ""})
    (shop / "a.py").write_text("not committed")

    snapshot = await Snapshot.open(shop, "HEAD")
    entries = await snapshot.entries()
    blobs = await snapshot.read([entry.blob_id for entry in entries])

    assert snapshot.commit == git(shop, "rev-parse", "HEAD")
    assert [(entry.path, entry.size, entry.kind) for entry in entries] == [
        ("a.py", 4, "file"),
        ("b/c.py", 3, "file"),
        ("empty", 0, "file"),
    ]
    assert [blobs[entry.blob_id] for entry in entries] == [b"one\n", b"\xff\0\n", b""]


async def test_links_and_submodules_are_told_from_files(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1", "run.sh": "2"})
    (shop / "passwd").symlink_to("/etc/passwd")
    (shop / "loop").symlink_to(".")
    (shop / "run.sh").chmod(0o755)
    git(shop, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    commit_with_index(shop)

    kinds = {
        entry.path: entry.kind for entry in await (await Snapshot.open(shop, "HEAD")).entries()
    }

    assert kinds == {
        "a.py": "file",
        "run.sh": "executable",
        "passwd": "symlink",
        "loop": "symlink",
        "sub": "submodule",
    }


def commit_with_index(repository: Path) -> None:
    git(repository, "add", "passwd", "loop", "run.sh")
    git(repository, "commit", "--quiet", "--message", "Change")


async def test_names_of_any_bytes_survive(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"new\nline.py": "1", "tab\t.py": "2"})
    (Path(shop) / "x").write_text("3")
    blob = git(shop, "hash-object", "-w", "x")
    git(
        shop, "update-index", "-z", "--index-info", stdin=f"100644 {blob}\tcaf".encode() + b"\xe9\0"
    )
    git(shop, "commit", "--quiet", "--message", "Bytes")

    paths = [entry.path for entry in await (await Snapshot.open(shop, "HEAD")).entries()]

    assert sorted(path.encode(errors="surrogateescape") for path in paths) == [
        b"caf\xe9",
        b"new\nline.py",
        b"tab\t.py",
    ]


async def test_a_blob_that_is_missing_is_not_in_the_answer(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})
    snapshot = await Snapshot.open(shop, "HEAD")
    blob_id = (await snapshot.entries())[0].blob_id

    assert await snapshot.read(["1" * 40, blob_id, blob_id]) == {blob_id: b"1"}
    assert await snapshot.read([]) == {}


async def test_attributes_are_those_of_the_commit_and_not_of_the_checkout(tmp_path: Path) -> None:
    shop = make_repository(
        tmp_path / "shop",
        {
            ".gitattributes": "gen/** linguist-generated\n*.js linguist-vendored=true\n",
            "gen/a.py": "1",
            "gen/.gitattributes": "b.py -linguist-generated\n",
            "gen/b.py": "1",
            "x.js": "1",
            "y.py": "1",
        },
    )
    (shop / ".gitattributes").write_text("* linguist-generated\n")
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(shop), str(bare))

    for repository in (shop, bare):
        found = await (await Snapshot.open(repository, "HEAD")).attributes(
            ["gen/a.py", "gen/b.py", "x.js", "y.py"], ("linguist-generated", "linguist-vendored")
        )

        assert found == {
            "gen/a.py": {"linguist-generated": "set"},
            "gen/b.py": {"linguist-generated": "unset"},
            "x.js": {"linguist-vendored": "true"},
        }


async def test_an_unknown_revision_is_refused_in_words(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1"})

    with pytest.raises(InputError, match="called nowhere"):
        await Snapshot.open(shop, "nowhere")


async def test_a_diff_names_both_ends_of_a_rename(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1\n" * 20, "b.py": "2", "c.py": "3"})
    old = git(shop, "rev-parse", "HEAD")
    git(shop, "mv", "a.py", "new\nname.py")
    git(shop, "rm", "--quiet", "b.py")
    commit(shop, {"d.py": "4"})

    assert await changed_paths(shop, old, "HEAD") == {"a.py", "new\nname.py", "b.py", "d.py"}
    assert await changed_paths(shop, old, old) == frozenset()


async def test_the_versions_of_a_file_are_read_from_the_newest_to_the_oldest(
    tmp_path: Path,
) -> None:
    shop = make_repository(tmp_path / "shop", {"a [b].md": "1", "other.md": "x"})
    for text in ("2", "1", "3"):
        commit(shop, {"a [b].md": text})
    (shop / "a [b].md").unlink()
    commit(shop, {})
    git(shop, "clone", "--quiet", "--depth=1", f"file://{shop}", str(tmp_path / "clone"))

    snapshot = await Snapshot.open(shop, "HEAD")
    tree = await Snapshot.open(shop, "HEAD^{tree}")
    shallow = await Snapshot.open(tmp_path / "clone", "HEAD")

    assert await snapshot.versions("a [b].md") == [b"3", b"1", b"2"]
    assert await snapshot.versions("a [b].md", most=2) == [b"3"]
    assert await tree.versions("a [b].md") == []
    assert await shallow.versions("a [b].md") == []
