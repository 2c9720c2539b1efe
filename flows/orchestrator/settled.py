"""Whether there is anything to do at all, found out at the cost of what changed.

Nobody has to read the facts of the whole repository where the outlines of the changed files are the
same (all that is known of them but where it stands, what code does and which names it uses), no
sentence relies on what is not, and links are permalinks, which stay true when lines move.
"""

import asyncio
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.analysis.artifacts import wants_text
from app.analysis.changes import BothSides, read_both_sides
from app.analysis.languages.registry import language_of
from app.domain.code.change import Changes
from app.domain.code.diff import FileDiff
from app.domain.code.facts import FileFacts
from app.domain.code.gone import named_in
from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.configuration.scope import is_config_file
from app.domain.wiki.judging import judge_page
from app.domain.wiki.page import PageKind
from app.domain.wiki.record import PageRecord, read_record
from app.domain.wiki.reference import sheet
from app.domain.wiki.revision import LOCAL
from flows.orchestrator.comparing import STAMP, TAIL, Comparer

_RECORDS = ".autodoc/"
_STAND_IN = b'"stand_in": true'
_WORD = re.compile(rb"\w+")
_PLACES = frozenset(
    ("line", "lines", "first_line", "last_line", "doc_line", "code_digest", "names")
)
_MODIFIED = frozenset(("file", "executable"))
_LINK_OUT = re.compile(rb"\]\((?:\.\./)+[^)\s]+#L\d+")
_STILL_TRUE = (Verdict.FRESH, Verdict.RELOCATED)


@dataclass(frozen=True)
class Scan:
    """What the pages of one commit are held against."""

    files: Mapping[str, bytes]
    base: str
    head: str
    generated: Collection[str]
    is_newest: bool
    """Whether the pages of this commit are the last that were made."""


class Stamped(Value):
    """A page as it lies there, read as little as possible."""

    path: str
    id: str
    commit: str
    recipe: str


async def is_settled(
    files: Mapping[str, bytes],
    head: str,
    comparer: Comparer,
    generated: Collection[str],
    local_recipe: str,
) -> bool:
    """Say whether the pages of a folder are certainly true of a commit as they are.

    `generated` names the documentation folders of the commit. False only means that nobody can say
    without a closer look.
    """
    pages = await asyncio.to_thread(lambda: list(_stamped(files)))
    records = [path for path in files if path.startswith(_RECORDS) and path.endswith(".json")]
    recorded = [each for each in pages if f"{_RECORDS}{each.id}.json" in files]
    if not pages or len(recorded) < len(pages) or len(_of_pages(records, files)) > len(pages):
        return False
    if any(_LINK_OUT.search(data) for path, data in files.items() if path.endswith(".md")):
        return False
    commits = sorted({each.commit for each in pages})
    # The run that made the newest pages rendered all others, too: they said what they said before.
    newest = await comparer.newest(commits)
    for commit in commits:
        scan = Scan(files, commit, head, generated, is_newest=newest in ("", commit))
        mine = [each for each in pages if each.commit == commit]
        if not await _is_true(mine, scan, comparer, local_recipe):
            return False
    return True


async def _is_true(
    pages: Sequence[Stamped], scan: Scan, comparer: Comparer, local_recipe: str
) -> bool:
    """Judge the pages of one commit."""
    history = comparer.history
    if not await history.has(scan.base):
        return False
    diff = await history.diff(scan.base, scan.head)
    changed = [each for each in diff.files if not _is_generated(each, scan.generated)]
    paths = {each.old for each in changed if each.old}
    if not all(map(_is_written_plainly, paths)):
        return False
    sides = await read_both_sides(
        history, scan.base, scan.head, paths, comparer.cache, comparer.limits
    )
    if scan.is_newest and not await asyncio.to_thread(_is_same, sides, changed, scan.files):
        return False
    return await asyncio.to_thread(_all_true, pages, scan.files, sides, paths, local_recipe)


def _is_written_plainly(path: str) -> bool:
    """Say whether records hold a path as it is: they escape some signs, and know UTF-8 alone."""
    try:
        return json.dumps(path, ensure_ascii=False).encode() == f'"{path}"'.encode()
    except UnicodeEncodeError:
        return False


def _is_same(sides: BothSides, changed: Sequence[FileDiff], files: Mapping[str, bytes]) -> bool:
    """Say whether pages would be rendered as they are."""
    may = all(map(_may_be_ignored, changed))
    return may and _same_outlines(sides, changed) and not _is_spoken_of(_new_names(sides), files)


def _all_true(
    pages: Sequence[Stamped],
    files: Mapping[str, bytes],
    sides: BothSides,
    paths: Collection[str],
    local_recipe: str,
) -> bool:
    texts = [files[each.path].decode(errors="replace") for each in pages]
    if named_in(texts, sides.gone_names):
        return False
    needles = [path.encode() for path in paths]
    for each in pages:
        data = files[f"{_RECORDS}{each.id}.json"]
        is_local = f'"writer": "{LOCAL}"'.encode() in data
        if (is_local and each.recipe != local_recipe) or _is_old_reference(each, data):
            return False
        if _STAND_IN in data:
            return False
        if not any(needle in data for needle in needles):
            continue
        record = read_record(data)
        if record is None or not _is_page_true(record, files[each.path], sides.changes):
            return False
    return True


def _is_page_true(record: PageRecord, data: bytes, changes: Changes) -> bool:
    judged = judge_page(record, data.decode(errors="replace"), changes, {})
    return judged.verdict in _STILL_TRUE


def _is_old_reference(page: Stamped, record: bytes) -> bool:
    is_reference = f'"kind": "{PageKind.REFERENCE}"'.encode() in record
    return is_reference and page.recipe != sheet.RECIPE


def _stamped(files: Mapping[str, bytes]) -> Iterator[Stamped]:
    for path, data in files.items():
        found = STAMP.search(data[-TAIL:]) if path.endswith(".md") else None
        if found:
            page, commit, recipe = (each.decode(errors="replace") for each in found.groups())
            yield Stamped(path=path, id=page, commit=commit, recipe=recipe)


def _of_pages(records: Sequence[str], files: Mapping[str, bytes]) -> list[str]:
    """Leave out the files among the records that belong to no page."""
    return [path for path in records if b'"sections"' in files[path]]


def _is_generated(each: FileDiff, generated: Collection[str]) -> bool:
    path = each.new or each.old
    return any(path.startswith(f"{folder}/") for folder in generated)


def _may_be_ignored(each: FileDiff) -> bool:
    """Say whether a change may leave everything as it is: that of one file of code, or of data."""
    is_modified = each.old == each.new and {each.old_kind, each.new_kind} <= _MODIFIED
    name = each.new.rpartition("/")[2]
    is_told = wants_text(each.new) or is_config_file(each.new) or name == ".gitattributes"
    return is_modified and (language_of(each.new) is not None or not is_told)


def _same_outlines(sides: BothSides, changed: Sequence[FileDiff]) -> bool:
    """Compare what is known of the files but for places, code and the names in it."""
    for each in changed:
        if language_of(each.new) is None:
            continue
        before, now = sides.before.get(each.old), sides.now.get(each.new)
        if before is None or now is None or outline(before) != outline(now):
            return False
    return True


def outline(facts: FileFacts) -> Any:
    """Give what is known of a file but for where it stands and what code does."""
    return _without_places(facts.model_dump())


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(each) for key, each in value.items() if key not in _PLACES}
    if isinstance(value, list | tuple):
        return [_without_places(each) for each in value]
    return value


def _new_names(sides: BothSides) -> frozenset[str]:
    """Collect the names that came or went: a page that speaks of one may be written otherwise."""
    names: set[str] = set()
    for path, before in sides.before.items():
        now = sides.now.get(path)
        names |= set(before.names) ^ set(now.names if now else ())
    return frozenset(names)


def _is_spoken_of(names: Collection[str], files: Mapping[str, bytes]) -> bool:
    wanted = {word for name in names for word in _WORD.findall(name.encode())}
    pages = (data for path, data in files.items() if path.endswith(".md"))
    return bool(wanted) and any(not wanted.isdisjoint(_WORD.findall(data)) for data in pages)
