"""`autodoc search` and `autodoc check`: asking the documentation, and doubting it."""

import json
import re
from pathlib import Path

import pytest

from tests.e2e.laptop import Laptop, Ran, contents, git, write

FINDINGS, INPUT = 1, 2
HOME = "index.md"
PEOPLE = {
    "guide.md": (
        "# Guide\n\nInstall with `pip install shop`, then read [the list](https://example.org).\n\n"
        "![a picture](https://example.org/x.png)\n\n<details>More</details>\n\n"
        "```bash\nshop --help\n```\n\nSee `shop/cart.py` and [below](#more).\n\n## More\n\nText.\n"
    ),
    "notes/todo.md": "- [ ] think about `the future`\n- [back](../guide.md#more)\n",
}


@pytest.fixture(scope="module")
def shop(laptop: Laptop) -> Path:
    checkout = laptop.make_repository("shop")
    git(checkout, "remote", "add", "origin", "https://git.example.org/octo/shop.git")
    done = laptop.run("generate", cwd=checkout)
    assert done.status == 0, done.errors
    return checkout


@pytest.fixture(scope="module")
def library(laptop: Laptop) -> Path:
    checkout = laptop.make_repository("library", {"lib.py": '"""Lends books."""\n'})
    done = laptop.run("generate", cwd=checkout)
    assert done.status == 0, done.errors
    return checkout


def test_a_question_finds_pages_with_their_headings_and_an_excerpt(
    laptop: Laptop, shop: Path
) -> None:
    ran = laptop.run("search", "Cart.total adds up prices", "--limit", 2, cwd=shop)

    assert ran.status == 0, ran.errors
    first = ran.output.splitlines()[0]
    assert re.match(r"1\. shop\b.*  \[.*reference/shop\.md\]", first)
    assert "def total(self) -> int" in ran.output
    assert "3. " not in ran.output

    hits = json.loads(laptop.run("search", "Cart.total", "--json", cwd=shop).output)
    assert hits[0]["page"] == "reference/shop.md"
    assert hits[0]["source"] == str(shop / "docs/autodoc/reference/shop.md")
    assert hits[0]["commit"] == git(shop, "rev-parse", "HEAD")


def test_a_repository_is_named_by_path_address_or_name(
    laptop: Laptop, shop: Path, library: Path
) -> None:
    for named in (library, f"{library}/", "library"):
        hits = json.loads(laptop.run("search", "books", "--repo", named, "--json").output)
        assert hits[0]["source"].startswith(str(library))
    addresses = ("https://git.example.org/octo/shop", "git@git.example.org:octo/shop.git")
    for named in (*addresses, "octo/shop", "Octo/Shop", shop):
        hits = json.loads(laptop.run("search", "cart", "--repo", named, "--json").output)
        assert hits[0]["source"].startswith(str(shop))


def test_an_unknown_repository_is_answered_with_the_known_ones(
    laptop: Laptop, library: Path
) -> None:
    unknown = laptop.run("search", "x", "--repo", "https://git.example.org/octo/other")
    unnamed = laptop.run("search", "x")

    for ran in (unknown, unnamed):
        assert ran.status == INPUT
        assert f"{library}, https://git.example.org/octo/shop" in ran.sentence
    assert "name a repository with --repo" in unnamed.sentence


def test_a_search_that_finds_nothing_says_so(laptop: Laptop, shop: Path) -> None:
    ran = laptop.run("search", "zzzxqy", "--type", "text", cwd=shop)
    wrong = laptop.run("search", "cart", "--type", "psychic", cwd=shop)

    assert (ran.status, ran.output) == (FINDINGS, "")
    assert "nothing in the documentation answers" in ran.sentence
    assert wrong.status == INPUT
    assert "--type is hybrid, semantic or text, not 'psychic'" in wrong.sentence


def test_before_anything_is_documented_a_search_says_how_to_begin(
    laptop: Laptop, folder: Path
) -> None:
    ran = laptop.run("search", "x", settings={"AUTODOC_DATA_DIR": str(folder / "data")})

    assert ran.status == INPUT
    assert "none yet: run `autodoc generate` first" in ran.sentence


def check(laptop: Laptop, checkout: Path, *arguments: object) -> Ran:
    return laptop.run("check", *arguments, cwd=checkout)


def test_our_own_pages_have_no_finding(laptop: Laptop, shop: Path, library: Path) -> None:
    for checkout in (shop, library):
        ran = check(laptop, checkout)
        assert (ran.status, ran.output, ran.errors) == (0, "0 findings.\n", "")
    assert check(laptop, shop / "shop", "--json").output == "[]\n"


def test_every_planted_error_is_found_at_its_page_and_line(
    laptop: Laptop, shop: Path, folder: Path
) -> None:
    base = f"https://git.example.org/octo/shop/blob/{git(shop, 'rev-parse', 'HEAD')}"
    for name, data in contents(shop / "docs" / "autodoc").items():
        write(folder / "docs", {name: data.decode()})
    home = folder / "docs" / HOME
    planted = {
        "path": f"See [a file]({base}/shop/gone.py).",
        "range": f"See [the end]({base}/shop/cart.py#L5-L999).",
        "link": "Read [more](nowhere.md).",
        "anchor": "Read [the parts](architecture.md#nothing).",
        "symbol": "Call `Cart.refund_everything()` first.",
        "code": f"[cart.py:1]({base}/shop/cart.py#L1-L3):\n\n```python\nMAX_ITEMS = 51\n```",
        "diagram": '```mermaid\nflowchart LR\n  a["x\n```',
    }
    lines, text = {}, home.read_text()
    title, _, rest = text.partition("\n")
    start = title + "\n"
    for rule, said in planted.items():
        lines[rule] = start.count("\n") + 2
        start += f"\n{said}\n"
    home.write_text(start + rest)

    ran = check(laptop, shop, folder / "docs")
    found = json.loads(check(laptop, shop, folder / "docs", "--json").output)

    assert ran.status == FINDINGS
    places = {(each["page"], each["line"]) for each in found}
    for rule, line in lines.items():
        near = {(HOME, line + offset) for offset in range(len(planted[rule].split("\n")))}
        assert near & places, (rule, line, ran.output)
        assert re.search(
            rf"^{HOME}:({'|'.join(str(n) for _, n in sorted(near))}): error: ", ran.output, re.M
        )
    assert len(found) == len(planted), ran.output
    assert ran.output.endswith(f"{len(found)} findings.\n")


def test_a_strangers_markdown_is_checked_without_noise(
    laptop: Laptop, shop: Path, folder: Path
) -> None:
    write(folder, PEOPLE)
    quiet = check(laptop, shop, folder)
    write(folder, {"guide.md": PEOPLE["guide.md"].replace("shop/cart.py", "shop/carts.py")})
    silent = check(laptop, shop, folder)
    loud = check(laptop, shop, folder, "--strict")

    assert (silent.status, silent.output) == (0, "0 findings.\n")
    assert (quiet.status, quiet.output) == (0, "0 findings.\n")
    assert loud.status == 0
    assert "guide.md:13: warning: `shop/carts.py` is not in the documented commit" in loud.output
    assert loud.output.endswith("\n1 finding.\n")


def test_pages_are_checked_against_the_commit_that_is_named(laptop: Laptop, shop: Path) -> None:
    assert "has no commit that is called v9" in check(laptop, shop, "--ref", "v9").sentence
    assert check(laptop, shop, "--ref", "HEAD").status == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["nowhere"], "is not a folder: run `autodoc generate` first"), (["."], "git repository")],
)
def test_what_cannot_be_checked_is_refused(
    laptop: Laptop, folder: Path, shop: Path, arguments: list[str], sentence: str
) -> None:
    where = shop if arguments == ["nowhere"] else folder
    ran = check(laptop, where, *arguments)

    assert ran.status == INPUT
    assert sentence in ran.sentence


def test_a_page_that_is_no_text_is_refused_by_name(
    laptop: Laptop, shop: Path, folder: Path
) -> None:
    (folder / "bytes.md").write_bytes(b"\xff\xfe\x00")

    ran = check(laptop, shop, folder)

    assert ran.status == INPUT
    assert f"{folder / 'bytes.md'} is not UTF-8 text" in ran.sentence
