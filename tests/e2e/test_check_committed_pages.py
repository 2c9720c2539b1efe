"""`autodoc check` of pages that were committed: HEAD is then another commit than theirs."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.laptop import Laptop, commit, git

FINDINGS = 1


@pytest.fixture(scope="module")
def shop(laptop: Laptop) -> Path:
    checkout = laptop.make_repository("shop")
    git(checkout, "remote", "add", "origin", "https://git.example.org/octo/shop.git")
    done = laptop.run("generate", cwd=checkout)
    assert done.status == 0, done.errors
    git(checkout, "add", "--", "docs")
    git(checkout, "commit", "--quiet", "-m", "Document the shop")
    return checkout


def test_committed_pages_have_no_finding(laptop: Laptop, shop: Path) -> None:
    ran = laptop.run("check", cwd=shop)

    assert (ran.status, ran.output, ran.errors) == (0, "0 findings.\n", "")


def test_a_range_past_the_end_at_the_pages_own_commit_is_found(
    laptop: Laptop, shop: Path, folder: Path
) -> None:
    stamped = git(shop, "rev-parse", "HEAD~1")
    link = f"https://git.example.org/octo/shop/blob/{stamped}/shop/cart.py#L5-L999"
    pages = folder / "docs"
    shutil.copytree(shop / "docs" / "autodoc", pages)
    home = pages / "index.md"
    home.write_text(home.read_text().replace("\n", f"\n\nSee [the end]({link}).\n", 1))

    ran = laptop.run("check", pages, cwd=shop)

    assert ran.status == FINDINGS
    assert "index.md:3: error: `shop/cart.py` has " in ran.output
    assert ran.output.endswith("1 finding.\n")


def test_pages_whose_commit_a_shallow_clone_lacks_are_warned_about_once(
    laptop: Laptop, shop: Path, folder: Path
) -> None:
    clone = folder / "clone"
    git(shop, "clone", "--quiet", "--depth=1", f"file://{shop}", str(clone))
    git(clone, "remote", "set-url", "origin", "https://git.example.org/octo/shop.git")

    ran = laptop.run("check", cwd=clone)

    assert ran.status == 0, ran.output
    assert ran.output.count("warning: ") == 1
    assert "git fetch --unshallow" in ran.output


def test_what_a_later_commit_makes_false_in_a_page_is_still_found(
    laptop: Laptop, shop: Path, folder: Path
) -> None:
    clone = folder / "clone"
    git(shop, "clone", "--quiet", f"file://{shop}", str(clone))
    git(clone, "remote", "set-url", "origin", "https://git.example.org/octo/shop.git")
    commit(clone, {"shop/cart.py": "class Basket:\n    pass\n"})

    ran = laptop.run("check", cwd=clone)

    assert ran.status == FINDINGS
    assert "`count` is not in the documented commit" in ran.output
