"""What a directory's publisher does with pages that people changed."""

from collections.abc import Mapping
from pathlib import Path

from app.domain.wiki.site.ownership import digest_of
from app.git.snapshot import Snapshot
from flows.orchestrator.human_edits import EditHistory
from flows.orchestrator.publisher import DirectoryPublisher, Publication
from tests.integration.git.repositories import commit, make_repository
from tests.unit.app.domain.wiki.merge.test_folder import CART, HOME, NEW, OLD, rendered, site
from tests.unit.flows.orchestrator.test_pull_request_edits import Memory

PAGE = "guide/cart.md"


async def agree() -> None:
    """Nobody else took over."""


def publication(files: Mapping[str, bytes]) -> Publication:
    pages = tuple(rendered(spec, "bbbbbbb", "It adds.", "x") for spec in (HOME, CART))
    return Publication(files=files, commit="c" * 40, output="docs", pages=pages)


def edit(folder: Path, old: str, new: str) -> None:
    text = (folder / PAGE).read_text()
    assert old in text
    (folder / PAGE).write_text(text.replace(old, new))


async def test_edits_are_merged_and_conflicts_told(tmp_path: Path) -> None:
    memory = Memory()
    publisher = DirectoryPublisher({"": tmp_path}, history=EditHistory(memory))
    await publisher.publish([publication(OLD)], agree)
    edit(tmp_path, "It adds.", "It adds up.")
    edit(tmp_path, "In a file: x.", "In a file: y.")

    done = await publisher.publish([publication(NEW)], agree)
    again = await publisher.publish([publication(NEW)], agree)

    text = (tmp_path / PAGE).read_text()
    assert "It adds up." in text
    assert "In a file: y." in text
    assert "commit=bbbbbbb" in text
    assert done.merged == (PAGE,)
    assert done.texts[f"docs/{PAGE}"] == text.encode()
    assert [each.section for each in done.conflicts] == ["storage"]
    assert "AutoDoc would have written: In a database: x." in done.notes[0]
    assert (again.written, again.conflicts) == ((), ())
    assert memory.texts[digest_of(NEW[PAGE].decode())] == NEW[PAGE].decode()


async def test_without_a_database_the_history_tells_what_was_generated(tmp_path: Path) -> None:
    root = make_repository(tmp_path, {f"docs/{path}": data for path, data in OLD.items()})
    edit(root / "docs", "In a file: x.", "In a file: x.\n\nBack it up.")
    commit(root, {})

    async def versions(path: str) -> list[bytes]:
        return await (await Snapshot.open(root, "HEAD")).versions(path)

    publisher = DirectoryPublisher({"": root / "docs"}, history=EditHistory(versions=versions))
    await publisher.publish([publication(NEW)], agree)

    assert "In a database: x.\n\nBack it up.\n" in (root / "docs" / PAGE).read_text()


async def test_a_page_that_a_killed_run_left_without_its_record_is_nobodys_edit(
    tmp_path: Path,
) -> None:
    publisher = DirectoryPublisher({"": tmp_path}, history=EditHistory(Memory()))
    await publisher.publish([publication(NEW)], agree)
    await publisher.publish([publication(OLD)], agree)
    (tmp_path / PAGE).write_bytes(NEW[PAGE])
    newest = site("It subtracts.", "In three.", commit="ccccccc")

    done = await publisher.publish([publication(newest)], agree)

    assert (tmp_path / PAGE).read_bytes() == newest[PAGE]
    assert (done.merged, done.conflicts) == ((), ())


async def test_a_changed_page_that_retires_stays_and_is_told(tmp_path: Path) -> None:
    publisher = DirectoryPublisher({"": tmp_path})
    await publisher.publish([publication(OLD)], agree)
    edit(tmp_path, "It adds.", "It adds up.")
    without = {path: data for path, data in NEW.items() if "cart" not in path}

    done = await publisher.publish([publication(without)], agree)

    assert "It adds up." in (tmp_path / PAGE).read_text()
    assert done.notes == (
        f"`{PAGE}` stays, as a person changed it: nothing is generated for it any more",
    )


async def test_what_people_deleted_and_wrote_is_seen_before_pages_are_laid_out(
    tmp_path: Path,
) -> None:
    publisher = DirectoryPublisher({"": tmp_path})
    await publisher.publish([publication(OLD)], agree)
    (tmp_path / PAGE).unlink()
    (tmp_path / "till.md").write_text("# Running the till\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.md").write_text("# Hidden\n")

    around = await publisher.around("", "docs", [HOME, CART])

    assert around.withdrawn == {"cart"}
    assert [(each.path, each.title) for each in around.people] == [("till.md", "Running the till")]


async def test_a_record_whose_page_is_neither_there_nor_planned_goes(tmp_path: Path) -> None:
    publisher = DirectoryPublisher({"": tmp_path})
    await publisher.publish([publication(OLD)], agree)
    (tmp_path / PAGE).unlink()
    without = {path: data for path, data in NEW.items() if "cart" not in path}

    done = await publisher.publish([publication(without)], agree)

    assert done.removed == (".autodoc/cart.json",)
