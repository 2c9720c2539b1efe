"""Trees and commits of one repository, through GitHub's Git Data API.

Objects are named by their content, so writing one twice does no harm, and nothing is visible before
a branch points to it. https://docs.github.com/en/rest/git
"""

import base64
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.work.repository import RepositoryRef
from app.errors import GitHubError, InputError
from app.github.api import Api, document, escape
from app.github.document import Document
from app.github.proposals import blob_id

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_INLINE_BYTES = 200_000
"""Larger files travel as blobs of their own."""
_BATCH_BYTES = 2_000_000
_BATCH_FILES = 500
_FILE_MODE = "100644"
_NO_FILES = frozenset({"120000", "160000"})
"""The modes of symbolic links and of submodules."""

Confirm = Callable[[], Awaitable[None]]
"""Raises LeaseLost when somebody else may act now."""


@dataclass(frozen=True)
class Entry:
    """What a tree holds under one name."""

    sha: str
    mode: str = _FILE_MODE
    kind: str = "blob"

    @property
    def folder(self) -> bool:
        """Say whether it is a tree itself."""
        return self.kind == "tree"


@dataclass(frozen=True)
class Commit:
    """A commit that was made."""

    sha: str
    author: str
    """In whose name, as `Name <address>`."""


Change = bytes | Entry | None
"""What a path should hold: content, something that the repository has already, or nothing."""


class GitData:
    """The objects of one repository; each write is confirmed first. Good for one publication."""

    def __init__(self, api: Api, repository: RepositoryRef, confirm: Confirm) -> None:
        self._api = api
        self._writer = api.repeating()
        self._git = f"/repos/{repository.full_name}/git"
        self.confirm = confirm
        """Awaited before each write."""
        self._folders: dict[str, dict[str, Entry]] = {EMPTY_TREE: {}}

    async def tree_of(self, commit: str) -> str:
        """Name the tree of a commit."""
        return (await self._api.read(f"{self._git}/commits/{commit}")).text("tree.sha")

    async def folder(self, tree: str) -> dict[str, Entry]:
        """List what a tree holds, by name."""
        if tree not in self._folders:
            answer = await self._api.read(f"{self._git}/trees/{tree}")
            if answer.flag("truncated"):
                raise GitHubError("A folder of the repository is too large.", transient=False)
            self._folders[tree] = {item.text("path"): _entry(item) for item in answer.parts("tree")}
        return self._folders[tree]

    async def load(self, tree: str, path: str) -> None:
        """Learn all of a folder with one request; without it each folder below takes one."""
        entry = await self.find(tree, path)
        if entry is None or not entry.folder or entry.sha in self._folders:
            return
        answer = await self._api.read(f"{self._git}/trees/{entry.sha}?recursive=1")
        if answer.flag("truncated"):
            return
        items = {item.text("path"): _entry(item) for item in answer.parts("tree")}
        names = {"": entry.sha, **{name: item.sha for name, item in items.items() if item.folder}}
        self._folders |= {sha: {} for sha in names.values()}
        for name, item in items.items():
            parent, _, last = name.rpartition("/")
            self._folders[names[parent]][last] = item

    async def find(self, tree: str, path: str) -> Entry | None:
        """Look up what a tree holds at a path."""
        entry: Entry | None = Entry(tree, "040000", "tree")
        for name in path.split("/"):
            if entry is None or not entry.folder:
                return None
            entry = (await self.folder(entry.sha)).get(name)
        return entry

    async def check_place(self, tree: str, path: str) -> None:
        """Refuse a path that a file, a link or a submodule of the repository is in the way of.

        Writing would silently replace it. Raises InputError.
        """
        parts = path.split("/")
        for count in range(1, len(parts) + 1):
            place = "/".join(parts[:count])
            entry = await self.find(tree, place)
            if entry is None:
                return
            if entry.folder == (count == len(parts)) or entry.mode in _NO_FILES:
                raise InputError(
                    f"AutoDoc cannot write {path}: {place} is something else in the repository."
                )

    async def differences(
        self, old: str, new: str, at: str = ""
    ) -> dict[str, tuple[Entry | None, Entry | None]]:
        """Compare two trees file by file, looking only into folders that differ."""
        found: dict[str, tuple[Entry | None, Entry | None]] = {}
        if old == new:
            return found
        before, after = await self.folder(old), await self.folder(new)
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            if was == now:
                continue
            if _is_folder(was) or _is_folder(now):
                found |= await self.differences(_tree(was), _tree(now), f"{at}{name}/")
            files = _file(was), _file(now)
            if files != (None, None):
                found[at + name] = files
        return found

    async def holds(self, tree: str, changes: Mapping[str, Change]) -> bool:
        """Say whether a tree is already what changes would make of it."""
        for path, change in changes.items():
            present = await self.find(tree, path)
            wanted = Entry(blob_id(change)) if isinstance(change, bytes) else change
            is_same = present is None if wanted is None else present is not None
            if not is_same or (present and wanted and present.sha != wanted.sha):
                return False
        return True

    async def content(self, tree: str, path: str, most: int) -> bytes | None:
        """Read a file of at most so many bytes; None for one that is not there, or is no file."""
        entry = await self.find(tree, path)
        if entry is None or entry.kind != "blob" or entry.mode in _NO_FILES:
            return None
        answer = await self._api.read(f"{self._git}/blobs/{entry.sha}")
        if answer.number("size") > most:
            return None
        return base64.b64decode(answer.text("content"))

    async def write_tree(self, base: str, changes: Mapping[str, Change]) -> str:
        """Make the tree that differs from `base` by the changes; `base` itself when none does."""
        items = [
            item
            for path, change in changes.items()
            if (item := await self._item(base, path, change))
        ]
        tree = base
        for batch in _batches(items):
            tree = await self._write("trees", {"base_tree": tree, "tree": batch})
        return tree

    async def _item(self, base: str, path: str, change: Change) -> dict[str, Any] | None:
        """Say in GitHub's words how a path changes; None when it does not."""
        present = await self.find(base, path)
        if change is None:
            # GitHub refuses to remove what is not there.
            gone = {"path": path, "mode": _FILE_MODE, "type": "blob", "sha": None}
            return gone if present and not present.folder else None
        if isinstance(change, Entry):
            entry = {"path": path, "mode": change.mode, "type": change.kind, "sha": change.sha}
            return None if present == change else entry
        if present and present.kind == "blob" and present.sha == blob_id(change):
            return None
        file = {"path": path, "mode": _FILE_MODE, "type": "blob"}
        text = _inline(change)
        return {**file, "content": text} if text else {**file, "sha": await self._blob(change)}

    async def _blob(self, content: bytes) -> str:
        data = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
        return await self._write("blobs", data)

    async def write_commit(self, tree: str, parents: Iterable[str], message: str) -> Commit:
        """Make a commit; without an author GitHub signs it in the App's name."""
        data = {"message": message, "tree": tree, "parents": list(parents)}
        answer = await self._post("commits", data)
        author = f"{answer.text('author.name')} <{answer.text('author.email')}>"
        return Commit(answer.text("sha"), author)

    async def _write(self, kind: str, data: Mapping[str, Any]) -> str:
        return (await self._post(kind, data)).text("sha")

    async def _post(self, kind: str, data: Mapping[str, Any]) -> Document:
        await self.confirm()
        return document(await self._writer.post(f"{self._git}/{kind}", data=data))

    async def create_branch(self, branch: str, commit: str) -> None:
        """Make a branch; raises Conflict when it exists."""
        await self.confirm()
        data = {"ref": f"refs/heads/{branch}", "sha": commit}
        await self._writer.post(f"{self._git}/refs", data=data)

    async def delete_branch(self, branch: str) -> None:
        """Delete a branch."""
        await self.confirm()
        await self._writer.delete(f"{self._git}/refs/heads/{escape(branch)}")

    async def move_branch(self, branch: str, commit: str) -> None:
        """Move a branch forward; raises Conflict when that would lose commits."""
        await self.confirm()
        url = f"{self._git}/refs/heads/{escape(branch)}"
        await self._writer.patch(url, data={"sha": commit, "force": False})


def _entry(item: Document) -> Entry:
    return Entry(item.text("sha"), item.text("mode"), item.text("type"))


def _is_folder(entry: Entry | None) -> bool:
    return entry is not None and entry.folder


def _tree(entry: Entry | None) -> str:
    return entry.sha if entry and entry.folder else EMPTY_TREE


def _file(entry: Entry | None) -> Entry | None:
    return None if entry is None or entry.folder else entry


def _inline(content: bytes) -> str | None:
    """Give small text as it is; None for everything that needs a blob."""
    if not content or len(content) > _INLINE_BYTES or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _batches(items: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for item in items:
        size += len(item.get("content") or "")
        if batch and (size > _BATCH_BYTES or len(batch) >= _BATCH_FILES):
            yield batch
            batch, size = [], len(item.get("content") or "")
        batch.append(item)
    if batch:
        yield batch
