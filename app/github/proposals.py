"""What AutoDoc may write into a repository, and the marks it leaves in its pull requests. Pure."""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME
from app.domain.wiki.planning import READ_BY_AGENTS
from app.domain.wiki.site.announcement import units
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
_MARKER = re.compile(r"<!-- autodoc:v1 ((?:[a-z]+=\S+ ){1,20})-->")


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
    return _plain(path) and any(_may_be_written(parts) for parts in inner)


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


def _may_be_written(parts: list[str]) -> bool:
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


def is_page(path: str) -> bool:
    """Say whether a file is one that people read, and no record."""
    return f"/{_FACTS_FOLDER}/" not in path


def content_digest(files: Mapping[str, bytes | None]) -> str:
    """Name what a set of pages says, whatever commits and lines its links point to."""
    lines = [
        f"{path}\0{'-' if content is None else essence(content.decode(errors='replace'))}\n"
        for path, content in sorted(files.items())
        if is_page(path)
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class Mark(Value):
    """What the text of a pull request of ours says, beside its words, to the next run."""

    base: str = ""
    content: str = ""
    """Digest of what it proposes."""
    text: str = ""
    """Digest of what its words tell."""
    title: str = ""
    """Digest of the title that was wished for: another one is a person's."""
    head: str = ""
    """The commit of its branch that the words are about."""
    source: str = ""
    """The commit of the documented branch that it was made from."""
    opened: str = ""
    """`yes` once labels are put on it and reviewers are asked."""

    def written(self) -> str:
        """Write it as a comment that nobody sees."""
        given = {name: value for name, value in self.model_dump().items() if value}
        fields = "".join(f"{name}={quote(value, safe='/')} " for name, value in given.items())
        return f"<!-- autodoc:v1 {fields}-->"

    def says_the_same(self, other: "Mark") -> bool:
        """Say whether nothing has to be told again."""
        return (self.content, self.text, self.head) == (other.content, other.text, other.head)


def digest_of(text: str) -> str:
    """Name a text in a mark."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def marked_body(body: str, base: str, digest: str) -> str:
    """End a pull request's text with a mark that only says what it proposes."""
    return with_mark(body, Mark(base=base, content=digest))


def with_mark(body: str, mark: Mark) -> str:
    """End a pull request's text with its mark, within GitHub's bound in whatever unit it counts."""
    ending = f"\n\n{mark.written()}"
    room = BODY_CHARACTERS - len(ending)
    if units(body) > room:
        body = body[: room if len(body) == units(body) else room // 2]
    return body + ending


def read_mark(body: str) -> Mark | None:
    """Read what a text of ours said; None when it has no mark."""
    marks = _MARKER.findall(body)
    if not marks:
        return None
    given = (field.partition("=") for field in marks[-1].split())
    known = {name: unquote(value) for name, _, value in given if name in Mark.model_fields}
    return Mark.model_validate(known)


def signed_message(message: str, source: str, signer: str = "") -> str:
    """End a commit's message with the mark of AutoDoc, and with who signs it off."""
    sign_off = f"Signed-off-by: {signer}\n" if signer else ""
    return f"{message.rstrip()}\n\n{sign_off}{TRAILER}: {source}"


def is_signed(message: str) -> bool:
    """Say whether a commit's message ends with the mark of AutoDoc."""
    return bool(source_of(message))


def source_of(message: str) -> str:
    """Read which commit of the base a commit of AutoDoc was made from; empty for all others."""
    mark, _, source = message.rstrip().rpartition("\n")[2].partition(": ")
    return source if mark == TRAILER else ""


def same_text(one: str, other: str) -> bool:
    """Compare texts as GitHub keeps them: it changes line ends and trims."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
