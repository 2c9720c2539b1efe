import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.merge.folder import Merge
from app.domain.wiki.site.guide_block import Block
from app.domain.wiki.site.publication import build_site
from app.errors import InputError, LeaseLost
from flows.orchestrator.publisher import Change, DirectoryPublisher, Publication, staged_by_folder
from tests.unit.app.domain.wiki.pages import all_pages

GUIDE = b"# Guide\n\n<!-- autodoc page=guide commit=c recipe=r -->\n"
RECORD = json.dumps({"path": "guide.md", "digest": hashlib.sha256(GUIDE).hexdigest()[:16]}).encode()


def publication(files: Mapping[str, bytes]) -> Publication:
    return Publication(files=files, commit="c" * 40)


async def agree() -> None:
    """Nobody else took over."""


async def test_files_are_written_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    files = {"index.md": b"# Home\n", "reference/app.md": b"# App\n"}
    publisher = DirectoryPublisher({"": tmp_path / "docs"})
    first = await publisher.publish([publication(files)], agree)
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")}
    second = await publisher.publish([publication(files)], agree)
    assert set(first.written) == set(files)
    assert second.written == ()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")} == stamps


async def test_retired_page_of_ours_is_removed_and_a_persons_page_stays(tmp_path: Path) -> None:
    publisher = DirectoryPublisher({"": tmp_path})
    old = {"guide.md": GUIDE, ".autodoc/guide.json": RECORD}
    await publisher.publish([publication(old)], agree)
    (tmp_path / "notes.md").write_text("Mine.\n")
    done = await publisher.publish([publication({"index.md": b"# Home\n"})], agree)
    assert done.removed == (".autodoc/guide.json", "guide.md")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "index.md",
        "notes.md",
    ]


@pytest.mark.parametrize("path", ["../stolen.md", "/etc/stolen.md", "a/../../stolen.md"])
async def test_path_that_leaves_the_folder_is_refused_and_nothing_is_written(
    tmp_path: Path, path: str
) -> None:
    folder = tmp_path / "docs"
    leaving = publication({"index.md": b"x", path: b"x"})
    with pytest.raises(InputError, match="outside"):
        await DirectoryPublisher({"": folder}).publish([leaving], agree)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_folder_that_is_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "reference").symlink_to(outside)
    page = publication({"reference/app.md": b"x"})
    with pytest.raises(InputError, match="outside"):
        await DirectoryPublisher({"": folder}).publish([page], agree)
    assert list(outside.iterdir()) == []


async def test_page_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "index.md").symlink_to(target)
    with pytest.raises(InputError, match="symbolic link"):
        await DirectoryPublisher({"": folder}).publish([publication({"index.md": b"x"})], agree)
    assert target.read_text() == "untouched"


async def test_records_that_are_no_files_are_left_alone(tmp_path: Path) -> None:
    records = tmp_path / "docs" / ".autodoc"
    records.mkdir(parents=True)
    (tmp_path / "guide.json").write_bytes(RECORD)
    (tmp_path / "docs" / "guide.md").write_bytes(GUIDE)
    (records / "guide.json").symlink_to(tmp_path / "guide.json")
    os.mkfifo(records / "pipe.json")
    with (records / "huge.json").open("wb") as file:
        file.truncate(60_000_000)
    publisher = DirectoryPublisher({"": tmp_path / "docs"})

    done = await publisher.publish([publication({"index.md": b"x"})], agree)

    assert done.written == ("index.md",)
    assert done.removed == ()
    assert (records / "guide.json").is_symlink()
    assert (records / "pipe.json").is_fifo()


@pytest.mark.parametrize("name", ["index.md", ".autodoc/home.json", ".autodoc/root.guides.json"])
async def test_a_page_is_not_written_over_what_is_no_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    files = publication({"index.md": b"x", ".autodoc/home.json": b"{}"})

    with pytest.raises(InputError, match="move it away"):
        await DirectoryPublisher({"": tmp_path}).publish([files], agree)

    assert [each for each in tmp_path.rglob("*") if not each.is_dir()] == [path]


async def test_dry_run_tells_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    publisher = DirectoryPublisher({"": folder}, dry_run=True)
    done = await publisher.publish([publication({"index.md": b"x"})], agree)
    assert done.written == ("index.md",)
    assert not folder.exists()


async def test_run_that_lost_its_lease_writes_nothing(tmp_path: Path) -> None:
    async def refuse() -> None:
        raise LeaseLost("another run took the job over")

    page = publication({"index.md": b"x"})
    with pytest.raises(LeaseLost):
        await DirectoryPublisher({"": tmp_path / "docs"}).publish([page], refuse)
    assert not (tmp_path / "docs").exists()


async def test_folder_that_cannot_be_written_is_named_in_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(InputError, match=r"^cannot write to .*file"):
        await DirectoryPublisher({"": blocked / "docs"}).publish(
            [publication({"a.md": b"x"})], agree
        )


async def test_damaged_record_costs_nobody_a_page(tmp_path: Path) -> None:
    (tmp_path / ".autodoc").mkdir()
    (tmp_path / ".autodoc/guide.json").write_text("not json")
    (tmp_path / "guide.md").write_text("Mine.\n")
    await DirectoryPublisher({"": tmp_path}).publish([publication({"index.md": b"x"})], agree)
    assert (tmp_path / "guide.md").read_text() == "Mine.\n"


@pytest.mark.parametrize("path", ["mine.md", "../mine.md", "/mine.md", "mine.txt"])
async def test_planted_record_costs_nobody_a_page(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "docs"
    (folder / ".autodoc").mkdir(parents=True)
    record = {"path": path, "digest": hashlib.sha256(b"Mine.\n").hexdigest()[:16]}
    (folder / ".autodoc/planted.json").write_text(json.dumps(record))
    mine = [tmp_path / "mine.md", folder / "mine.md", folder / "mine.txt"]
    for each in mine:
        each.write_text("Mine.\n")
    await DirectoryPublisher({"": folder}).publish([publication({"index.md": b"x"})], agree)
    assert [each.read_text() for each in mine] == ["Mine.\n"] * 3


async def test_page_that_a_person_changed_stays_as_it_is_and_is_told(tmp_path: Path) -> None:
    publisher = DirectoryPublisher({"": tmp_path})
    await publisher.publish(
        [publication({"guide.md": GUIDE, ".autodoc/guide.json": RECORD})], agree
    )
    edited = GUIDE + b"\nNever delete this paragraph.\n"
    (tmp_path / "guide.md").write_bytes(edited)
    newer = {"guide.md": GUIDE.replace(b"Guide", b"Manual"), ".autodoc/guide.json": b"{}"}
    done = await publisher.publish([publication(newer)], agree)
    assert (tmp_path / "guide.md").read_bytes() == edited
    assert done.kept == ("guide.md",)


async def test_page_that_a_person_changed_is_not_removed_when_it_retires(tmp_path: Path) -> None:
    publisher = DirectoryPublisher({"": tmp_path})
    await publisher.publish(
        [publication({"guide.md": GUIDE, ".autodoc/guide.json": RECORD})], agree
    )
    (tmp_path / "guide.md").write_bytes(GUIDE + b"\nMore.\n")
    await publisher.publish([publication({"index.md": b"# Home\n"})], agree)
    assert (tmp_path / "guide.md").exists()


async def test_file_that_a_person_wrote_is_never_replaced_and_the_folder_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "index.md").write_text("My own home page.\n")
    files = publication({"architecture.md": b"# A\n", "index.md": b"# Home\n"})
    with pytest.raises(InputError, match=r"index\.md is not AutoDoc's"):
        await DirectoryPublisher({"": tmp_path}).publish([files], agree)
    assert [path.name for path in tmp_path.iterdir()] == ["index.md"]


async def test_run_that_was_killed_between_a_page_and_its_record_is_continued(
    tmp_path: Path,
) -> None:
    (tmp_path / "guide.md").write_bytes(GUIDE)
    files = {"guide.md": GUIDE, ".autodoc/guide.json": RECORD}
    done = await DirectoryPublisher({"": tmp_path}).publish([publication(files)], agree)
    assert done.written == (".autodoc/guide.json",)
    assert done.kept == ()


LIMITED = """
import asyncio, hashlib, json, resource, sys
from pathlib import Path
from app.errors import InputError
from flows.orchestrator.publisher import Change, DirectoryPublisher, Publication, staged_by_folder

async def agree():
    pass

def page(name, says):
    text = f"# {says}\\n\\n<!-- autodoc page={name} commit=c recipe=r -->\\n".encode()
    record = {"path": f"{name}.md", "digest": hashlib.sha256(text).hexdigest()[:16]}
    return {f"{name}.md": text, f".autodoc/{name}.json": json.dumps(record).encode()}

async def publish(files):
    folders = {"": Path(sys.argv[1]) / "a" / "docs", "b": Path(sys.argv[1]) / "b"}
    await DirectoryPublisher(folders).publish(
        [Publication(scope=scope, files=files, commit="c") for scope in folders], agree
    )

asyncio.run(publish({**page("index", "old"), **page("z", "old")}))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    asyncio.run(publish({**page("index", "new"), "new/page.md": b"new", **page("z", "n" * 2000)}))
except InputError as error:
    print(error)
"""


def test_when_one_page_cannot_be_written_every_page_of_every_scope_stays_as_it_was(
    tmp_path: Path,
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip

    assert ran.stdout == f"cannot write to {tmp_path}/a/docs, {tmp_path}/b: File too large\n"
    left = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*")}
    pages = {path: file.read_text() for path, file in left.items() if file.is_file()}
    assert len(pages) == 8
    assert all("old" in text for path, text in pages.items() if path.endswith(".md"))
    assert "a/docs/new" not in left


async def test_what_a_killed_run_left_aside_is_removed_and_not_taken_for_a_page(
    tmp_path: Path,
) -> None:
    aside = tmp_path / ".autodoc" / ".new-abcdefgh"
    aside.mkdir(parents=True)
    (aside / "0.tmp").write_bytes(b"half a pa")

    await DirectoryPublisher({"": tmp_path}).publish([publication({"index.md": b"x"})], agree)

    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["index.md"]


async def test_what_a_person_keeps_under_the_name_of_a_staging_folder_stays(tmp_path: Path) -> None:
    for name in (".new", ".new-mine"):
        folder = tmp_path / ".autodoc" / name
        folder.mkdir(parents=True)
        (folder / "notes.txt").write_bytes(b"mine")

    await DirectoryPublisher({"": tmp_path}).publish([publication({"index.md": b"x"})], agree)

    assert len([*tmp_path.rglob("notes.txt")]) == 2


def guided(**blocks: str) -> Publication:
    told = {f"{name}.md": Block(text=text) for name, text in blocks.items()}
    return Publication(files={"index.md": b"# Home\n"}, commit="c" * 40, blocks=told)


async def test_guides_are_written_beside_the_sources_and_go_again(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(b"# Mine\r\n")
    publisher = DirectoryPublisher({"": tmp_path / "docs"}, roots={"": tmp_path})

    first = await publisher.publish([guided(README="See docs.", AGENTS="`make test`")], agree)
    second = await publisher.publish([guided(README="See docs.", AGENTS="`make test`")], agree)
    readme = (tmp_path / "README.md").read_bytes()
    agents = (tmp_path / "AGENTS.md").read_text()
    last = await publisher.publish([guided()], agree)

    assert {"README.md", "AGENTS.md"} <= set(first.written)
    assert second.written == ()
    assert readme.startswith(b"# Mine\r\n\r\n<!-- autodoc:begin -->\r\nSee docs.\r\n")
    assert agents == "<!-- autodoc:begin -->\n`make test`\n<!-- autodoc:end -->\n"
    assert (tmp_path / "README.md").read_bytes() == b"# Mine\r\n"
    assert not (tmp_path / "AGENTS.md").exists()
    assert last.removed == (".autodoc/root.guides.json",)


async def test_a_guide_keeps_its_mode_and_nothing_waits_beside_it_afterwards(
    tmp_path: Path,
) -> None:
    (tmp_path / "README.md").write_bytes(b"# Mine\n")
    (tmp_path / "README.md").chmod(0o600)
    publisher = DirectoryPublisher({"": tmp_path / "docs"}, roots={"": tmp_path})

    await publisher.publish([guided(README="See docs.", AGENTS="x")], agree)

    assert (tmp_path / "README.md").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "AGENTS.md").stat().st_mode & 0o777 == 0o644
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", "AGENTS.md", "docs"}


def test_a_guide_moves_after_the_pages_and_before_its_record_and_lists_come_last() -> None:
    docs, root = Path("/other/docs"), Path("/checkout")
    records = (".autodoc/index.json", ".autodoc/root.guides.json")
    change = Change(
        publication=publication({}),
        directory=docs,
        changed=dict.fromkeys((*records, "index.md", "llms.txt"), b""),
        retired=(),
        merge=Merge(files={}),
        guides={root / "README.md": b"", root / "AGENTS.md": None},
    )
    staged = [(folder, [*files]) for folder, files in staged_by_folder(change)]

    assert staged == [
        (docs / ".autodoc", [docs / "index.md"]),
        (root, [root / "README.md"]),
        (docs / ".autodoc", [docs / each for each in (*records, "llms.txt")]),
    ]


async def test_a_record_that_names_a_path_no_file_can_have_is_no_obstacle(tmp_path: Path) -> None:
    records = tmp_path / ".autodoc"
    records.mkdir()
    for number, path in enumerate(("a\0.md", "\ud800.md", f"{'x' * 300}.md")):
        (records / f"{number}.json").write_text(json.dumps({"path": path, "digest": "a"}))

    done = await DirectoryPublisher({"": tmp_path}).publish(
        [publication({"index.md": b"# Home\n"})], agree
    )

    assert done.written == ("index.md",)


async def test_guide_that_is_a_link_or_has_no_place_is_left_and_reported(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("Mine.\n")
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    at_root = DirectoryPublisher({"": tmp_path / "docs"}, roots={"": tmp_path})
    elsewhere = DirectoryPublisher({"": tmp_path / "other"})

    done = await at_root.publish([guided(AGENTS="x")], agree)
    away = await elsewhere.publish([guided(README="x")], agree)

    assert done.notes == ("`AGENTS.md` is a symbolic link",)
    assert (tmp_path / "CLAUDE.md").read_text() == "Mine.\n"
    assert away.notes == ("README.md left alone: the pages go to another folder",)
    assert not (tmp_path / "README.md").exists()


async def test_dry_run_names_a_guide_and_leaves_it(tmp_path: Path) -> None:
    publisher = DirectoryPublisher({"": tmp_path / "docs"}, roots={"": tmp_path}, dry_run=True)

    done = await publisher.publish([guided(AGENTS="x")], agree)

    assert "AGENTS.md" in done.written
    assert list(tmp_path.iterdir()) == []


async def test_files_of_one_generator_of_sites_go_when_another_is_chosen(tmp_path: Path) -> None:
    publisher = DirectoryPublisher({"": tmp_path})
    pages = all_pages()
    for kind in SiteKind:
        await publisher.publish([publication(build_site("shop", pages, kind))], agree)
        there = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}

        assert there == build_site("shop", pages, kind).keys()
