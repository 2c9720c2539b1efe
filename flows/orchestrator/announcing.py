"""How a documentation pull request is announced: its words, and how it is opened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from posixpath import join

from app.domain.value import Value
from app.domain.wiki.configuration.config import Commits, Config
from app.domain.wiki.page import RenderedPage
from app.domain.wiki.site.announcement import Announcement, Asked, Edition, describe_publication
from app.domain.work.proposal import Opening
from app.domain.work.repository import RepositoryRef
from flows.orchestrator.proposed import Proposed, said_of
from flows.orchestrator.publisher import Publication, named, told
from flows.orchestrator.telling import Told

_MOST_CITED = 100
"""Files of code whose owners may be asked."""


class Place(Value):
    """Where a pull request stands."""

    address: str
    """Where people look at the repository."""
    branch: str = ""
    """The documented branch, where it is not the default one."""


def place_of(repository: RepositoryRef, base: str) -> Place:
    """Name the branch where a repository could have several that are documented."""
    known = repository.default_branch
    return Place(address=repository.url, branch=base if known and base != known else "")


def describe(
    publications: Sequence[Publication],
    folders: Sequence[Proposed],
    kept: Sequence[str],
    known: Told,
    place: Place,
) -> Announcement:
    """Say what the pull request changes; files of several scopes are named with their folder."""
    before, after = _sides(publications, folders)
    warnings = [text for each in publications for text in each.warnings]
    warnings += [note for each in folders for note in said_of(each)]
    return describe_publication(
        Edition(
            commit=publications[0].commit,
            before=before,
            after=after,
            pages=tuple(page for each in publications for page in _pages(publications, each)),
            impacts=tuple(
                page.model_copy(update={"page": named(publications, each, page.page)})
                for each in publications
                for page in known.impacts.get(each.scope, ())
            ),
            sources=frozenset().union(*(each.sources for each in publications)),
            withheld=tuple(text for each in publications for text in each.withheld),
            warnings=(*warnings, *map(told, kept)),
            run=known.run,
            address=place.address,
            branch=place.branch,
            asked=tuple(_asked(publications, folders)),
            style=commits_of(publications).style,
        )
    )


def _sides(
    publications: Sequence[Publication], folders: Sequence[Proposed]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Give all files as they are, and as they are proposed."""
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    for each in folders:
        publication = each.publication

        def name(path: str, publication: Publication = publication) -> str:
            return named(publications, publication, path)

        scope, changed = publication.scope, each.guides.files
        before |= {join(scope, at): data for at, data in each.guided.items() if data is not None}
        after |= {join(scope, at): data for at, data in changed.items() if data is not None}
        before |= {name(path): data for path, data in each.committed.items()}
        after |= {name(path): data for path, data in {**each.committed, **each.pages}.items()}
        for path in map(name, each.retired):
            after.pop(path, None)
    return before, after


def _asked(publications: Sequence[Publication], folders: Sequence[Proposed]) -> Iterator[Asked]:
    for each in folders:
        for path, notes in each.asked.items():
            page = named(publications, each.publication, path)
            yield from (Asked(page=page, by=note.said_by, what=note.instruction) for note in notes)


def _pages(publications: Sequence[Publication], publication: Publication) -> list[RenderedPage]:
    return [
        page.model_copy(
            update={
                "spec": page.spec.model_copy(
                    update={"path": named(publications, publication, page.spec.path)}
                )
            }
        )
        for page in publication.pages
    ]


def opening_of(publications: Sequence[Publication], folders: Sequence[Proposed]) -> Opening:
    """Say how a new pull request is opened: labels and reviewers of all scopes."""
    configs = [each.config for each in publications]
    return Opening(
        labels=tuple(dict.fromkeys(name for each in configs for name in each.labels)),
        reviewers=tuple(dict.fromkeys(name for each in configs for name in each.reviewers)),
        cited=_cited(folders),
        draft=_leading(publications).draft,
    )


def _cited(folders: Sequence[Proposed]) -> tuple[str, ...]:
    """List the files of code that the changed pages cite, those that are cited most first."""
    counts = Counter(
        cited.path
        for each in folders
        for page in each.publication.pages
        if each.pages.get(page.spec.path) != each.committed.get(page.spec.path)
        for section in page.sections
        for cited in section.cited
    )
    ordered = sorted(counts, key=lambda path: (-counts[path], path))
    return tuple(ordered[:_MOST_CITED])


def commits_of(publications: Sequence[Publication]) -> Commits:
    """Say how commits are written: as the root's scope wants it, or else the first one."""
    return _leading(publications).commit


def _leading(publications: Sequence[Publication]) -> Config:
    return min(publications, key=lambda each: each.scope).config
