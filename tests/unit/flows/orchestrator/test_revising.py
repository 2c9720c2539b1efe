from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.code.change import Changes
from app.domain.code.citation import CitedSymbol
from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import PageImpact, SectionImpact
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.narrative.walk import WALK
from app.domain.wiki.page import RenderedSection
from app.domain.wiki.published import PublishedWiki, judge_wiki, read_wiki
from app.domain.wiki.render import Origin
from app.domain.wiki.replanning import Replanned
from flows.orchestrator.revising import (
    Now,
    Plan,
    Revised,
    checked,
    impact_with_drawings,
    impact_with_lists,
    revise,
    revise_locally,
)
from flows.orchestrator.site import lay_out, render_reference
from tests.fakes.facts import COMMIT, TEXTS, shop

LATER = "beef0123" * 5
WEB = "https://github.com/acme/shop/blob"
THEN = Now(shop(), Origin(commit=COMMIT, base=f"{WEB}/{COMMIT}/"), TEXTS, "local-1")
FACTS = shop().model_copy(update={"commit": LATER})
NOW = Now(FACTS, Origin(commit=LATER, base=f"{WEB}/{LATER}/"), TEXTS, "local-1")
SPECS = plan_narrative(shop()).pages
NOTHING = {COMMIT: Changes(base=COMMIT, head=LATER)}
MODEL = "some/model"


def published(by_model: str = "") -> dict[str, bytes]:
    """Make the folder as it was; one page may be by a model."""
    pages = []
    for spec in SPECS:
        page = THEN.compose(spec)
        if spec.id == by_model:
            page = page.model_copy(update={"writer": MODEL})
        pages.append(page)
    reference = render_reference(THEN.facts, THEN.origin)
    return dict(lay_out("Shop", (*pages, *reference)).files)


def plan(files: Mapping[str, bytes], impacts: Sequence[PageImpact]) -> Plan:
    return Plan(
        read_wiki(files), {each.id: each for each in impacts}, NOTHING, Replanned(specs=SPECS)
    )


def impacts(wiki: PublishedWiki, page: str, verdict: Verdict) -> list[PageImpact]:
    """Judge all fresh but the second section of one page."""
    told = []
    for each in judge_wiki(wiki, NOTHING):
        if each.id == page:
            lead, second, *rest = each.sections
            stale = second.model_copy(update={"verdict": verdict})
            each = each.model_copy(update={"sections": (lead, stale, *rest), "verdict": verdict})
        told.append(each)
    return told


def update(files: Mapping[str, bytes], page: str, verdict: Verdict) -> Revised:
    ordered = plan(files, impacts(read_wiki(files), page, verdict))
    return checked(revise(ordered, NOW), ordered.wiki, NOW)


def test_page_that_a_person_ordered_anew_is_replaced_as_a_whole_and_no_other_is() -> None:
    files = published(by_model="architecture")
    wiki = read_wiki(files)
    ordered = plan(files, judge_wiki(wiki, NOTHING))
    spec = next(each for each in SPECS if each.id == "architecture")
    page = NOW.compose(spec).model_copy(update={"writer": MODEL})
    section = page.sections[0].model_copy(update={"heading": "Said otherwise"})
    anew = page.model_copy(update={"sections": (section, *page.sections[1:])})
    asked = replace(ordered, written={spec.id: anew}, asked=frozenset({spec.id}))

    revised = revise(asked, NOW)
    assert list(revised.rebuilt) == ["architecture.md"]
    assert next(each for each in revised.site.pages if each.spec.id == spec.id) == anew
    # Without a new text the old one stays.
    assert revise(replace(asked, written={}), NOW).rebuilt == {}


def test_only_the_stale_section_of_a_local_page_is_written_anew() -> None:
    files = published()
    revised = update(files, "architecture", Verdict.REWORDED)
    [(path, headings)] = revised.rebuilt.items()
    assert path == "architecture.md"
    assert len(headings) == 1
    assert revised.site.withheld == ()
    assert f"commit={LATER}".encode() in revised.site.files["architecture.md"]


def test_a_models_page_with_a_stale_section_stays_as_published_while_there_is_no_model() -> None:
    files = published("architecture")
    revised = update(files, "architecture", Verdict.STALE)
    assert revised.held == {"architecture.md"}
    assert revised.site.files["architecture.md"] == files["architecture.md"]
    record = ".autodoc/architecture.json"
    assert revised.site.files[record] == files[record]
    assert revised.rebuilt == {}


def test_a_models_page_that_is_only_reworded_goes_on_to_the_new_commit() -> None:
    revised = update(published("architecture"), "architecture", Verdict.REWORDED)
    assert revised.held == frozenset()
    assert f"commit={LATER}".encode() in revised.site.files["architecture.md"]
    assert revised.rebuilt == {}


def test_what_a_person_made_of_a_models_page_is_never_taken_for_generated() -> None:
    files = published("architecture")
    page = files["architecture.md"]
    for edited in (
        page.replace(b"## ", b"A person's words.\n\n## ", 1),
        page.replace(b"## ", b"### "),
    ):
        wiki = read_wiki({**files, "architecture.md": edited})
        revised = revise_locally(wiki, judge_wiki(wiki, NOTHING), NOTHING, NOW)
        assert revised.held == {"architecture.md"}
        assert revised.site.files["architecture.md"] == edited
        assert "architecture.md" not in revised.rebuilt


def test_what_a_model_wrote_again_is_put_into_its_page() -> None:
    files = published("architecture")
    ordered = plan(files, impacts(read_wiki(files), "architecture", Verdict.STALE))
    spec = next(each for each in SPECS if each.id == "architecture")
    heading = ordered.impacts["architecture"].sections[1].heading
    draft = THEN.compose(spec)
    section = next(each for each in draft.sections if each.heading == heading)
    written = draft.model_copy(
        update={
            "markdown": draft.markdown.replace(f"## {heading}\n", f"## {heading}\n\nNew words.\n"),
            "sections": (draft.sections[0], section),
            "writer": MODEL,
        }
    )
    plan_with = Plan(
        ordered.wiki, ordered.impacts, NOTHING, ordered.pages, {"architecture": written}
    )
    revised = revise(plan_with, NOW)
    assert b"New words." in revised.site.files["architecture.md"]
    assert revised.held == frozenset()
    assert revised.rebuilt["architecture.md"] == (heading,)


def test_pages_in_which_nothing_changed_say_the_same_of_the_new_commit() -> None:
    files = published()
    wiki = read_wiki(files)
    revised = revise_locally(wiki, judge_wiki(wiki, NOTHING), NOTHING, NOW)
    for path, data in files.items():
        if path.endswith(".md"):
            again = revised.site.files[path].replace(LATER.encode(), COMMIT.encode())
            assert again.replace(LATER[:12].encode(), COMMIT[:12].encode()) == data
    assert revised.rebuilt == {}


def test_a_local_page_that_a_check_finds_wrong_is_composed_anew_as_a_whole() -> None:
    files = published()
    wiki = read_wiki(files)
    lying = files["architecture.md"].replace(b"## ", b"`shop/teleport.py` moves.\n\n## ", 1)
    told = [
        each.model_copy(update={"text": lying.decode()})
        if each.record.spec.id == "architecture"
        else each
        for each in wiki.pages
    ]
    wiki = wiki.model_copy(update={"pages": tuple(told)})

    revised = revise_locally(wiki, judge_wiki(wiki, NOTHING), NOTHING, NOW)

    assert b"teleport" not in revised.site.files["architecture.md"]
    assert revised.rebuilt["architecture.md"]


def test_pages_by_another_version_of_the_local_writer_are_composed_anew() -> None:
    wiki = read_wiki(published())
    later = Now(NOW.facts, NOW.origin, NOW.texts, "local-2")
    revised = revise_locally(wiki, judge_wiki(wiki, NOTHING), NOTHING, later)
    assert set(revised.rebuilt) == {each.path for each in SPECS}
    assert b"recipe=local-2" in revised.site.files["index.md"]


def test_a_list_that_was_whole_is_new_when_there_is_more_to_list() -> None:
    def listed(*names: str, complete: bool = True) -> RenderedSection:
        cited = tuple(
            CitedSymbol(
                path=f"{each}.py", symbol="", recipe="1", code="", wording="", first_line=1,
                last_line=2, whole=True,
            )
            for each in names
        )  # fmt: skip
        return RenderedSection(
            anchor="modules", heading="Modules", digest="", cited=cited, complete=complete
        )

    fresh = SectionImpact(anchor="modules", heading="Modules", verdict=Verdict.FRESH)
    impact = PageImpact(page="a.md", id="a", verdict=Verdict.FRESH, sections=(fresh,))

    def judge(old: RenderedSection, new: RenderedSection) -> PageImpact:
        return impact_with_lists(impact, [old], [new], None)

    grown = judge(listed("a"), listed("a", "b"))
    assert grown.verdict is Verdict.NEW
    assert [(each.cause, each.path) for each in grown.sections[0].reasons] == [
        (Cause.LISTED, "b.py")
    ]
    assert judge(listed("a", "b"), listed("b")).verdict is Verdict.FRESH
    assert judge(listed("a", complete=False), listed("a", "b")).verdict is Verdict.FRESH


def test_a_section_that_draws_what_is_not_so_any_more_is_new() -> None:
    fresh = [
        SectionImpact(anchor=each.lower(), heading=each, verdict=Verdict.FRESH)
        for each in ("Parts", "Dependencies")
    ]
    impact = PageImpact(page="a.md", id="a", verdict=Verdict.FRESH, sections=tuple(fresh))
    judged = impact_with_drawings(impact, {"Dependencies"})
    assert judged.verdict is Verdict.NEW
    assert [each.verdict for each in judged.sections] == [Verdict.FRESH, Verdict.NEW]


def test_the_way_through_the_code_is_left_to_whoever_can_read_its_calls() -> None:
    source = next(each for each in SPECS if each.id == "architecture")
    walk = source.model_copy(update={"id": WALK, "path": "walk.md", "title": "Walk"})
    told = THEN.compose(source).model_copy(update={"spec": walk})
    assert "## Parts" not in THEN.compose(walk).markdown
    pages = (*(THEN.compose(each) for each in SPECS), told)
    files = dict(lay_out("Shop", (*pages, *render_reference(THEN.facts, THEN.origin))).files)
    wiki = read_wiki(files)

    revised = revise_locally(wiki, judge_wiki(wiki, NOTHING), NOTHING, NOW, planned=[*SPECS, walk])

    assert "walk.md" not in revised.rebuilt
    assert b"## Parts" in revised.site.files["walk.md"]
