"""Which pages of a checkout `autodoc check` reads, and on which of them it reports."""

import asyncio
import os
from pathlib import Path

import pytest

from app.cli.check_pages import Question, judge
from app.errors import InputError
from tests.integration.git.repositories import commit, make_repository

TRUE, FALSE = "# A\n\n[b](b.md)\n", "# B\n\n[gone](gone.md)\n"
FILES: dict[str, str | bytes] = {
    "shop.py": "x = 1\n",
    ".gitignore": "/docs/built.md\n",
    "docs/a.md": TRUE,
    "docs/b.md": FALSE,
    "docs/c.md": FALSE,
    "README.md": "[a](docs/a.md)\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop", FILES)


async def reported(asked: Question) -> list[tuple[str, str]]:
    pages, findings = await judge(asked)
    return [(pages.name_in_repository(each.page), each.rule) for each in findings]


async def test_all_pages_of_a_folder_are_judged(shop: Path) -> None:
    found = await reported(Question(directory=shop / "docs", repo=shop))

    assert found == [("docs/b.md", "link"), ("docs/c.md", "link")]


async def test_of_one_page_only_its_own_findings_are_told(shop: Path) -> None:
    assert await reported(Question(directory=shop / "docs" / "a.md", repo=shop)) == []
    assert await reported(Question(directory=shop / "docs" / "b.md", repo=shop)) == [
        ("docs/b.md", "link")
    ]


async def test_links_pipes_and_devices_among_the_pages_are_not_read(
    shop: Path, tmp_path: Path
) -> None:
    docs, secret = shop / "docs", tmp_path / "secret.md"
    secret.write_text(FALSE)
    (docs / "dangling.md").symlink_to("nowhere.md")
    (docs / "outside.md").symlink_to(secret)
    (docs / "zero.md").symlink_to("/dev/zero")
    os.mkfifo(docs / "pipe.md")
    (docs / "LOUD.MD").write_text(FALSE)

    async with asyncio.timeout(10):
        found = await reported(Question(directory=docs, repo=shop))

    assert found == [("docs/LOUD.MD", "link"), ("docs/b.md", "link"), ("docs/c.md", "link")]


async def test_a_page_that_cannot_be_read_is_named(shop: Path) -> None:
    (shop / "docs" / "bad.md").write_bytes(b"\xff\xfe")

    with pytest.raises(InputError, match=r"bad\.md is not UTF-8"):
        await judge(Question(directory=shop / "docs", repo=shop))


async def test_only_pages_that_differ_from_a_commit_are_reported_on(shop: Path) -> None:
    commit(shop, {"docs/c.md": f"{FALSE}\nMore.\n"})
    (shop / "docs" / "new.md").write_text(FALSE)
    (shop / "docs" / "a.md").write_text(f"{TRUE}\nMore.\n")
    asked = Question(directory=shop / "docs", repo=shop)

    committed = await reported(asked.model_copy(update={"changed_since": "HEAD"}))
    since = await reported(asked.model_copy(update={"changed_since": "HEAD~1"}))

    assert committed == [("docs/new.md", "link")]
    assert since == [("docs/c.md", "link"), ("docs/new.md", "link")]


async def test_a_page_that_was_asked_for_and_did_not_change_is_not_reported_on(shop: Path) -> None:
    asked = Question(directory=shop / "docs" / "b.md", repo=shop, changed_since="HEAD")

    assert await reported(asked) == []


async def test_pages_outside_the_checkout_have_no_earlier_state(shop: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "a.md").write_text(FALSE)

    with pytest.raises(InputError, match="leave out --changed-since"):
        await judge(Question(directory=outside, repo=shop, changed_since="HEAD"))


async def test_what_git_ignores_is_written_by_a_build(shop: Path) -> None:
    (shop / "docs" / "a.md").write_text("[x](built.md) [y](other.md)\n")

    found = await reported(Question(directory=shop / "docs" / "a.md", repo=shop))

    assert found == [("docs/a.md", "link")]


async def test_what_autodoc_wrote_below_a_folder_is_a_set_of_its_own(shop: Path) -> None:
    stamp = "\n<!-- autodoc page=home commit=x recipe=y -->\n"
    for output in ("docs/autodoc", "build/demo"):
        for name, text in {
            ".autodoc/home.json": "{}",
            "index.md": f"# Shop\n\n[one](reference/one.md)\n{stamp}",
            "reference/one.md": f"# One\n\n[home](../index.md) [no](gone.md)\n{stamp}",
        }.items():
            path = shop / output / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    (shop / "docs" / "a.md").write_text("[ours](autodoc/index.md) [no](autodoc/gone.md)\n")

    async def named(place: Path) -> list[tuple[str, str]]:
        _, findings = await judge(Question(directory=place, repo=shop))
        return [(each.page, each.rule) for each in findings]

    assert await named(shop / "docs") == [
        ("a.md", "link"), ("b.md", "link"), ("c.md", "link"), ("autodoc/reference/one.md", "link")
    ]  # fmt: skip
    assert [page for page, _ in await named(shop)] == [
        "docs/a.md", "docs/b.md", "docs/c.md",
        "build/demo/reference/one.md", "docs/autodoc/reference/one.md",
    ]  # fmt: skip
    part = [("reference/one.md", "link")]
    assert await named(shop / "build" / "demo" / "reference") == part
    assert await named(shop / "docs" / "autodoc" / "reference" / "one.md") == part
    assert await named(shop / "docs" / "autodoc" / "index.md") == []


async def test_a_place_without_markdown_is_refused(shop: Path) -> None:
    (shop / "empty" / "deep").mkdir(parents=True)
    (shop / "empty" / "deep" / "x.txt").write_text("no page")

    for place in ("empty", "shop.py"):
        with pytest.raises(InputError, match="no Markdown"):
            await judge(Question(directory=shop / place, repo=shop))
