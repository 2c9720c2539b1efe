from collections.abc import Collection, Mapping, Sequence

from typing_extensions import override

from app.analysis.changes import MAX_FILES, read_both_sides, read_changes
from app.analysis.facts import BlobEntry, MemoryFactCache
from app.domain.code.diff import Diff, FileDiff, Touch
from app.domain.code.facts import FileFacts

BASE, HEAD = "1" * 40, "2" * 40


class Repository:
    """Two commits in memory, of which it tells what was read."""

    def __init__(self, files: Sequence[FileDiff]) -> None:
        self.read_ids: list[str] = []
        self._files = tuple(files)

    async def has(self, commit: str) -> bool:
        return commit in (BASE, HEAD)

    async def entries(self, commit: str) -> Sequence[BlobEntry]:
        raise NotImplementedError

    async def diff(self, base: str, head: str, paths: Collection[str] = ()) -> Diff:
        assert (base, head) == (BASE, HEAD)
        assert paths
        return Diff(files=self._files)

    async def read(self, blob_ids: Sequence[str], largest: int) -> Mapping[str, bytes]:
        self.read_ids += blob_ids
        contents = {each: f"def {each}():\n    return 1\n".encode() for each in blob_ids}
        return {each: content for each, content in contents.items() if len(content) <= largest}

    async def touches(
        self, base: str, head: str, paths: Collection[str], most: int
    ) -> Sequence[Touch]:
        raise NotImplementedError


class CountingCache(MemoryFactCache):
    """Counts what was parsed."""

    def __init__(self) -> None:
        super().__init__()
        self.parsed: list[str] = []

    @override
    async def add(self, recipe: str, facts: Mapping[str, FileFacts]) -> None:
        self.parsed += facts
        await super().add(recipe, facts)


def changed(name: str, old: str, new: str) -> FileDiff:
    return FileDiff(
        old=f"{name}.py", new=f"{name}.py", old_blob=old, new_blob=new, old_kind="file",
        new_kind="file",
    )  # fmt: skip


async def test_only_blobs_that_changed_are_read_and_each_is_parsed_once() -> None:
    repository = Repository([changed("a", "a1", "a2"), changed("b", "b1", "b2")])
    cache = CountingCache()

    changes = await read_changes(repository, BASE, HEAD, {"a.py", "other.py"}, cache)
    assert sorted(repository.read_ids) == ["a2", "b2"]
    assert sorted(changes.files) == ["a.py", "b.py"]

    sides = await read_both_sides(repository, BASE, HEAD, {"a.py"}, cache)
    assert sorted(cache.parsed) == ["a1", "a2", "b1", "b2"]
    assert [each.name for each in sides.before["a.py"].symbols] == ["a1"]


async def test_what_a_file_tells_is_asked_only_where_it_is_cited() -> None:
    repository = Repository([changed("a", "a1", "a2"), changed("b", "b1", "b2")])

    changes = await read_changes(repository, BASE, HEAD, {"a.py"}, MemoryFactCache())

    a, b = changes.files["a.py"], changes.files["b.py"]
    assert a is not None
    assert b is not None
    assert (bool(a.told), bool(b.told)) == (True, False)


async def test_of_very_many_changed_files_those_that_are_cited_are_read() -> None:
    many = [changed(f"f{number}", f"o{number}", f"n{number}") for number in range(MAX_FILES + 1)]
    repository = Repository(many)

    changes = await read_changes(repository, BASE, HEAD, {"f7.py", "f9.py"}, MemoryFactCache())

    assert sorted(changes.files) == ["f7.py", "f9.py"]
    assert sorted(repository.read_ids) == ["n7", "n9"]
