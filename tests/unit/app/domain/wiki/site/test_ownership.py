"""Records are files that anybody can write."""

import pytest

from app.domain.wiki.site.guide_block import read_record
from app.domain.wiki.site.ownership import recorded_page


@pytest.mark.parametrize("record", [b"[" * 100_000, b"{", b"[]", b'{"path": 1, "digest": "a"}'])
def test_a_damaged_record_names_no_page(record: bytes) -> None:
    assert recorded_page(record) is None
    assert read_record(record) == {}
