"""Which commits made sentences stale."""

from collections.abc import Mapping

from app.analysis.blame import with_commits
from app.domain.code.change import Changes, Place
from app.domain.wiki.impact import PageImpact, Reason
from app.impact.assessment import map_reasons, stale_reasons
from app.impact.sides import Comparing


async def blamed(
    comparing: Comparing, judged: Mapping[str, PageImpact], bases: Mapping[str, str], head: str
) -> dict[str, PageImpact]:
    """Name for each reason the commit at which the code became what it is.

    `bases` says for each page since when it is looked for; what is not at hand is left out.
    """
    found = dict(judged)
    for base in sorted({bases.get(path, "") for path in judged}):
        paths = [path for path in judged if bases.get(path, "") == base]
        places = {place for path in paths for place in _places(judged[path])}
        commits = await _commits(comparing, base, head, places) if places else {}
        if commits:
            found |= {path: map_reasons(judged[path], _Naming(commits)) for path in paths}
    return found


async def _commits(
    comparing: Comparing, base: str, head: str, places: set[Place]
) -> Mapping[str, str]:
    history = comparing.history
    if not await history.has(base):
        return {}
    diff = await history.diff(base, head)
    renames = {each.old: each.new for each in diff.files if each.is_renamed}
    changes = Changes(base=base, head=head, renames=renames)
    return (await with_commits(history, changes, places, comparing.cache)).commits


def _places(page: PageImpact) -> list[Place]:
    return [each.place for each in stale_reasons(page)]


class _Naming:
    """Puts commits into reasons."""

    def __init__(self, commits: Mapping[str, str]) -> None:
        self._commits = commits

    def __call__(self, reason: Reason) -> Reason:
        commit = self._commits.get(reason.place.key, reason.commit)
        return reason.model_copy(update={"commit": commit})
