"""A bare Git repository, read and written by git's plumbing alone."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

GIT_SECONDS = 60
ZERO = "0" * 40
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
SERVER_CONFIG = """
[uploadpack]
    allowFilter = true
    allowAnySHA1InWant = true
[http]
    receivepack = true
[gc]
    auto = 0
"""
WORKFLOW_GUARD = """#!/bin/sh
# GitHub lets an app change workflows only with the permission for them.
[ -n "$FAKE_GITHUB_NO_WORKFLOWS" ] || exit 0
[ "$3" != 0000000000000000000000000000000000000000 ] || exit 0
[ -n "$(git log --format= --name-only "$3" --not --all -- .github/workflows)" ] || exit 0
echo 'refusing to allow a GitHub App to change a workflow without `workflows` permission' >&2
exit 1
"""
PUSH_LOG = """#!/bin/sh
# Tells the server which refs this push has moved: old, new and name of each.
cat > "$FAKE_GITHUB_PUSHED"
"""


class GitFailed(Exception):  # noqa: N818 - reads as what happened
    """Git refused; the text is its own."""


class Unmergeable(Exception):  # noqa: N818 - reads as the state of the two commits
    """Two commits cannot be merged without a person."""


def git_environment() -> dict[str, str]:
    """An environment in which git reads no configuration of the machine or its user."""
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
    }


@dataclass(frozen=True)
class Signature:
    """Who made a commit, and when (seconds since 1970 and the zone)."""

    name: str
    email: str
    seconds: int
    zone: str = "+0000"

    @override
    def __str__(self) -> str:
        """As Git writes it."""
        return f"{self.name} <{self.email}> {self.seconds} {self.zone}"


@dataclass(frozen=True)
class Commit:
    """A commit as its object says."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


@dataclass(frozen=True)
class TreeEntry:
    """One entry of a tree."""

    mode: str
    type: str
    sha: str
    size: int | None
    path: str


class GitRepository:
    """One bare repository; every method starts git and waits for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._commits: dict[str, Commit] = {}

    @classmethod
    def create(cls, path: Path, default_branch: str) -> "GitRepository":
        """A new repository in which `default_branch` is the unborn HEAD."""
        path.mkdir(parents=True)
        git = cls(path)
        git.run("init", "--quiet", "--bare", "--template=", f"--initial-branch={default_branch}")
        with (path / "config").open("a") as config:
            config.write(SERVER_CONFIG)
        (path / "hooks").mkdir()
        for name, script in (("update", WORKFLOW_GUARD), ("post-receive", PUSH_LOG)):
            hook = path / "hooks" / name
            hook.write_text(script)
            hook.chmod(0o755)
        return git

    def run(
        self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> bytes:
        """What git prints; `GitFailed` with its complaint when it fails."""
        done = self._start(arguments, stdin, environment)
        if done.returncode != 0:
            raise GitFailed(done.stderr.decode(errors="replace").strip())
        return done.stdout

    def succeeds(self, *arguments: str) -> bool:
        """Whether git exits with 0."""
        return self._start(arguments, b"", None).returncode == 0

    def _start(
        self, arguments: tuple[str, ...], stdin: bytes, environment: Mapping[str, str] | None
    ) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            ["git", "--git-dir", str(self.path), *arguments],  # noqa: S607 - the git on PATH, as a user has it
            input=stdin,
            capture_output=True,
            env={**git_environment(), **(environment or {})},
            cwd=self.path,
            timeout=GIT_SECONDS,
            check=False,
        )

    def text(self, *arguments: str) -> str:
        """What git prints, without the last newline."""
        return self.run(*arguments).decode(errors="replace").rstrip("\n")

    def refs(self, *prefixes: str) -> dict[str, str]:
        """Every ref below the prefixes, with the object that it names."""
        lines = self.text(
            "for-each-ref", "--format=%(refname) %(objectname)", *prefixes
        ).splitlines()
        return dict(line.split(" ", 1) for line in lines)

    def ref(self, name: str) -> str | None:
        """What a full ref name points to."""
        return self.refs(name).get(name)

    def is_empty(self) -> bool:
        """Whether there is no branch yet."""
        return not self.refs("refs/heads")

    def set_ref(self, name: str, new: str, old: str | None = None) -> None:
        """Moves or makes a ref; `old` is what it has to be before (`ZERO`: absent)."""
        self.run("update-ref", name, new, *([] if old is None else [old]))

    def delete_ref(self, name: str) -> None:
        """Removes a ref."""
        self.run("update-ref", "-d", name)

    def valid_ref(self, name: str) -> bool:
        """Whether Git would accept the name."""
        return self.succeeds("check-ref-format", name)

    def type_of(self, sha: str) -> str | None:
        """The type of an object, None when there is none."""
        try:
            return self.text("cat-file", "-t", sha)
        except GitFailed:
            return None

    def commit_sha(self, name: str) -> str | None:
        """The commit that a branch, a tag or a SHA names, as GitHub looks it up."""
        candidates = (f"refs/heads/{name}", f"refs/tags/{name}", name)
        asked = "".join(f"{each}^{{commit}}\n" for each in candidates)
        answers = self.run("cat-file", "--batch-check=%(objectname)", stdin=asked.encode())
        found = (line for line in answers.decode(errors="replace").splitlines() if " " not in line)
        return next(found, None) if name and "\n" not in name else None

    def commit(self, sha: str) -> Commit:
        """A commit read from its object, once."""
        if sha not in self._commits:
            self._commits[sha] = self._read_commit(sha)
        return self._commits[sha]

    def _read_commit(self, sha: str) -> Commit:
        raw = self.run("cat-file", "commit", sha).decode(errors="replace")
        head, _, message = raw.partition("\n\n")
        fields: dict[str, list[str]] = {}
        for line in head.splitlines():
            key, _, value = line.partition(" ")
            fields.setdefault(key, []).append(value)
        return Commit(
            sha=sha,
            tree=fields["tree"][0],
            parents=tuple(fields.get("parent", [])),
            author=_signature(fields["author"][0]),
            committer=_signature(fields["committer"][0]),
            message=message.removesuffix("\n"),
        )

    def write_commit(
        self,
        tree: str,
        parents: tuple[str, ...],
        author: Signature,
        committer: Signature,
        message: str,
    ) -> str:
        """A new commit object with exactly these signatures."""
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines += [f"author {author}", f"committer {committer}", "", message]
        raw = "\n".join(lines).encode()
        return self.run("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw).decode().strip()

    def blob(self, sha: str) -> bytes:
        """The bytes of a blob."""
        return self.run("cat-file", "blob", sha)

    def write_blob(self, content: bytes) -> str:
        """A new blob."""
        return self.run("hash-object", "-w", "--stdin", stdin=content).decode().strip()

    def tree(self, tree: str, *, recursive: bool = False) -> list[TreeEntry]:
        """The entries of a tree; recursive ones with their folders, as GitHub lists them."""
        options = ["-r", "-t"] if recursive else []
        listing = self.run("ls-tree", "-z", "--long", "--full-tree", *options, tree)
        return [_tree_entry(line) for line in listing.decode(errors="replace").split("\0") if line]

    def entry(self, tree: str, path: str) -> TreeEntry | None:
        """The entry of a tree at a path."""
        listing = self.run("ls-tree", "-z", "--long", "--full-tree", tree, "--", path)
        entries = [
            _tree_entry(line) for line in listing.decode(errors="replace").split("\0") if line
        ]
        return next((each for each in entries if each.path == path), None)

    def write_tree(self, base: str | None, changes: list[TreeEntry], removed: list[str]) -> str:
        """A tree made from `base` with some entries put in and some taken out."""
        with tempfile.TemporaryDirectory(dir=self.path) as scratch:
            index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            if base is not None:
                self.run("read-tree", base, environment=index)
            folders = [each for each in changes if each.type == "tree"]
            lines = [f"0 {ZERO}\t{path}" for path in [*removed, *self._below(index, removed)]]
            lines += [
                f"{each.mode} {each.sha}\t{each.path}" for each in changes if each.type != "tree"
            ]
            self.run(
                "update-index", "-z", "--index-info", stdin=_index_info(lines), environment=index
            )
            for folder in folders:
                self.run("read-tree", f"--prefix={folder.path}/", folder.sha, environment=index)
            return self.run("write-tree", environment=index).decode().strip()

    def _below(self, index: dict[str, str], folders: list[str]) -> list[str]:
        if not folders:
            return []
        listing = self.run("ls-files", "-z", "--cached", environment=index).decode(errors="replace")
        starts = tuple(f"{folder}/" for folder in folders)
        return [path for path in listing.split("\0") if path.startswith(starts)]

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor."""
        try:
            return self.text("merge-base", one, other)
        except GitFailed:
            return None

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `newer` holds `older`."""
        return self.succeeds("merge-base", "--is-ancestor", older, newer)

    def commits(self, *revisions: str) -> list[str]:
        """Commits of a range, the oldest first."""
        return self.text("rev-list", "--topo-order", "--reverse", *revisions).splitlines()

    def merged_tree(self, ours: str, theirs: str) -> str:
        """The tree of a merge without conflicts."""
        try:
            return self.text("merge-tree", "--write-tree", ours, theirs).splitlines()[0]
        except GitFailed as conflict:
            raise Unmergeable(f"{ours} and {theirs} conflict") from conflict


def _index_info(lines: list[str]) -> bytes:
    return "".join(f"{line}\0" for line in lines).encode()


def _signature(line: str) -> Signature:
    person, _, moment = line.rpartition("> ")
    name, _, email = person.partition(" <")
    seconds, _, zone = moment.partition(" ")
    return Signature(name, email, int(seconds), zone)


def _tree_entry(line: str) -> TreeEntry:
    details, _, path = line.partition("\t")
    mode, kind, sha, size = details.split()
    return TreeEntry(mode, kind, sha, None if size == "-" else int(size), path)
