"""Where the front pages of a run's scopes lie, so that they can lead to one another."""

from collections.abc import Mapping, Sequence
from posixpath import join

from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.page import PageKind, RenderedPage
from app.domain.wiki.site.scope_links import Front, below, lead_to
from flows.orchestrator.site import Site
from flows.sources import Source


class Fronts:
    """The front pages of all scopes that are published together."""

    def __init__(
        self, made: Sequence[tuple[Source, Site]], outputs: Mapping[str, str] | None = None
    ) -> None:
        """Take the scopes and, unless pages lie where the configuration says, their folders."""
        own = {each.scope.folder: each.scope.output for each, _ in made}
        self._outputs = {**own, **(outputs or {})}
        self._fronts = {
            source.scope.folder: Front(
                folder=source.scope.folder,
                title=site.title,
                path=join(self._outputs[source.scope.folder], page.spec.path),
            )
            for source, site in made
            for page in site.pages
            if page.spec.kind is PageKind.HOME
        }

    def lead(self, source: Source, pages: tuple[RenderedPage, ...]) -> tuple[RenderedPage, ...]:
        """Link a scope's front page to those of the scopes that it leaves out.

        A generator of sites builds one folder, and refuses links that lead out of it.
        """
        if source.config.site is not SiteKind.NONE:
            return pages
        folder = source.scope.folder
        fronts = [self._fronts[each] for each in below(folder, self._fronts)]
        return lead_to(fronts, pages, self._outputs[folder])
