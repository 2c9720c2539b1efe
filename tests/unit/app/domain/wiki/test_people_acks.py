import pytest

from app.domain.wiki.people_acks import PeopleAcks, acks_path, living, read_acks, write_acks
from app.domain.wiki.record import Ack, read_record

ACK = Ack(key="cart.py:Cart.total", digest="1" * 16, reason="still true", by="Änn")


@pytest.mark.parametrize("page", ["README.md", "docs/ä/Über uns.md", f"{'x' * 250}.md", "a/.md"])
def test_what_is_written_is_read_again_and_is_no_record_of_a_page(page: str) -> None:
    path, data = acks_path(page), write_acks(PeopleAcks(page=page, acks=(ACK,)))

    assert read_acks({path: data, "index.md": b"# Home\n"}) == {page: (ACK,)}
    assert len(path.removeprefix(".autodoc/")) < 100
    assert read_record(data) is None


def test_pages_of_the_same_name_have_files_of_their_own() -> None:
    assert acks_path("a/README.md") != acks_path("b/README.md")


@pytest.mark.parametrize("data", [b"", b"[]", b'{"page": 1}', b"\xff", b"[" * 9_000])
def test_a_damaged_file_counts_as_none(data: bytes) -> None:
    assert read_acks({acks_path("README.md"): data}) == {}


def test_a_file_that_speaks_of_another_page_counts_as_none() -> None:
    data = write_acks(PeopleAcks(page="SECURITY.md", acks=(ACK,)))

    assert read_acks({acks_path("README.md"): data}) == {}


def test_a_new_word_on_the_same_thing_takes_the_place_of_the_old_one() -> None:
    newer = ACK.model_copy(update={"digest": "2" * 16})
    other = ACK.model_copy(update={"key": "cart.py:Cart.add"})

    assert living([ACK, other], [newer]) == (other, newer)
