"""`autodoc impact` and `autodoc ack`: what a change makes of the pages, where nothing else is."""

import json
import os
import subprocess
from pathlib import Path
from shutil import copytree

import pytest

from tests.e2e.laptop import AUTODOC, Laptop, Ran, commit, contents, git

FINDINGS, INPUT = 1, 2
PAGE = "docs/autodoc/reference/shop.md"
README = "# Shop\n\nAdd up with `Cart.total`.\n"


@pytest.fixture(scope="module")
def documented(laptop: Laptop) -> Path:
    """A checkout whose pages are committed."""
    checkout = laptop.make_repository("shop")
    commit(checkout, {"README.md": README})
    done = laptop.run("generate", cwd=checkout)
    assert done.status == 0, done.errors
    git(checkout, "add", "--all")
    git(checkout, "commit", "-qm", "Document")
    return checkout


@pytest.fixture
def shop(documented: Path, folder: Path) -> Path:
    """A checkout of one's own, on a machine where nothing was ever generated."""
    copytree(documented, folder / "shop")
    return folder / "shop"


@pytest.fixture
def machine(folder: Path) -> Laptop:
    return Laptop(folder)


def change(shop: Path, before: str, after: str, name: str = "shop/cart.py") -> str:
    text = (shop / name).read_text()
    assert before in text
    return commit(shop, {name: text.replace(before, after)})


def shallow(shop: Path) -> Path:
    clone = shop.with_name("shallow")
    git(shop, "clone", "--quiet", "--depth=1", f"file://{shop}", str(clone))
    return clone


def stale_pages(ran: Ran) -> list[str]:
    told = json.loads(ran.output)
    pages = [f"{each['output']}/{page['page']}" for each in told["scopes"] for page in each["pages"]
             if page["verdict"] == "stale"]  # fmt: skip
    return [*pages, *(page["page"] for page in told["people"] if page["verdict"] == "stale")]


def test_a_change_of_behaviour_is_told_and_one_of_layout_is_not(
    shop: Path, machine: Laptop
) -> None:
    change(
        shop,
        "        return sum(self._prices)",
        "        # Prices\n        return sum(self._prices)",
    )
    quiet = machine.run("impact", cwd=shop)
    assert (quiet.status, quiet.errors) == (0, "")
    assert quiet.output.strip().endswith("fresh.")

    changed = change(shop, "price: int, count: int = 1", "price: int")
    ran = machine.run("impact", cwd=shop / "shop")

    assert (ran.status, ran.errors) == (FINDINGS, "")
    assert f"{PAGE}: stale" in ran.output
    assert "`Cart.add` lost the parameter `count`" in ran.output
    assert f"commit {changed[:12]}" in ran.output
    assert "def add(self, price: int) -> None:" in ran.output
    assert not machine.data.exists()

    own = machine.run("impact", "HEAD~1..HEAD", "--json", "--repo", shop)
    assert (own.status, stale_pages(own)) == (FINDINGS, [PAGE])
    assert machine.run("impact", "HEAD~2..HEAD~1", cwd=shop).status == 0


def test_in_a_shallow_clone_a_stale_page_is_acknowledged_until_its_code_changes_again(
    shop: Path, machine: Laptop
) -> None:
    change(shop, "price: int, count: int = 1", "price: int")
    clone = shallow(shop)

    ran = machine.run("impact", "--json", cwd=clone)
    assert (ran.status, stale_pages(ran)) == (FINDINGS, [PAGE])
    before = contents(clone / "docs")
    done = machine.run("ack", PAGE, "the table is right all the same", cwd=clone)

    assert done.status == 0, done.errors
    assert "Cart.add" in done.output
    after = contents(clone / "docs")
    assert {each for each in after if after[each] != before[each]} == {
        "autodoc/.autodoc/reference-shop.json"
    }
    assert machine.run("impact", cwd=clone).status == 0
    assert machine.run("check", cwd=clone).status in (0, FINDINGS)

    change(clone, "price: int", "price: int, note: str")
    ran = machine.run("impact", "--json", cwd=clone)
    assert (ran.status, stale_pages(ran)) == (FINDINGS, [PAGE])
    assert not machine.data.exists()


def test_a_hook_stops_the_push_that_would_make_pages_stale(shop: Path, machine: Laptop) -> None:
    git(shop, "init", "--quiet", "--bare", "../origin.git")
    git(shop, "remote", "add", "origin", "../origin.git")
    assert pushed(shop, machine).returncode == 0, "a new branch is not stopped"

    change(shop, "def total", "def total_price")
    change(shop, "cart.total", "cart.total_price", "shop/checkout.py")
    refused = pushed(shop, machine)

    assert refused.returncode == 1
    assert "README.md: stale" in refused.stdout + refused.stderr
    assert "`Cart.total_price` now" in refused.stdout + refused.stderr

    git(shop, "reset", "--quiet", "--hard", "HEAD~2")
    commit(shop, {"shop/other.py": "x = 1\n"})
    assert pushed(shop, machine).returncode == 0


def pushed(shop: Path, machine: Laptop) -> "subprocess.CompletedProcess[str]":
    """Push as a person does, with the hook that `autodoc impact --help` shows."""
    helped = machine.run("impact", "--help").output
    lines = [line.strip() for line in helped.splitlines()]
    first = lines.index("while read -r _ new _ old; do")
    hook = shop / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("\n".join(["#!/bin/sh", *lines[first : first + 2], ""]))
    hook.chmod(0o755)
    command = shop.parent / "bin/autodoc"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {" ".join(AUTODOC)} "$@"\n')
    command.chmod(0o755)
    environment = machine.environment()
    path = f"{command.parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        ["git", "push", "--quiet", "origin", "HEAD:main"],  # noqa: S607 - the git of the machine
        cwd=shop,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_what_is_asked_wrongly_is_said_in_one_sentence(shop: Path, machine: Laptop) -> None:
    for arguments, told in (
        (("impact", "HEAD"), "name a range BASE..HEAD"),
        (("impact", "nothing..HEAD"), "no commit that is called nothing"),
        (("impact", "--repo", machine.folder / "bin"), "is not a directory"),
        (("ack", "docs/autodoc/index.md", "true"), "is not stale"),
        (("ack", "docs/autodoc/index.md", "true", "--range", "HEAD..HEAD~1"), "end the range"),
        (("ack", "docs/autodoc/indes.md", "true"), "there is no page"),
    ):
        ran = machine.run(*arguments, cwd=shop)
        assert ran.status == INPUT, arguments
        assert told in ran.sentence
