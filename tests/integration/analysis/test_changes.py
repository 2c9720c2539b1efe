from pathlib import Path

from app.analysis.changes import BothSides, read_both_sides, read_changes
from app.analysis.facts import MemoryFactCache
from app.domain.code.change import Changes
from app.git.history import History
from tests.integration.git.repositories import commit, git, make_repository

CART = "def total(items, tax=0.2):\n    return sum(items) * (1 + tax)\n"
UNTOUCHED = "def other():\n    return 1\n"


def shop_at(path: Path) -> Path:
    return make_repository(
        path,
        {"shop/cart.py": CART, "shop/other.py": UNTOUCHED, "shop/old.py": UNTOUCHED * 3, "a": "1"},
    )


async def changes_of(repository: Path, base: str, cited: set[str]) -> Changes:
    base = git(repository, "rev-parse", base) if base.startswith("HEAD~") else base
    head = git(repository, "rev-parse", "HEAD")
    return await read_changes(History(repository), base, head, cited, MemoryFactCache())


async def both_sides_of(repository: Path) -> BothSides:
    base, head = git(repository, "rev-parse", "HEAD~1", "HEAD").split("\n")
    return await read_both_sides(History(repository), base, head, {"a"}, MemoryFactCache())


async def test_only_what_changed_is_read(tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "shop")
    cart = f"\n{CART.replace('0.2', '0.3')}"
    commit(shop, {"shop/cart.py": cart, "shop/new.py": "x = 1\n", "a": "2", "docs/a.md": "# A\n"})

    changes = await changes_of(shop, "HEAD~1", {"shop/cart.py", "shop/other.py"})

    assert set(changes.files) == {"shop/cart.py"}, "prose that nobody cites is left out"
    now = changes.files["shop/cart.py"]
    assert now is not None
    assert now.symbols["total"].parameters[1].default == "0.3"
    assert now.symbols["total"].first_line == 2
    assert "0.3" in now.text
    assert set(changes.added) == {"shop/new.py"}
    assert [each.new_first for each in changes.hunks["shop/cart.py"]] == [1]


async def test_a_renamed_file_stands_under_its_old_path_and_a_removed_one_is_none(
    tmp_path: Path,
) -> None:
    shop = shop_at(tmp_path / "shop")
    git(shop, "mv", "shop/old.py", "shop/young.py")
    git(shop, "rm", "-q", "shop/cart.py")
    commit(shop, {})

    changes = await changes_of(shop, "HEAD~1", {"shop/old.py", "shop/cart.py"})

    renamed = changes.files["shop/old.py"]
    assert renamed is not None
    assert (renamed.path, list(renamed.symbols)) == ("shop/young.py", ["other"])
    assert changes.files["shop/cart.py"] is None
    assert changes.renames == {"shop/old.py": "shop/young.py"}
    assert changes.added == {}


async def test_without_the_base_every_cited_file_is_read(tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "shop")
    git(shop, "mv", "shop/cart.py", "cart.py")
    commit(shop, {})
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{shop}", str(shallow))
    base = git(shop, "rev-parse", "HEAD~1")

    for missing in (base, "", "0" * 40, "HEAD+dirty"):
        changes = await changes_of(shallow, missing, {"shop/cart.py", "shop/other.py"})

        assert changes.base == ""
        assert changes.files["shop/cart.py"] is None
        other = changes.files["shop/other.py"]
        assert other is not None
        assert list(other.symbols) == ["other"]
        assert list(changes.added) == ["cart.py"]
        assert changes.hunks == {}


async def test_a_base_on_another_branch_is_compared_all_the_same(tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "shop")
    git(shop, "checkout", "-q", "-b", "pages")
    commit(shop, {"shop/cart.py": CART.replace("0.2", "0.3")})
    pages = git(shop, "rev-parse", "HEAD")
    git(shop, "checkout", "-q", "main")
    commit(shop, {"shop/other.py": UNTOUCHED.replace("1", "2")})

    changes = await changes_of(shop, pages, {"shop/cart.py"})

    assert (changes.base, set(changes.files)) == (pages, {"shop/cart.py", "shop/other.py"})


async def test_what_is_no_readable_source_is_only_there(tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "shop")
    (shop / "shop/other.py").unlink()
    (shop / "shop/other.py").symlink_to("cart.py")
    commit(shop, {"shop/cart.py": b"\xff\0", "shop/old.py": "x = 1\n" * 200_000, "a": "2"})

    cited = {"shop/cart.py", "shop/other.py", "shop/old.py", "a"}
    changes = await changes_of(shop, "HEAD~1", cited)

    for path in ("shop/cart.py", "shop/other.py", "shop/old.py"):
        now = changes.files[path]
        assert now is not None
        assert (now.path, now.symbols, now.text) == (path, {}, "")
    text = changes.files["a"]
    assert text is not None
    assert text.text == "2"


async def test_digests_are_those_of_the_text_without_secrets(tmp_path: Path) -> None:
    secret = f"KEY = 'ghp_{'a' * 36}'\n"
    shop = make_repository(tmp_path / "shop", {"a.py": "1\n"})
    commit(shop, {"a.py": secret})

    now = (await changes_of(shop, "HEAD~1", {"a.py"})).files["a.py"]

    assert now is not None
    assert "ghp_a" not in now.text
    assert "KEY" in now.symbols


async def test_both_sides_know_what_was_there_before(tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "shop")
    git(shop, "rm", "-q", "shop/old.py", "a")
    commit(shop, {"shop/cart.py": "def price():\n    return 1\n", "shop/new.py": "y = 1\n"})

    sides = await both_sides_of(shop)

    assert [each.name for each in sides.before["shop/cart.py"].symbols] == ["total"]
    assert set(sides.before) == {"shop/cart.py", "shop/old.py"}
    assert set(sides.now) == {"shop/cart.py", "shop/new.py"}
    assert sides.removed == {"shop/old.py", "a"}


async def test_a_folder_that_everything_left_is_gone_too(tmp_path: Path) -> None:
    shop = make_repository(
        tmp_path / "shop",
        {"shop/pay/card.py": CART, "shop/pay/cash/till.py": UNTOUCHED, "shop/old/a.py": "1\n"},
    )
    git(shop, "mv", "shop/pay", "shop/_pay")
    git(shop, "rm", "-q", "shop/old/a.py")
    commit(shop, {"shop/old/b.py": "2\n"})

    sides = await both_sides_of(shop)

    assert sides.folders == {"shop/pay", "shop/pay/cash"}
    assert sides.gone >= sides.removed | sides.folders
