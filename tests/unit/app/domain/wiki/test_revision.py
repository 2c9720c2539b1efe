from app.domain.code.verdict import Cause, Verdict
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.page import PageKind, PageSpec, Section
from app.domain.wiki.record import Note, PageRecord
from app.domain.wiki.revision import Revision, SectionRevision, join, plan_revision
from tests.fakes.revised_shop import SECTIONS, TAX_ADDED, changed, judged, published

NOTE = Note(section="adding-up", before="", after="Prices are net.")


def spec(name: str, *subjects: str) -> PageSpec:
    return PageSpec(
        id=name, path=f"{name}.md", title=name, kind=PageKind.NARRATIVE, subjects=subjects
    )


def plan(record: PageRecord, text: str, impact: PageImpact) -> Revision:
    return plan_revision([impact], {record.spec.id: record}, {record.spec.id: text})


def told(*verdicts: Verdict) -> PageImpact:
    _, record = published()
    sections = tuple(
        SectionImpact(anchor=each.anchor, heading=each.heading, verdict=verdict)
        for each, verdict in zip(record.sections[1:], verdicts, strict=True)
    )
    return PageImpact(page="cart.md", id="cart", verdict=max(verdicts), sections=sections)


def test_of_a_models_page_only_what_is_stale_goes_to_the_writer() -> None:
    page, record = published()
    record = record.model_copy(update={"notes": (NOTE,)})
    impact = judged(record, page.markdown, changed(Cart__total=TAX_ADDED))

    [revised] = plan(record, page.markdown, impact).pages

    [section] = revised.sections
    assert (section.anchor, section.heading, revised.whole) == ("adding-up", "Adding up", False)
    assert section.text.startswith("`Cart.total` adds the prices up, and nothing else ([")
    assert [each.symbol for each in section.cited] == ["Cart.total"]
    assert [each.cause for each in section.reasons] == [Cause.CODE]
    assert not section.is_false
    assert revised.notes == (NOTE,)
    assert revised.outline == ("The cart", *(each.heading for each in SECTIONS))


def test_what_is_reworded_goes_to_the_local_writer_alone() -> None:
    impact = told(Verdict.REWORDED, Verdict.STALE, Verdict.RELOCATED)
    by_model, by_local = published(), published(writer="local")

    models = plan(by_model[1], by_model[0].markdown, impact).pages
    locals_ = plan(by_local[1], by_local[0].markdown, impact).pages

    assert [each.anchor for each in models[0].sections] == ["adding-up"]
    assert [each.anchor for each in locals_[0].sections] == ["what-it-holds", "adding-up"]


def test_nothing_stale_is_nothing_to_write() -> None:
    page, record = published()
    impact = told(Verdict.FRESH, Verdict.RELOCATED, Verdict.REWORDED)
    assert plan(record, page.markdown, impact).pages == ()


def test_what_stood_in_for_a_model_is_written_again_though_it_is_fresh() -> None:
    fresh = told(Verdict.FRESH, Verdict.FRESH, Verdict.FRESH)
    held = Section(heading="Adding up", text="`Cart.total` [E2].", stand_in=True)
    page, record = published(SECTIONS[0], held, SECTIONS[2])

    [section] = plan(record, page.markdown, fresh).pages[0].sections
    assert section.anchor == "adding-up"

    whole = record.model_copy(update={"stand_in": True})
    assert plan(whole, page.markdown, fresh).pages[0].whole


def test_pages_without_text_or_sections_are_whole_and_people_s_decisions_stand() -> None:
    page, record = published()
    stale = told(Verdict.STALE, Verdict.STALE, Verdict.STALE)

    assert plan(record, "", stale).pages[0].whole
    assert plan(record.model_copy(update={"sections": ()}), page.markdown, stale).pages[0].whole
    withdrawn = record.model_copy(update={"withdrawn": True})
    assert plan(withdrawn, page.markdown, stale).pages == ()


def test_acknowledged_and_retired_pages_are_not_written() -> None:
    page, record = published()
    reason = Reason(
        verdict=Verdict.STALE, cause=Cause.GONE, sentence="x", path="a.py", acknowledged="known"
    )
    section = SectionImpact(
        anchor="adding-up", heading="Adding up", verdict=Verdict.STALE, reasons=(reason,)
    )
    impact = PageImpact(page="cart.md", id="cart", verdict=Verdict.STALE, sections=(section,))
    [revised] = plan(record, page.markdown, impact).pages
    assert revised.sections[0].reasons == ()

    over = impact.model_copy(update={"verdict": Verdict.RETIRED})
    gone = plan(record, page.markdown, over)
    assert (gone.pages, gone.retired) == ((), ("cart",))


def test_new_pages_are_whole_and_known_ones_are_not_new() -> None:
    page, record = published()
    fresh = told(Verdict.FRESH, Verdict.FRESH, Verdict.FRESH)
    found = plan_revision(
        [fresh],
        {"cart": record},
        {"cart": page.markdown},
        new=(record.spec, spec("mail", "shop/mail.py")),
        structure_again=True,
    )
    assert [(each.spec.id, each.whole) for each in found.pages] == [("mail", True)]
    assert found.known == (record.spec,)
    assert found.structure_again


def test_a_name_that_is_gone_makes_a_section_certainly_false() -> None:
    def because(cause: Cause) -> bool:
        reason = Reason(verdict=Verdict.STALE, cause=cause, sentence="x", path="a.py")
        return SectionRevision(anchor="a", heading="A", reasons=(reason,)).is_false

    assert because(Cause.NAME)
    assert because(Cause.GONE)
    assert because(Cause.RENAMED)
    assert not because(Cause.CODE)


def test_a_new_page_joins_behind_its_neighbour_and_moves_nothing() -> None:
    known = (
        spec("architecture", "."),
        spec("web", "web/**"),
        spec("db", "db/**"),
        spec("old", "old/**"),
    )
    planned = (
        spec("architecture", "."),
        spec("database", "db/**"),
        spec("cli", "cli/**"),
        spec("web", "web/**"),
        spec("queue", "queue/**"),
    )
    files = ("web/a.py", "db/a.py", "cli/a.py", "queue/a.py")

    joined = join(known, planned, {"old"}, files)

    # `database` is about files that `db` tells of.
    assert [each.id for each in joined] == ["architecture", "cli", "web", "queue", "db"]
    assert join(joined, planned, (), files) == joined
