"""Instructions are told with every proposal that follows them, until one of these is merged."""

from collections.abc import Mapping

from app.domain.wiki.merge.folder import Merge
from app.domain.wiki.record import PageRecord, read_record, write_record
from app.domain.wiki.site.guide_block import Guides
from app.domain.work.note import PageNote
from flows.orchestrator.instructed import with_instructions
from flows.orchestrator.proposed import Proposed
from flows.orchestrator.publisher import Publication
from tests.fakes.revised_shop import published

SIDECAR = ".autodoc/cart.json"
WISH = PageNote(page="web:cart", instruction="Be short.", said_by="anna")
MORE = PageNote(page="web:cart", instruction="Be kind.", said_by="mona")
MERGED = b"# Cart\n\nWhat is merged.\n"


def record(writer: str = "openai/gpt-4o") -> PageRecord:
    _, known = published()
    return known.model_copy(update={"writer": writer})


def folder(text: bytes, committed: Mapping[str, bytes], writer: str = "openai/gpt-4o") -> Proposed:
    """Propose a text beside the record that a run makes, which knows of no instruction."""
    pages = {"cart.md": text, SIDECAR: write_record(record(writer))}
    return Proposed(
        publication=Publication(scope="web", output="docs", files=pages, commit="b" * 40),
        committed=committed,
        pages=pages,
        retired=(),
        merge=Merge(files=pages),
        guides=Guides(),
        guided={},
    )


def heard(proposed: Proposed) -> tuple[str, ...]:
    found = read_record(proposed.pages[SIDECAR])
    assert found is not None
    return found.heard


def test_every_proposal_tells_of_an_instruction_until_one_is_merged() -> None:
    committed = {"cart.md": MERGED, SIDECAR: write_record(record())}
    said = {WISH.page: (WISH,), "cart": (MORE,)}

    first = with_instructions(folder(b"short", committed), said)
    again = with_instructions(first, said)
    assert first.asked == again.asked == {"cart.md": (WISH,)}
    assert first.pages == again.pages
    assert heard(first) == (WISH.digest,)

    after = with_instructions(folder(b"other", first.pages), {WISH.page: (WISH, MORE)})
    assert after.asked == {"cart.md": (MORE,)}
    assert heard(after) == (WISH.digest, MORE.digest)


def test_nothing_is_told_or_recorded_of_a_page_that_stays_or_that_no_model_wrote() -> None:
    committed = {"cart.md": MERGED, SIDECAR: write_record(record())}
    said = {WISH.page: (WISH,)}

    same = with_instructions(folder(MERGED, committed), said)
    assert same.asked == {}
    assert same.pages == committed
    local = with_instructions(folder(b"short", committed, "local"), said)
    assert local.asked == {}
    assert heard(local) == ()


def test_what_is_merged_stays_recorded_when_a_page_is_not_written_again() -> None:
    merged = {"cart.md": MERGED, SIDECAR: write_record(record())}
    told = with_instructions(folder(b"short", merged), {WISH.page: (WISH,)})

    later = with_instructions(folder(b"short", told.pages), {WISH.page: (WISH,)})
    assert later.pages == told.pages
    assert later.asked == {}
