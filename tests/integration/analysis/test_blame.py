from pathlib import Path

from app.analysis.blame import with_commits
from app.analysis.changes import read_changes
from app.analysis.facts import MemoryFactCache
from app.domain.code.change import Place
from app.git.history import History
from tests.integration.git.repositories import commit, git, make_repository

CART = (
    "def total(items):\n    return sum(items)\n\n\ndef count(items):\n    return len(items)\n"
    '\n\ndef more():\n    return ("what makes", "the file long", "enough", "to be", "known")\n'
)


async def commits_of(shop: Path, base: str, *keys: str) -> dict[str, str]:
    history, cache = History(shop), MemoryFactCache()
    head = git(shop, "rev-parse", "HEAD")
    changes = await read_changes(history, base, head, {"cart.py"}, cache)
    parts = (key.partition(":") for key in keys)
    places = [Place(path=path, symbol=name) for path, _, name in parts]
    told = (await with_commits(history, changes, places, cache)).commits
    return {key: git(shop, "log", "-1", "--format=%s", each) for key, each in told.items()}


def change(shop: Path, name: str, before: str, after: str, subject: str) -> None:
    text = (shop / name).read_text()
    commit(shop, {name: text.replace(before, after)})
    git(shop, "commit", "-q", "--amend", "-m", subject)


async def test_the_commit_is_the_one_that_changed_the_symbol_and_not_just_its_file(
    tmp_path: Path,
) -> None:
    shop = make_repository(tmp_path / "shop", {"cart.py": CART, "notes.md": "# Notes\n"})
    base = git(shop, "rev-parse", "HEAD")
    change(shop, "cart.py", "sum(items)", "sum(items) * 2", "Double")
    change(shop, "cart.py", "len(items)", "len(items) + 1", "Count one more")
    change(shop, "cart.py", "sum(items) * 2", "sum(items)  *  2  # twice", "Explain")
    change(shop, "notes.md", "Notes", "News", "Tell")

    told = await commits_of(
        shop, base, "cart.py:total", "cart.py:count", "notes.md", "cart.py:never"
    )

    assert told == {
        "cart.py:total": "Double",
        "cart.py:count": "Count one more",
        "notes.md": "Tell",
    }


async def test_a_symbol_is_followed_into_the_file_that_was_renamed(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"cart.py": CART})
    base = git(shop, "rev-parse", "HEAD")
    change(shop, "cart.py", "sum(items)", "sum(items) * 2", "Double")
    git(shop, "mv", "cart.py", "basket.py")
    git(shop, "commit", "-qm", "Rename")
    change(shop, "basket.py", "len(items)", "len(items) + 1", "Count one more")

    told = await commits_of(shop, base, "basket.py:total", "basket.py:count")

    assert told == {"basket.py:total": "Double", "basket.py:count": "Count one more"}


async def test_the_commit_that_removed_a_symbol_is_told_even_from_a_side_branch(
    tmp_path: Path,
) -> None:
    shop = make_repository(tmp_path / "shop", {"cart.py": CART, "other.py": "x = 1\n"})
    base = git(shop, "rev-parse", "HEAD")
    git(shop, "checkout", "-q", "-b", "side")
    change(shop, "cart.py", CART.partition("\n\n\n")[0], "", "Remove the total")
    git(shop, "checkout", "-q", "main")
    change(shop, "other.py", "1", "2", "Change another file")
    git(shop, "merge", "-q", "--no-ff", "-m", "Merge", "side")
    change(shop, "cart.py", "len(items)", "len(items) + 1", "Count one more")

    told = await commits_of(shop, base, "cart.py:total")

    assert told == {"cart.py:total": "Remove the total"}


async def test_without_a_base_nothing_is_told(tmp_path: Path) -> None:
    shop = make_repository(tmp_path / "shop", {"cart.py": CART})

    assert await commits_of(shop, "", "cart.py:total") == {}
