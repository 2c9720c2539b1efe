from collections.abc import Mapping

from app.domain.code.verdict import Verdict
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.judging import ack_key
from app.domain.wiki.merge.folder import Merge
from app.domain.wiki.published import PublishedPage, PublishedWiki
from app.domain.wiki.record import Ack, PageRecord, read_record, write_record
from app.domain.wiki.site.guide_block import Guides
from flows.orchestrator.proposed import Proposed
from flows.orchestrator.publisher import Publication
from flows.orchestrator.standing import with_acks
from flows.orchestrator.worded import with_words
from tests.fakes.revised_shop import TAX_ADDED, changed, judged, published

FACTS = changed(Cart__total=TAX_ADDED)
PATH = "docs/autodoc/cart.md"
SIDECAR = ".autodoc/cart.json"


def word() -> Ack:
    """Take the word of a person for what became stale."""
    page, record = published()
    [reason] = [
        each
        for section in judged(record, page.markdown, FACTS).sections
        for each in section.reasons
        if each.verdict is Verdict.STALE
    ]
    return Ack(key=ack_key(reason), digest=reason.digest, reason="still true", by="mona")


def wiki(record: PageRecord, text: str) -> PublishedWiki:
    page = PublishedPage(record=record, text=text, commit="a" * 40, recipe="r")
    return PublishedWiki(pages=(page,))


def judged_with(said: Mapping[str, tuple[Ack, ...]]) -> PageImpact:
    page, record = published()
    [told] = with_acks(wiki(record, page.markdown), "docs/autodoc", said).pages
    return judged(told.record, told.text, FACTS)


def test_update_takes_a_page_for_true_of_which_somebody_said_so_in_a_comment() -> None:
    assert judged_with({}).verdict is Verdict.STALE
    assert judged_with({PATH: (word(),)}).verdict is not Verdict.STALE
    other = word().model_copy(update={"digest": "of another version"})
    assert judged_with({PATH: (other,)}).verdict is Verdict.STALE
    assert judged_with({"web/docs/autodoc/cart.md": (word(),)}).verdict is Verdict.STALE


def proposed(committed: Mapping[str, bytes], pages: Mapping[str, bytes]) -> Proposed:
    return Proposed(
        publication=Publication(output="docs/autodoc", files=pages, commit="b" * 40),
        committed=committed,
        pages=pages,
        retired=(),
        merge=Merge(files=dict(pages)),
        guides=Guides(),
        guided={},
    )


def acks_of(folder: Proposed) -> tuple[Ack, ...]:
    record = read_record(folder.pages[SIDECAR])
    assert record is not None
    return record.acks


def test_words_are_recorded_with_the_next_proposal_and_never_for_their_own_sake() -> None:
    page, record = published()
    merged = {"cart.md": page.markdown.encode(), SIDECAR: write_record(record)}
    said = {PATH: (word().model_copy(update={"reason": "older"}), word())}

    [alone] = with_words([proposed(merged, merged)], said)
    assert acks_of(alone) == ()

    news = {**merged, "new.md": b"# New\n"}
    [beside] = with_words([proposed(merged, news)], said)
    assert acks_of(beside) == (word(),)

    recorded = {**news, SIDECAR: beside.pages[SIDECAR]}
    [again] = with_words([proposed(merged, recorded)], said)
    assert again.pages == recorded
