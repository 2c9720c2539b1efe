"""Names in pages of people: only what is certainly of this repository, and certainly not there.

People speak of other projects, of their readers' files and of what is yet to be written. So a name
is judged when the page itself says whose it is: behind the name of the package that the repository
is, as an import of it, as a target of its Makefile, or as a path of which a file has moved.
"""

import posixpath
import re
from collections.abc import Iterator

from app.domain.checks.finding import Finding
from app.domain.checks.site import Site, SitePage
from app.domain.checks.suggestion import did_you_mean
from app.domain.wiki.claims import lacks_member
from app.domain.wiki.markdown import Fence
from app.domain.wiki.names import looks_like_path, name_parts

_PYTHON = frozenset({"python", "py", "python3", "pycon"})
_SHELL = frozenset({"sh", "bash", "shell", "console", "zsh"})
_IMPORT = re.compile(
    r"^(?:>>> )?[ \t]*from (?P<module>\w[\w.]*) import (?P<names>[\w, ]+)$", re.MULTILINE
)
_QUALIFIED = re.compile(r"(?P<package>[a-z]\w*)\.(?P<name>[A-Za-z]\w*)(?:\.\w+)*(?:\(.*\))?")
_MAKE = re.compile(r"(?:\$ )?make (?P<target>[a-z][\w-]*)")
_FILE = re.compile(r"(?:[\w.-]+/)+[\w-]+\.(?:py|ts|tsx|js|go|rs|java|rb|c|h|cc|cpp)")

_LINE = re.compile(r"(?P<path>[\w./-]+\.\w+):(?P<line>\d{1,18})(?:-(?P<last>\d{1,18}))?")

_CLASS = re.compile(r"[A-Z][a-z]\w{2,}")
_MEMBER = re.compile(r"[a-z]\w{2,}")
_STAND_IN = re.compile(r"(?:my|your|some|example|foo|bar|baz)|.*_name$|[A-Z]$", re.IGNORECASE)
"""What writers put where the reader shall put a name."""

_HISTORY = re.compile(
    r"(?:^|[/_-])(?:change(?:s|log)|history|release[-_]?notes|whats[-_]?new|blog|news|"
    r"(?:migrat|upgrad|deprecat)\w*)(?:[/._-]|$)",
    re.IGNORECASE,
)
"""Pages that tell of names as they were."""

Problem = tuple[str, int, str]


def check_people_names(page: SitePage, site: Site) -> Iterator[Finding]:
    """Find names that a page ascribes to the repository and that it does not have."""
    if page.is_ours or _HISTORY.search(page.path):
        return
    for rule, line, message in _problems(page, site):
        yield Finding(rule=rule, page=page.path, line=line, message=message)


def _problems(page: SitePage, site: Site) -> Iterator[Problem]:
    for span in page.outline.spans:
        if not span.quoted:
            for rule, message in _span_problems(span.text, site):
                yield rule, span.line, message
            if problem := _member_problem(span.text, page, site):
                yield "symbol", span.line, problem
    for fence in page.outline.fences:
        kind = re.split(r"[\s{,:]", fence.info.strip("{} .").lower())[0]
        if kind in _PYTHON:
            yield from _import_problems(fence, site)
        if kind in _SHELL:
            yield from _make_problems(fence, site)


def _span_problems(text: str, site: Site) -> Iterator[tuple[str, str]]:
    target = _MAKE.fullmatch(text)
    if target and _is_no_target(target["target"], site):
        yield "command", f"`make {target['target']}` is not a target of the Makefile"
    name = None if looks_like_path(text) else _QUALIFIED.fullmatch(text)
    if name and name["package"] in site.packages and _is_unknown(name["name"], site):
        hint = did_you_mean(name["name"], site.names)
        yield "symbol", f"`{name['package']}` has no `{name['name']}`{hint}"
    if _FILE.fullmatch(text) and (moved := _moved_to(text, site)):
        yield "path", f"`{text}` does not exist; did you mean `{moved}`?"
    if (lines := _LINE.fullmatch(text)) and (problem := _line_problem(lines, site)):
        yield "range", problem


def _line_problem(found: re.Match[str], site: Site) -> str | None:
    """Find a line that a file of the repository does not have."""
    lines = site.facts.line_counts.get(found["path"])
    last = int(found["last"] or found["line"])
    if lines is None or 1 <= int(found["line"]) <= last <= lines:
        return None
    return f"`{found['path']}` has {lines} lines, so `{found[0]}` does not exist"


def _member_problem(text: str, page: SitePage, site: Site) -> str | None:
    """Find a member that a class does not have, if all of the class is known."""
    owner, member = ("", "", *name_parts(text))[-2:]
    if not _CLASS.fullmatch(owner) or f"{owner}.*" not in site.names or _STAND_IN.match(owner):
        return None
    is_none = member not in site.names or lacks_member((owner, member), site.names)
    if not is_none or not _MEMBER.fullmatch(member) or owner in page.defined:
        return None
    return f"`{owner}` has no member `{member}`{did_you_mean(f'{owner}.{member}', site.names)}"


def _import_problems(fence: Fence, site: Site) -> Iterator[Problem]:
    for found in _IMPORT.finditer(fence.text):
        if found["module"].split(".")[0] not in site.packages:
            continue
        line = fence.line + 1 + fence.text.count("\n", 0, found.start())
        names = [each.split(" as ")[0].strip() for each in found["names"].split(",")]
        for name in names:
            if name and _is_unknown(name, site):
                hint = did_you_mean(name, site.names)
                yield "symbol", line, f"`{found['module']}` has no `{name}`{hint}"


def _is_unknown(name: str, site: Site) -> bool:
    return name not in site.names and not _STAND_IN.match(name)


def _make_problems(fence: Fence, site: Site) -> Iterator[Problem]:
    is_elsewhere = re.search(r"\bcd |git clone", fence.text)
    for offset, line in enumerate(fence.text.split("\n"), 1):
        target = _MAKE.fullmatch(line.strip())
        if target and not is_elsewhere and _is_no_target(target["target"], site):
            message = f"`make {target['target']}` is not a target of the Makefile"
            yield "command", fence.line + offset, message


def _is_no_target(name: str, site: Site) -> bool:
    """Say whether the Makefile at the root is read in full and lacks a target."""
    return site.make_words is not None and name not in site.make_words


def _moved_to(path: str, site: Site) -> str | None:
    """Return where the one file is now whose path begins like one of the repository."""
    folder, name = posixpath.split(path)
    files = site.whereabouts.named(name)
    if len(files) != 1 or f"/{files[0]}".endswith(f"/{path}"):
        return None
    is_ours = "/" in folder and "/".join(folder.split("/")[:2]) in site.facts.paths
    return files[0] if is_ours and not _STAND_IN.match(name.partition(".")[0]) else None
