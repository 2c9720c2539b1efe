"""What a local checkout is: its root, commit, branch, web address and uncommitted state."""

import asyncio
import re
import shutil
import tempfile
from pathlib import Path

from app.errors import GitError, InputError
from app.git.command import run_git

_SCP_ADDRESS = re.compile(r"(?:[^@/\s]+@)?(?P<host>[\w.-]+\.[\w-]+):(?P<path>[^/\s][^\s]*)")
_URL = re.compile(
    r"(?:https?|ssh|git)://(?:[^@/\s]*@)?(?P<host>[\w.-]+)(?P<port>:\d+)?/(?P<path>\S+)"
)


async def find_root(path: Path) -> Path:
    """Name the top folder of the checkout, or the bare repository, that a path lies in."""
    return await asyncio.to_thread(_find_root, path)


def _find_root(path: Path) -> Path:
    if not path.is_dir():
        raise InputError(f"{path} is not a directory")
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        if (folder / ".git").exists() or _is_bare(folder):
            return folder
    raise InputError(f"{path} is not in a git repository: run `git init` and commit first")


def _is_bare(folder: Path) -> bool:
    return (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    )


async def resolve_commit(repo: Path, revision: str) -> str:
    """Name the commit that a revision means."""
    try:
        found = await run_git(
            repo, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"
        )
    except GitError:
        if revision == "HEAD":
            raise InputError(f"{repo} has no commit yet: commit something first") from None
        raise InputError(f"{repo} has no commit that is called {revision}") from None
    return found.decode().strip()


async def head_branch(repo: Path) -> str:
    """Name the branch that is checked out; `HEAD` when none is."""
    try:
        found = await run_git(repo, "symbolic-ref", "--quiet", "--short", "HEAD")
    except GitError:
        return "HEAD"
    return found.decode(errors="replace").strip()


async def web_address(repo: Path) -> str | None:
    """Turn the address of `origin` into the https address of the repository's web page.

    Credentials in it are dropped; an address without a host has no web page.
    """
    try:
        found = await run_git(repo, "config", "--get", "remote.origin.url")
    except GitError:
        return None
    return to_web_address(found.decode(errors="replace").strip())


def to_web_address(url: str) -> str | None:
    """Turn the address that git fetches from into that of a web page."""
    match = _URL.fullmatch(url) or _SCP_ADDRESS.fullmatch(url)
    if match is None:
        return None
    port = match.groupdict().get("port") or ""
    is_web = url.startswith(("http://", "https://"))
    path = match["path"].rstrip("/").removesuffix(".git")
    return f"https://{match['host']}{port if is_web else ''}/{path}"


async def worktree_files(root: Path) -> tuple[str, ...]:
    """List the files of a checkout as they stand, but for those that git ignores."""
    listing = await run_git(
        root, "ls-files", "--cached", "--others", "--exclude-standard", "--full-name", "-z"
    )
    paths = {path.decode(errors="surrogateescape") for path in listing.split(b"\0") if path}
    return tuple(sorted(paths))


async def worktree_tree(root: Path, objects: Path) -> str:
    """Put the tracked files as they stand into a tree, and return the tree's id.

    Nothing in the checkout changes: the index is a copy in a temporary place, and new objects are
    written to the folder `objects`, which whoever reads the tree must name again. Clean filters of
    the checkout's configuration are not run, and submodules stay at their recorded commit.
    """
    git_dir = Path((await run_git(root, "rev-parse", "--absolute-git-dir")).decode().rstrip("\n"))
    store = await run_git(root, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    with tempfile.TemporaryDirectory(prefix="autodoc-index-") as scratch:
        index = Path(scratch) / "index"
        await asyncio.to_thread(_copy_index, git_dir / "index", index, objects)
        env = {"GIT_INDEX_FILE": str(index), **object_environment(store.decode().strip(), objects)}
        tracked = await run_git(root, "ls-files", "--stage", "-z", "--full-name", env=env)
        filters = await _disabled_filters(root)
        await run_git(
            root,
            *filters,
            "update-index",
            "--remove",
            "-z",
            "--stdin",
            stdin=_files_of(tracked),
            env=env,
        )
        return (await run_git(root, *filters, "write-tree", env=env)).decode().strip()


def object_environment(store: str, objects: Path) -> dict[str, str]:
    """Make git write new objects to a folder of ours and read the repository's beside them."""
    return {
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{store}"',
    }


def _copy_index(source: Path, target: Path, objects: Path) -> None:
    objects.mkdir(parents=True, exist_ok=True)
    if source.exists():
        shutil.copyfile(source, target)


def _files_of(listing: bytes) -> bytes:
    entries = (entry.partition(b"\t") for entry in listing.split(b"\0") if entry)
    paths = {path for head, _, path in entries if not head.startswith(b"160000")}
    return b"".join(path + b"\0" for path in sorted(paths))


async def _disabled_filters(root: Path) -> list[str]:
    """Name options that empty every filter command of the checkout's own configuration."""
    try:
        listing = await run_git(root, "config", "--name-only", "-z", "--get-regexp", r"^filter\.")
    except GitError:
        return []
    keys = sorted({key for key in listing.decode(errors="replace").split("\0") if key})
    drivers = sorted({key.rpartition(".")[0] for key in keys})
    emptied = [f"{driver}.{what}=" for driver in drivers for what in ("clean", "process")]
    optional = [f"{driver}.required=false" for driver in drivers]
    return [flag for option in (*emptied, *optional) for flag in ("-c", option)]


async def person(repo: Path) -> str:
    """Name who works in a checkout, as git would name the author of a commit; empty if it is not
    said."""
    home = Path.home()
    places = (home / ".gitconfig", home / ".config" / "git" / "config")
    for place in ("", *map(str, places)):
        env = {"GIT_CONFIG_GLOBAL": place} if place else {}
        try:
            found = await run_git(repo, "config", "--get", "user.name", env=env)
        except GitError:
            continue
        return found.decode(errors="replace").strip()
    return ""
