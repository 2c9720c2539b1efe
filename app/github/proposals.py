"""What AutoDoc may write into a repository, and the marks it leaves in its pull requests. Pure."""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import quote

from app.domain.wiki.configuration.config import FILE_NAME
from app.domain.wiki.planning import READ_BY_AGENTS
from app.domain.wiki.site.docusaurus import CATEGORY
from app.domain.wiki.site.llms import FULL, INDEX
from app.domain.wiki.site.mkdocs import CONFIG
from app.domain.wiki.site.unmoved import essence
from app.domain.work.proposal import Proposal
from app.errors import InputError

BODY_CHARACTERS = 65_536
"""GitHub accepts no longer body."""
TITLE_CHARACTERS = 256
TRAILER = "AutoDoc-Source"
"""Ends the message of each commit of ours, with the commit that the documentation was made from."""
MAX_FILES = 10_000
MAX_BYTES = 100_000_000

_LISTS = frozenset({INDEX, FULL})
_GUIDES = frozenset({"README.md", "AGENTS.md"})
_PROTECTED_FOLDERS = frozenset(
    {".git", ".github", ".gitlab", ".circleci", ".claude", ".clinerules", ".cursor",
     ".devcontainer", ".gemini", ".husky", ".idea", ".vscode", ".windsurf"}
)  # fmt: skip
_SHORT_NAME = re.compile(r"[^.]*~\d+(?:\.[^.]*)?")
"""How Windows abbreviates a name: `GIT~1` is `.git` there."""
_FACTS_FOLDER = ".autodoc"
_MARKER = re.compile(r"<!-- autodoc:v1 base=(\S+) content=(\S+) -->")


def check_files(proposal: Proposal) -> None:
    """Refuse what a documentation pull request has no business to change.

    Raises InputError that names the first such path, or the bound that is passed.
    """
    for folder in proposal.folders:
        if not _plain(folder):
            raise InputError(
                f"AutoDoc cannot write its pages to the folder {folder!r}; choose another."
            )
    for path in proposal.files:
        if not _allowed(path, proposal):
            raise InputError(
                f"AutoDoc does not write {path!r}: only pages in {', '.join(proposal.folders)}."
            )
    size = sum(len(content or b"") for content in proposal.files.values())
    if len(proposal.files) > MAX_FILES or size > MAX_BYTES:
        raise InputError(
            f"{len(proposal.files)} pages of {size} bytes are too much for a pull request;"
            " publish fewer with `publish: narrative`."
        )


def _allowed(path: str, proposal: Proposal) -> bool:
    name = path.rpartition("/")[2]
    if path in proposal.root_files:
        # Nobody's configuration is taken away.
        is_begun = path == FILE_NAME and proposal.files[path] is not None
        return is_begun or (name in _GUIDES and _plain(path))
    inner = [
        path.removeprefix(f"{folder}/").split("/")
        for folder in proposal.folders
        if path.startswith(f"{folder}/")
    ]
    return _plain(path) and any(_is_page(parts) for parts in inner)


def _plain(path: str) -> bool:
    parts = path.split("/")
    return (
        path.isprintable()
        and "\\" not in path
        and not any(part != part.rstrip(". ") or not part for part in parts)
        and not any(
            part.lower() in _PROTECTED_FOLDERS or _SHORT_NAME.fullmatch(part) for part in parts
        )
    )


def _is_page(parts: list[str]) -> bool:
    """Say whether a file in a documentation folder is one of ours; tools read hidden ones."""
    name = parts[-1].lower()
    if any(part.startswith(".") and part != _FACTS_FOLDER for part in parts):
        return False
    if name.endswith((".json", ".yml")):
        is_record = parts[-2:-1] == [_FACTS_FOLDER] and (name.endswith(".json") or name == CONFIG)
        return is_record or name == CATEGORY
    if name.endswith(".txt"):
        return name in _LISTS
    return name.endswith(".md") and name not in READ_BY_AGENTS


def blob_id(content: bytes) -> str:
    """Name content as git does."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def content_digest(files: Mapping[str, bytes | None]) -> str:
    """Name what a set of pages says, whatever commits and lines its links point to."""
    lines = [
        f"{path}\0{'-' if content is None else essence(content.decode(errors='replace'))}\n"
        for path, content in sorted(files.items())
        if f"/{_FACTS_FOLDER}/" not in path
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def marked_body(body: str, base: str, digest: str) -> str:
    """End a pull request's text with the mark that says what it proposes, within GitHub's bound."""
    marker = f"\n\n<!-- autodoc:v1 base={quote(base, safe='/')} content={digest} -->"
    return body[: BODY_CHARACTERS - len(marker)] + marker


def proposed_digest(body: str) -> str | None:
    """Read from a pull request's text what it proposed; None when it has no mark of ours."""
    marks = _MARKER.findall(body)
    return str(marks[-1][1]) if marks else None


def signed_message(message: str, source: str) -> str:
    """End a commit's message with the mark of AutoDoc."""
    return f"{message.rstrip()}\n\n{TRAILER}: {source}"


def is_signed(message: str) -> bool:
    """Say whether a commit's message ends with the mark of AutoDoc."""
    return message.rstrip().rpartition("\n")[2].startswith(f"{TRAILER}: ")


def same_text(one: str, other: str) -> bool:
    """Compare texts as GitHub keeps them: it changes line ends and trims."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
