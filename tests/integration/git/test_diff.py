from pathlib import Path

from app.domain.code.diff import Diff, FileDiff
from app.git.diff import read_diff
from app.git.history import History
from tests.integration.git.repositories import commit, git, make_repository

LONG = "".join(f"line {number}\n" for number in range(20))


def by_new_path(diff: Diff) -> dict[str, FileDiff]:
    return {each.new or each.old: each for each in diff.files}


def spans(each: FileDiff) -> list[tuple[int, int, int, int]]:
    return [(one.old_first, one.old_lines, one.new_first, one.new_lines) for one in each.hunks]


async def test_renames_kinds_and_hunks_are_read(tmp_path: Path) -> None:
    shop = make_repository(
        tmp_path / "shop",
        {
            "cart.py": "a\nb\nc\n",
            "old.py": LONG,
            "gone.py": "x\n",
            "run.sh": "1\n",
            "data": b"\0" * 9,
        },
    )
    (shop / "link.py").symlink_to("cart.py")
    commit(shop, {})
    git(shop, "mv", "old.py", "new.py")
    git(shop, "rm", "-q", "gone.py")
    (shop / "link.py").unlink()
    (shop / "run.sh").chmod(0o755)
    changed: dict[str, str | bytes] = {
        "cart.py": "a\nB\nc\nd\n",
        "new.py": f"{LONG}more\n",
        "link.py": "now = 1\n",
        "data": b"\0" * 8,
        "added.py": "y\n",
    }
    commit(shop, changed)

    names = {"cart.py", "old.py", "gone.py", "link.py", "run.sh", "data"}
    found = by_new_path(await read_diff(shop, "HEAD~1", "HEAD", names))

    assert spans(found["cart.py"]) == [(2, 1, 2, 1), (3, 0, 4, 1)]
    assert (found["new.py"].old, spans(found["new.py"])) == ("old.py", [(20, 0, 21, 1)])
    assert (found["gone.py"].new, spans(found["gone.py"])) == ("", [(1, 1, 0, 0)])
    assert (found["link.py"].old_kind, found["link.py"].new_kind) == ("symlink", "file")
    assert (found["run.sh"].new_kind, found["run.sh"].hunks) == ("executable", ())
    assert (found["data"].hunks, found["added.py"].old) == ((), "")
    assert found["new.py"].new_blob == git(shop, "rev-parse", "HEAD:new.py")


async def test_names_that_break_lines_or_are_no_utf8_keep_their_own_hunks(tmp_path: Path) -> None:
    shop = make_repository(
        tmp_path / "shop", {'a\n"b.py': "1\n", ":(top)x.py": "1\n", "c.py": "1\n"}
    )
    (shop / "d\udcff.py").write_text("1\n")
    commit(shop, {})
    (shop / "d\udcff.py").write_text("1\n2\n3\n")
    commit(shop, {'a\n"b.py': "1\n2\n", ":(top)x.py": "0\n1\n", "c.py": "2\n"})

    found = by_new_path(
        await read_diff(shop, "HEAD~1", "HEAD", ['a\n"b.py', ":(top)x.py", "d\udcff.py"])
    )

    assert spans(found['a\n"b.py']) == [(1, 0, 2, 1)]
    assert spans(found[":(top)x.py"]) == [(0, 0, 1, 1)]
    assert spans(found["d\udcff.py"]) == [(1, 0, 2, 2)]
    assert found["c.py"].hunks == ()  # nobody asked for them


async def test_a_moved_submodule_is_told_from_a_file(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1\n"})
    for version in ("1", "2"):
        git(shop, "update-index", "--add", "--cacheinfo", f"160000,{version * 40},sub")
        git(shop, "commit", "-qm", version)

    (found,) = (await read_diff(shop, "HEAD~1", "HEAD", ["sub"])).files

    assert (found.old_kind, found.new_kind, found.new_blob) == ("submodule", "submodule", "2" * 40)


async def test_exact_renames_are_found_where_the_blobs_are_missing(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": LONG, "b.py": "1\n", "c.py": "kept\n"})
    git(shop, "config", "uploadpack.allowFilter", "true")
    git(shop, "mv", "a.py", "moved.py")
    git(shop, "rm", "-q", "b.py")
    commit(shop, {"other.py": "2\n", "c.py": "kept\nmore\n"})
    partial = tmp_path / "partial"
    address = f"file://{shop}"
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", address, str(partial))

    diff = await read_diff(partial, "HEAD~1", "HEAD", ["a.py", "c.py"])

    renamed = [(each.old, each.new) for each in diff.files if each.is_renamed]
    assert renamed == [("a.py", "moved.py")]
    assert all(each.hunks == () for each in diff.files)


async def test_the_commits_that_touched_a_file_are_listed_newest_first(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1\n", "b.py": "1\n"})
    base = git(shop, "rev-parse", "HEAD")
    commit(shop, {"a.py": "2\n"})
    first = git(shop, "rev-parse", "HEAD")
    commit(shop, {"b.py": "2\n"})
    git(shop, "rm", "-q", "a.py")
    commit(shop, {})
    last = git(shop, "rev-parse", "HEAD")

    touches = await History(shop).touches(base, last, {"a.py"}, 10)

    assert [(each.commit, each.path) for each in touches] == [(last, "a.py"), (first, "a.py")]
    assert (touches[0].new_blob, touches[0].old_blob) == ("", touches[1].new_blob)
    assert await History(shop).touches(base, last, set(), 10) == ()


async def test_what_is_no_commit_here_is_not_at_hand(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"a.py": "1\n"})
    history, head = History(shop), git(shop, "rev-parse", "HEAD")
    blob = git(shop, "rev-parse", "HEAD:a.py")

    assert await history.has(head)
    for other in ("", "0" * 40, "1" * 40, blob, "HEAD", "HEAD+dirty", "--help", f"{head}\n"):
        assert not await history.has(other), other


async def test_blobs_beyond_the_cap_are_left_out(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"small": "12345", "large": "123456"})
    small, large = (git(shop, "rev-parse", f"HEAD:{name}") for name in ("small", "large"))

    assert await History(shop).read([small, large, "1" * 40], 5) == {small: b"12345"}
    assert await History(shop).read([], 5) == {}
