from sqlalchemy import text

from app.db.engine import Sessions, transaction
from app.db.jobs import JobRepo
from app.db.upkeep import BaseRepo, RevisionRepo, VerdictRepo
from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact, SectionImpact
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.record import Note
from app.domain.wiki.revision import PageRevision, Revision, SectionRevision
from app.domain.work.job import FlowName, JobOrder
from app.domain.work.repository import Repository
from tests.fakes.stale import stale_reason

REASON = stale_reason()
STALE = SectionImpact(anchor="prices", heading="Prices", verdict=Verdict.STALE, reasons=(REASON,))
FRESH = SectionImpact(anchor="cart", heading="Cart", verdict=Verdict.FRESH)
MOVED = SectionImpact(anchor="a", heading="A", verdict=Verdict.RELOCATED)
CART = PageImpact(
    page="cart.md",
    id="cart",
    verdict=Verdict.STALE,
    sections=(FRESH, STALE, MOVED),
    commit="b" * 40,
)
OLD = "now() - interval '1 day'"


async def count(sessions: Sessions, table: str) -> int:
    async with transaction(sessions) as session:
        return await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608 - a name of ours


async def age(sessions: Sessions, *digests: str) -> None:
    async with transaction(sessions) as session:
        for digest in digests:
            await session.execute(
                text(f"UPDATE page_bases SET saved_at = {OLD} WHERE digest = :digest"),  # noqa: S608 - ours
                {"digest": digest},
            )


async def test_bases_are_found_by_digest_in_their_repository(
    sessions: Sessions, repository: Repository
) -> None:
    bases = BaseRepo(sessions)

    await bases.keep(repository.id, {"d1": "# One\n", "d2": "# Two\n"})
    await bases.keep(repository.id, {"d1": "# One\n"})
    await bases.keep(repository.id, {})

    assert await bases.find(repository.id, "d1") == "# One\n"
    assert await bases.find(repository.id + 1, "d1") is None
    assert await count(sessions, "page_bases") == 2


async def test_the_bases_that_were_not_kept_for_the_longest_time_go_first(
    sessions: Sessions, repository: Repository
) -> None:
    bases = BaseRepo(sessions)
    await bases.keep(repository.id, {"d1": "1", "d2": "2", "d3": "3"})
    await age(sessions, "d1", "d2", "d3")

    await bases.keep(repository.id, {"d1": "1", "d4": "4"}, most=2)

    assert [await bases.find(repository.id, each) for each in ("d1", "d2", "d3", "d4")] == [
        "1", None, None, "4",
    ]  # fmt: skip


async def test_a_publication_larger_than_the_bound_is_kept_whole(
    sessions: Sessions, repository: Repository
) -> None:
    bases = BaseRepo(sessions)
    await bases.keep(repository.id, {"old": "0"})
    await age(sessions, "old")

    await bases.keep(repository.id, {f"d{number}": "text" for number in range(1200)}, most=3)

    assert await count(sessions, "page_bases") == 1200
    assert await bases.find(repository.id, "old") is None


async def test_what_a_run_has_to_write_is_read_by_job_and_scope(
    sessions: Sessions, repository: Repository
) -> None:
    order = JobOrder(
        repository_id=repository.id, branch="main", flow=FlowName.INCREMENTAL_UPDATE, reason="push"
    )
    job = await JobRepo(sessions).order(order)
    section = SectionRevision(anchor="prices", heading="Prices", reasons=(REASON,))
    page = PageRevision(
        spec=PageSpec(id="cart", path="cart.md", title="Cart", kind=PageKind.NARRATIVE),
        sections=(section,),
        notes=(Note(section="prices", before="", after="Prices are net."),),
        text="# Cart\n",
    )
    revisions = RevisionRepo(sessions)

    await revisions.store(job.id, "", Revision(structure_again=True))
    await revisions.store(job.id, "", Revision(pages=(page,), retired=("old",)))

    assert await revisions.find(job.id, "") == Revision(pages=(page,), retired=("old",))
    assert await revisions.find(job.id, "web") is None


async def test_verdicts_of_a_scope_replace_each_other_and_fresh_sections_are_left_out(
    sessions: Sessions, repository: Repository
) -> None:
    verdicts = VerdictRepo(sessions)
    other = CART.model_copy(update={"page": "web.md", "id": "web", "sections": (MOVED,)})
    await verdicts.replace(repository.id, "main", "", "a" * 40, [other])
    await verdicts.replace(repository.id, "main", "", "c" * 40, [CART])
    await verdicts.replace(repository.id, "main", "web", "c" * 40, [other])
    await verdicts.replace(repository.id, "next", "", "c" * 40, [other])

    found = await verdicts.find(repository.id, "main")

    assert list(found.values()) == [CART.model_copy(update={"sections": (STALE, MOVED)}), other]
    assert list(found) == [CART.page, f"web/{other.page}"]

    await verdicts.clear(repository.id, "main", "web")
    assert list(await verdicts.find(repository.id, "main")) == [CART.page]
    await verdicts.clear(repository.id, "main")
    assert await verdicts.find(repository.id, "main") == {}
    assert await verdicts.find(repository.id, "next") == {other.page: other}


async def test_all_of_it_goes_with_its_repository(
    sessions: Sessions, repository: Repository
) -> None:
    await BaseRepo(sessions).keep(repository.id, {"d1": "1"})
    await VerdictRepo(sessions).replace(repository.id, "main", "", "c" * 40, [CART, CART])
    assert await count(sessions, "section_verdicts") == 2

    async with transaction(sessions) as session:
        await session.execute(text("DELETE FROM repositories"))

    assert await count(sessions, "section_verdicts") == 0
    assert await count(sessions, "page_bases") == 0
