"""What people make of the pages of a checkout is merged with what is generated anew."""

from pathlib import Path

from flows.local import Request
from tests.e2e.laptop import Laptop, commit, contents, dead_links, git
from tests.e2e.shop import CART

DOCS = "docs/autodoc"
FEE = CART.replace("count: int = 1", "count: int = 1, fee: int = 0").replace(
    "what a customer wants to buy", "what a customer buys, and the fee"
)
OWN = "## How we use it\n\nWe call it from the till.\n\n"


def edit(checkout: Path) -> str:
    """Change a page, delete another and add one, as people do; returns the changed page."""
    folder = checkout / DOCS
    page = next(
        path for path in sorted((folder / "subsystems").glob("*.md")) if "cart" in path.read_text()
    )
    text = page.read_text().replace("\n## ", f"\n{OWN}## ", 1)
    page.write_bytes(text.replace("\n", "\r\n").encode())
    (folder / "architecture.md").unlink()
    (folder / "till.md").write_text("# Running the till\n")
    return page.relative_to(checkout / DOCS).as_posix()


async def test_edits_outlive_updates_generations_and_a_clone_without_history(
    laptop: Laptop, folder: Path
) -> None:
    checkout = laptop.make_repository("shop")
    git(checkout, "remote", "add", "origin", "git@git.example.org:octo/shop.git")
    await laptop.generate(Request(target=str(checkout)))
    page = edit(checkout)
    git(checkout, "add", "--all")
    commit(checkout, {"shop/cart.py": FEE})
    clone = folder / "clone"
    git(folder, "clone", "--quiet", "--depth=1", f"file://{checkout}", str(clone))
    git(clone, "remote", "set-url", "origin", "git@git.example.org:octo/shop.git")
    other = Laptop(folder / "other")

    made = await laptop.update(Request(target=str(checkout)))
    updated = contents(checkout / DOCS)
    again = await laptop.generate(Request(target=str(checkout)))
    await other.update(Request(target=str(clone)))

    assert made.outcome is not None
    assert any("`architecture.md` stays deleted" in each for each in made.outcome.warnings)
    assert again.written == ()
    for files in (updated, contents(checkout / DOCS), contents(clone / DOCS)):
        text = files[page].decode()
        assert OWN.replace("\n", "\r\n") in text
        assert text.count("\n") == text.count("\r\n")
        assert "fee" in text
        assert "architecture.md" not in files
        assert b"- [Running the till](till.md)" in files["index.md"]
        assert files["till.md"] == b"# Running the till\n"
        assert OWN.strip() in files["llms-full.txt"].decode()
    assert [each for each in dead_links(checkout / DOCS) if "https:" not in each] == []
