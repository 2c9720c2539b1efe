"""Bringing the pages of a folder up to date: what stays, what is written anew, what comes and goes.

Three steps, all pure, which `incremental_update` takes with writer runs between them, and which
need neither a database nor a model:

    wiki = read_wiki(files)                            # app.domain.wiki.published
    impacts = judge_wiki(wiki, changes, gone)          # changes and gone names by stamp commit
    revised = revise_locally(wiki, impacts, now)       # -> Revised: .site.files, .impacts, .rebuilt

`changes` maps each of `wiki.commits` to what `read_changes(base=that commit, head, cited)` gives;
`now` is the new commit: facts, origin, texts, kind of site, recipe of the local writer.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.checks.draft import drop_false
from app.domain.code.change import Changes
from app.domain.code.facts import RepositoryFacts
from app.domain.code.verdict import Cause, Verdict
from app.domain.value import Value
from app.domain.wiki.citing import symbols_of
from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.graft import Graft, Parts, apart, graft, take_apart
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.judging import worst
from app.domain.wiki.listing import redrawn, unlisted
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative, project_title
from app.domain.wiki.narrative.survey import Survey
from app.domain.wiki.narrative.walk import WALK
from app.domain.wiki.navigation import section_texts
from app.domain.wiki.page import Page, PageKind, PageSpec, RenderedPage, RenderedSection
from app.domain.wiki.published import PublishedPage, PublishedWiki
from app.domain.wiki.render import Origin, render_page, section_digest
from app.domain.wiki.replanning import Replanned, replan
from app.domain.wiki.revision import LOCAL
from app.domain.wiki.site.publication import sidecar_path
from flows.orchestrator.site import Site, hold_back, lay_out, render_reference

_REWRITTEN = frozenset((Verdict.REWORDED, Verdict.STALE, Verdict.NEW))
_BY_A_MODEL = frozenset((Verdict.STALE, Verdict.NEW))
_WRITTEN = (PageKind.HOME, PageKind.NARRATIVE)


@dataclass(frozen=True)
class Now:
    """The new commit of one scope."""

    facts: RepositoryFacts
    origin: Origin
    texts: Mapping[str, str]
    recipe: str
    """Of the local writer."""
    kind: SiteKind = SiteKind.NONE
    survey: Survey | None = None

    def compose(self, spec: PageSpec) -> RenderedPage:
        """Write a page without a model."""
        briefing = brief(spec, self.facts, self.survey)
        draft = drop_false(compose(briefing), briefing)
        page = Page(spec=spec, draft=draft, evidence=briefing.evidence, writer=LOCAL)
        symbols = symbols_of(page.evidence, self.facts)
        return render_page(page, self.origin, self.texts, self.recipe, symbols)


class Revised(Value):
    """The pages of the new commit."""

    site: Site
    """Not yet checked when it comes from `revise`."""
    impacts: tuple[PageImpact, ...] = ()
    """Of the published pages, and of those that are new."""
    rebuilt: Mapping[str, tuple[str, ...]] = {}
    """Headings of the sections that were written anew, by the path of the page."""
    added: tuple[str, ...] = ()
    """Paths of pages that are new."""
    retired: tuple[str, ...] = ()
    """Paths of pages whose subjects are gone."""
    held: frozenset[str] = frozenset()
    """Paths of pages with a stale section for which there is no new one: they stay as published,
    under their old commit, so that the next update sees it again."""
    left: tuple[str, ...] = ()
    """One sentence for each page that did not pass its checks."""


@dataclass(frozen=True)
class Plan:
    """What is known before anything is written."""

    wiki: PublishedWiki
    impacts: Mapping[str, PageImpact]
    """By the id of the page."""
    changes: Mapping[str, Changes]
    """By the commit of the stamp."""
    pages: Replanned
    written: Mapping[str, RenderedPage] = field(default_factory=dict)
    """What writer runs made, by the id of the page: whole pages, or the sections asked for."""
    asked: frozenset[str] = frozenset()
    """Ids of pages that a person ordered anew: what was written takes the place of all of it."""


def revise_locally(
    wiki: PublishedWiki,
    impacts: Sequence[PageImpact],
    changes: Mapping[str, Changes],
    now: Now,
    *,
    modules_changed: bool = True,
    planned: Sequence[PageSpec] | None = None,
) -> Revised:
    """Bring pages up to date without a model, and keep those that pass every check.

    `planned` are the narrative pages as planned from nothing, by default those of
    `plan_narrative`. Sections that a model wrote stay as they are.
    """
    survey = now.survey or Survey(now.facts)
    now = replace(now, survey=survey)
    specs = plan_narrative(now.facts).pages if planned is None else planned
    pages = replan(wiki, now.facts, specs, survey.names, modules_changed=modules_changed)
    by_id = {each.id: each for each in impacts}
    return checked(revise(Plan(wiki, by_id, changes, pages), now), wiki, now)


def revise(plan: Plan, now: Now) -> Revised:
    """Render the pages of the new commit: grafted ones, new ones, and all of the reference."""
    revision = _Revision(plan, now)
    narrative = [page for spec in plan.pages.specs if (page := revision.page(spec))]
    lost = [now.compose(each.spec) for each in plan.wiki.lost if each.spec.kind in _WRITTEN]
    pages = (*narrative, *lost, *render_reference(now.facts, now.origin))
    site = lay_out(revision.title(), pages, now.kind)
    paths = {each.record.spec.id: each.record.spec.path for each in plan.wiki.pages}
    return Revised(
        site=site.model_copy(update={"recipe": now.recipe}),
        impacts=tuple(revision.impacts.values()),
        rebuilt=revision.rebuilt,
        added=tuple(each.path for each in plan.pages.new),
        retired=tuple(paths[each] for each in plan.pages.retired),
        held=frozenset(revision.held),
    )


class _Revision:
    """The pages of one revision on their way."""

    def __init__(self, plan: Plan, now: Now) -> None:
        self._plan = plan
        self._now = now
        self._old = {each.record.spec.id: each for each in plan.wiki.pages}
        self.impacts = dict(plan.impacts)
        self.rebuilt: dict[str, tuple[str, ...]] = {}
        self.held: set[str] = set()

    def title(self) -> str:
        """Call the site as the local writer does, or as the model did that planned it."""
        home = next((each for each in self._old.values() if _is_by_a_model(each)), None)
        return (
            self._plan.wiki.title
            if home and self._plan.wiki.title
            else project_title(self._now.facts)
        )

    def page(self, spec: PageSpec) -> RenderedPage | None:
        """Make one page; what no writer can make stays, or waits for one."""
        if spec.id in self._plan.asked and spec.id in self._plan.written:
            return self._whole(spec)
        old = self._old.get(spec.id)
        apart_old = take_apart(old.text, old.record) if old else None
        if old is None or apart_old is None:
            if old is not None and _is_by_a_model(old):
                # Its sections are not to be found; what is composed only holds its place.
                self.held.add(spec.path)
                return self._now.compose(spec)
            return self._whole(spec)
        parts = apart_old.model_copy(update={"spec": spec})
        new = self._new(old, spec)
        fresh = apart(new) if new is not None else None
        impact = self._listed(old, new, _redrawn(parts, fresh))
        anew = self._anew(old, impact, new)
        changes = self._plan.changes.get(old.commit) or Changes(base="", head="")
        how = Graft(
            origin=self._now.origin,
            changes=changes,
            anew=anew,
            joins=new is not None and not _is_by_a_model(old),
        )
        page = graft(parts, fresh, how)
        is_theirs = old.edited and new is None
        if is_theirs or _is_stuck(impact, anew, _unmended(parts, new)):
            self.held.add(spec.path)
        else:
            self._note(spec, parts, anew, page)
        return page

    def _whole(self, spec: PageSpec) -> RenderedPage:
        page = self._plan.written.get(spec.id) or self._now.compose(spec)
        self.rebuilt[spec.path] = tuple(each.heading for each in page.sections)
        return page

    def _new(self, old: PublishedPage, spec: PageSpec) -> RenderedPage | None:
        """Give what was written anew; the local writer writes its pages here, at no cost.

        But for the way through the code: whoever writes that has to read which calls are made.
        """
        written = self._plan.written.get(spec.id)
        if written is not None or _is_by_a_model(old) or spec.id == WALK:
            return written
        return self._now.compose(spec)

    def _listed(
        self, old: PublishedPage, new: RenderedPage | None, drawn: Collection[str]
    ) -> PageImpact | None:
        """Judge whether the lists that were complete still are, and the drawings as they were."""
        impact = self.impacts.get(old.record.spec.id)
        if impact is None or new is None or _is_by_a_model(old):
            return impact
        changes = self._plan.changes.get(old.commit)
        judged = impact_with_lists(impact, old.record.sections, new.sections, changes)
        judged = impact_with_drawings(judged, drawn)
        self.impacts[old.record.spec.id] = judged
        return judged

    def _anew(
        self, old: PublishedPage, impact: PageImpact | None, new: RenderedPage | None
    ) -> frozenset[str]:
        """Name the sections of the old page that are replaced."""
        anchors = frozenset(each.anchor for each in old.record.sections)
        if new is None or impact is None:
            return frozenset()
        is_local = not _is_by_a_model(old)
        if is_local and (old.recipe != self._now.recipe or new.writer != LOCAL):
            return anchors
        wanted = _REWRITTEN if is_local else _BY_A_MODEL
        stale = frozenset(each.anchor for each in impact.sections if each.verdict in wanted)
        stale |= {each.anchor for each in old.record.sections if each.stand_in}
        # What a person wrote is nothing that was generated: the merge finds it in their page.
        return stale | _edited(old)

    def _note(self, spec: PageSpec, old: Parts, anew: frozenset[str], page: RenderedPage) -> None:
        before = {each.section.heading for each in old.parts if each.section.anchor not in anew}
        made = tuple(each.heading for each in page.sections if each.heading not in before)
        if made:
            self.rebuilt[spec.path] = made


def _unmended(old: Parts, new: RenderedPage | None) -> frozenset[str]:
    """Name the sections, by anchor, that stay although they were asked for."""
    unmended = new.unmended if new is not None else ()
    return frozenset(each.section.anchor for each in old.parts if each.section.heading in unmended)


def _is_stuck(impact: PageImpact | None, anew: frozenset[str], unmended: frozenset[str]) -> bool:
    """Say whether what is stale stays on the page."""
    stale = (
        {each.anchor for each in impact.sections if each.verdict in _BY_A_MODEL} if impact else ()
    )
    return any(anchor not in anew or anchor in unmended for anchor in stale)


def impact_with_lists(
    impact: PageImpact,
    old: Sequence[RenderedSection],
    new: Sequence[RenderedSection],
    changes: Changes | None,
) -> PageImpact:
    """Find the sections that claim to list all there is, and no longer do."""
    fresh = {each.heading: each for each in new}
    known = {each.anchor: each for each in old}

    def judge(section: SectionImpact) -> SectionImpact:
        before, after = known.get(section.anchor), fresh.get(section.heading)
        if not before or not after or not before.complete or section.verdict in _REWRITTEN:
            return section
        more = unlisted(before.cited, after.cited, changes)
        reasons = tuple(
            Reason(
                verdict=Verdict.NEW, cause=Cause.LISTED, sentence="", path=each.path,
                symbol=each.symbol, detail="is not listed", now_path=each.path,
                first_line=each.first_line, last_line=each.last_line,
            )
            for each in more
        )  # fmt: skip
        if not reasons:
            return section
        update = {"verdict": Verdict.NEW, "reasons": (*section.reasons, *reasons)}
        return section.model_copy(update=update)

    sections = tuple(map(judge, impact.sections))
    verdict = worst(each.verdict for each in sections)
    return impact.model_copy(update={"sections": sections, "verdict": verdict})


def _redrawn(old: Parts, new: Parts | None) -> frozenset[str]:
    """Name the sections, by heading, in which another drawing would stand by now."""
    bodies = [
        {each.section.heading: each.body for each in parts.parts} if parts is not None else {}
        for parts in (old, new)
    ]
    return redrawn(*bodies)


def impact_with_drawings(impact: PageImpact, drawn: Collection[str]) -> PageImpact:
    """Judge the sections that draw all there is, and no longer do."""

    def judge(section: SectionImpact) -> SectionImpact:
        if section.heading not in drawn or section.verdict in _BY_A_MODEL:
            return section
        reason = Reason(
            verdict=Verdict.NEW, cause=Cause.LISTED, sentence="", path="",
            detail="what it draws is another drawing now",
        )  # fmt: skip
        update = {"verdict": Verdict.NEW, "reasons": (*section.reasons, reason)}
        return section.model_copy(update=update)

    sections = tuple(map(judge, impact.sections))
    verdict = worst(each.verdict for each in sections)
    return impact.model_copy(update={"sections": sections, "verdict": verdict})


def checked(revised: Revised, wiki: PublishedWiki, now: Now) -> Revised:
    """Keep the pages that pass every check; a page of the local writer gets a second chance.

    What a verdict did not see a check may: then the page is composed anew as a whole. A page of a
    model that does not pass stays as it is published.
    """
    site = hold_back(revised.site, now.facts, now.origin, now.texts, now.kind)
    lost = _written_paths(revised.site) - _written_paths(site)
    local = [
        each
        for each in revised.site.pages
        if each.spec.path in lost and not _by_model(each) and each.spec.id != WALK
    ]
    rebuilt = dict(revised.rebuilt)
    if local:
        anew = {each.spec.path: now.compose(each.spec) for each in local}
        rebuilt |= {
            path: tuple(each.heading for each in page.sections) for path, page in anew.items()
        }
        pages = [anew.get(each.spec.path, each) for each in revised.site.pages]
        again = lay_out(revised.site.title, pages, now.kind)
        site = hold_back(again, now.facts, now.origin, now.texts, now.kind)
    stay = (_written_paths(revised.site) - _written_paths(site)) | revised.held
    files, left = _left_alone(site, stay, wiki)
    as_published = frozenset(path for path in files if files[path] != site.files.get(path))
    update = {"files": files, "recipe": now.recipe, "left": as_published}
    return revised.model_copy(
        update={
            "site": site.model_copy(update=update),
            "rebuilt": rebuilt,
            "left": tuple(f"{each} did not pass, and stays as it was" for each in left),
        }
    )


def _left_alone(
    site: Site, stay: frozenset[str], wiki: PublishedWiki
) -> tuple[dict[str, bytes], list[str]]:
    """Leave pages as they are published; returns also the paths of those that did not pass."""
    files, left = dict(site.files), list[str]()
    passed = _written_paths(site)
    for page in wiki.pages:
        path = page.record.spec.path
        if path in stay and page.is_written and path in wiki.files:
            names = (path, sidecar_path(page.record.spec.id))
            files |= {name: wiki.files[name] for name in names if name in wiki.files}
            left += [] if path in passed else [path]
    return files, left


def _written_paths(site: Site) -> frozenset[str]:
    return frozenset(each.spec.path for each in site.pages if each.spec.kind in _WRITTEN)


def _by_model(page: RenderedPage) -> bool:
    return page.writer not in ("", LOCAL)


def _is_by_a_model(page: PublishedPage) -> bool:
    return page.is_written and page.record.writer not in ("", LOCAL)


def _edited(page: PublishedPage) -> frozenset[str]:
    """Name the sections that a person changed, where nobody knows what was generated."""
    if not page.edited:
        return frozenset()
    rendered = RenderedPage(
        spec=page.record.spec, markdown=page.text, sections=page.record.sections
    )
    texts = section_texts(rendered)
    return frozenset(
        each.anchor
        for each in page.record.sections
        if section_digest(texts.get(each.anchor, "")) != each.digest
    )
