"""Which commit changed a symbol last."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.analysis.changes import DEFAULT_LIMITS, FileReader, History, ReadFile
from app.analysis.facts import FactCache
from app.analysis.inventory import Limits
from app.analysis.languages.registry import language_of
from app.domain.code.change import Changes
from app.domain.code.diff import Touch
from app.domain.code.symbol import Symbol
from app.domain.value import Value

MAX_TOUCHES = 500
"""So many commits are looked at; what older ones changed is not told."""
MAX_VERSIONS = 300
"""So many versions of files are parsed; of what needs more no commit is told."""


Place = tuple[str, str]
"""A path, and the name of a symbol in it; empty for the file as such."""


class _Step(Value):
    """A commit, and the versions of one file before and after it, whatever its name was."""

    commit: str
    before: str
    after: str


async def with_commits(
    history: History,
    changes: Changes,
    places: Collection[Place],
    cache: FactCache,
    limits: Limits = DEFAULT_LIMITS,
) -> Changes:
    """Tell which commit changed each of some symbols or files.

    The path is the one at the new commit; of what is gone, the old one. A commit is named only if
    it is the newest at which the symbol itself changed, not just its file. Without a base nothing
    is told, nor of what more than `MAX_TOUCHES` commits or `MAX_VERSIONS` versions lie before.
    """
    if not changes.base or not places:
        return changes
    old_names = {new: old for old, new in changes.renames.items()}
    names = {place: _names(place[0], old_names) for place in places}
    paths = {path for each in names.values() for path in each}
    touches = await history.touches(changes.base, changes.head, paths, MAX_TOUCHES)
    steps = {place: _steps(touches, each) for place, each in names.items()}
    contested = {place: each for place, each in steps.items() if _is_contested(place, each)}
    read = await FileReader(history, cache, limits).read(_versions(contested, names))
    found = dict(changes.commits)
    for place, each in steps.items():
        is_contested = place in contested
        commit = _newest(place, each, names[place], read) if is_contested else _first(each)
        if commit:
            found[":".join(filter(None, place))] = commit
    return changes.model_copy(update={"commits": found})


def _names(path: str, old_names: Mapping[str, str]) -> tuple[str, ...]:
    return (path, old_names[path]) if path in old_names else (path,)


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


def _is_contested(place: Place, steps: Sequence[_Step]) -> bool:
    """Say whether only the symbol's own versions tell which of several commits it was."""
    path, symbol = place
    return len(steps) > 1 and bool(symbol) and language_of(path) is not None


def _first(steps: Sequence[_Step]) -> str:
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


def _newest(
    place: Place, steps: Sequence[_Step], names: Sequence[str], read: Mapping[str, ReadFile]
) -> str:
    """Name the newest commit before and after which the symbol is not the same."""
    pairs: list[tuple[str, Symbol | None, Symbol | None]] = []
    for step in steps:
        versions = [_version(blob, names) for blob in (step.before, step.after) if blob]
        if any(each not in read for each in versions):
            break
        before, after = (
            _find(read.get(_version(blob, names)), place[1]) for blob in (step.before, step.after)
        )
        pairs.append((step.commit, before, after))
    for digest in ("code_digest", "wording_digest"):
        for commit, before, after in pairs:
            if getattr(before, digest, "") != getattr(after, digest, ""):
                return commit
    return ""


def _find(file: ReadFile | None, name: str) -> Symbol | None:
    symbols = file.facts.symbols if file is not None and file.facts is not None else ()
    return next((each for each in symbols if each.name == name), None)
