"""Which commit changed what a page cites."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from app.analysis.changes import DEFAULT_LIMITS, FileReader, History, ReadFile
from app.analysis.facts import FactCache
from app.analysis.inventory import Limits
from app.domain.code.change import Changes, Place
from app.domain.code.diff import Touch
from app.domain.code.places import lines_digest, source_lines
from app.domain.code.symbol import Symbol
from app.domain.value import Value

MAX_TOUCHES = 500
"""So many commits are looked at; what older ones changed is not told."""
MAX_VERSIONS = 300
"""So many versions of files are parsed; of what needs more no commit is told."""

_Look = Callable[[ReadFile | None], object]
"""What is to be seen of a place in a version of its file."""


class _Step(Value):
    """A commit, and the versions of one file before and after it, whatever its name was."""

    commit: str
    before: str
    after: str


_Pair = tuple[str, ReadFile | None, ReadFile | None]
"""A commit, and the file before and after it."""


async def with_commits(
    history: History,
    changes: Changes,
    places: Collection[Place],
    cache: FactCache,
    limits: Limits = DEFAULT_LIMITS,
) -> Changes:
    """Tell which commit changed each of some symbols, lines or files, or took it away.

    A commit is named only if it is the newest at which the place itself changed, not just its
    file; where that cannot be told, none is. Without a base nothing is told, nor of what more than
    `MAX_TOUCHES` commits or `MAX_VERSIONS` versions lie before.
    """
    if not changes.base or not places:
        return changes
    names = {place: _names(place, changes.renames) for place in places}
    paths = {path for each in names.values() for path in each}
    touches = await history.touches(changes.base, changes.head, paths, MAX_TOUCHES)
    is_whole = len({each.commit for each in touches}) < MAX_TOUCHES
    steps = {place: _steps(touches, each) for place, each in names.items()}
    contested = {place: each for place, each in steps.items() if len(each) > 1 or not is_whole}
    read = await FileReader(history, cache, limits).read(_versions(contested, names))
    found = dict(changes.commits)
    for place, each in steps.items():
        pairs = _pairs(each, names[place], read)
        commit = _newest(place, pairs) if place in contested else _only(each)
        if commit:
            found[place.key] = commit
    return changes.model_copy(update={"commits": found})


def _names(place: Place, renames: Mapping[str, str]) -> tuple[str, ...]:
    """Give the path of a place and its other one; a file that is gone has but one."""
    path = place.path
    if place.is_gone and not place.symbol:
        return (path,)
    others = [renames[path]] if path in renames else []
    others += [old for old, new in renames.items() if new == path]
    return (path, *others[:1])


def _steps(touches: Iterable[Touch], names: Collection[str]) -> list[_Step]:
    """Join the removal and the addition by which a commit renames a file."""
    found: dict[str, list[Touch]] = {}
    for touch in touches:
        if touch.path in names:
            found.setdefault(touch.commit, []).append(touch)
    return [
        _Step(
            commit=commit,
            before=next((one.old_blob for one in each if one.old_blob), ""),
            after=next((one.new_blob for one in each if one.new_blob), ""),
        )
        for commit, each in found.items()
    ]


def _only(steps: Sequence[_Step]) -> str:
    return steps[0].commit if steps else ""


def _versions(
    steps: Mapping[Place, Sequence[_Step]], names: Mapping[Place, Sequence[str]]
) -> dict[str, str]:
    """Name each version that is to be parsed by its blob and the kind of its file."""
    found: dict[str, str] = {}
    for place, each in steps.items():
        for step in each:
            for blob_id in (step.before, step.after):
                if blob_id and len(found) < MAX_VERSIONS:
                    found[_version(blob_id, names[place])] = blob_id
    return found


def _version(blob_id: str, names: Sequence[str]) -> str:
    """Make a path of which the language can be told."""
    return f"{blob_id}/{names[0].rpartition('/')[2]}"


def _pairs(
    steps: Sequence[_Step], names: Sequence[str], read: Mapping[str, ReadFile]
) -> list[_Pair]:
    """Put the versions beside their commits, down to the first that was not read."""
    pairs: list[_Pair] = []
    for step in steps:
        versions = [_version(blob, names) for blob in (step.before, step.after) if blob]
        if any(each not in read for each in versions):
            break
        before, after = (
            read.get(_version(blob, names)) if blob else None for blob in (step.before, step.after)
        )
        pairs.append((step.commit, before, after))
    return pairs


def _newest(place: Place, pairs: Sequence[_Pair]) -> str:
    """Name the newest commit before and after which the place is not the same."""
    if place.is_gone:
        return _newest_loss(place, pairs)
    for look in _looks(place, pairs):
        for commit, before, after in pairs:
            if look(before) != look(after):
                return commit
    return ""


def _newest_loss(place: Place, pairs: Sequence[_Pair]) -> str:
    """Name the newest commit that took away a definition, or where there was none, a word."""
    if not place.symbol:
        return next((commit for commit, before, after in pairs if before and not after), "")
    word = re.compile(rf"(?<!\w){re.escape(place.symbol)}(?!\w)")
    looks: tuple[_Look, ...] = (
        lambda file: _find(file, place.symbol) is not None,
        lambda file: file is not None and word.search(file.text) is not None,
    )
    for look in looks:
        for commit, before, after in pairs:
            if look(before) and not look(after):
                return commit
    return ""


def _looks(place: Place, pairs: Sequence[_Pair]) -> tuple[_Look, ...]:
    """Say by what a place is compared, the most telling first."""
    if place.symbol:
        return (
            lambda file: getattr(_find(file, place.symbol), "code_digest", ""),
            lambda file: getattr(_find(file, place.symbol), "wording_digest", ""),
        )
    if place.digest:
        lines = _lines(place, pairs)
        return (lambda file: lines in _flat(file),) if lines else ()
    return (lambda file: file.now(place.path, is_cited=True).told if file else None,)


def _lines(place: Place, pairs: Sequence[_Pair]) -> str:
    """Find the lines of a place as they are now; empty when no version has them there."""
    first, last = place.first_line, place.last_line
    for _, _, file in pairs:
        lines = source_lines(file.text) if file else []
        if last <= len(lines) and lines_digest(lines, first, last) == place.digest:
            return _joined(lines[first - 1 : last])
    return ""


def _flat(file: ReadFile | None) -> str:
    return _joined(source_lines(file.text)) if file else ""


def _joined(lines: Iterable[str]) -> str:
    """Write lines so that whole ones are found in others, whatever their layout."""
    bare = [text for text in ("".join(each.split()) for each in lines) if text]
    return "\n".join(("", *bare, "")) if bare else ""


def _find(file: ReadFile | None, name: str) -> Symbol | None:
    symbols = file.facts.symbols if file is not None and file.facts is not None else ()
    return next((each for each in symbols if each.name == name), None)
